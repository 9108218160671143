//! A roster file of a secretary, and mistakes in it.

use rehearsal::people::People;
use rust_xlsxwriter::Workbook;
use wire::v1;

/// The names of the columns.
const HEADERS: [&str; 10] = [
    "Category",
    "Family name",
    "Given name",
    "Nationality",
    "Date of birth",
    "Sex",
    "Passport number",
    "Issuing state",
    "Passport valid until",
    "Machine-readable zone",
];

/// A mistake: a column and its wrong value.
pub type Mistake = (&'static str, &'static str);

/// Mistakes of ten kinds.
pub const MISTAKES: [Mistake; 10] = [
    ("Family name", ""),
    ("Nationality", "FR"),
    ("Date of birth", "31.02.1980"),
    ("Passport valid until", "soon"),
    ("Category", "tourist"),
    ("Sex", "?"),
    ("Passport number", "12/34"),
    ("Given name", "IVАN"),
    ("Issuing state", "ZZZ"),
    ("Date of birth", "1875-01-01"),
];

/// The rows of a roster, without the header.
#[derive(Clone)]
pub struct Roster(Vec<Vec<String>>);

impl Roster {
    /// A roster of `count` people from several states.
    pub fn of(people: &mut People, count: usize) -> Self {
        let states = ["FRA", "DEU", "SWE", "POL", "CZE"];
        Self((0..count).map(|number| row(&people.person(states[number % states.len()]))).collect())
    }

    /// Puts a mistake into a row.
    pub fn set_mistake(&mut self, row: usize, (column, value): Mistake) {
        self.set(row, column, value);
    }

    /// Replaces a value.
    pub fn set(&mut self, row: usize, column: &str, value: &str) {
        let at = HEADERS.iter().position(|header| *header == column).expect("a column");
        value.clone_into(&mut self.0[row][at]);
    }

    /// The passport number of a row, by which the tool finds documents.
    pub fn passport(&self, row: usize) -> &str {
        &self.0[row][6]
    }

    /// The roster as a CSV file with semicolons, as spreadsheet programs write it in many countries.
    pub fn csv(&self) -> String {
        let line =
            |cells: Vec<String>| cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(";") + "\n";
        let header = HEADERS.map(str::to_owned).to_vec();
        std::iter::once(header).chain(self.0.clone()).map(line).collect()
    }

    /// The roster as an Excel workbook.
    pub fn xlsx(&self) -> anyhow::Result<Vec<u8>> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, HEADERS)?;
        for (number, cells) in (1..).zip(&self.0) {
            sheet.write_row(number, 0, cells)?;
        }
        Ok(book.save_to_buffer()?)
    }
}

/// The values of a person in the order of [`HEADERS`].
fn row(person: &v1::Person) -> Vec<String> {
    let passport = person.passport.clone().unwrap_or_default();
    let sex = if person.sex() == v1::Sex::Female { "F" } else { "M" };
    [
        "STO",
        &person.family_name,
        &person.given_name,
        &person.nationality,
        &person.birth_date,
        sex,
        &passport.number,
        &passport.issuing_state,
        &passport.expiry_date,
        &passport.mrz,
    ]
    .map(str::to_owned)
    .to_vec()
}
