//! Workbooks: the first sheet that is not hidden, cell by cell as it streams by.

mod meter;
mod parts;

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::civil::Date;

use crate::cell::Cell;
use crate::grid::Grid;
use crate::limits::Limits;
use crate::unreadable::Unreadable;

/// Reads the cells of the first sheet that can be seen.
pub(crate) fn read<'a>(bytes: &[u8], limits: &'a Limits) -> Result<Grid<'a>, Unreadable> {
    parts::check(bytes, limits)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheets = workbook.sheets_metadata();
    let seen = sheets.iter().find(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    let name = seen.ok_or(Unreadable::Broken { what: "no sheet that can be seen" })?.name.clone();
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(broken)?;
    let mut grid = Grid::new(limits);
    // Streaming, because a range of two cells in opposite corners would have all the cells between them in memory.
    while let Some(record) = cells.next_cell_with_formula_metadata().map_err(broken)? {
        let cell = match record.value {
            DataRef::Empty if record.formula.is_some() => Cell::Uncalculated,
            value => cell(value),
        };
        let (row, column) = record.pos;
        grid.put(row + 1, usize::try_from(column).expect("32 bits fit"), cell)?;
    }
    Ok(grid)
}

fn cell(value: DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::text(&number.to_string()),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::String(text) => Cell::text(&text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Bool(is) => Cell::text(if is { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(moment) => day(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::text(text.split('T').next().unwrap_or(&text)),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// The day of a date cell. The 29th of February 1900, which spreadsheets have and the calendar has not, stays text.
fn day(moment: ExcelDateTime) -> Cell {
    if !moment.is_datetime() {
        return Cell::Number(moment.as_f64());
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let small = |number: u8| i8::try_from(number).unwrap_or(0);
    let date = i16::try_from(year).ok().and_then(|year| Date::new(year, small(month), small(day)).ok());
    date.map_or_else(|| Cell::text(&format!("{year:04}-{month:02}-{day:02}")), Cell::Date)
}

/// What the library says may repeat a cell's text, so it is not passed on.
fn broken(error: XlsxError) -> Unreadable {
    match error {
        XlsxError::Password => Unreadable::OldOrLocked,
        XlsxError::Zip(_) | XlsxError::Io(_) => Unreadable::Broken { what: "a damaged archive" },
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound | XlsxError::WorksheetNotFound(_) => {
            Unreadable::Broken { what: "an archive that is no workbook" }
        }
        _ => Unreadable::Broken { what: "damaged sheets" },
    }
}
