//! What it costs to turn one skeleton into another.

use super::arabic::{AIN, ALIF, MAQSURA, MARBUTA, WAW, YA};

/// More sounds than this are not compared: no name part needs them, and time stays bounded.
pub const SOUNDS: usize = 32;

/// How a part is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// With its vowels.
    Full,
    /// Without the short ones: in Arabic letters, or romanized from them letter by letter.
    Consonants,
}

/// What a first sound costs that is another one.
const FIRST: f64 = 1.5;

/// What it costs that two neighbours changed places: a slip of the fingers.
const SWAPPED: f64 = 1.0;

/// A skeleton, and how it is written.
type Written<'a> = (&'a [char], Writing);

/// The least cost of turning one into the other, sound by sound; or something above the limit, if it is above it.
pub fn cost(one: Written<'_>, other: Written<'_>, limit: f64) -> f64 {
    least_cost(one, other, |reached, _| reached > limit)
}

/// Whether one can be turned into the other at that cost or less. It gives up earlier than [`cost`].
pub fn is_within(one: Written<'_>, other: Written<'_>, limit: f64) -> bool {
    // Sums of the same costs in another order differ in their last digits.
    let limit = limit + 1e-9;
    // Whatever comes costs what the least of the last row does; or it looks back one row further, and swaps.
    least_cost(one, other, |reached, before| reached > limit && before + SWAPPED > limit) <= limit
}

/// Fills the table row by row. `gives_up` is told the least of the last two rows, and ends it with the last.
fn least_cost(one: Written<'_>, other: Written<'_>, gives_up: impl Fn(f64, f64) -> bool) -> f64 {
    let ((one, written), (other, other_written)) = (one, other);
    let unwritten = written == Writing::Consonants || other_written == Writing::Consonants;
    let gap = |sounds: &[char], place: usize| if unwritten { gap_unwritten(sounds, place) } else { gap(sounds, place) };
    let mut added = [0.0; SOUNDS];
    for (place, added) in added.iter_mut().enumerate().take(other.len()) {
        *added = gap(other, place);
    }
    // Three rows of the table are enough: this one and the two before it.
    let mut rows = [[0.0; SOUNDS + 1]; 3];
    for place in 0..other.len() {
        rows[0][place + 1] = rows[0][place] + added[place];
    }
    let mut reached_before = 0.0;
    for (index, sound) in one.iter().enumerate() {
        let (removed, above) = (gap(one, index), rows[index % 3]);
        let (before, row) = (rows[(index + 2) % 3], &mut rows[(index + 1) % 3]);
        row[0] = above[0] + removed;
        let mut reached = row[0];
        for place in 0..other.len() {
            let replaced = above[place] + exchange(*sound, other[place], index == 0 && place == 0, unwritten);
            let mut least = replaced.min(above[place + 1] + removed).min(row[place] + added[place]);
            if index > 0 && place > 0 && *sound == other[place - 1] && one[index - 1] == other[place] {
                least = least.min(before[place - 1] + SWAPPED);
            }
            row[place + 1] = least;
            reached = reached.min(least);
        }
        if gives_up(reached, reached_before) {
            return reached;
        }
        reached_before = reached;
    }
    rows[one.len() % 3][other.len()]
}

