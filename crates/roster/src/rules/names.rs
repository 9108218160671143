//! The rules for names: in the passport's Latin letters, in the person's own script, in Kazakh and in Russian.
//!
//! Names are typed on keyboards of several scripts, so a Cyrillic letter often takes the place of a Latin one that
//! looks the same. Such a name would match no other list, so the message names the letter and its position.

use domain::vocabulary::personal::is_hidden;

use crate::cell::Cell;

/// The longest family or given name that the API accepts.
const MAX_LATIN_CHARACTERS: usize = 100;
/// The longest full name that the API accepts.
const MAX_FULL_NAME_CHARACTERS: usize = 200;

/// The characters other than letters that a Latin name may contain, as passports print them: `O'NEIL-SMITH, JR.`
///
/// Some programs replace the straight apostrophe by a curved one while typing, so both are accepted.
const SEPARATORS: [char; 6] = [' ', '-', '\'', '’', '.', ','];

/// The rule of the family name. It is required, also for a person with only one name.
pub(crate) fn family(cell: &Cell) -> Result<String, String> {
    if cell.is_empty() {
        return Err(
            "The family name is missing. Write it in the passport's Latin letters. If the person has only one name, \
            write it here and leave the given name empty."
                .to_owned(),
        );
    }
    latin(cell)
}

/// The rule of the given names, which may be empty.
pub(crate) fn given(cell: &Cell) -> Result<String, String> {
    latin(cell)
}

/// The rule of a full name in any script, which may be empty.
pub(crate) fn full(cell: &Cell) -> Result<String, String> {
    let name = one_line(cell, MAX_FULL_NAME_CHARACTERS)?;
    if name.is_empty() || name.chars().any(char::is_alphabetic) { Ok(name) } else { Err(NO_NAME.to_owned()) }
}

/// A name in Latin letters. The message gives the position of the first other letter.
fn latin(cell: &Cell) -> Result<String, String> {
    let name = one_line(cell, MAX_LATIN_CHARACTERS)?;
    for (index, letter) in name.chars().enumerate() {
        if !is_latin(letter) && !SEPARATORS.contains(&letter) {
            return Err(not_latin(letter, index + 1));
        }
    }
    if name.is_empty() || name.chars().any(is_latin) { Ok(name) } else { Err(NO_NAME.to_owned()) }
}

/// Said for a name of punctuation alone, such as the dash that many lists have in empty cells.
const NO_NAME: &str = "A name with at least one letter is expected, and this cell has none. Write the name, or clear \
    the cell if the person has no such name.";

/// The text with single spaces between its words.
///
/// Line breaks and invisible characters are refused: they come from copied text, and nobody would see them in a decree.
fn one_line(cell: &Cell, characters: usize) -> Result<String, String> {
    let text = match cell {
        Cell::Empty => return Ok(String::new()),
        Cell::Text(text) => text,
        _ => {
            return Err("The cell holds a number or a date, and a name is expected. Write the name as text.".to_owned());
        }
    };
    if let Some(index) = text.chars().position(is_hidden) {
        return Err(format!(
            "Character {} cannot be seen: a line break or a control character. Delete it, or type the name again.",
            index + 1
        ));
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > characters {
        return Err(format!(
            "A name has at most {characters} characters, and this one is longer. Write it as the passport shows it."
        ));
    }
    Ok(text)
}

/// Whether a letter is Latin, with or without an accent.
///
/// The ranges are Latin-1 Supplement, Latin Extended-A and B, Latin Extended Additional, and combining accents, which
/// some programs write after the letter. `×` and `÷` lie in the first block and are no letters.
fn is_latin(letter: char) -> bool {
    let accented = matches!(letter, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{300}'..='\u{36F}');
    letter.is_ascii_alphabetic() || (accented && letter != '×' && letter != '÷')
}

/// The message about a letter that is not Latin; `position` counts from 1.
fn not_latin(letter: char, position: usize) -> String {
    let script = match letter {
        '\u{400}'..='\u{52F}' => "the Cyrillic letter ",
        '\u{370}'..='\u{3FF}' => "the Greek letter ",
        '0'..='9' => "the digit ",
        _ => "",
    };
    let advice = match lookalike(letter) {
        Some(meant) => {
            format!("It looks like the Latin {meant}. Replace it by {meant}, or type the whole name in Latin letters.")
        }
        None => "Write the name as the passport's machine-readable zone spells it.".to_owned(),
    };
    format!("The passport's Latin letters are expected, and character {position} is {script}\"{letter}\". {advice}")
}

/// The Latin letter that looks like a Cyrillic or Greek one, if there is one.
fn lookalike(letter: char) -> Option<char> {
    // Each foreign letter is followed by the Latin letter that it looks like.
    const PAIRS: &str =
        "АAВBЕEЁËКKМMНHОOРPСCТTУYХXІIЇÏЈJЅSԚQԜWҮYҺhаaеeёëоoрpсcуyхxіiїïјjѕsүyһhԛqԝwΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοo";
    let mut pairs = PAIRS.chars();
    while let (Some(known), Some(latin)) = (pairs.next(), pairs.next()) {
        if known == letter {
            return Some(latin);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: fn(&Cell) -> Result<String, String>, text: &str, expected: Result<&str, &str>) {
        match (rule(&Cell::text(text)), expected) {
            (Ok(name), Ok(expected)) => assert_eq!(name, expected),
            (Err(message), Err(part)) => assert!(message.contains(part), "{text}: {message}"),
            (other, _) => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn latin_names_keep_their_accents_and_get_single_spaces() {
        for name in ["SAMPLE", "O'Neil-Smith", "Åström Łukasz", "Nguyễn", "DOS SANTOS, JR."] {
            check(family, name, Ok(name));
        }
        check(family, "  DE   LA  CRUZ ", Ok("DE LA CRUZ"));
        check(given, "", Ok(""));
    }

    #[test]
    fn a_letter_that_only_looks_latin_is_named_with_its_position() {
        check(family, "IVАNOV", Err("character 3 is the Cyrillic letter \"А\". It looks like the Latin A"));
        check(given, "ЖANNA", Err("character 1 is the Cyrillic letter \"Ж\". Write the name as"));
        check(given, "ΑNNA", Err("character 1 is the Greek letter \"Α\""));
        check(family, "SMITH2", Err("character 6 is the digit \"2\""));
        check(family, "SMITH_X", Err("character 6 is \"_\""));
    }

    #[test]
    fn missing_long_and_invisible_names_are_refused() {
        check(family, "", Err("missing"));
        check(family, "-", Err("at least one letter"));
        check(family, &"A".repeat(100), Ok(&"A".repeat(100)));
        check(family, &"A".repeat(101), Err("at most 100"));
        check(full, &"Ж".repeat(200), Ok(&"Ж".repeat(200)));
        check(full, &"Ж".repeat(201), Err("at most 200"));
        for text in ["A\u{0}B", "A\nB", "A\u{7}B", "A\u{202E}B", "A\u{200B}B"] {
            check(full, text, Err("Character 2 cannot be seen"));
            check(given, text, Err("Character 2 cannot be seen"));
        }
        assert!(family(&Cell::Number(7.0)).is_err_and(|message| message.contains("number")));
    }
}
