//! The file of what is to be mended: the bad rows, as they were, and what is wrong with each.
//!
//! It is read again after mending, so nothing in it may change on the way, and it is opened by a spreadsheet program, so
//! nothing in it may run. In a workbook a text is a text, whatever it begins with. In CSV every cell is in quotation
//! marks, and one that a program would calculate gets a tab before it, inside the marks: programs then show text, and
//! [`crate::read`] takes white space off every cell, so that it reads what was there. An apostrophe, which is often
//! used, would stay in the cell.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{Color, Format as Style, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::cell::Cell;
use crate::column::{PROBLEMS, is_problems};
use crate::template::properties;
use crate::{Format, Problem, Roster, Row};

/// With what a program takes a cell for a formula.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A cell of a workbook takes 32,767 characters.
const MOST_CHARACTERS: usize = 32_000;

/// Writes the rows that have a problem, their own or one that `more` has by the row's number, in the format that was
/// read: the columns as they were, and what is wrong in a last one.
pub fn bad_rows(roster: &Roster, more: &BTreeMap<u32, Vec<Problem>>) -> Vec<u8> {
    let bad = collect(roster, more);
    // The headers of before, less an earlier file's problems.
    let places: Vec<_> =
        (0..roster.layout.headers.len()).filter(|at| !is_problems(&roster.layout.headers[*at])).collect();
    match roster.format {
        Format::Xlsx => workbook(roster, &bad, &places).expect("fewer rows, columns and letters than a sheet takes"),
        Format::Csv { delimiter } => text(roster, &bad, &places, delimiter).expect("a vector takes what is written"),
    }
}

/// A row that is written, with what is wrong.
struct Bad<'a> {
    row: &'a Row,
    problems: Vec<&'a Problem>,
}

fn collect<'a>(roster: &'a Roster, more: &'a BTreeMap<u32, Vec<Problem>>) -> Vec<Bad<'a>> {
    let all = roster.rows.iter().map(|row| {
        let own = row.outcome.as_ref().err().into_iter().flatten();
        Bad { row, problems: own.chain(more.get(&row.number).into_iter().flatten()).collect() }
    });
    all.filter(|bad| !bad.problems.is_empty()).collect()
}

impl Bad<'_> {
    /// All that is wrong, a line for each, with the cell of the file that was read.
    fn told(&self, roster: &Roster) -> String {
        let language = roster.layout.language();
        let lines = self.problems.iter().map(|problem| match problem.column {
            Some(column) => format!("{} {}: {}", problem.cell, column.header_in(language), problem.message),
            None => format!("{} {}", problem.cell, problem.message),
        });
        lines.collect::<Vec<_>>().join("\n").chars().take(MOST_CHARACTERS).collect()
    }

    fn cell(&self, place: usize) -> &Cell {
        self.row.cells.get(place).unwrap_or(&Cell::Empty)
    }

    fn coloured(&self, roster: &Roster) -> BTreeSet<usize> {
        let columns = self.problems.iter().filter_map(|problem| problem.column);
        columns.filter_map(|column| roster.layout.places.get(&column).copied()).collect()
    }
}

fn workbook(roster: &Roster, bad: &[Bad<'_>], places: &[usize]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties());
    let sheet = workbook.add_worksheet();
    let (bold, plain) = (Style::new().set_bold(), Style::new().set_num_format("@"));
    let red = plain.clone().set_background_color(Color::RGB(0x00FF_C7CE));
    let wrapped = plain.clone().set_text_wrap().set_align(FormatAlign::Top);
    for (column, place) in (0..).zip(places) {
        // As text, so that what is typed again stays what was typed.
        sheet.set_column_format(column, &plain)?.set_column_width(column, 18)?;
        sheet.write_string_with_format(0, column, &roster.layout.headers[*place], &bold)?;
    }
    let last = u16::try_from(places.len()).expect("columns are limited to some dozens");
    sheet.set_column_width(last, 80)?;
    sheet.write_string_with_format(0, last, roster.layout.language().choose(PROBLEMS), &bold)?;
    for (number, bad) in (1..).zip(bad) {
        let coloured = bad.coloured(roster);
        for (column, place) in (0..).zip(places) {
            write(sheet, (number, column), bad.cell(*place), if coloured.contains(place) { &red } else { &plain })?;
        }
        sheet.write_string_with_format(number, last, bad.told(roster), &wrapped)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

/// A number stays one: as text it would be taken, with the zeros that it has lost.
fn write(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, style: &Style) -> Result<(), XlsxError> {
    match cell {
        Cell::Number(number) if number.is_finite() => sheet.write_number_with_format(row, column, *number, style)?,
        other if other.shown().is_empty() => sheet.write_blank(row, column, style)?,
        other => sheet.write_string_with_format(row, column, other.shown(), style)?,
    };
    Ok(())
}

fn text(roster: &Roster, bad: &[Bad<'_>], places: &[usize], delimiter: u8) -> Result<Vec<u8>, csv::Error> {
    // The mark by which spreadsheet programs know UTF-8.
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut bytes);
    let problems = roster.layout.language().choose(PROBLEMS).to_owned();
    let headers = places.iter().map(|place| inert(roster.layout.headers[*place].clone()));
    writer.write_record(headers.chain([problems]))?;
    for bad in bad {
        let cells = places.iter().map(|place| inert(bad.cell(*place).shown()));
        writer.write_record(cells.chain([inert(bad.told(roster))]))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// What no program calculates.
fn inert(text: String) -> String {
    if text.starts_with(FORMULA) { format!("\t{text}") } else { text }
}
