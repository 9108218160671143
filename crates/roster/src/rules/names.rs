//! Names: in the passport's Latin letters, and in the person's own, in Kazakh and in Russian.

use domain::vocabulary::personal::is_hidden;

use crate::cell::Cell;

/// As long as the API takes a family or given name.
const LATIN_CHARACTERS: usize = 100;
/// As long as the API takes a full name.
const FULL_CHARACTERS: usize = 200;

/// What stands between the letters of a name.
const BETWEEN: [char; 6] = [' ', '-', '\'', '’', '.', ','];

pub(crate) fn family(cell: &Cell) -> Result<String, String> {
    if cell.is_empty() {
        return Err(
            "The family name is missing. Write it in the passport's Latin letters; a person with one name alone \
            has it here."
                .to_owned(),
        );
    }
    latin(cell)
}

pub(crate) fn given(cell: &Cell) -> Result<String, String> {
    latin(cell)
}

pub(crate) fn full(cell: &Cell) -> Result<String, String> {
    let name = one_line(cell, FULL_CHARACTERS)?;
    if name.is_empty() || name.chars().any(char::is_alphabetic) { Ok(name) } else { Err(NO_NAME.to_owned()) }
}

fn latin(cell: &Cell) -> Result<String, String> {
    let name = one_line(cell, LATIN_CHARACTERS)?;
    for (index, letter) in name.chars().enumerate() {
        if !is_latin(letter) && !BETWEEN.contains(&letter) {
            return Err(not_latin(letter, index + 1));
        }
    }
    if name.is_empty() || name.chars().any(is_latin) { Ok(name) } else { Err(NO_NAME.to_owned()) }
}

const NO_NAME: &str = "A name is expected, with at least one letter. Write the name, or leave the cell empty if there is \
    none.";

/// The text with single spaces, if nothing in it would break a line or hide.
fn one_line(cell: &Cell, characters: usize) -> Result<String, String> {
    let text = match cell {
        Cell::Empty => return Ok(String::new()),
        Cell::Text(text) => text,
        _ => return Err("A name is expected, and this is a number or a date. Write the name as text.".to_owned()),
    };
    if let Some(index) = text.chars().position(is_hidden) {
        return Err(format!("Character {} cannot be seen: a line break or a control character. Delete it.", index + 1));
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > characters {
        return Err(format!("A name of at most {characters} characters is expected. Write it as the passport has it."));
    }
    Ok(text)
}

/// A letter of the Latin script, with or without its accents.
fn is_latin(letter: char) -> bool {
    let accented = matches!(letter, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{300}'..='\u{36F}');
    letter.is_ascii_alphabetic() || (accented && letter != '×' && letter != '÷')
}

fn not_latin(letter: char, position: usize) -> String {
    let script = match letter {
        '\u{400}'..='\u{52F}' => "the Cyrillic letter ",
        '\u{370}'..='\u{3FF}' => "the Greek letter ",
        '0'..='9' => "the digit ",
        _ => "",
    };
    let mend = match look_alike(letter) {
        Some(meant) => {
            format!("It looks like the Latin {meant} and is not: write {meant}, or the name anew in Latin letters.")
        }
        None => "Write the name as the passport's machine-readable zone has it.".to_owned(),
    };
    format!("The passport's Latin letters are expected, and character {position} is {script}\"{letter}\". {mend}")
}

/// The Latin letter that a Cyrillic or Greek one is mistaken for.
fn look_alike(letter: char) -> Option<char> {
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
    fn latin_names_are_taken_as_they_are() {
        for name in ["SAMPLE", "O'Neil-Smith", "Åström Łukasz", "Nguyễn", "DOS SANTOS, JR."] {
            check(family, name, Ok(name));
        }
        check(family, "  DE   LA  CRUZ ", Ok("DE LA CRUZ"));
        check(given, "", Ok(""));
    }

    #[test]
    fn a_letter_that_only_looks_latin_is_named_with_its_place() {
        check(family, "IVАNOV", Err("character 3 is the Cyrillic letter \"А\". It looks like the Latin A"));
        check(given, "ЖANNA", Err("character 1 is the Cyrillic letter \"Ж\". Write the name as"));
        check(given, "ΑNNA", Err("character 1 is the Greek letter \"Α\""));
        check(family, "SMITH2", Err("character 6 is the digit \"2\""));
        check(family, "SMITH_X", Err("character 6 is \"_\""));
    }

    #[test]
    fn what_is_missing_too_long_or_hidden_is_refused() {
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
