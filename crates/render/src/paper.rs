//! The list as a paper: A4 in PDF, tagged for those who have it read to them.

mod face;
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

use crate::{DecreeList, words};
use face::Face;
use layout::{
    Block, LEADING, LEFT, PAGE, Placed, RIGHT, ROOM, SIGN, SIGNED, SIZE, TO_SIGN, column, ground_column, pages,
    title_size,
};

const BLACK: (u8, u8, u8) = (0, 0, 0);
const GREY: (u8, u8, u8) = (110, 110, 110);
const RED: (u8, u8, u8) = (176, 0, 32);

/// The list as a PDF.
pub fn pdf(list: &DecreeList) -> Vec<u8> {
    let (regular, bold) = (Face::regular(), Face::bold());
    let pages = pages(list, &regular, &bold);
    let mut document = Document::new();
    document.set_metadata(metadata(list));
    let mut tree = Tree { done: TagTree::new().with_lang(Some(list.language.code().to_owned())), table: None };
    let of = pages.len();
    for (number, blocks) in (1..).zip(&pages) {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).expect("A4 has a width and a height");
        let mut page = document.start_page_with(settings);
        let mut ink = Ink { surface: page.surface(), regular: &regular, bold: &bold };
        ink.frame(list, number, of);
        for placed in blocks {
            ink.block(placed, &mut tree);
        }
    }
    document.set_tag_tree(tree.finish());
    document.finish().expect("the font is ours, and a file of no standard is refused nothing")
}

fn metadata(list: &DecreeList) -> Metadata {
    let date = list.session_date;
    // The day of the session, for the same list is the same file whenever it is made.
    let day =
        DateTime::new(date.year().unsigned_abs()).month(date.month().unsigned_abs()).day(date.day().unsigned_abs());
    Metadata::new().title(list.title()).language(list.language.code().to_owned()).creation_date(day)
}

/// What is read aloud, in its order.
struct Tree {
    done: TagTree,
    table: Option<TagGroup>,
}

impl Tree {
    fn put(&mut self, tag: impl Into<TagKind>, children: Vec<Node>) {
        self.close_table();
        self.done.push(TagGroup::with_children(tag, children));
    }

    fn put_row(&mut self, cells: Vec<TagGroup>) {
        let row = TagGroup::with_children(Tag::TR, cells.into_iter().map(Node::Group).collect());
        self.table.get_or_insert_with(|| TagGroup::new(Tag::Table)).push(row);
    }

    fn close_table(&mut self) {
        if let Some(table) = self.table.take() {
            self.done.push(table);
        }
    }

    fn finish(mut self) -> TagTree {
        self.close_table();
        self.done
    }
}

/// Draws on one page.
struct Ink<'a> {
    surface: Surface<'a>,
    regular: &'a Face,
    bold: &'a Face,
}

/// How a line of text looks.
#[derive(Clone, Copy)]
struct Look<'a> {
    face: &'a Face,
    size: f32,
    colour: (u8, u8, u8),
}

