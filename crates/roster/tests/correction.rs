//! Corrects a list of 800 people, 40 of whom have one of ten mistakes.
//!
//! The mistakes are reported and written to a file of bad rows. The test corrects that file and reads it again.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use roster::{Column, Format, Language, Limits, Problem, Roster};
use rust_xlsxwriter::Workbook;

const PEOPLE: u32 = 800;

type Line = Vec<Data>;

fn text(text: impl Into<String>) -> Data {
    Data::String(text.into())
}

/// The correct row of a person, by number, in the template's order of columns.
fn person(number: u32) -> Line {
    let letters: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'A')).collect();
    let category = ["STO", "Долгосрочный наблюдатель", "Жүргізуші"][number as usize % 3];
    let given = format!("TEST {letters}");
    let cells = [category, "SPECIMEN", &given, "", "", "", "KAZ", "1980-12-31", "M", "", "KAZ", "30.06.2029", ""];
    let mut cells: Line = cells.map(text).into();
    cells[9] = text(format!("N{number:08}"));
    cells
}

/// One of ten mistakes: its column, the wrong cell, and a part of the expected message.
fn mistake(way: u32, number: u32) -> (usize, Data, &'static str) {
    match way {
        0 => (1, text("IVАNOV"), "Cyrillic letter"),
        1 => (9, Data::Float(1_234_567.0), "lost the zeros"),
        2 => (7, text("05/04/1980"), "day or month first"),
        3 => (11, text("30.06.29"), "two digits"),
        4 => (6, text("KZ"), "write KAZ"),
        5 => (0, text("=GUEST()"), "category"),
        6 => (8, text("?"), "F, M or X"),
        7 => (1, text(""), "missing"),
        8 => (7, text("2030-01-01"), "not before"),
        _ => (9, text(format!("N{:08}", number - 1)), "already has this passport"),
    }
}

/// Which of the ten mistakes a person's row has. Every twentieth row has one.
fn way(number: u32) -> Option<u32> {
    (number % 20 == 10).then_some(number / 20 % 10)
}

/// All rows, with an unknown column in front. The tenth mistake repeats the person of the row before.
fn lines() -> Vec<Line> {
    let line = |number: u32| {
        let mut cells = person(number);
        if let Some(way) = way(number) {
            let (column, cell, _) = mistake(way, number);
            cells[column] = cell;
            if way == 9 {
                // The same person is listed twice, not another person with the same passport. So only one row is bad.
                (cells[0], cells[2]) = (person(number - 1)[0].clone(), person(number - 1)[2].clone());
            }
        }
        cells.insert(0, text(if number.is_multiple_of(7) { "=1+1" } else { "-" }));
        cells
    };
    (0..PEOPLE).map(line).collect()
}

fn headers(language: Language) -> Line {
    let columns = Column::ALL.into_iter().map(|column| text(column.header_in(language)));
    std::iter::once(text("+Desk")).chain(columns).collect()
}

fn xlsx(lines: &[Line]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(lines) {
        for (column, cell) in (0..).zip(line) {
            match cell {
                Data::Float(number) => sheet.write_number(row, column, *number).expect("a cell"),
                other => sheet.write_string(row, column, other.to_string()).expect("a cell"),
            };
        }
    }
    book.save_to_buffer().expect("into memory")
}

fn csv(lines: &[Line], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    for line in lines {
        writer.write_record(line.iter().map(ToString::to_string)).expect("into memory");
    }
    writer.into_inner().expect("into memory")
}

/// The rows of a file of bad rows, as a secretary sees them.
fn seen(bytes: &[u8], format: Format) -> Vec<Line> {
    match format {
        Format::Xlsx => {
            let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
            let formulas = book.worksheet_formula("Sheet1").expect("it has one sheet");
            assert!(formulas.cells().all(|(.., formula)| formula.is_empty()), "nothing in it is calculated");
            let range = book.worksheet_range("Sheet1").expect("it has one sheet");
            range.rows().map(<[Data]>::to_vec).collect()
        }
        Format::Csv { delimiter } => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").expect("the mark of UTF-8");
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(bytes);
            let records = reader.records().map(|record| record.expect("a row"));
            records.map(|record| record.iter().map(text).collect()).collect()
        }
    }
}

fn read(bytes: &[u8]) -> Roster {
    roster::read(bytes, &Limits::default()).expect("a list")
}

