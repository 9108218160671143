//! Names, comments and pages use words that everyone understands.
//!
//! Most readers of this code have another first language. The list of words grows with every riddle that a reader reports.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Faults, sources};

/// The words, each with what to write instead.
const LIST: &str = "crates/xtask/words.txt";
/// Where they are looked for.
const SEARCHED: [&str; 7] =
    ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "crates", "docs", "proto/accreditation", "tests"];
/// What is read there.
const ENDINGS: [&str; 4] = ["md", "proto", "py", "rs"];
/// More faults than this are one fault with their number: nobody reads a thousand lines.
const MAX_SHOWN: usize = 40;

/// A word, in lower case and with single spaces, and what to write instead.
struct Listed<'a> {
    word: &'a str,
    instead: &'a str,
}

pub fn check(root: &Path) -> Result<Faults> {
    let list = fs::read_to_string(root.join(LIST)).with_context(|| format!("cannot read {LIST}"))?;
    let listed = parse(&list);
    let files = sources::read_in(root, &SEARCHED, &ENDINGS)?;
    let mut faults: Faults = files.iter().flat_map(|(name, text)| found(name, text, &listed)).collect();
    if faults.len() > MAX_SHOWN {
        let more = faults.len() - MAX_SHOWN;
        faults.truncate(MAX_SHOWN);
        faults.push(format!("and {more} more"));
    }
    Ok(faults)
}

fn parse(list: &str) -> Vec<Listed<'_>> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let listed = lines.filter_map(|line| line.split_once("->"));
    listed.map(|(word, instead)| Listed { word: word.trim(), instead: instead.trim() }).collect()
}

/// The listed words in a file's name and lines.
fn found(name: &str, text: &str, listed: &[Listed<'_>]) -> Faults {
    let mut faults = Faults::new();
    for (number, line) in std::iter::once((0, name)).chain((1..).zip(text.lines())) {
        let plain = plain(line);
        for Listed { word, instead } in listed {
            if plain.contains(&format!(" {word} ")) {
                let place = if number == 0 { format!("{name} is named") } else { format!("{name}:{number} says") };
                faults.push(format!("{place} `{word}`: write {instead}"));
            }
        }
    }
    faults
}

/// The words of a line in lower case, with single spaces before, between and after them: `ReadPage` is ` read page `.
fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len() + 8);
    plain.push(' ');
    let mut last = ' ';
    for letter in line.chars() {
        let is_letter = letter.is_alphanumeric() || letter == '\'';
        let begins_word = letter.is_uppercase() && last.is_lowercase();
        if (!is_letter || begins_word) && !plain.ends_with(' ') {
            plain.push(' ');
        }
        if is_letter {
            plain.extend(letter.to_lowercase());
        }
        last = letter;
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list of the tests: no page of this repository has such words.
    const TEST_LIST: &str = "# a comment -> not a word\nqwx      -> plain\nqwx out -> out of it\n";

    fn faults(line: &str) -> usize {
        found("a.rs", line, &parse(TEST_LIST)).len()
    }

    #[test]
    fn a_listed_word_is_found_in_names_comments_and_texts() {
        for line in ["fn read_qwx() {}", "struct ReadQwx;", "// Qwx, again.", "let text = \"the qwx\";", "- qwx"] {
            assert_eq!(faults(line), 1, "{line}");
        }
        assert_eq!(faults("// qwx out"), 2, "a word, and the phrase with it");
    }

    #[test]
    fn a_word_that_only_contains_a_listed_one_is_not_found() {
        for line in ["fn qwxyz() {}", "let aqwx = 1;", "// qw x"] {
            assert_eq!(faults(line), 0, "{line}");
        }
    }

    #[test]
    fn a_file_s_name_is_read_too() {
        assert_eq!(found("crates/a/qwx.rs", "", &parse(TEST_LIST)).len(), 1);
    }
}
