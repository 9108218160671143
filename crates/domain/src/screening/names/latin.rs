//! Sounds of Latin letters, in any system of romanization.

use unicode_normalization::char::decompose_canonical;

use super::cyrillic;

/// Letters that together are one sound, longest first: German, English, French, Polish and scientific spelling.
const TOGETHER: [(&str, &str); 22] = [
    ("shch", "š"),
    ("tsch", "č"),
    ("dsch", "ǰ"),
    ("sch", "š"),
    ("tch", "č"),
    ("dzh", "ǰ"),
    ("sh", "š"),
    ("ch", "č"),
    ("zh", "ž"),
    ("kh", "x"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("dj", "ǰ"),
    ("ts", "c"),
    ("tz", "c"),
    ("cz", "č"),
    ("sz", "š"),
    ("ou", "u"),
    ("ee", "i"),
    ("oo", "u"),
];

/// The sounds of a part in lower-case Latin letters, which may have marks.
pub fn sounds(part: &[char]) -> Vec<char> {
    let mut sounds = Vec::with_capacity(part.len());
    let mut rest = part;
    while let Some((letter, after)) = rest.split_first() {
        if let Some((letters, sound)) = TOGETHER.iter().find(|(letters, _)| begins_with(rest, letters)) {
            sounds.extend(sound.chars());
            rest = &rest[letters.len()..];
        } else {
            sounds.extend(alone(*letter).chars());
            rest = after;
        }
    }
    sounds
}

/// Whether the part begins with these letters.
fn begins_with(part: &[char], letters: &str) -> bool {
    part.len() >= letters.len() && letters.chars().zip(part).all(|(one, other)| one == *other)
}

/// The sound of a single letter. `c` and `j` stay as they are, because they are read in too many ways.
fn alone(letter: char) -> &'static str {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz";
    match letter {
        'q' => "k",
        'x' => "ks",
        'y' | 'ı' | 'ý' | 'ÿ' => "i",
        'š' | 'ş' | 'ș' | 'ś' | 'ŝ' => "š",
        'ž' | 'ż' => "ž",
        'č' | 'ć' | 'ç' => "č",
        'ß' => "s",
        'æ' | 'œ' | 'ə' => "e",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' | 'ŧ' => "t",
        'ħ' => "h",
        'ŋ' => "n",
        'a'..='z' => {
            let place = usize::from(letter as u8 - b'a');
            &PLAIN[place..=place]
        }
        // Romanizations leave Cyrillic letters that they do not know.
        _ => cyrillic::sounds(letter).or_else(|| without_mark(letter).map(alone)).unwrap_or(""),
    }
}

/// The letter without its marks, where they do not change the sound much.
fn without_mark(letter: char) -> Option<char> {
    let mut base = None;
    decompose_canonical(letter, |part| base = base.or(Some(part)));
    base.filter(char::is_ascii_lowercase)
}
