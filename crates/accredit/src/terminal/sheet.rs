//! Comma-separated text for spreadsheets.

/// What a spreadsheet program takes for the beginning of a formula.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A heading and rows. A cell that would be taken for a formula has an apostrophe before it.
pub fn csv(headings: &[&str], rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer
        .write_record(headings)
        .and_then(|()| rows.iter().try_for_each(|row| writer.write_record(row.iter().map(|cell| literal(cell)))));
    written.expect("a vector takes what is written, and every row has as many cells as the heading");
    let bytes = writer.into_inner().expect("a vector takes what is written");
    String::from_utf8(bytes).expect("made of text").trim_end().to_owned()
}

fn literal(cell: &str) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_is_one_cell() {
        let rows = [vec!["=1+1".to_owned(), "-2".to_owned()], vec!["a,\"b\"".to_owned(), "3".to_owned()]];
        assert_eq!(csv(&["A", "B"], &rows), "A,B\n'=1+1,'-2\n\"a,\"\"b\"\"\",3");
        for first in FORMULA {
            assert!(literal(&format!("{first}x")).starts_with('\''));
        }
        assert_eq!(csv(&["A"], &[]), "A");
    }
}
