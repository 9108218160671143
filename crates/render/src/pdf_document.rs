//! Writes the list as a PDF for A4 paper, with tags so that a screen reader can read it aloud.
//!
//! First [`layout`] places everything on pages, then this module draws them. Drawing needs the number of pages, which
//! every footer shows.

mod font_face;
mod layout;

use std::num::{NonZeroU16, NonZeroU32};

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};

use crate::{DecreeList, labels};
use font_face::FontFace;
use layout::{
    Block, FONT_SIZE, LEFT, LINE_HEIGHT, PAGE_SIZE, PlacedBlock, RIGHT, ROW_PADDING, SIGNATURE_LINE_LEFT,
    SIGNATURE_NAME_LEFT, SIGNATURE_SPACE, column, ground_column, pages, title_size,
};

// Colours as red, green and blue.
const BLACK: (u8, u8, u8) = (0, 0, 0);
const GREY: (u8, u8, u8) = (110, 110, 110);
const RED: (u8, u8, u8) = (176, 0, 32);

/// The list as a PDF, with lines for the signatures of Chair and Secretary at the end.
pub fn pdf(list: &DecreeList) -> Vec<u8> {
    let (regular, bold) = (FontFace::regular(), FontFace::bold());
    let pages = pages(list, &regular, &bold);
    let mut document = Document::new();
    document.set_metadata(metadata(list));
    let mut tree = Tree { done: TagTree::new().with_lang(Some(list.language.code().to_owned())), table: None };
    let total = pages.len();
    for (number, blocks) in (1..).zip(&pages) {
        let settings = PageSettings::from_wh(PAGE_SIZE.0, PAGE_SIZE.1).expect("A4 has a width and a height");
        let mut page = document.start_page_with(settings);
        let mut writer = PageWriter { surface: page.surface(), regular: &regular, bold: &bold };
        writer.draw_header_and_footer(list, number, total);
        for placed in blocks {
            writer.draw_block(placed, &mut tree);
        }
    }
    document.set_tag_tree(tree.finish());
    document.finish().expect("the compiled-in font is valid, and no PDF standard is asked for that could be violated")
}

/// The title, the language and the date of the document.
fn metadata(list: &DecreeList) -> Metadata {
    let date = list.session_date;
    // The day of the session and not today, so that the same list always gives the same file.
    let day =
        DateTime::new(date.year().unsigned_abs()).month(date.month().unsigned_abs()).day(date.day().unsigned_abs());
    Metadata::new().title(list.title()).language(list.language.code().to_owned()).creation_date(day)
}

/// The tags of the document, in the order in which a screen reader reads them.
struct Tree {
    done: TagTree,
    /// The table to which rows are still added. A table goes on over page ends.
    table: Option<TagGroup>,
}

impl Tree {
    /// Adds an element that is no row, and ends the table before it.
    fn add(&mut self, tag: impl Into<TagKind>, children: Vec<Node>) {
        self.close_table();
        self.done.push(TagGroup::with_children(tag, children));
    }

    /// Adds a row to the table, and begins one if there is none.
    fn add_row(&mut self, cells: Vec<TagGroup>) {
        let row = TagGroup::with_children(Tag::TR, cells.into_iter().map(Node::Group).collect());
        self.table.get_or_insert_with(|| TagGroup::new(Tag::Table)).push(row);
    }

    /// Ends the table.
    fn close_table(&mut self) {
        if let Some(table) = self.table.take() {
            self.done.push(table);
        }
    }

    /// The finished tags.
    fn finish(mut self) -> TagTree {
        self.close_table();
        self.done
    }
}

/// Draws the blocks of one page.
struct PageWriter<'a> {
    surface: Surface<'a>,
    regular: &'a FontFace,
    bold: &'a FontFace,
}

/// The font, the size in points and the colour of a text.
#[derive(Clone, Copy)]
struct TextStyle<'a> {
    face: &'a FontFace,
    size: f32,
    colour: (u8, u8, u8),
}

