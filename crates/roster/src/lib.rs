//! A delegation's list of observers, from the spreadsheet that its secretary keeps to rows that can be filed.
//!
//! Bytes in, values out, and back: nothing here opens a file, reads a clock or talks to a server. [`read`] takes XLSX
//! or CSV and answers for every row either a [`Filing`] or everything that is wrong with it, each [`Problem`] by its
//! cell. [`template`] makes the file to begin with, [`list`] one that is filled in, [`bad_rows`] the file of what is to be mended
//! and read again.
//!
//! The bytes come from a stranger's mail. Whatever they are, [`read`] refuses or reads them within [`Limits`], in little
//! time and memory; `xlsx/parts.rs` says how.

mod bad_rows;
mod cell;
mod column;
mod delimited;
mod duplicates;
mod entry;
mod grid;
mod header;
mod limits;
mod rules;
mod template;
mod unreadable;
mod words;
mod xlsx;

pub use bad_rows::bad_rows;
pub use cell::Cell;
pub use column::Column;
pub use entry::Problem;
pub use limits::Limits;
pub use template::{list, template};
pub use unreadable::Unreadable;

use domain::application::content::Filing;
pub use domain::vocabulary::language::Language;
use grid::Grid;
use header::Layout;

/// A list of observers as it was read.
#[derive(Debug)]
pub struct Roster {
    /// The rows of data, in the file's order; empty ones and the template's example are left out.
    pub rows: Vec<Row>,
    /// The headers of the columns that nobody asked for, shortened; a notice, not an error.
    pub ignored: Vec<String>,
    /// What the file was, and what the file of bad rows will be.
    pub format: Format,
    layout: Layout,
}

/// One row of data.
#[derive(Debug)]
pub struct Row {
    /// Its number, as the spreadsheet shows it.
    pub number: u32,
    /// Its cells as they stood in the file, for the file of bad rows.
    pub cells: Vec<Cell>,
    /// What it says, without documents, or all that is wrong with it.
    pub outcome: Result<Filing, Vec<Problem>>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// Text with one of the delimiters comma, semicolon and tab.
    Csv {
        /// Which.
        delimiter: u8,
    },
}

/// Reads a list of observers.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Roster, Unreadable> {
    if bytes.len() > limits.bytes {
        return Err(Unreadable::TooLarge { bytes: limits.bytes });
    }
    let (grid, format) = if bytes.starts_with(b"PK") {
        (xlsx::read(bytes, limits)?, Format::Xlsx)
    } else if bytes.starts_with(OLE) {
        return Err(Unreadable::OldOrLocked);
    } else {
        let (grid, delimiter) = delimited::read(bytes, limits)?;
        (grid, Format::Csv { delimiter })
    };
    judge(grid, format, limits)
}

/// How a workbook of before 2007 begins, and one of today that has a password.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

fn judge(grid: Grid<'_>, format: Format, limits: &Limits) -> Result<Roster, Unreadable> {
    let layout = header::find(&grid)?;
    let data: Vec<_> = grid.rows.into_iter().filter(|(number, _)| *number > layout.row).collect();
    if data.len() > limits.rows {
        return Err(Unreadable::TooManyRows { rows: limits.rows });
    }
    let mut drafts = Vec::new();
    for (number, cells) in data {
        let draft = entry::draft(number, &cells, &layout);
        if !draft.is_empty() && !template::is_example(&cells, &layout) {
            drafts.push((draft, cells));
        }
    }
    duplicates::mark(&mut drafts, &layout);
    let rows =
        drafts.into_iter().map(|(draft, cells)| Row { number: draft.number, cells, outcome: draft.finish() }).collect();
    Ok(Roster { rows, ignored: layout.ignored.clone(), format, layout })
}