fn check_problems(roster: &Roster) {
    let bad: Vec<_> = roster.rows.iter().filter(|row| row.outcome.is_err()).collect();
    assert_eq!((roster.rows.len(), bad.len()), (800, 40));
    for row in bad {
        let number = row.number - 2;
        let way = way(number).expect("it was made bad");
        let (column, _, part) = mistake(way, number);
        let problems = row.outcome.as_ref().expect_err("it is bad");
        let cell = format!("{}{}", char::from(b'B' + u8::try_from(column).expect("a dozen")), row.number);
        assert!(problems.len() == 1 && problems[0].cell == cell, "{way}: {problems:?}");
        let part = if way == 1 && roster.format != Format::Xlsx { "neither" } else { part };
        assert!(problems[0].message.contains(part), "{way}: {problems:?}");
    }
}

/// Corrects each row of a file of bad rows, by the cell that its last column names.
fn correct(lines: &mut [Line]) {
    for line in lines {
        let message = line.last().expect("it has columns").to_string();
        let row: String = message.chars().skip(1).take_while(char::is_ascii_digit).collect();
        let good = person(row.parse::<u32>().expect("a cell's row") - 2);
        line.splice(1..=good.len(), good);
    }
}

/// Reads a list with mistakes, writes its bad rows, reads them back, corrects them and reads them once more.
fn check_correction(language: Language, lines: &[Line], write: impl Fn(&[Line]) -> Vec<u8>) -> Roster {
    let mut file = vec![headers(language)];
    file.extend_from_slice(lines);
    let roster = read(&write(&file));
    assert_eq!(roster.ignored, ["+Desk"]);
    check_problems(&roster);

    let written = roster::bad_rows(&roster, &BTreeMap::new());
    let again = read(&written);
    assert_eq!((again.rows.len(), again.format), (40, roster.format));
    let was: Vec<_> = roster.rows.iter().filter(|row| row.outcome.is_err()).map(|row| &row.cells).collect();
    for (row, was) in again.rows.iter().zip(was) {
        assert!(was.iter().enumerate().all(|(at, cell)| row.cells[at] == *cell), "nothing changes on the way");
    }
    let mut lines = seen(&written, roster.format);
    correct(&mut lines[1..]);
    let corrected = read(&write(&lines));
    assert_eq!(corrected.rows.iter().filter(|row| row.outcome.is_ok()).count(), 40);
    assert_eq!((corrected.rows.len(), corrected.ignored), (40, vec!["+Desk".to_owned()]));
    roster
}

#[test]
fn forty_bad_rows_of_a_workbook_are_reported_and_corrected() {
    for language in Language::ALL {
        check_correction(language, &lines(), xlsx);
    }
}

#[test]
fn forty_bad_rows_of_a_csv_file_are_reported_and_corrected() {
    // CSV has no numbers, so a number that lost its zeros becomes a text in scientific notation.
    let dashed = |cell| if let Data::Float(_) = cell { text("1.2E+11") } else { cell };
    let lines: Vec<_> = lines().into_iter().map(|line| line.into_iter().map(dashed).collect::<Line>()).collect();
    for (language, delimiter) in Language::ALL.into_iter().zip([b',', b';', b'\t']) {
        let roster = check_correction(language, &lines, |lines| csv(lines, delimiter));
        assert_eq!(roster.format, Format::Csv { delimiter });
        for cell in seen(&roster::bad_rows(&roster, &BTreeMap::new()), roster.format).iter().flatten() {
            assert!(!cell.to_string().starts_with(['=', '+', '-', '@']), "a program would calculate {cell}");
        }
    }
}

#[test]
fn problems_that_a_server_reported_are_written_too() {
    let roster = read(&xlsx(&[headers(Language::Ru), lines()[0].clone(), lines()[1].clone()]));
    assert!(roster.rows.iter().all(|row| row.outcome.is_ok()));
    let refused = Problem { column: None, cell: "3".to_owned(), message: "=Already filed.".to_owned() };
    let written = roster::bad_rows(&roster, &BTreeMap::from([(3, vec![refused])]));
    let lines = seen(&written, Format::Xlsx);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].last(), Some(&text("Ошибки")));
    assert_eq!(lines[1].last(), Some(&text("3 =Already filed.")));
}
