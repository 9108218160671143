//! Parses one row of a list into an application, or into all mistakes of the row.
//!
//! Every cell is read even if another one is wrong. Otherwise the secretary would find the mistakes of a row one
//! import at a time.

use domain::application::content::{Content, Filing, Identity};
use domain::vocabulary::category::Category;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::sex::Sex;
use jiff::civil::Date;

use crate::cell::Cell;
use crate::column::Column;
use crate::header::Layout;
use crate::rules::{dates, listed_values, names, passport};

/// A mistake in a row, with the cell where it is.
///
/// The message repeats no more of the cell than one letter or a country's code. Messages are printed, mailed and
/// logged, and most cells hold personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The column, or `None` if the mistake concerns the person as a whole. A server's answer may be of that kind.
    pub column: Option<Column>,
    /// The cell's name in the spreadsheet, such as `F12`, or the row's number if there is no cell.
    pub cell: String,
    /// What is wrong, what was expected and what to do, in English.
    pub message: String,
}

/// A row whose cells were read, before the rows are compared with each other.
///
/// A field is `None` if its cell has a mistake; the mistake is then in `problems`.
pub(crate) struct ParsedRow {
    /// The row's number in the spreadsheet.
    pub(crate) number: u32,
    pub(crate) category: Option<Category>,
    pub(crate) family_name: Option<String>,
    pub(crate) given_name: Option<String>,
    native_name: Option<String>,
    name_kk: Option<String>,
    name_ru: Option<String>,
    nationality: Option<String>,
    birth_date: Option<Date>,
    sex: Option<Sex>,
    pub(crate) passport_number: Option<String>,
    pub(crate) issuing_state: Option<String>,
    passport_expiry: Option<Date>,
    mrz: Option<String>,
    pub(crate) problems: Vec<Problem>,
    is_empty: bool,
}

/// Reads every cell of a row, whatever is wrong with the others.
pub(crate) fn parse_row(number: u32, cells: &[Cell], layout: &Layout) -> ParsedRow {
    let mut reader = Reader { number, cells, layout, problems: Vec::new() };
    let mut parsed = ParsedRow {
        number,
        category: reader.read(Column::Category, listed_values::category),
        family_name: reader.read(Column::FamilyName, names::family),
        given_name: reader.read(Column::GivenName, names::given),
        native_name: reader.read(Column::NativeName, names::full),
        name_kk: reader.read(Column::NameKk, names::full),
        name_ru: reader.read(Column::NameRu, names::full),
        nationality: reader.read(Column::Nationality, listed_values::country),
        birth_date: reader.read(Column::BirthDate, dates::birth),
        sex: reader.read(Column::Sex, listed_values::sex),
        passport_number: reader.read(Column::PassportNumber, passport::number),
        issuing_state: reader.read(Column::IssuingState, listed_values::country),
        passport_expiry: reader.read(Column::PassportExpiry, dates::expiry),
        mrz: reader.read(Column::Mrz, passport::mrz),
        problems: Vec::new(),
        is_empty: layout.positions.values().all(|position| cells.get(*position).is_none_or(Cell::is_empty)),
    };
    parsed.problems = reader.problems;
    // Compared after all cells, because it needs two of them. Each date alone is plausible when they are exchanged.
    if let (Some(birth), Some(expiry)) = (parsed.birth_date, parsed.passport_expiry)
        && birth >= expiry
    {
        parsed.add_problem(layout, Column::BirthDate, dates::BORN_TOO_LATE.to_owned());
    }
    parsed
}

impl ParsedRow {
    /// Whether every known column is empty. Such a row is skipped, even if an unknown column holds something.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Adds a mistake in a column of this row.
    pub(crate) fn add_problem(&mut self, layout: &Layout, column: Column, message: String) {
        let cell = layout.cell_name(self.number, column);
        self.problems.push(Problem { column: Some(column), cell, message });
    }

    /// The application to file if the row has no mistake, otherwise its mistakes.
    pub(crate) fn into_outcome(self) -> Result<Filing, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(self.filing().expect("a field without a value has a problem"))
        } else {
            Err(self.problems)
        }
    }

    /// The application to file, or `None` if a field has no value. The importing program adds the documents.
    fn filing(self) -> Option<Filing> {
        let content = Content {
            category: self.category?,
            family_name: Personal::new(self.family_name?),
            given_name: Personal::new(self.given_name?),
            native_name: Personal::new(self.native_name?),
            name_kk: Personal::new(self.name_kk?),
            name_ru: Personal::new(self.name_ru?),
            nationality: self.nationality?,
            sex: self.sex?,
            issuing_state: self.issuing_state?,
            passport_expiry: self.passport_expiry?,
            documents: Vec::new(),
        };
        let identity = Identity {
            passport_number: Personal::new(self.passport_number?),
            birth_date: Personal::new(self.birth_date?),
            mrz: Personal::new(self.mrz?),
        };
        Some(Filing { content, identity })
    }
}

/// Reads the cells of one row and collects their mistakes.
struct Reader<'a> {
    number: u32,
    cells: &'a [Cell],
    layout: &'a Layout,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// Reads one cell by the rule of its column. A list without the column gives an empty cell, and the rule decides.
    fn read<T>(&mut self, column: Column, rule: fn(&Cell) -> Result<T, String>) -> Option<T> {
        let position = self.layout.positions.get(&column);
        let cell = position.and_then(|position| self.cells.get(*position)).unwrap_or(&Cell::Empty);
        // Handled here because no column accepts these. The rules then see only text, numbers and dates.
        let read = match cell {
            Cell::Uncalculated => Err(UNCALCULATED.to_owned()),
            Cell::Error(_) => Err(ERROR.to_owned()),
            cell => rule(cell),
        };
        read.map_err(|message| {
            let cell = self.layout.cell_name(self.number, column);
            self.problems.push(Problem { column: Some(column), cell, message });
        })
        .ok()
    }
}

/// Programs that generate workbooks often write formulas without results. A spreadsheet program adds them on saving.
const UNCALCULATED: &str = "The cell holds a formula that was never calculated. Open the file in a spreadsheet program \
    and save it, or type the value in place of the formula.";
/// Said for every error value, because the secretary sees in the cell which one it is.
const ERROR: &str =
    "The cell holds an error such as #N/A, and a value is expected. Type the value in place of the error.";
