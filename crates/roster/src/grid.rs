//! The cells of one sheet, as many as the limits let in.

use std::collections::BTreeMap;

use crate::cell::{self, Cell};
use crate::header::HEADER_ROWS;
use crate::limits::Limits;
use crate::unreadable::Unreadable;

/// The rows that hold something, by number. A row ends with its last cell that is not empty.
#[derive(Debug)]
pub(crate) struct Grid<'a> {
    pub(crate) rows: BTreeMap<u32, Vec<Cell>>,
    limits: &'a Limits,
    text_bytes: usize,
}

impl<'a> Grid<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { rows: BTreeMap::new(), limits, text_bytes: 0 }
    }

    /// Puts a cell where it stands; `row` counts from 1, `column` from 0.
    pub(crate) fn put(&mut self, row: u32, column: usize, cell: Cell) -> Result<(), Unreadable> {
        if cell.is_empty() {
            return Ok(());
        }
        if column >= self.limits.columns {
            return Err(Unreadable::TooManyColumns { cell: cell::name(row, column), columns: self.limits.columns });
        }
        self.weigh(row, column, &cell)?;
        if self.rows.len() > self.limits.rows + HEADER_ROWS as usize {
            return Err(Unreadable::TooManyRows { rows: self.limits.rows });
        }
        let cells = self.rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
        Ok(())
    }

    fn weigh(&mut self, row: u32, column: usize, cell: &Cell) -> Result<(), Unreadable> {
        let (Cell::Text(text) | Cell::Error(text)) = cell else { return Ok(()) };
        let characters = self.limits.cell_characters;
        if text.chars().nth(characters).is_some() {
            return Err(Unreadable::CellTooLong { cell: cell::name(row, column), characters });
        }
        self.text_bytes += text.len();
        if self.text_bytes > self.limits.text_bytes {
            return Err(Unreadable::TooMuchInside { what: "text" });
        }
        Ok(())
    }
}
