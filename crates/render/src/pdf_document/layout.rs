//! Places the list on pages. All pages are placed before any is drawn, so that each one can show their number.

use super::font_face::FontFace;
use crate::cell_text::to_one_line;
use crate::{DecreeList, labels};

/// The size of A4, in points. All lengths here are in points.
pub(super) const PAGE_SIZE: (f32, f32) = (595.28, 841.89);
/// The left edge of the text. The margin leaves room for binding.
pub(super) const LEFT: f32 = 51.0;
/// The right edge of the text.
pub(super) const RIGHT: f32 = 556.0;
/// The upper edge of the text. The title of later pages is above it.
const TOP: f32 = 64.0;
/// The lower edge of the text. The page number is below it.
const BOTTOM: f32 = 786.0;

/// The font size of the table.
pub(super) const FONT_SIZE: f32 = 8.5;
/// The distance between two lines of the table.
pub(super) const LINE_HEIGHT: f32 = 11.5;
/// The space above and below the lines of a row.
pub(super) const ROW_PADDING: f32 = 3.0;
/// The space between two columns.
const COLUMN_GAP: f32 = 6.0;

/// The number of columns of the printed table. It has no column for the decision, which is the heading of its section,
/// and none for the ground, which is printed below its row.
pub(super) const COLUMNS: usize = 6;
/// The width of each column. A test checks that no word of a header is wider.
const WIDTHS: [f32; COLUMNS] = [26.0, 74.0, 141.0, 108.0, 86.0, 70.0];
/// The index of the column with names, below which a ground begins.
const NAME_COLUMN: usize = 2;

/// The free space above a signature.
pub(super) const SIGNATURE_SPACE: f32 = 26.0;
/// The left edge of the line for a signature.
pub(super) const SIGNATURE_LINE_LEFT: f32 = 150.0;
/// The left edge of the name beside it.
pub(super) const SIGNATURE_NAME_LEFT: f32 = 320.0;