impl<'a> Ink<'a> {
    fn plain(&self) -> Look<'a> {
        Look { face: self.regular, size: SIZE, colour: BLACK }
    }

    fn strong(&self, size: f32) -> Look<'a> {
        Look { face: self.bold, size, colour: BLACK }
    }

    /// What every page has around its text.
    fn frame(&mut self, list: &DecreeList, number: usize, of: usize) {
        let grey = Look { face: self.regular, size: 8.0, colour: GREY };
        let middle = |look: Look<'_>, line: &str| f32::midpoint(LEFT, RIGHT) - look.face.width(line, look.size) / 2.0;
        self.start(ArtifactType::Footer);
        let line = format!("{number} / {of}");
        self.line(&line, (middle(grey, &line), PAGE.1 - 30.0), grey);
        self.surface.end_tagged();
        self.start(ArtifactType::Header);
        if number > 1 {
            let title = self.regular.wrap(&list.title(), grey.size, 330.0);
            self.column(&title, (LEFT, 34.0), grey, 10.0);
        }
        if list.draft {
            let red = Look { face: self.bold, size: 11.0, colour: RED };
            self.line(words::DRAFT, (RIGHT - red.face.width(words::DRAFT, red.size), 42.0), red);
        }
        self.surface.end_tagged();
    }

    fn block(&mut self, Placed { top, block }: &Placed, tree: &mut Tree) {
        match block {
            Block::Title { level, lines } => {
                let size = title_size(*level);
                let title = self.lines(lines, (LEFT, *top), self.strong(size), size * 1.35);
                let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                tree.put(Tag::Hn(level, Some(lines.concat())), vec![title.into()]);
            }
            Block::Text(lines) => {
                let text = self.lines(lines, (LEFT, *top), self.plain(), LEADING);
                tree.put(Tag::P, vec![text.into()]);
            }
            Block::Headers { cells, repeated } => {
                let look = self.strong(SIZE);
                let bottom = top + block.height();
                if *repeated {
                    self.start(ArtifactType::Other);
                    cells
                        .iter()
                        .enumerate()
                        .for_each(|(at, lines)| self.column(lines, (column(at), top + ROOM), look, LEADING));
                    self.surface.end_tagged();
                } else {
                    let mut headers = Vec::new();
                    for (at, lines) in cells.iter().enumerate() {
                        let header = self.lines(lines, (column(at), top + ROOM), look, LEADING);
                        let tag = Tag::TH(TableHeaderScope::Column);
                        headers.push(TagGroup::with_children(tag, vec![header.into()]));
                    }
                    tree.put_row(headers);
                }
                self.rule((LEFT, RIGHT), *top, 0.8, BLACK);
                self.rule((LEFT, RIGHT), bottom, 0.8, BLACK);
            }
            Block::Person { cells, ground } => {
                let bottom = top + block.height();
                let mut row = Vec::new();
                for (at, lines) in cells.iter().enumerate() {
                    let cell = self.lines(lines, (column(at), top + ROOM), self.plain(), LEADING);
                    row.push(TagGroup::with_children(Tag::TD, vec![cell.into()]));
                }
                tree.put_row(row);
                if !ground.is_empty() {
                    let begin = bottom - ROOM - ground.len() as f32 * LEADING;
                    let cell = self.lines(ground, (ground_column(), begin), self.plain(), LEADING);
                    let tag = Tag::TD.with_col_span(NonZeroU32::new(cells.len() as u32));
                    tree.put_row(vec![TagGroup::with_children(tag, vec![cell.into()])]);
                }
                self.rule((LEFT, RIGHT), bottom, 0.3, GREY);
            }
            Block::Signature { office, name } => {
                let top = top + TO_SIGN;
                let begun = self.surface.start_tagged(ContentTag::Other);
                self.line(&format!("{office} "), (LEFT, top + SIZE), self.plain());
                self.column(name, (SIGNED, top), self.plain(), LEADING);
                self.surface.end_tagged();
                tree.put(Tag::P, vec![begun.into()]);
                self.rule((SIGN, SIGNED - 10.0), top + SIZE + 2.0, 0.5, BLACK);
            }
        }
    }

    /// Lines that are read together.
    fn lines(&mut self, lines: &[String], at: (f32, f32), look: Look<'_>, leading: f32) -> Identifier {
        let begun = self.surface.start_tagged(ContentTag::Other);
        self.column(lines, at, look, leading);
        self.surface.end_tagged();
        begun
    }

    /// Lines one below the other, from the top of the first.
    fn column(&mut self, lines: &[String], (x, top): (f32, f32), look: Look<'_>, leading: f32) {
        for (number, line) in lines.iter().enumerate() {
            self.line(line, (x, top + number as f32 * leading + look.size), look);
        }
    }

    fn line(&mut self, line: &str, (x, baseline): (f32, f32), look: Look<'_>) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: colour(look.colour).into(), ..Fill::default() }));
        let glyphs = look.face.glyphs(line);
        self.surface.draw_glyphs(Point::from_xy(x, baseline), &glyphs, look.face.font.clone(), line, look.size, false);
    }

    fn rule(&mut self, (from, to): (f32, f32), y: f32, width: f32, with: (u8, u8, u8)) {
        self.start(ArtifactType::Layout);
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { paint: colour(with).into(), width, ..Stroke::default() }));
        let mut path = PathBuilder::new();
        path.move_to(from, y);
        path.line_to(to, y);
        self.surface.draw_path(&path.finish().expect("a line has two points"));
        self.surface.end_tagged();
    }

    /// Begins what is not read aloud.
    fn start(&mut self, kind: ArtifactType) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    }
}

fn colour((red, green, blue): (u8, u8, u8)) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}
