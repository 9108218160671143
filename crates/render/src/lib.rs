//! The list of a decree as people sign, print and publish it: values in, bytes out.
//!
//! [`pdf`] is the paper, [`xlsx`] and [`csv`] are its table. Nothing here opens a file, reads a clock or asks a database,
//! and the same list always makes the same bytes. The font is part of the program, so that Kazakh letters look the same
//! wherever it runs.

mod delimited;
mod paper;
mod text;
mod words;
mod workbook;

use domain::vocabulary::language::Language;
use jiff::civil::Date;

pub use delimited::csv;
pub use domain::decree::list::{Decision, Reason, Row};
pub use paper::pdf;
pub use workbook::xlsx;

/// The list of a decree in one language. It holds personal data and has no `Debug`.
pub struct DecreeList {
    /// The language of its headings, and of whatever has a word in each.
    pub language: Language,
    /// The election's name.
    pub election: String,
    /// The decree's official number.
    pub decree_number: String,
    /// The day of the session.
    pub session_date: Date,
    /// Whether it is not adopted yet: it is marked so on every page.
    pub draft: bool,
    /// Who signs as Chair.
    pub chair: String,
    /// Who signs as Secretary.
    pub secretary: String,
    /// The people, in the order of the decree.
    pub rows: Vec<Row>,
}

/// What stands where there is nothing to say.
const NONE: &str = "—";

/// How many columns a table has: [`words::COLUMNS`].
const COLUMNS: usize = 8;

/// The people of one decision.
struct Section {
    /// What is decided.
    heading: &'static str,
    /// A row for each person, in the order of [`words::COLUMNS`].
    rows: Vec<[String; COLUMNS]>,
}

impl DecreeList {
    /// The accredited, the refused, those whose accreditation ends or comes back, and in a draft whoever is none of these, each in the
    /// order of the decree, under places that run through the whole list. A section that has nobody is left out.
    fn sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        let mut placed = 0;
        for (place, heading) in words::DECISIONS.into_iter().enumerate() {
            let heading = self.language.choose(heading);
            let of_kind = self.rows.iter().filter(|row| kind(&row.decision) == place);
            let rows: Vec<_> =
                (placed + 1..).zip(of_kind).map(|(place, row)| self.cells(place, row, heading)).collect();
            placed += rows.len();
            if !rows.is_empty() {
                sections.push(Section { heading, rows });
            }
        }
        sections
    }

    fn cells(&self, place: usize, row: &Row, decision: &str) -> [String; COLUMNS] {
        let number = match row.decision {
            Decision::Accredit(Some(number))
            | Decision::Revoke(number, _)
            | Decision::Annul(number)
            | Decision::Reinstate(number) => number.to_string(),
            _ => NONE.to_owned(),
        };
        let ground = match &row.decision {
            Decision::Refuse(reason) | Decision::Revoke(_, reason) => told(reason),
            _ => String::new(),
        };
        let category = self.language.choose(row.category.words()).to_owned();
        let [name, organization, nationality] =
            [&row.name, &row.organization, &row.nationality].map(|one| text::clean(one));
        [place.to_string(), number, name, organization, category, nationality, decision.to_owned(), ground]
    }

    /// The decree's number and day, as a title.
    fn title(&self) -> String {
        words::decree(self.language, &text::clean(&self.decree_number), self.session_date)
    }
}

/// The ground, and after it what was said of it, if anything is left of that.
fn told(Reason { ground, words }: &Reason) -> String {
    let [ground, words] = [ground, words].map(|one| text::clean(one));
    if words.is_empty() { ground } else { format!("{ground}. {words}") }
}

/// The place of a decision in [`words::DECISIONS`].
fn kind(decision: &Decision) -> usize {
    match decision {
        Decision::Accredit(_) => 0,
        Decision::Refuse(_) => 1,
        Decision::Revoke(..) => 2,
        Decision::Annul(_) => 3,
        Decision::Reinstate(_) => 4,
        Decision::Open => 5,
    }
}

#[cfg(test)]
mod tests;
