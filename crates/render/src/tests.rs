//! Tests of all three formats: they have the same cells, run no formulas, and are the same for the same list.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use domain::vocabulary::category::Category;

use super::*;

const FORMULA: &str = "=HYPERLINK(\"http://x\")";

fn reason(ground: &str, words: &str) -> Reason {
    Reason { ground: ground.to_owned(), words: words.to_owned() }
}

/// A person with a name and a decision; everything else is fixed.
fn row(name: &str, decision: Decision) -> Row {
    Row {
        name: name.to_owned(),
        organization: "ЕҚЫҰ / ДИАҚБ".to_owned(),
        category: Category::ShortTermObserver,
        nationality: "FRA".to_owned(),
        decision,
    }
}

fn list(language: Language, rows: Vec<Row>) -> DecreeList {
    DecreeList {
        language,
        election: "Президент сайлауы".to_owned(),
        decree_number: "12/230".to_owned(),
        session_date: "2019-05-13".parse().expect("a day"),
        draft: false,
        chair: "Б. Имашев".to_owned(),
        secretary: "С. Мұстафина".to_owned(),
        rows,
    }
}

/// A list with a refused person between two accredited ones, and one who is not ready for a decision.
fn mixed(language: Language) -> DecreeList {
    let refused = || Decision::Refuse(reason("+CMD:\tнегіз", "хат\nжоқ"));
    list(
        language,
        vec![
            row(FORMULA, Decision::Accredit(Some(5))),
            row("Әлия Өтеғұлова", refused()),
            row("Ғани Қ.", Decision::Open),
            row("+CMD", Decision::Accredit(Some(6))),
        ],
    )
}

/// The cells of a CSV file.
fn cells_of_csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("the mark");
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("CSV").iter().map(str::to_owned).collect()).collect()
}

/// The cells of a workbook, all of which must be text.
fn cells_of_xlsx(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let name = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&name).expect("a sheet").is_empty(), "there is a formula");
    let text = |cell: &Data| match cell {
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        other => panic!("not a text: {other:?}"),
    };
    book.worksheet_range(&name).expect("a sheet").rows().map(|row| row.iter().map(text).collect()).collect()
}

#[test]
fn revoked_and_annulled_accreditations_have_sections_of_their_own() {
    let revoked = |number, words| Decision::Revoke(number, reason("Election campaigning", words));
    let rows = vec![
        row("A", Decision::Annul(4)),
        row("B", revoked(3, "Spoke on a stage.")),
        row("C", Decision::Accredit(Some(5))),
        row("—", revoked(2, "")),
    ];
    let list = list(Language::En, rows);
    let table = cells_of_xlsx(&xlsx(&list));
    assert_eq!(cells_of_csv(&csv(&list)), table);
    let cells: Vec<_> = table[1..].iter().map(|row| [&*row[1], &*row[2], &*row[6], &*row[7]]).collect();
    let expected = [
        ["5", "C", "To be accredited", ""],
        ["3", "B", "Accreditation to be revoked", "Election campaigning. Spoke on a stage."],
        ["2", "—", "Accreditation to be revoked", "Election campaigning"],
        ["4", "A", "Accreditation issued in error, to be annulled", ""],
    ];
    assert_eq!(cells, expected);
}

#[test]
fn the_table_has_the_accredited_first_and_every_label_in_the_language() {
    let table = cells_of_xlsx(&xlsx(&mixed(Language::Kk)));
    assert_eq!(table[0], labels::COLUMNS.map(|words| words[2]));
    let rest = ["ЕҚЫҰ / ДИАҚБ", "Қысқа мерзімді бақылаушы", "FRA"];
    let refused = "Аккредиттеуден бас тартылсын";
    let expected = [
        ["1", "5", FORMULA, rest[0], rest[1], rest[2], "Аккредиттелсін", ""],
        ["2", "6", "+CMD", rest[0], rest[1], rest[2], "Аккредиттелсін", ""],
        ["3", "—", "Әлия Өтеғұлова", rest[0], rest[1], rest[2], refused, "+CMD: негіз. хат жоқ"],
        ["4", "—", "Ғани Қ.", rest[0], rest[1], rest[2], "Шешімге дайын емес", ""],
    ];
    assert_eq!(table[1..], expected);
}