fn is_vowel(sound: char) -> bool {
    matches!(sound, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// A sound that only one of two full writings has.
fn gap(sounds: &[char], place: usize) -> f64 {
    let sound = sounds[place];
    let before = place.checked_sub(1).map(|place| sounds[place]);
    let after = sounds.get(place + 1).copied();
    let next_to_vowel = before.into_iter().chain(after).any(is_vowel);
    match sound {
        // The last `a` makes a woman's name of a man's.
        'a' if after.is_none() => 1.2,
        // "ye" and "e", "iu" and "u", "ue" and "u".
        'i' | 'j' | 'e' | 'u' if next_to_vowel => 0.25,
        'a' if next_to_vowel => 0.3,
        'i' if after.is_none() => 0.5,
        'o' if after.is_none() => 1.0,
        'a' | 'e' | 'i' | 'o' | 'u' if before.is_none() => 1.0,
        'a' | 'e' | 'i' | 'o' | 'u' => 0.6,
        'h' if after.is_none() => 0.15,
        'h' if before.is_none() => 0.8,
        'h' => 0.4,
        // "ng" for one letter in Kazakh, "dz" in Mongolian, "ck" in German.
        'g' if before == Some('n') => 0.3,
        'd' if after == Some('z') => 0.3,
        'c' if after == Some('k') => 0.3,
        // Another beginning is another name.
        _ if before.is_none() => FIRST,
        _ => 1.0,
    }
}

/// A sound that only one has, where short vowels are not written.
fn gap_unwritten(sounds: &[char], place: usize) -> f64 {
    let before = place.checked_sub(1).map(|place| sounds[place]);
    match sounds[place] {
        // The second of two vowels is a long sound, and those are written.
        'i' | 'u' if before.is_some_and(|before| matches!(before, 'a' | 'e')) => 0.8,
        'a' | 'e' => 0.06,
        'i' | 'o' | 'u' => 0.12,
        AIN | MARBUTA => 0.1,
        // It bears the vowel after it.
        ALIF if before.is_none() && matches!(sounds.get(1), Some(&(WAW | YA | AIN))) => 0.1,
        ALIF => 0.6,
        WAW => 0.8,
        'h' => 0.6,
        _ => 1.0,
    }
}

/// One sound for another; the same both ways.
fn exchange(one: char, other: char, first: bool, unwritten: bool) -> f64 {
    if one == other {
        return 0.0;
    }
    let pair = if one < other { (one, other) } else { (other, one) };
    if pair.0.is_ascii_uppercase() || pair.1.is_ascii_uppercase() {
        return exchange_unwritten(pair, first);
    }
    match pair {
        ('v', 'w') | ('j', 'ǰ') => 0.0,
        // Arabic has letters for neither p nor v nor a hard g.
        ('b', 'p') | ('g', 'k') | ('f', 'v') if unwritten => 0.3,
        ('h', 'x') => 0.1,
        ('i', 'j') | ('j', 'ž') | ('ž', 'ǰ') => 0.15,
        ('c', 'č') | ('c', 'k') | ('k', 'x') => 0.25,
        ('s', 'š') | ('z', 'ž') | ('o', 'u') | ('u', 'w') | ('u', 'v') | ('f', 'v') => 0.3,
        ('c', 's') | ('z', 'ǰ') | ('j', 'z') | ('č', 'š') => 0.3,
        ('e', 'i') | ('g', 'ǰ') | ('a', 'e') => 0.4,
        ('a', 'o') | ('g', 'h') | ('d', 'z') => 0.5,
        ('e', 'o') | ('d', 't') | ('i', 'u') => 0.6,
        ('s', 'z') => 0.8,
        _ if is_vowel(one) && is_vowel(other) => 0.8,
        _ if first => FIRST,
        _ => 1.0,
    }
}

/// A letter that may write a vowel, for a sound. Capitals sort before small letters, so it is the first of the two.
fn exchange_unwritten(pair: (char, char), first: bool) -> f64 {
    match pair {
        (WAW, 'u' | 'w' | 'v') | (YA, 'i') | (ALIF | MARBUTA | MAQSURA, 'a') => 0.0,
        (WAW, 'o') | (YA, 'e' | 'j') | (ALIF, 'e') | (MARBUTA, 'e' | 't' | 'h') | (AIN, 'a' | 'e') => 0.1,
        (MAQSURA, YA | 'i' | 'e') | (ALIF, MAQSURA) => 0.1,
        (ALIF | AIN, 'i' | 'o' | 'u') if first => 0.2,
        (ALIF, 'o') => 0.3,
        (ALIF, MARBUTA | AIN) => 0.2,
        (AIN, 'i' | 'o' | 'u') => 0.6,
        (YA, 'a') | (ALIF, 'i' | 'u') | (ALIF, YA) => 0.8,
        _ => 1.0,
    }
}
