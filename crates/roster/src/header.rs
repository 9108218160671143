//! Which row is the headers, and which column is what.

use std::collections::BTreeMap;

use domain::vocabulary::language::Language;

use crate::cell;
use crate::column::{Column, is_problems};
use crate::grid::Grid;
use crate::unreadable::Unreadable;

/// How far down the headers may stand: above them may be a title, a date and a letterhead.
pub(crate) const HEADER_ROWS: u32 = 20;

/// So many known headers make a row the headers; a title that happens to be a header's word does not.
const ENOUGH: usize = 3;

/// So much of a header that nobody asked for is repeated to its author.
const NOTICE_CHARACTERS: usize = 60;

/// Where everything stands.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The number of the header row.
    pub(crate) row: u32,
    /// The headers as they are in the file.
    pub(crate) headers: Vec<String>,
    /// The place of every column that the file has, from 0.
    pub(crate) places: BTreeMap<Column, usize>,
    /// The headers that stand for nothing.
    pub(crate) ignored: Vec<String>,
}

impl Layout {
    /// The language of most headers.
    pub(crate) fn language(&self) -> Language {
        let called = |language: &Language| {
            let in_it = |(column, place): &(&Column, &usize)| column.is_called(&self.headers[**place], *language);
            self.places.iter().filter(in_it).count()
        };
        // From behind, because the last of equals is taken and English comes first.
        Language::ALL.into_iter().rev().max_by_key(called).unwrap_or(Language::En)
    }

    /// What the spreadsheet calls the cell of a column in a row; the row alone if the file has no such column.
    pub(crate) fn cell_name(&self, row: u32, column: Column) -> String {
        self.places.get(&column).map_or_else(|| row.to_string(), |place| cell::name(row, *place))
    }
}

/// Finds the headers, and refuses a file whose columns are not clear.
pub(crate) fn find(grid: &Grid<'_>) -> Result<Layout, Unreadable> {
    let known = |row: &u32| grid.rows[row].iter().filter(|cell| Column::of(&cell.shown()).is_some()).count();
    let candidates = grid.rows.range(..=HEADER_ROWS).map(|(number, _)| *number);
    let rows = HEADER_ROWS;
    // The first of the best, because a row below the headers may repeat some of their words.
    let row = candidates.rev().max_by_key(known).filter(|row| known(row) >= ENOUGH);
    let row = row.ok_or(Unreadable::NoHeader { rows })?;
    let layout = lay_out(row, grid.rows[&row].iter().map(cell::Cell::shown).collect())?;
    let there = |column: &Column| layout.places.contains_key(column);
    let missing: Vec<_> = Column::ALL.into_iter().filter(|column| column.required() && !there(column)).collect();
    if missing.is_empty() { Ok(layout) } else { Err(Unreadable::ColumnsMissing { columns: missing }) }
}

fn lay_out(row: u32, headers: Vec<String>) -> Result<Layout, Unreadable> {
    let mut places = BTreeMap::new();
    let mut ignored = Vec::new();
    for (place, header) in headers.iter().enumerate() {
        if let Some(column) = Column::of(header) {
            if let Some(first) = places.insert(column, place) {
                let (first, second) = (cell::name(row, first), cell::name(row, place));
                return Err(Unreadable::ColumnTwice { column, first, second });
            }
        } else if !header.is_empty() && !is_problems(header) {
            ignored.push(header.chars().take(NOTICE_CHARACTERS).collect());
        }
    }
    Ok(Layout { row, headers, places, ignored })
}
