//! Comma-separated text for spreadsheet programs.
//!
//! Names and texts come from other organizations. A spreadsheet program would run some of them as formulas, so each
//! cell is checked before it is written.

/// The characters with which a formula begins in a spreadsheet program; some programs also accept the full-width forms.
const FORMULA_PREFIXES: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Writes a heading and rows. A cell that begins like a formula gets an apostrophe before it.
///
/// A person's name could otherwise run as a formula on the computer of the person who opens the file.
pub fn to_csv(headings: &[&str], rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer.write_record(headings).and_then(|()| {
        rows.iter().try_for_each(|row| writer.write_record(row.iter().map(|cell| escape_formula(cell))))
    });
    written.expect("a vector takes what is written, and every row has as many cells as the heading");
    let bytes = writer.into_inner().expect("a vector takes what is written");
    String::from_utf8(bytes).expect("made of text").trim_end().to_owned()
}

/// Puts an apostrophe before a cell that a spreadsheet program would calculate.
fn escape_formula(cell: &str) -> String {
    if cell.starts_with(FORMULA_PREFIXES) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quotes and commas must survive, because names and display names contain them.
    #[test]
    fn no_cell_is_a_formula_and_every_value_stays_in_its_cell() {
        let rows = [vec!["=1+1".to_owned(), "-2".to_owned()], vec!["a,\"b\"".to_owned(), "3".to_owned()]];
        assert_eq!(to_csv(&["A", "B"], &rows), "A,B\n'=1+1,'-2\n\"a,\"\"b\"\"\",3");
        for first in FORMULA_PREFIXES {
            assert!(escape_formula(&format!("{first}x")).starts_with('\''));
        }
        assert_eq!(to_csv(&["A"], &[]), "A");
    }
}
