//! Reads XLSX workbooks: the first sheet that is visible, cell by cell.

mod archive_check;
mod byte_counter;

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::civil::Date;

use crate::cell::Cell;
use crate::file_error::FileError;
use crate::grid::Grid;
use crate::limits::Limits;

/// Reads the cells of the first visible sheet. Hidden sheets often hold lists for drop-downs, not people.
pub(crate) fn read<'a>(bytes: &[u8], limits: &'a Limits) -> Result<Grid<'a>, FileError> {
    archive_check::check(bytes, limits)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(file_error)?;
    let sheets = workbook.sheets_metadata();
    let seen = sheets.iter().find(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    let name = seen.ok_or(FileError::Broken { what: "it has no visible sheet" })?.name.clone();
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(file_error)?;
    let mut grid = Grid::new(limits);
    // Cells are streamed. The library's range of cells would allocate every cell between two opposite corners.
    while let Some(record) = cells.next_cell_with_formula_metadata().map_err(file_error)? {
        let cell = match record.value {
            DataRef::Empty if record.formula.is_some() => Cell::Uncalculated,
            value => cell_from_value(value),
        };
        let (row, column) = record.pos;
        grid.put(row + 1, usize::try_from(column).expect("32 bits fit"), cell)?;
    }
    Ok(grid)
}

/// The cell for a value of the library. Whole numbers in an `Int` cell are exact, so they become text.
fn cell_from_value(value: DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::text(&number.to_string()),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::String(text) => Cell::text(&text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Bool(is) => Cell::text(if is { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(moment) => date_cell(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::text(text.split('T').next().unwrap_or(&text)),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// The cell for a date of the library, without its time of day.
///
/// Spreadsheets know a 29 February 1900, which never was. It becomes text, and the rule for dates refuses it.
fn date_cell(moment: ExcelDateTime) -> Cell {
    if !moment.is_datetime() {
        return Cell::Number(moment.as_f64());
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let small = |number: u8| i8::try_from(number).unwrap_or(0);
    let date = i16::try_from(year).ok().and_then(|year| Date::new(year, small(month), small(day)).ok());
    date.map_or_else(|| Cell::text(&format!("{year:04}-{month:02}-{day:02}")), Cell::Date)
}

/// The error for one of the library. Its own text is dropped, because it can repeat the text of a cell.
fn file_error(error: XlsxError) -> FileError {
    match error {
        XlsxError::Password => FileError::OldOrLocked,
        XlsxError::Zip(_) | XlsxError::Io(_) => FileError::Broken { what: "the archive is damaged" },
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound | XlsxError::WorksheetNotFound(_) => {
            FileError::Broken { what: "the archive is no workbook" }
        }
        _ => FileError::Broken { what: "its sheets are damaged" },
    }
}
