//! Writes the file of bad rows: the rows that have mistakes, unchanged, with a last column that lists the mistakes.
//!
//! The secretary corrects the file and imports it again. So no cell may change on the way from the first file.
//!
//! A spreadsheet program opens the file, so no cell may run as a formula. In a workbook a text stays text, whatever it
//! begins with. In CSV every cell is in quotation marks, and a cell that a program would calculate gets a tab in front,
//! inside the marks. Programs then show text, and [`crate::read`] trims white space, so it reads the original cell. The
//! apostrophe that is often used for this would stay in the cell.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{Color, Format as Style, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::cell::Cell;
use crate::column::{PROBLEMS, is_problems};
use crate::template::properties;
use crate::{Format, Problem, Roster, Row};

/// The characters by which spreadsheet programs recognize a formula, in both widths (OWASP, "CSV Injection").
const FORMULA_STARTS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The longest list of mistakes that is written into one cell. A workbook allows 32,767 characters in a cell.
const MAX_CELL_CHARACTERS: usize = 32_000;

/// Writes the rows that have a problem, in the format of the file that was read.
///
/// `more` has further problems by row number, such as those that a server reported. The columns stay as they were; a
/// column of messages is added at the end and replaces that of an earlier file of bad rows.
pub fn bad_rows(roster: &Roster, more: &BTreeMap<u32, Vec<Problem>>) -> Vec<u8> {
    let bad = collect_bad_rows(roster, more);
    // The columns of the original list, without the messages of an earlier file of bad rows.
    let positions: Vec<_> =
        (0..roster.layout.headers.len()).filter(|at| !is_problems(&roster.layout.headers[*at])).collect();
    match roster.format {
        Format::Xlsx => write_workbook(roster, &bad, &positions).expect("the limits are below those of a sheet"),
        Format::Csv { delimiter } => {
            write_csv(roster, &bad, &positions, delimiter).expect("writing into memory cannot fail")
        }
    }
}

/// A row to be written, with all its problems.
struct BadRow<'a> {
    row: &'a Row,
    problems: Vec<&'a Problem>,
}

/// The rows that have a problem, in the order of the file.
fn collect_bad_rows<'a>(roster: &'a Roster, more: &'a BTreeMap<u32, Vec<Problem>>) -> Vec<BadRow<'a>> {
    let all = roster.rows.iter().map(|row| {
        let own = row.outcome.as_ref().err().into_iter().flatten();
        BadRow { row, problems: own.chain(more.get(&row.number).into_iter().flatten()).collect() }
    });
    all.filter(|bad| !bad.problems.is_empty()).collect()
}

impl BadRow<'_> {
    /// All problems of the row, one on each line. Each names its cell in the file that was read, not in the new one.
    fn problem_text(&self, roster: &Roster) -> String {
        let language = roster.layout.language();
        let lines = self.problems.iter().map(|problem| match problem.column {
            Some(column) => format!("{} {}: {}", problem.cell, column.header_in(language), problem.message),
            None => format!("{} {}", problem.cell, problem.message),
        });
        lines.collect::<Vec<_>>().join("\n").chars().take(MAX_CELL_CHARACTERS).collect()
    }

    /// The cell at a position; empty if the row ends before it.
    fn cell(&self, position: usize) -> &Cell {
        self.row.cells.get(position).unwrap_or(&Cell::Empty)
    }

    /// The positions of the cells that get a red background.
    fn problem_columns(&self, roster: &Roster) -> BTreeSet<usize> {
        let columns = self.problems.iter().filter_map(|problem| problem.column);
        columns.filter_map(|column| roster.layout.positions.get(&column).copied()).collect()
    }
}

/// Writes the rows as a workbook, with a red background in the cells that have a problem.
fn write_workbook(roster: &Roster, bad: &[BadRow<'_>], positions: &[usize]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties());
    let sheet = workbook.add_worksheet();
    let (bold, text_style) = (Style::new().set_bold(), Style::new().set_num_format("@"));
    let red = text_style.clone().set_background_color(Color::RGB(0x00FF_C7CE));
    let wrapped = text_style.clone().set_text_wrap().set_align(FormatAlign::Top);
    for (column, position) in (0..).zip(positions) {
        // Text format, so that a corrected passport number keeps its leading zeros.
        sheet.set_column_format(column, &text_style)?.set_column_width(column, 18)?;
        sheet.write_string_with_format(0, column, &roster.layout.headers[*position], &bold)?;
    }
    let last = u16::try_from(positions.len()).expect("columns are limited to some dozens");
    sheet.set_column_width(last, 80)?;
    sheet.write_string_with_format(0, last, roster.layout.language().choose(PROBLEMS), &bold)?;
    for (number, bad) in (1..).zip(bad) {
        let problem_columns = bad.problem_columns(roster);
        for (column, position) in (0..).zip(positions) {
            write_cell(
                sheet,
                (number, column),
                bad.cell(*position),
                if problem_columns.contains(position) { &red } else { &text_style },
            )?;
        }
        sheet.write_string_with_format(number, last, bad.problem_text(roster), &wrapped)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

/// Writes one cell in the type that it had.
///
/// A number stays a number. As text it would be accepted at the next import, without the zeros that it has lost.
fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, style: &Style) -> Result<(), XlsxError> {
    match cell {
        Cell::Number(number) if number.is_finite() => sheet.write_number_with_format(row, column, *number, style)?,
        other if other.shown().is_empty() => sheet.write_blank(row, column, style)?,
        other => sheet.write_string_with_format(row, column, other.shown(), style)?,
    };
    Ok(())
}

/// Writes the rows as CSV, with the delimiter of the file that was read.
fn write_csv(roster: &Roster, bad: &[BadRow<'_>], positions: &[usize], delimiter: u8) -> Result<Vec<u8>, csv::Error> {
    // The byte order mark, without which Excel reads the file in the machine's old encoding.
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut bytes);
    let problems = roster.layout.language().choose(PROBLEMS).to_owned();
    let headers = positions.iter().map(|position| without_formula(roster.layout.headers[*position].clone()));
    writer.write_record(headers.chain([problems]))?;
    for bad in bad {
        let cells = positions.iter().map(|position| without_formula(bad.cell(*position).shown()));
        writer.write_record(cells.chain([without_formula(bad.problem_text(roster))]))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// Puts a tab in front of a text that a spreadsheet program would calculate.
fn without_formula(text: String) -> String {
    if text.starts_with(FORMULA_STARTS) { format!("\t{text}") } else { text }
}
