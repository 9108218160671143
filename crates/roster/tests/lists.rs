//! Lists as secretaries keep them: what is read, which files are refused, and which messages a row gets.

mod support;

use roster::{Column, FileError, Format, Language, Limits, Roster};
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Workbook};
use support::{HEADERS, PERSON, and, around, deflated, sheet, workbook};

fn read(bytes: &[u8]) -> Result<Roster, FileError> {
    roster::read(bytes, &Limits::default())
}

/// A list as text, with these rows below the headers.
fn csv(rows: &[[&str; 9]]) -> Vec<u8> {
    let line = |cells: &[&str; 9]| cells.map(|cell| format!("\"{cell}\"")).join(",") + "\n";
    (line(&HEADERS) + &rows.iter().map(line).collect::<String>()).into_bytes()
}

/// The person with one cell changed.
fn with(column: usize, cell: &'static str) -> [&'static str; 9] {
    let mut person = PERSON;
    person[column] = cell;
    person
}

/// The cells and messages of every problem.
fn problems(roster: &Roster) -> Vec<(String, String)> {
    let rows = roster.rows.iter().filter_map(|row| row.outcome.as_ref().err()).flatten();
    rows.map(|problem| (problem.cell.clone(), problem.message.clone())).collect()
}

#[test]
fn a_row_is_read_and_debug_output_shows_no_personal_data() {
    let roster = read(&csv(&[PERSON])).expect("a list");
    let entry = roster.rows[0].outcome.as_ref().expect("nothing is wrong");
    assert_eq!(entry.identity.passport_number.expose(), "C01X00T47");
    assert_eq!(entry.identity.birth_date.expose().to_string(), "1980-12-31");
    assert_eq!((entry.content.nationality.as_str(), entry.identity.mrz.expose().as_str()), ("DEU", ""));
    let shown = format!("{roster:?}");
    for personal in ["SPECIMEN", "ERIKA", "C01X00T47", "1980-12-31"] {
        assert!(!shown.contains(personal), "{personal}");
    }
}

#[test]
fn every_message_names_its_cell() {
    for (row, cell, part) in [
        (with(0, "GUEST"), "A2", "category"),
        (with(1, "IVАNOV"), "B2", "character 3 is the Cyrillic letter"),
        (with(1, ""), "B2", "missing"),
        (with(2, "ER=KA"), "C2", "\"=\""),
        (with(3, "Germany"), "D2", "write DEU"),
        (with(4, "05/04/1980"), "E2", "day or month first"),
        (with(4, "2029-06-30"), "E2", "not before the passport's expiry"),
        (with(5, "?"), "F2", "F, M or X"),
        (with(6, "1.2E+11"), "G2", "neither"),
        (with(6, "EXAMPLE000"), "G2", "template's example"),
        (with(7, "D"), "H2", "write DEU"),
        (with(8, "30.06.29"), "I2", "two digits"),
    ] {
        let problems = problems(&read(&csv(&[row])).expect("a list"));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].0 == cell && problems[0].1.contains(part), "{problems:?}, not {cell} {part}");
    }
    let all = problems(&read(&csv(&[["?"; 9]])).expect("a list"));
    assert_eq!(all.len(), 9, "all of a row at once: {all:?}");
}

/// A passport may occur twice in different categories or from different issuers, but not with two names.
#[test]
fn rows_that_repeat_or_contradict_name_each_other() {
    let check = |rows: &[[&str; 9]], expected: &[(&str, &str)]| {
        let problems = problems(&read(&csv(rows)).expect("a list"));
        assert_eq!(problems.len(), expected.len(), "{problems:?}");
        for ((cell, message), (expected_cell, part)) in problems.iter().zip(expected) {
            assert!(cell == expected_cell && message.contains(part), "{cell} {message}");
        }
    };
    let spaced = with(6, "c01x 00t47");
    check(&[PERSON, spaced], &[("G3", "Row 2 already has this passport")]);
    check(&[PERSON, with(0, "LTO")], &[]);
    check(&[PERSON, with(7, "AUT")], &[]);
    check(&[PERSON, with(1, "OTHER")], &[("G2", "Row 3 has the same"), ("G3", "Row 2 has the same")]);
    // A name that cannot be read contradicts nothing.
    check(&[PERSON, with(1, "SPЕCIMEN")], &[("B3", "Cyrillic"), ("G3", "Row 2 already")]);
}

/// Secretaries put a title above the list and keep columns of their own in it.
#[test]
fn columns_are_found_below_a_title_and_the_unknown_ones_are_named() {
    let headers =
        ["Phone", "Пол", "Санаты", "SURNAME", "Given names", "Гражданство", "DOB", "Problems", "Паспорт нөмірі"];
    let title: &[&str] = &["Mission of 2019", "Sex"];
    let rest = ["Issuing country", "Valid until"];
    let all: Vec<_> = headers.into_iter().chain(rest).collect();
    let person = ["+7", "ж", "көмекші", "SPECIMEN", "", "UNO", "31.12.1980", "old", "007", "UNO", "30.06.2029"];
    let roster = read(&deflated(&workbook(sheet(&[title, &[], &all, &person, &[" "], &[]])))).expect("a list");
    assert_eq!(roster.ignored, ["Phone"]);
    assert_eq!((roster.rows.len(), roster.rows[0].number, roster.format), (1, 4, Format::Xlsx));
    let entry = roster.rows[0].outcome.as_ref().expect("nothing is wrong");
    assert_eq!(entry.identity.passport_number.expose(), "007");
}