#[test]
fn csv_has_the_same_cells_and_a_tab_before_each_that_would_be_calculated() {
    for language in Language::ALL {
        let list = mixed(language);
        let (bytes, workbook) = (csv(&list), cells_of_xlsx(&xlsx(&list)));
        let table = cells_of_csv(&bytes);
        let without_formula =
            |row: &Vec<String>| row.iter().map(|cell| cell_text::without_formula(cell)).collect::<Vec<_>>();
        assert_eq!(table, workbook.iter().map(without_formula).collect::<Vec<_>>());
        assert_eq!((table[1][2].as_str(), table[2][2].as_str()), ("\t=HYPERLINK(\"http://x\")", "\t+CMD"));
        assert_eq!(table[3][7], "\t+CMD: негіз. хат жоқ");
        let written = String::from_utf8(bytes).expect("UTF-8");
        assert!(written.contains("\"\t=HYPERLINK(\"\"http://x\"\")\""), "a cell is not quoted: {written}");
        assert_eq!(written.lines().count(), 5);
    }
}

/// Each of the three libraries could add the present time or a random id.
#[test]
fn the_same_list_is_the_same_file() {
    for language in Language::ALL {
        let (one, other) = (mixed(language), mixed(language));
        assert_eq!(pdf(&one), pdf(&other));
        assert_eq!(xlsx(&one), xlsx(&other));
        assert_eq!(csv(&one), csv(&other));
    }
    assert_ne!(pdf(&mixed(Language::Kk)), pdf(&mixed(Language::Ru)));
}

/// The mark in a PDF cannot be read back here, so only a difference is checked.
#[test]
fn a_draft_is_marked_in_the_pdf_and_in_the_workbook() {
    let draft = || DecreeList { draft: true, ..mixed(Language::En) };
    assert_ne!(pdf(&draft()), pdf(&mixed(Language::En)));
    let book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx(&draft()))).expect("a workbook");
    assert_eq!(book.sheet_names(), ["ЖОБА ПРОЕКТ DRAFT"]);
}

/// No input may make rendering panic: the server renders whatever a decree holds.
#[test]
fn empty_large_and_long_lists_can_be_rendered() {
    let long = "Нұрсұлтан-Әбішұлы".repeat(20);
    let texts = DecreeList { chair: long.clone(), election: long.clone(), ..mixed(Language::Kk) };
    let refused = Decision::Refuse(reason("Негіз", &"Негіз жоқ. ".repeat(100)));
    let texts = DecreeList { rows: vec![row(&long, refused), row("", Decision::Open)], ..texts };
    for list in [list(Language::Ru, Vec::new()), texts] {
        assert!(pdf(&list).starts_with(b"%PDF-1.7"));
    }
    let many = (1..=1000).map(|number| row(&format!("Әлия Қ. {number}"), Decision::Accredit(Some(number)))).collect();
    let many = list(Language::Kk, many);
    assert!(pdf(&many).len() < 4 << 20);
    assert!(xlsx(&many).len() < 1 << 20);
}

#[test]
fn the_title_has_the_date_in_the_form_of_each_language() {
    let title = |language: Language| labels::decree(language, "12/230", "2019-05-13".parse().expect("a day"));
    assert_eq!(title(Language::En), "Decree No. 12/230 of 13 May 2019");
    assert_eq!(title(Language::Ru), "Постановление № 12/230 от 13 мая 2019 года");
    assert_eq!(title(Language::Kk), "2019 жылғы 13 мамырдағы № 12/230 қаулы");
}
