//! The rules for the passport number and the machine-readable zone.
//!
//! Spreadsheet programs damage passport numbers without a word: they drop leading zeros, write `1.2E+11`, or turn a
//! number into a date. What is lost cannot be restored, so such cells are refused and not repaired.

use crate::cell::Cell;
use crate::template::EXAMPLE_PASSPORT;

/// Characters in a line of the machine-readable zone (ICAO Doc 9303-4, format TD3).
const MRZ_LINE_CHARACTERS: usize = 44;

/// The rule of the passport number. Spaces are removed and letters become upper case, as passports print them.
pub(crate) fn number(cell: &Cell) -> Result<String, String> {
    let text = match cell {
        Cell::Empty => return Err("The passport number is missing. Copy it from the passport.".to_owned()),
        Cell::Number(_) => return Err(LOST_ZEROS.to_owned()),
        Cell::Date(_) => {
            return Err(format!("The spreadsheet program has turned the passport number into a date. {AS_TEXT}"));
        }
        other => other.shown(),
    };
    let number: String = text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_uppercase();
    if let Some(letter) = number.chars().find(|letter| !letter.is_ascii_uppercase() && !letter.is_ascii_digit()) {
        return Err(format!(
            "A passport number has only Latin letters and digits, and \"{}\" is neither. Copy the number from the \
             passport, without dashes.",
            letter.escape_debug()
        ));
    }
    if !(3..=20).contains(&number.len()) {
        return Err(format!(
            "A passport number has 3 to 20 letters and digits, and this one has {}. Copy it from the passport.",
            number.len()
        ));
    }
    // A row that was copied from the example and only half changed would otherwise be filed.
    if number == EXAMPLE_PASSPORT {
        return Err(
            "This is the passport number of the template's example. Write the person's own number, or delete the row."
                .to_owned(),
        );
    }
    Ok(number)
}

/// The rule of the machine-readable zone, which may be empty. White space is ignored, so one line or two are the same.
pub(crate) fn mrz(cell: &Cell) -> Result<String, String> {
    // The domain checks the digits and compares the zone with the other columns, so this rule checks only the form.
    let letters: String = cell.shown().split_whitespace().collect();
    if letters.is_empty() && cell.is_empty() {
        return Ok(String::new());
    }
    let known = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == b'<';
    if letters.len() == 2 * MRZ_LINE_CHARACTERS && letters.bytes().all(known) {
        let (first, second) = letters.split_at(MRZ_LINE_CHARACTERS);
        return Ok(format!("{first}\n{second}"));
    }
    Err("Two lines of 44 characters are expected, each of A to Z, 0 to 9 and <. Copy both lines whole from the \
        passport, or clear the cell."
        .to_owned())
}

/// A cell with a number is refused even if it looks complete: nobody can tell whether it began with a zero.
const LOST_ZEROS: &str = "The cell holds a number, which may have lost the zeros at its beginning. Format the column \
    as text and type the passport number again.";
const AS_TEXT: &str = "Format the column as text and type the number again.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cleaned_and_checked() {
        let check = |cell: Cell, expected: Result<&str, &str>| match (number(&cell), expected) {
            (Ok(number), Ok(expected)) => assert_eq!(number, expected),
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (other, _) => panic!("{other:?}, not {expected:?}"),
        };
        check(Cell::text(" n 0123 4567 "), Ok("N01234567"));
        check(Cell::text("007"), Ok("007"));
        check(Cell::text("N\u{a0}01"), Ok("N01"));
        check(Cell::text(&"1".repeat(20)), Ok(&"1".repeat(20)));
        check(Cell::text(&"1".repeat(21)), Err("3 to 20"));
        check(Cell::text("A1"), Err("3 to 20"));
        check(Cell::text("N-123"), Err("\"-\" is neither"));
        check(Cell::text("1.2E+11"), Err("\".\" is neither"));
        check(Cell::text("Н123"), Err("\"Н\" is neither"));
        check(Cell::text("A\u{0}123"), Err("\\0"));
        check(Cell::Number(1_234_567.0), Err("lost the zeros"));
        check(Cell::Date(jiff::civil::date(2019, 1, 2)), Err("into a date"));
        check(Cell::Empty, Err("missing"));
        check(Cell::text(EXAMPLE_PASSPORT), Err("template's example"));
    }

    #[test]
    fn a_zone_has_two_lines_of_44_characters_or_is_empty() {
        let (first, second) = ("P<UTOSAMPLE<<ANN".to_owned() + &"<".repeat(28), "1".repeat(44));
        for between in ["\n", "\r\n", " ", ""] {
            let cell = Cell::text(&format!("{first}{between}{second}"));
            assert_eq!(mrz(&cell), Ok(format!("{first}\n{second}")));
        }
        assert_eq!(mrz(&Cell::Empty), Ok(String::new()));
        for text in [first.clone(), first.to_lowercase() + &second, second.replace('1', "é") + &first] {
            assert!(mrz(&Cell::text(&text)).is_err(), "{text}");
        }
    }
}