impl<'a> PageWriter<'a> {
    /// The style of ordinary text.
    fn plain(&self) -> TextStyle<'a> {
        TextStyle { face: self.regular, size: FONT_SIZE, colour: BLACK }
    }

    /// The style of headings.
    fn strong(&self, size: f32) -> TextStyle<'a> {
        TextStyle { face: self.bold, size, colour: BLACK }
    }

    /// Draws the page number, the title on later pages, and the mark of a draft. A screen reader skips all of it.
    fn draw_header_and_footer(&mut self, list: &DecreeList, number: usize, total: usize) {
        let grey = TextStyle { face: self.regular, size: 8.0, colour: GREY };
        let middle =
            |style: TextStyle<'_>, line: &str| f32::midpoint(LEFT, RIGHT) - style.face.width(line, style.size) / 2.0;
        self.start_artifact(ArtifactType::Footer);
        let line = format!("{number} / {total}");
        self.draw_line(&line, (middle(grey, &line), PAGE_SIZE.1 - 30.0), grey);
        self.surface.end_tagged();
        self.start_artifact(ArtifactType::Header);
        // The first page has the title as its heading already.
        if number > 1 {
            let title = self.regular.wrap(&list.title(), grey.size, 330.0);
            self.draw_lines(&title, (LEFT, 34.0), grey, 10.0);
        }
        if list.draft {
            let red = TextStyle { face: self.bold, size: 11.0, colour: RED };
            self.draw_line(labels::DRAFT, (RIGHT - red.face.width(labels::DRAFT, red.size), 42.0), red);
        }
        self.surface.end_tagged();
    }

    /// Draws a block, and adds its tags.
    fn draw_block(&mut self, PlacedBlock { top, block }: &PlacedBlock, tree: &mut Tree) {
        match block {
            Block::Title { level, lines } => {
                let size = title_size(*level);
                let title = self.draw_paragraph(lines, (LEFT, *top), self.strong(size), size * 1.35);
                let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                tree.add(Tag::Hn(level, Some(lines.concat())), vec![title.into()]);
            }
            Block::Text(lines) => {
                let text = self.draw_paragraph(lines, (LEFT, *top), self.plain(), LINE_HEIGHT);
                tree.add(Tag::P, vec![text.into()]);
            }
            Block::Headers { cells, repeated } => {
                let style = self.strong(FONT_SIZE);
                let bottom = top + block.height();
                // Repeated headers get no tags, because the table of the tags goes on over the page end.
                if *repeated {
                    self.start_artifact(ArtifactType::Other);
                    cells.iter().enumerate().for_each(|(at, lines)| {
                        self.draw_lines(lines, (column(at), top + ROW_PADDING), style, LINE_HEIGHT)
                    });
                    self.surface.end_tagged();
                } else {
                    let mut headers = Vec::new();
                    for (at, lines) in cells.iter().enumerate() {
                        let header = self.draw_paragraph(lines, (column(at), top + ROW_PADDING), style, LINE_HEIGHT);
                        let tag = Tag::TH(TableHeaderScope::Column);
                        headers.push(TagGroup::with_children(tag, vec![header.into()]));
                    }
                    tree.add_row(headers);
                }
                self.draw_rule((LEFT, RIGHT), *top, 0.8, BLACK);
                self.draw_rule((LEFT, RIGHT), bottom, 0.8, BLACK);
            }
            Block::Person { cells, ground } => {
                let bottom = top + block.height();
                let mut row = Vec::new();
                for (at, lines) in cells.iter().enumerate() {
                    let cell = self.draw_paragraph(lines, (column(at), top + ROW_PADDING), self.plain(), LINE_HEIGHT);
                    row.push(TagGroup::with_children(Tag::TD, vec![cell.into()]));
                }
                tree.add_row(row);
                // The ground is a row of its own with one wide cell, so that a screen reader reads it after the person.
                if !ground.is_empty() {
                    let begin = bottom - ROW_PADDING - ground.len() as f32 * LINE_HEIGHT;
                    let cell = self.draw_paragraph(ground, (ground_column(), begin), self.plain(), LINE_HEIGHT);
                    let tag = Tag::TD.with_col_span(NonZeroU32::new(cells.len() as u32));
                    tree.add_row(vec![TagGroup::with_children(tag, vec![cell.into()])]);
                }
                // A thin rule below each person keeps long rows apart.
                self.draw_rule((LEFT, RIGHT), bottom, 0.3, GREY);
            }
            Block::Signature { office, name } => {
                let top = top + SIGNATURE_SPACE;
                let identifier = self.surface.start_tagged(ContentTag::Other);
                self.draw_line(&format!("{office} "), (LEFT, top + FONT_SIZE), self.plain());
                self.draw_lines(name, (SIGNATURE_NAME_LEFT, top), self.plain(), LINE_HEIGHT);
                self.surface.end_tagged();
                tree.add(Tag::P, vec![identifier.into()]);
                self.draw_rule((SIGNATURE_LINE_LEFT, SIGNATURE_NAME_LEFT - 10.0), top + FONT_SIZE + 2.0, 0.5, BLACK);
            }
        }
    }

    /// Draws lines that a screen reader reads as one text.
    fn draw_paragraph(&mut self, lines: &[String], at: (f32, f32), style: TextStyle<'_>, leading: f32) -> Identifier {
        let identifier = self.surface.start_tagged(ContentTag::Other);
        self.draw_lines(lines, at, style, leading);
        self.surface.end_tagged();
        identifier
    }

    /// Draws lines below each other; `top` is the upper edge of the first.
    fn draw_lines(&mut self, lines: &[String], (x, top): (f32, f32), style: TextStyle<'_>, leading: f32) {
        for (number, line) in lines.iter().enumerate() {
            self.draw_line(line, (x, top + number as f32 * leading + style.size), style);
        }
    }

    /// Draws one line of text on its baseline.
    fn draw_line(&mut self, line: &str, (x, baseline): (f32, f32), style: TextStyle<'_>) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: colour(style.colour).into(), ..Fill::default() }));
        let glyphs = style.face.glyphs(line);
        self.surface.draw_glyphs(
            Point::from_xy(x, baseline),
            &glyphs,
            style.face.font.clone(),
            line,
            style.size,
            false,
        );
    }

    /// Draws a horizontal rule, which a screen reader skips.
    fn draw_rule(&mut self, (from, to): (f32, f32), y: f32, width: f32, with: (u8, u8, u8)) {
        self.start_artifact(ArtifactType::Layout);
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { paint: colour(with).into(), width, ..Stroke::default() }));
        let mut path = PathBuilder::new();
        path.move_to(from, y);
        path.line_to(to, y);
        self.surface.draw_path(&path.finish().expect("a line has two points"));
        self.surface.end_tagged();
    }

    /// Begins content that a screen reader skips, such as page numbers and rules.
    fn start_artifact(&mut self, kind: ArtifactType) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    }
}

/// A colour of the PDF library, from red, green and blue.
fn colour((red, green, blue): (u8, u8, u8)) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}
