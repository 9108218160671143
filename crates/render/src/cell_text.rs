//! Makes texts safe for a cell: on one line, and never a formula.
//!
//! Names and grounds are written by many people, and spreadsheet programs calculate a cell that begins like a formula.
//! A formula can send the table's personal data to a stranger, so none may get through.

/// The characters by which spreadsheet programs recognize a formula, in both widths (OWASP, "CSV Injection").
const FORMULA_STARTS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// One line without control characters: a tab or a line break before a formula would hide it from [`without_formula`].
pub(crate) fn to_one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Puts a tab in front of a text that a spreadsheet program would calculate. The program then shows it as text, and the
/// tab is not visible. CSV needs this, because a CSV file cannot say that a cell is text.
pub(crate) fn without_formula(text: &str) -> String {
    if text.starts_with(FORMULA_STARTS) { format!("\t{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Control characters before the sign must not hide it either.
    #[test]
    fn nothing_that_is_written_can_be_calculated() {
        for (given, expected) in [
            ("=HYPERLINK(\"http://x\")", "\t=HYPERLINK(\"http://x\")"),
            ("+CMD", "\t+CMD"),
            ("-1", "\t-1"),
            ("@SUM(A1)", "\t@SUM(A1)"),
            ("＝1", "\t＝1"),
            ("\t=1", "\t=1"),
            ("\r\n =1", "\t=1"),
            ("\u{0}=1", "\t=1"),
            ("Әлия  Ғани\tҚызы", "Әлия Ғани Қызы"),
            ("O'Neil-Smith", "O'Neil-Smith"),
            ("—", "—"),
        ] {
            assert_eq!(without_formula(&to_one_line(given)), expected, "{given:?}");
        }
    }
}