#[test]
fn a_file_with_missing_or_repeated_columns_names_them() {
    let list = |headers: &[&str]| read(&deflated(&workbook(sheet(&[headers, &PERSON]))));
    let missing = list(&HEADERS[..8]).expect_err("no expiry");
    assert_eq!(missing, FileError::ColumnsMissing { columns: vec![Column::PassportExpiry] });
    assert!(missing.to_string().contains("\"Действителен до\""), "{missing}");
    let twice: Vec<_> = HEADERS.into_iter().chain(["Surname"]).collect();
    let twice = list(&twice).expect_err("two family names").to_string();
    assert!(twice.contains("B1 and J1 are both headers of the column \"Family name\""), "{twice}");
    assert_eq!(read(b"hello").expect_err("no headers"), FileError::NoHeader { rows: 20 });
    assert_eq!(read(b"").expect_err("nothing"), FileError::NoHeader { rows: 20 });
    assert_eq!(read(&[0xD0, 0xCF, 0x11, 0xE0, 0]).expect_err("old"), FileError::OldOrLocked);
}

#[test]
fn typed_dates_of_a_workbook_are_read_and_typed_numbers_are_refused() {
    let mut book = Workbook::new();
    let list = book.add_worksheet();
    let style = Style::new().set_num_format("dd mmm yyyy");
    for (column, (header, text)) in (0..).zip(HEADERS.into_iter().zip(PERSON)) {
        list.write_string(0, column, header).expect("a cell");
        list.write_string(1, column, text).expect("a cell");
    }
    let date = ExcelDateTime::from_ymd(1980, 2, 29).expect("a day");
    list.write_datetime_with_format(1, 4, &date, &style).expect("a cell");
    list.write_number(1, 6, 1_234_567).expect("a cell");
    list.write_number(1, 8, 47_299).expect("a cell");
    let roster = read(&book.save_to_buffer().expect("a file")).expect("a list");
    let problems = problems(&roster);
    assert_eq!(problems.iter().map(|(cell, _)| cell.as_str()).collect::<Vec<_>>(), ["G2", "I2"], "{problems:?}");
    assert!(problems[0].1.contains("lost the zeros") && problems[1].1.contains("Format the column"));
}

#[test]
fn a_formula_without_a_result_and_an_error_have_messages_of_their_own() {
    let cells =
        r#"<c r="A2"><f>B2</f></c><c r="B2" t="e"><f>X</f><v>#N/A</v></c><c r="C2" t="str"><f>"A"</f><v>ERIKA</v></c>"#;
    let headers = sheet(&[&HEADERS]).replace("</sheetData>", &format!("<row r=\"2\">{cells}</row></sheetData>"));
    let problems = problems(&read(&deflated(&workbook(headers))).expect("a list"));
    assert!(problems[0].0 == "A2" && problems[0].1.contains("never calculated"), "{problems:?}");
    assert!(problems[1].0 == "B2" && problems[1].1.contains("error such as"), "{problems:?}");
    assert!(problems.iter().all(|(cell, _)| cell != "C2"), "{problems:?}");
}

/// Workbooks from older versions of Excel for Mac count days from 1904. Read as others, every date would be four years
/// early and still plausible.
#[test]
fn dates_count_from_1904_where_the_workbook_says_so() {
    let headers = sheet(&[&HEADERS, &PERSON]);
    let list = headers.replace(r#"<c t="inlineStr"><is><t>1980-12-31</t></is></c>"#, r#"<c s="1"><v>28124</v></c>"#);
    let mut parts = workbook(list);
    parts[1].1 =
        String::from_utf8_lossy(&parts[1].1).replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>").into();
    let styles = r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    let roster = read(&deflated(&and(parts, "xl/styles.xml", styles))).expect("a list");
    let entry = roster.rows[0].outcome.as_ref().expect("nothing is wrong");
    assert_eq!(entry.identity.birth_date.expose().to_string(), "1980-12-31");
}

#[test]
fn the_example_of_the_template_is_not_read() {
    for language in Language::ALL {
        let roster = read(&roster::template(language)).expect("our own");
        assert!(roster.rows.is_empty() && roster.ignored.is_empty(), "{language:?}: {roster:?}");
        assert_eq!(roster::template(language), roster::template(language), "the same whenever it is made");
    }
    assert!(read(&deflated(&workbook(around("")))).is_err(), "an empty sheet is no template");
}
