//! The errors of a file that cannot be read as a whole.
//!
//! Each text says what is wrong, where it is, and what to do next. The secretary sees it after the file's name.

use crate::column::Column;

/// Why no row of a file could be read. No text of a cell is repeated, because most cells hold personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Over [`crate::Limits::bytes`].
    #[error(
        "the file is larger than {} MiB, the most that is read; delete pictures and all sheets except the list, then \
         save it again",
        bytes >> 20
    )]
    TooLarge {
        /// The limit, in bytes.
        bytes: usize,
    },
    /// Over [`crate::Limits::rows`].
    #[error("the list has more than {rows} rows, the most for one file; split it into several files")]
    TooManyRows {
        /// The limit.
        rows: usize,
    },
    /// Over [`crate::Limits::columns`]. Often a stray space or note far to the right of the list.
    #[error("cell {cell} lies beyond the {columns} columns that are read; delete all columns to the right of the list")]
    TooManyColumns {
        /// The first cell that is too far to the right.
        cell: String,
        /// The limit.
        columns: usize,
    },
    /// Over [`crate::Limits::cell_characters`].
    #[error("cell {cell} has more than {characters} characters, the most for one cell; shorten its text")]
    CellTooLong {
        /// The cell's name in the spreadsheet.
        cell: String,
        /// The limit.
        characters: usize,
    },
    /// The file contains far more of something than a list of people needs. It may be made to use up memory.
    #[error(
        "the file contains far more than a list of people needs ({what}); copy the list alone into a new workbook and \
         save that as .xlsx"
    )]
    TooMuchInside {
        /// What there is too much of.
        what: &'static str,
    },
    /// The file is no workbook, or a damaged one.
    #[error("the file cannot be read as a workbook ({what}); open it in a spreadsheet program and save it as .xlsx")]
    Broken {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The file is a workbook from before 2007 or has a password. Both begin with the same bytes.
    #[error("the file is an old .xls workbook or has a password; save it as .xlsx without a password")]
    OldOrLocked,
    /// The file is text in another encoding than UTF-8.
    #[error(
        "line {line} is not UTF-8 text, perhaps because the file is in windows-1251; save the list as \"CSV UTF-8\" or \
         as .xlsx"
    )]
    NotUtf8 {
        /// The first line that is not UTF-8, counted from 1.
        line: usize,
    },
    /// The file begins with the byte order mark of UTF-16.
    #[error("the file is UTF-16 text (\"Unicode text\"); save the list as \"CSV UTF-8\" or as .xlsx")]
    Utf16,
    /// A quotation mark is never closed, so the rest of the file would be one cell.
    #[error(
        "the quotation mark that opens in row {row} is never closed; close it, or save the list again as \"CSV UTF-8\" \
         or as .xlsx"
    )]
    OpenQuote {
        /// The row in which the quotation mark opens.
        row: u32,
    },
    /// No row looks like a header row.
    #[error(
        "no row with column headers was found in the first {rows} rows; copy the header row of the template above the \
         list"
    )]
    NoHeader {
        /// How many rows were searched.
        rows: u32,
    },
    /// Required columns are missing. All of them are named at once.
    #[error("{}", missing(columns))]
    ColumnsMissing {
        /// The missing columns.
        columns: Vec<Column>,
    },
    /// Two headers stand for the same column, so it is not clear which of the two to read.
    #[error(
        "cells {first} and {second} are both headers of the column \"{}\"; delete or rename one of the two columns",
        column.header()
    )]
    ColumnTwice {
        /// The column for which both headers stand.
        column: Column,
        /// The header cell on the left.
        first: String,
        /// The header cell on the right.
        second: String,
    },
}

/// Names each missing column with every header that would be recognized, because the list may just call it otherwise.
fn missing(columns: &[Column]) -> String {
    let each = columns.iter().map(|column| {
        let accepted: Vec<_> = column.headers().map(|header| format!("\"{header}\"")).collect();
        format!("the column \"{}\" is missing; add it with one of the headers {}", column.header(), accepted.join(", "))
    });
    each.collect::<Vec<_>>().join("; ")
}
