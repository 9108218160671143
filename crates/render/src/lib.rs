//! Renders the list of a decree: as a PDF to sign, and as XLSX and CSV to work with and publish.
//!
//! The crate takes values and returns bytes. It opens no file, reads no clock and asks no database, and the same list
//! always gives the same bytes. So a file can be made again later and compared with the one that was signed.
//!
//! The font is compiled in, so that Kazakh letters look the same on every machine.

mod cell_text;
mod csv_table;
mod labels;
mod pdf_document;
mod workbook;

use domain::vocabulary::language::Language;
use jiff::civil::Date;

pub use csv_table::csv;
pub use domain::decree::list::{Decision, Reason, Row};
pub use pdf_document::pdf;
pub use workbook::xlsx;

/// The list of a decree in one language. It holds personal data and has no `Debug`.
pub struct DecreeList {
    /// The language of headings, decisions and categories.
    pub language: Language,
    /// The name of the election.
    pub election: String,
    /// The official number of the decree.
    pub decree_number: String,
    /// The day of the session. It is also the date of creation in the files.
    pub session_date: Date,
    /// Whether the decree is not adopted yet. Every page is then marked as a draft, so that nobody signs it by mistake.
    pub draft: bool,
    /// The name of the person who signs as Chair.
    pub chair: String,
    /// The name of the person who signs as Secretary.
    pub secretary: String,
    /// The people, in the order of the decree.
    pub rows: Vec<Row>,
}

/// What a cell shows instead of a missing value. An empty cell would look like a mistake.
const NO_VALUE: &str = "—";

/// The number of columns of the table, whose headers are [`labels::COLUMNS`].
const COLUMNS: usize = 8;

/// The people with the same kind of decision.
struct Section {
    /// The decision, in the words of a decree.
    heading: &'static str,
    /// A row for each person, in the order of [`labels::COLUMNS`].
    rows: Vec<[String; COLUMNS]>,
}

impl DecreeList {
    /// The sections of the list, each with its people in the order of the decree. Empty sections are left out.
    ///
    /// First come the accredited, then the refused, then those whose accreditation ends or is reinstated. A draft can
    /// also have people who are not ready for a decision. The numbers of people run through all sections.
    fn sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        let mut numbered = 0;
        for (index, heading) in labels::DECISIONS.into_iter().enumerate() {
            let heading = self.language.choose(heading);
            let of_decision = self.rows.iter().filter(|row| decision_index(&row.decision) == index);
            let rows: Vec<_> =
                (numbered + 1..).zip(of_decision).map(|(position, row)| self.cells(position, row, heading)).collect();
            numbered += rows.len();
            if !rows.is_empty() {
                sections.push(Section { heading, rows });
            }
        }
        sections
    }

    /// The cells of a person, in the order of the columns.
    fn cells(&self, position: usize, row: &Row, decision: &str) -> [String; COLUMNS] {
        let number = match row.decision {
            Decision::Accredit(Some(number))
            | Decision::Revoke(number, _)
            | Decision::Annul(number)
            | Decision::Reinstate(number) => number.to_string(),
            _ => NO_VALUE.to_owned(),
        };
        let ground = match &row.decision {
            Decision::Refuse(reason) | Decision::Revoke(_, reason) => ground_text(reason),
            _ => String::new(),
        };
        let category = self.language.choose(row.category.words()).to_owned();
        let [name, organization, nationality] =
            [&row.name, &row.organization, &row.nationality].map(|one| cell_text::to_one_line(one));
        [position.to_string(), number, name, organization, category, nationality, decision.to_owned(), ground]
    }

    /// The title: the number and the day of the decree.
    fn title(&self) -> String {
        labels::decree(self.language, &cell_text::to_one_line(&self.decree_number), self.session_date)
    }
}

/// The ground of a decision, followed by its explanation. The explanation is empty after an erasure.
fn ground_text(Reason { ground, words }: &Reason) -> String {
    let [ground, words] = [ground, words].map(|one| cell_text::to_one_line(one));
    if words.is_empty() { ground } else { format!("{ground}. {words}") }
}

/// The index of a decision in [`labels::DECISIONS`], which is also the order of the sections.
fn decision_index(decision: &Decision) -> usize {
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
