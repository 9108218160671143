//! The cells of one sheet, kept within the limits.
//!
//! Both formats write their cells into a [`Grid`] one by one. The limits are checked at each cell, so a file that is
//! too large is refused before it fills the memory.

use std::collections::BTreeMap;

use crate::cell::{self, Cell};
use crate::file_error::FileError;
use crate::header::HEADER_ROWS;
use crate::limits::Limits;

/// The rows that are not empty, by row number. A row ends with its last cell that is not empty.
///
/// Rows are a map and not a list, because one cell in row 1,048,576 must not allocate a million rows.
#[derive(Debug)]
pub(crate) struct Grid<'a> {
    /// The cells of each row, by row number counted from 1.
    pub(crate) rows: BTreeMap<u32, Vec<Cell>>,
    limits: &'a Limits,
    /// Bytes of the text of all cells so far.
    text_bytes: usize,
}

impl<'a> Grid<'a> {
    /// An empty grid that keeps to `limits`.
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { rows: BTreeMap::new(), limits, text_bytes: 0 }
    }

    /// Stores a cell; `row` counts from 1 as in the spreadsheet, `column` from 0.
    ///
    /// # Errors
    ///
    /// Fails if the cell exceeds a limit. Empty cells never do: programs write them far beyond the list.
    pub(crate) fn put(&mut self, row: u32, column: usize, cell: Cell) -> Result<(), FileError> {
        if cell.is_empty() {
            return Ok(());
        }
        if column >= self.limits.columns {
            return Err(FileError::TooManyColumns { cell: cell::name(row, column), columns: self.limits.columns });
        }
        self.check_text(row, column, &cell)?;
        // Rows above the headers are not known to be such yet, so they are allowed on top of the limit.
        if self.rows.len() > self.limits.rows + HEADER_ROWS as usize {
            return Err(FileError::TooManyRows { rows: self.limits.rows });
        }
        let cells = self.rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
        Ok(())
    }

    /// Checks the text of a cell against the limits for one cell and for all cells together.
    fn check_text(&mut self, row: u32, column: usize, cell: &Cell) -> Result<(), FileError> {
        let (Cell::Text(text) | Cell::Error(text)) = cell else { return Ok(()) };
        let characters = self.limits.cell_characters;
        if text.chars().nth(characters).is_some() {
            return Err(FileError::CellTooLong { cell: cell::name(row, column), characters });
        }
        // A workbook stores a text once and can show it in every cell. Here it is copied, so every use counts.
        self.text_bytes += text.len();
        if self.text_bytes > self.limits.text_bytes {
            return Err(FileError::TooMuchInside { what: "text" });
        }
        Ok(())
    }
}
