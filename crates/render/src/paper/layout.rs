//! What stands on which page: all of it is placed before anything is drawn, so that every page knows how many there are.

use super::face::Face;
use crate::text::clean;
use crate::{DecreeList, words};

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// Where the text begins; there is room to bind.
pub(super) const LEFT: f32 = 51.0;
/// Where it ends.
pub(super) const RIGHT: f32 = 556.0;
const TOP: f32 = 64.0;
const BOTTOM: f32 = 786.0;

/// Of a table: the size of its letters, from line to line, and the room above and below a row's lines.
pub(super) const SIZE: f32 = 8.5;
pub(super) const LEADING: f32 = 11.5;
pub(super) const ROOM: f32 = 3.0;
/// Between the columns.
const GAP: f32 = 6.0;

/// The columns of the table: the decision is its section's heading, and a ground stands below its row.
pub(super) const COLUMNS: usize = 6;
const WIDTHS: [f32; COLUMNS] = [26.0, 74.0, 141.0, 108.0, 86.0, 70.0];
/// The column below which a ground begins.
const NAME: usize = 2;

/// How much is free above a signature.
pub(super) const TO_SIGN: f32 = 26.0;
/// Where the line for a signature begins.
pub(super) const SIGN: f32 = 150.0;
/// Where the name beside it begins.
pub(super) const SIGNED: f32 = 320.0;

/// What stands somewhere.
pub(super) enum Block {
    /// A title of a level; 2 is a section's.
    Title { level: u16, lines: Vec<String> },
    /// The election's name.
    Text(Vec<String>),
    /// The headers of a table; on its later pages they are repeated.
    Headers { cells: [Vec<String>; COLUMNS], repeated: bool },
    /// A person, and why they are refused.
    Person { cells: [Vec<String>; COLUMNS], ground: Vec<String> },
    /// Who signs as what.
    Signature { office: &'static str, name: Vec<String> },
}

/// A block and how far down its top is.
pub(super) struct Placed {
    pub(super) top: f32,
    pub(super) block: Block,
}

/// Where a column's text begins.
pub(super) fn column(index: usize) -> f32 {
    LEFT + WIDTHS[..index].iter().sum::<f32>()
}

/// Where a ground begins.
pub(super) fn ground_column() -> f32 {
    column(NAME)
}

/// The size of a title's letters.
pub(super) fn title_size(level: u16) -> f32 {
    if level == 1 { 13.0 } else { 10.5 }
}

impl Block {
    pub(super) fn height(&self) -> f32 {
        let lines = |lines: &[String]| lines.len() as f32 * LEADING;
        let row =
            |cells: &[Vec<String>; COLUMNS]| cells.iter().map(|cell| lines(cell)).fold(0.0, f32::max) + 2.0 * ROOM;
        match self {
            Self::Title { level, lines } => lines.len() as f32 * title_size(*level) * 1.35 + 8.0,
            Self::Text(text) => lines(text) + 6.0,
            Self::Headers { cells, .. } => row(cells),
            Self::Person { cells, ground } => row(cells) + lines(ground),
            Self::Signature { name, .. } => TO_SIGN + lines(name),
        }
    }
}

/// The pages that are being filled.
struct Pages {
    done: Vec<Vec<Placed>>,
    page: Vec<Placed>,
    y: f32,
}

impl Pages {
    fn has_room(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    fn turn(&mut self) {
        self.done.push(std::mem::take(&mut self.page));
        self.y = TOP;
    }

    fn put(&mut self, block: Block) {
        let height = block.height();
        self.page.push(Placed { top: self.y, block });
        self.y += height;
    }
}

/// Places a list on its pages.
pub(super) fn pages(list: &DecreeList, regular: &Face, bold: &Face) -> Vec<Vec<Placed>> {
    let (language, whole) = (list.language, RIGHT - LEFT);
    let mut pages = Pages { done: Vec::new(), page: Vec::new(), y: TOP };
    let title = |level: u16, text: &str| Block::Title { level, lines: bold.wrap(text, title_size(level), whole) };
    pages.put(title(1, &list.title()));
    pages.put(title(2, language.choose(words::LIST)));
    pages.put(Block::Text(regular.wrap(&clean(&list.election), SIZE, whole)));
    let headers = |repeated: bool| {
        let wrapped = |index: usize| bold.wrap(language.choose(words::COLUMNS[index]), SIZE, WIDTHS[index] - GAP);
        Block::Headers { cells: std::array::from_fn(wrapped), repeated }
    };
    for section in list.sections() {
        let title = title(2, &format!("{} ({})", section.heading, section.rows.len()));
        let mut persons = section.rows.iter().map(|row| person(row, list, regular)).peekable();
        let first = persons.peek().map_or(0.0, Block::height);
        // A heading does not stand alone at the foot of a page.
        pages.y += 8.0;
        if !pages.has_room(title.height() + headers(false).height() + first) {
            pages.turn();
        }
        pages.put(title);
        pages.put(headers(false));
        for person in persons {
            if !pages.has_room(person.height()) {
                pages.turn();
                pages.put(headers(true));
            }
            pages.put(person);
        }
    }
    let signatures = [(words::CHAIR, &list.chair), (words::SECRETARY, &list.secretary)].map(|(office, name)| {
        Block::Signature { office: language.choose(office), name: regular.wrap(&clean(name), SIZE, RIGHT - SIGNED) }
    });
    // Nobody signs a page of which the other has not seen the end.
    if !pages.has_room(signatures.iter().map(Block::height).sum()) {
        pages.turn();
    }
    signatures.into_iter().for_each(|signature| pages.put(signature));
    pages.turn();
    pages.done
}

fn person(row: &[String; crate::COLUMNS], list: &DecreeList, regular: &Face) -> Block {
    let cells = std::array::from_fn(|index| regular.wrap(&row[index], SIZE, WIDTHS[index] - GAP));
    let ground = &row[crate::COLUMNS - 1];
    if ground.is_empty() {
        return Block::Person { cells, ground: Vec::new() };
    }
    let told = format!("{}: {ground}", list.language.choose(words::GROUND));
    Block::Person { cells, ground: regular.wrap(&told, SIZE, RIGHT - ground_column()) }
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::language::Language;

    use super::*;

    #[test]
    fn no_word_of_a_header_is_broken_and_the_columns_fill_the_line() {
        let bold = Face::bold();
        for (words, width) in words::COLUMNS.into_iter().zip(WIDTHS) {
            for header in Language::ALL.map(|language| language.choose(words)) {
                for word in header.split(' ') {
                    assert!(bold.width(word, SIZE) <= width - GAP, "{word}");
                }
            }
        }
        assert_eq!(column(COLUMNS), RIGHT);
    }
}
