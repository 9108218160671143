//! What a row says, or all that is wrong with it.

use domain::application::content::{Content, Filing, Identity};
use domain::vocabulary::category::Category;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::sex::Sex;
use jiff::civil::Date;

use crate::cell::Cell;
use crate::column::Column;
use crate::header::Layout;
use crate::rules::{dates, names, passport, texts};

/// Something that is wrong with a row. The message says what was expected and what to do, and repeats no more of the
/// cell than one letter or a country's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The column; none if it is about the person as a whole, as a server's may be.
    pub column: Option<Column>,
    /// What the spreadsheet calls the cell, such as `F12`, or the row's number.
    pub cell: String,
    /// What was expected and what to do.
    pub message: String,
}

/// A row on its way to being a filing: what could be read of it, and what could not.
pub(crate) struct Draft {
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
    empty: bool,
}

/// Reads a row, every cell of it, whatever is wrong with the others.
pub(crate) fn draft(number: u32, cells: &[Cell], layout: &Layout) -> Draft {
    let mut reader = Reader { number, cells, layout, problems: Vec::new() };
    let mut draft = Draft {
        number,
        category: reader.read(Column::Category, texts::category),
        family_name: reader.read(Column::FamilyName, names::family),
        given_name: reader.read(Column::GivenName, names::given),
        native_name: reader.read(Column::NativeName, names::full),
        name_kk: reader.read(Column::NameKk, names::full),
        name_ru: reader.read(Column::NameRu, names::full),
        nationality: reader.read(Column::Nationality, texts::country),
        birth_date: reader.read(Column::BirthDate, dates::birth),
        sex: reader.read(Column::Sex, texts::sex),
        passport_number: reader.read(Column::PassportNumber, passport::number),
        issuing_state: reader.read(Column::IssuingState, texts::country),
        passport_expiry: reader.read(Column::PassportExpiry, dates::expiry),
        mrz: reader.read(Column::Mrz, passport::mrz),
        problems: Vec::new(),
        empty: layout.places.values().all(|place| cells.get(*place).is_none_or(Cell::is_empty)),
    };
    draft.problems = reader.problems;
    if let (Some(birth), Some(expiry)) = (draft.birth_date, draft.passport_expiry)
        && birth >= expiry
    {
        draft.object(layout, Column::BirthDate, dates::BORN_TOO_LATE.to_owned());
    }
    draft
}

impl Draft {
    /// Whether no column that is known holds anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.empty
    }

    /// Notes that something is wrong.
    pub(crate) fn object(&mut self, layout: &Layout, column: Column, message: String) {
        let cell = layout.cell_name(self.number, column);
        self.problems.push(Problem { column: Some(column), cell, message });
    }

    /// What is to be filed, if nothing is wrong.
    pub(crate) fn finish(self) -> Result<Filing, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(self.filing().expect("a field that is not there has its problem"))
        } else {
            Err(self.problems)
        }
    }

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

struct Reader<'a> {
    number: u32,
    cells: &'a [Cell],
    layout: &'a Layout,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn read<T>(&mut self, column: Column, rule: fn(&Cell) -> Result<T, String>) -> Option<T> {
        let place = self.layout.places.get(&column);
        let cell = place.and_then(|place| self.cells.get(*place)).unwrap_or(&Cell::Empty);
        // What no column can take is said here once, and the rules see text, numbers and dates alone.
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

const UNCALCULATED: &str = "The cell holds a formula that was never calculated. Open the file in a spreadsheet program \
    and save it, or write the value itself.";
const ERROR: &str = "The cell holds an error such as #N/A instead of a value. Write the value itself.";