/// A part of the list that is never divided between two pages.
pub(super) enum Block {
    /// A title; level 1 is that of the document, level 2 that of a section.
    Title { level: u16, lines: Vec<String> },
    /// The name of the election.
    Text(Vec<String>),
    /// The headers of the table. On later pages they are repeated, and a screen reader skips them.
    Headers { cells: [Vec<String>; COLUMNS], repeated: bool },
    /// A person, with the ground of the decision if there is one.
    Person { cells: [Vec<String>; COLUMNS], ground: Vec<String> },
    /// A line for a signature, with the office and the name of the person.
    Signature { office: &'static str, name: Vec<String> },
}

/// A block and the position of its upper edge, measured from the top of the page.
pub(super) struct PlacedBlock {
    pub(super) top: f32,
    pub(super) block: Block,
}

/// The left edge of a column.
pub(super) fn column(index: usize) -> f32 {
    LEFT + WIDTHS[..index].iter().sum::<f32>()
}

/// The left edge of a ground.
pub(super) fn ground_column() -> f32 {
    column(NAME_COLUMN)
}

/// The font size of a title.
pub(super) fn title_size(level: u16) -> f32 {
    if level == 1 { 13.0 } else { 10.5 }
}

impl Block {
    /// The height of the block.
    pub(super) fn height(&self) -> f32 {
        let lines = |lines: &[String]| lines.len() as f32 * LINE_HEIGHT;
        let row = |cells: &[Vec<String>; COLUMNS]| {
            cells.iter().map(|cell| lines(cell)).fold(0.0, f32::max) + 2.0 * ROW_PADDING
        };
        match self {
            Self::Title { level, lines } => lines.len() as f32 * title_size(*level) * 1.35 + 8.0,
            Self::Text(text) => lines(text) + 6.0,
            Self::Headers { cells, .. } => row(cells),
            Self::Person { cells, ground } => row(cells) + lines(ground),
            Self::Signature { name, .. } => SIGNATURE_SPACE + lines(name),
        }
    }
}

/// The pages while they are filled.
struct Pages {
    /// The pages that are full.
    done: Vec<Vec<PlacedBlock>>,
    /// The page that is being filled.
    page: Vec<PlacedBlock>,
    /// The upper edge of the next block.
    y: f32,
}

impl Pages {
    /// Whether a block of this height still fits the page.
    fn has_room(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    /// Ends the page and starts the next one.
    fn start_page(&mut self) {
        self.done.push(std::mem::take(&mut self.page));
        self.y = TOP;
    }

    /// Adds a block below the last one.
    fn add(&mut self, block: Block) {
        let height = block.height();
        self.page.push(PlacedBlock { top: self.y, block });
        self.y += height;
    }
}

/// Places a list on its pages.
pub(super) fn pages(list: &DecreeList, regular: &FontFace, bold: &FontFace) -> Vec<Vec<PlacedBlock>> {
    let (language, whole) = (list.language, RIGHT - LEFT);
    let mut pages = Pages { done: Vec::new(), page: Vec::new(), y: TOP };
    let title = |level: u16, text: &str| Block::Title { level, lines: bold.wrap(text, title_size(level), whole) };
    pages.add(title(1, &list.title()));
    pages.add(title(2, language.choose(labels::LIST)));
    pages.add(Block::Text(regular.wrap(&to_one_line(&list.election), FONT_SIZE, whole)));
    let headers = |repeated: bool| {
        let wrapped =
            |index: usize| bold.wrap(language.choose(labels::COLUMNS[index]), FONT_SIZE, WIDTHS[index] - COLUMN_GAP);
        Block::Headers { cells: std::array::from_fn(wrapped), repeated }
    };
    for section in list.sections() {
        let title = title(2, &format!("{} ({})", section.heading, section.rows.len()));
        let mut persons = section.rows.iter().map(|row| person(row, list, regular)).peekable();
        let first = persons.peek().map_or(0.0, Block::height);
        // A heading needs its headers and one person below it, or it would be alone at the foot of a page.
        pages.y += 8.0;
        if !pages.has_room(title.height() + headers(false).height() + first) {
            pages.start_page();
        }
        pages.add(title);
        pages.add(headers(false));
        for person in persons {
            if !pages.has_room(person.height()) {
                pages.start_page();
                pages.add(headers(true));
            }
            pages.add(person);
        }
    }
    let signatures =
        [(labels::CHAIR, &list.chair), (labels::SECRETARY, &list.secretary)].map(|(office, name)| Block::Signature {
            office: language.choose(office),
            name: regular.wrap(&to_one_line(name), FONT_SIZE, RIGHT - SIGNATURE_NAME_LEFT),
        });
    // Both signatures are on the same page, so that both people sign the same end of the list.
    if !pages.has_room(signatures.iter().map(Block::height).sum()) {
        pages.start_page();
    }
    signatures.into_iter().for_each(|signature| pages.add(signature));
    pages.start_page();
    pages.done
}

/// The block of a person, with the ground across the columns from the name on.
fn person(row: &[String; crate::COLUMNS], list: &DecreeList, regular: &FontFace) -> Block {
    let cells = std::array::from_fn(|index| regular.wrap(&row[index], FONT_SIZE, WIDTHS[index] - COLUMN_GAP));
    let ground = &row[crate::COLUMNS - 1];
    if ground.is_empty() {
        return Block::Person { cells, ground: Vec::new() };
    }
    let text = format!("{}: {ground}", list.language.choose(labels::GROUND));
    Block::Person { cells, ground: regular.wrap(&text, FONT_SIZE, RIGHT - ground_column()) }
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::language::Language;

    use super::*;

    /// Headers in Kazakh are long. Widening one column must take the space from another.
    #[test]
    fn no_word_of_a_header_is_broken_and_the_columns_fill_the_line() {
        let bold = FontFace::bold();
        for (words, width) in labels::COLUMNS.into_iter().zip(WIDTHS) {
            for header in Language::ALL.map(|language| language.choose(words)) {
                for word in header.split(' ') {
                    assert!(bold.width(word, FONT_SIZE) <= width - COLUMN_GAP, "{word}");
                }
            }
        }
        assert_eq!(column(COLUMNS), RIGHT);
    }
}
