//! Reads a delegation's list of observers from a spreadsheet and reports every mistake by its cell.
//!
//! The crate takes bytes and returns values, or the other way round. It opens no file, reads no clock and calls no
//! server, so every rule can be tested with a small table.
//!
//! * [`read`] takes XLSX or CSV. For each row it returns a [`Filing`] or all of the row's mistakes as [`Problem`]s.
//! * [`template`] makes the empty workbook that a secretary fills in.
//! * [`list`] makes a workbook that is filled in already.
//! * [`bad_rows`] makes a file of the rows with mistakes. The secretary corrects it and imports it again.
//!
//! A file passes these steps; each is a module:
//!
//! 1. `xlsx` or `delimited` reads cells into a `grid` and keeps to the `limits`.
//! 2. `header` finds the header row, and `column` says which header stands for which column.
//! 3. `row_parser` reads each row by the `rules` of its columns.
//! 4. `duplicates` compares the rows with each other.
//!
//! A mistake of the file as a whole is a [`FileError`], and no row is read. A mistake of a row leaves the others alone.
//!
//! A secretary may have 300 people and one hour left. So every message says what is wrong, what is expected and what
//! to do now, and a row reports all its mistakes at once.
//!
//! The bytes can come from a stranger's mail. [`read`] therefore keeps to [`Limits`] on time and memory, whatever the
//! bytes are. `xlsx/archive_check.rs` explains how it does so for workbooks.

mod bad_rows;
mod cell;
mod column;
mod delimited;
mod duplicates;
mod file_error;
mod grid;
mod header;
mod labels;
mod limits;
mod row_parser;
mod rules;
mod template;
mod xlsx;

pub use bad_rows::bad_rows;
pub use cell::Cell;
pub use column::Column;
pub use file_error::FileError;
pub use limits::Limits;
pub use row_parser::Problem;
pub use template::{list, template};

use domain::application::content::Filing;
pub use domain::vocabulary::language::Language;
use grid::Grid;
use header::Layout;

/// A list of observers, read from one file.
#[derive(Debug)]
pub struct Roster {
    /// The rows with people, in the file's order. Empty rows and the template's example are left out.
    pub rows: Vec<Row>,
    /// The headers of unknown columns, each cut to 60 characters. They are a notice, not an error: many secretaries
    /// keep columns of their own in the list.
    pub ignored: Vec<String>,
    /// The format of the file. [`bad_rows`] writes the same format, so that the secretary's program opens it too.
    pub format: Format,
    layout: Layout,
}

/// One row with a person.
#[derive(Debug)]
pub struct Row {
    /// The row's number as the spreadsheet shows it, counted from 1.
    pub number: u32,
    /// The cells as they are in the file. [`bad_rows`] writes them unchanged, so that no correction gets lost.
    pub cells: Vec<Cell>,
    /// The application to file, without documents, or every mistake in the row.
    pub outcome: Result<Filing, Vec<Problem>>,
}

/// The format of a list's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A workbook of Excel 2007 or later, or of a program that writes the same format.
    Xlsx,
    /// UTF-8 text whose cells are separated by a comma, a semicolon or a tab.
    Csv {
        /// The byte between two cells. Files with corrections use the same one.
        delimiter: u8,
    },
}

/// Reads a list of observers in XLSX or CSV.
///
/// Mistakes in a row are no error here; they are in [`Row::outcome`].
///
/// # Errors
///
/// Fails with a [`FileError`] if the file as a whole cannot be read, exceeds `limits`, or has no usable header row.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Roster, FileError> {
    if bytes.len() > limits.bytes {
        return Err(FileError::TooLarge { bytes: limits.bytes });
    }
    let (grid, format) = if bytes.starts_with(b"PK") {
        (xlsx::read(bytes, limits)?, Format::Xlsx)
    } else if bytes.starts_with(OLE_SIGNATURE) {
        return Err(FileError::OldOrLocked);
    } else {
        let (grid, delimiter) = delimited::read(bytes, limits)?;
        (grid, Format::Csv { delimiter })
    };
    parse_grid(grid, format, limits)
}

/// The first bytes of an OLE file. Workbooks from before 2007 are one, and so are workbooks with a password.
const OLE_SIGNATURE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// Turns the cells of a sheet into rows.
///
/// The header row comes first, because every message names a column. Duplicates come last, because they need all rows.
fn parse_grid(grid: Grid<'_>, format: Format, limits: &Limits) -> Result<Roster, FileError> {
    let layout = header::find_layout(&grid)?;
    let data: Vec<_> = grid.rows.into_iter().filter(|(number, _)| *number > layout.row).collect();
    if data.len() > limits.rows {
        return Err(FileError::TooManyRows { rows: limits.rows });
    }
    let mut parsed_rows = Vec::new();
    for (number, cells) in data {
        let parsed = row_parser::parse_row(number, &cells, &layout);
        if !parsed.is_empty() && !template::is_example(&cells, &layout) {
            parsed_rows.push((parsed, cells));
        }
    }
    duplicates::add_problems(&mut parsed_rows, &layout);
    let rows = parsed_rows
        .into_iter()
        .map(|(parsed, cells)| Row { number: parsed.number, cells, outcome: parsed.into_outcome() })
        .collect();
    Ok(Roster { rows, ignored: layout.ignored.clone(), format, layout })
}
