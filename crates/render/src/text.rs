//! Texts as they may stand in a cell.

/// With what a program takes a cell for a formula.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// One line without control characters: a tab or a line break before a formula would hide it from [`inert`].
pub(crate) fn clean(text: &str) -> String {
    let spaced: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What no spreadsheet program calculates, also from a file that has nothing but text: a tab before it makes it one, and
/// is not seen.
pub(crate) fn inert(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("\t{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(inert(&clean(given)), expected, "{given:?}");
        }
    }
}
