//! Finds the header row of a list, and what each column means.

use std::collections::BTreeMap;

use domain::vocabulary::language::Language;

use crate::cell;
use crate::column::{Column, is_problems};
use crate::file_error::FileError;
use crate::grid::Grid;

/// How many rows are searched for the headers. A title, a date and a letterhead may come above them.
pub(crate) const HEADER_ROWS: u32 = 20;

/// How many known headers make a row the header row. One or two known words can also occur in a title.
const MIN_KNOWN_HEADERS: usize = 3;

/// How many characters of an unknown header are shown to the secretary.
const MAX_NOTICE_CHARACTERS: usize = 60;

/// The header row of a list and the position of each column.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The number of the header row.
    pub(crate) row: u32,
    /// The headers as they are in the file; the file of bad rows repeats them.
    pub(crate) headers: Vec<String>,
    /// The position of each known column, counted from 0.
    pub(crate) positions: BTreeMap<Column, usize>,
    /// The headers that stand for no known column, shortened.
    pub(crate) ignored: Vec<String>,
}

impl Layout {
    /// The language of most headers. Messages in the file of bad rows name the columns in this language.
    pub(crate) fn language(&self) -> Language {
        let known_headers = |language: &Language| {
            let in_it =
                |(column, position): &(&Column, &usize)| column.has_header(&self.headers[**position], *language);
            self.positions.iter().filter(in_it).count()
        };
        // `max_by_key` takes the last of equals. In reverse order that is English.
        Language::ALL.into_iter().rev().max_by_key(known_headers).unwrap_or(Language::En)
    }

    /// The spreadsheet's name of a cell, such as `F12`, or the row's number if the file has no such column.
    pub(crate) fn cell_name(&self, row: u32, column: Column) -> String {
        self.positions.get(&column).map_or_else(|| row.to_string(), |position| cell::name(row, *position))
    }
}

/// Finds the header row and the position of each column.
///
/// # Errors
///
/// Fails if no row looks like headers, if a required column is missing, or if a column occurs twice.
pub(crate) fn find_layout(grid: &Grid<'_>) -> Result<Layout, FileError> {
    let known = |row: &u32| grid.rows[row].iter().filter(|cell| Column::lookup_header(&cell.shown()).is_some()).count();
    let candidates = grid.rows.range(..=HEADER_ROWS).map(|(number, _)| *number);
    let rows = HEADER_ROWS;
    // Of equally good rows the first is taken, because a row below the headers may repeat some of their words.
    let row = candidates.rev().max_by_key(known).filter(|row| known(row) >= MIN_KNOWN_HEADERS);
    let row = row.ok_or(FileError::NoHeader { rows })?;
    let layout = parse_headers(row, grid.rows[&row].iter().map(cell::Cell::shown).collect())?;
    let is_present = |column: &Column| layout.positions.contains_key(column);
    let missing: Vec<_> =
        Column::ALL.into_iter().filter(|column| column.is_required() && !is_present(column)).collect();
    if missing.is_empty() { Ok(layout) } else { Err(FileError::ColumnsMissing { columns: missing }) }
}

/// Assigns each header to its column.
fn parse_headers(row: u32, headers: Vec<String>) -> Result<Layout, FileError> {
    let mut positions = BTreeMap::new();
    let mut ignored = Vec::new();
    for (position, header) in headers.iter().enumerate() {
        if let Some(column) = Column::lookup_header(header) {
            if let Some(first) = positions.insert(column, position) {
                let (first, second) = (cell::name(row, first), cell::name(row, position));
                return Err(FileError::ColumnTwice { column, first, second });
            }
        } else if !header.is_empty() && !is_problems(header) {
            ignored.push(header.chars().take(MAX_NOTICE_CHARACTERS).collect());
        }
    }
    Ok(Layout { row, headers, positions, ignored })
}
