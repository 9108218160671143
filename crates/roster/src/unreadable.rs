//! Why a file as a whole could not be read.

use crate::column::Column;

/// A file that gives no rows at all, with what to do about it. No cell's text is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Over [`crate::Limits::bytes`].
    #[error("the file is larger than {} MiB; remove pictures and sheets that are not the list", bytes >> 20)]
    TooLarge {
        /// How many it may have.
        bytes: usize,
    },
    /// Over [`crate::Limits::rows`].
    #[error("the list has more than {rows} rows; split it into several files")]
    TooManyRows {
        /// How many it may have.
        rows: usize,
    },
    /// Over [`crate::Limits::columns`].
    #[error("cell {cell} is beyond the {columns} columns that are read; delete what is to the right of the list")]
    TooManyColumns {
        /// The first one too many.
        cell: String,
        /// How many columns are read.
        columns: usize,
    },
    /// Over [`crate::Limits::cell_characters`].
    #[error("cell {cell} has more than {characters} characters; no column takes so many, shorten it")]
    CellTooLong {
        /// Which.
        cell: String,
        /// How many it may have.
        characters: usize,
    },
    /// What a workbook is made of is far more than a list of people needs.
    #[error(
        "the workbook unpacks to too much ({what}); copy the list alone into a new workbook and save that as .xlsx"
    )]
    TooMuchInside {
        /// What there is too much of.
        what: &'static str,
    },
    /// Not a workbook, or a broken one.
    #[error(
        "the file is not a workbook that can be read ({what}); open it in a spreadsheet program and save it as .xlsx"
    )]
    Broken {
        /// What was found.
        what: &'static str,
    },
    /// A workbook of before 2007, or one with a password.
    #[error("the file is an old .xls workbook or has a password; save it as .xlsx without a password")]
    OldOrLocked,
    /// Text in another encoding.
    #[error("the file is not UTF-8 text (line {line}); it may be windows-1251: save it as \"CSV UTF-8\", or as .xlsx")]
    NotUtf8 {
        /// The first line that is not.
        line: usize,
    },
    /// Text with the mark of UTF-16.
    #[error("the file is UTF-16 (\"Unicode text\"); save it as \"CSV UTF-8\", or as .xlsx")]
    Utf16,
    /// A quotation mark that is never closed.
    #[error("the quotation mark that opens in row {row} is never closed; save the list anew as CSV UTF-8, or as .xlsx")]
    OpenQuote {
        /// Where its row begins.
        row: u32,
    },
    /// No row that looks like headers.
    #[error("no header row was found in the first {rows} rows; begin with the template, whose headers are known")]
    NoHeader {
        /// How far was looked.
        rows: u32,
    },
    /// A column that must be there is not.
    #[error("{}", missing(columns))]
    ColumnsMissing {
        /// Which.
        columns: Vec<Column>,
    },
    /// Two headers that mean the same.
    #[error("cells {first} and {second} both say \"{}\"; delete or rename one of the columns", column.header())]
    ColumnTwice {
        /// What both mean.
        column: Column,
        /// The left one.
        first: String,
        /// The right one.
        second: String,
    },
}

fn missing(columns: &[Column]) -> String {
    let each = columns.iter().map(|column| {
        let accepted: Vec<_> = column.headers().map(|header| format!("\"{header}\"")).collect();
        format!("the column \"{}\" is missing; its header can be {}", column.header(), accepted.join(", "))
    });
    each.collect::<Vec<_>>().join("; ")
}
