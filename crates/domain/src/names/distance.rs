//! What it costs to turn one skeleton into another.

use super::arabic::{AIN, ALIF, MARBUTA, WAW, YA};
use super::part::Writing;

/// The least cost of turning one into the other, sound by sound.
pub fn cost(one: (&[char], Writing), other: (&[char], Writing)) -> f64 {
    let ((one, written), (other, other_written)) = (one, other);
    let unwritten = written == Writing::Consonants || other_written == Writing::Consonants;
    let gap = |sounds: &[char], place: usize| if unwritten { gap_unwritten(sounds[place]) } else { gap(sounds, place) };
    let mut row = Vec::with_capacity(other.len() + 1);
    row.push(0.0);
    for place in 0..other.len() {
        row.push(row[place] + gap(other, place));
    }
    for (index, sound) in one.iter().enumerate() {
        let removed = gap(one, index);
        let mut diagonal = row[0];
        row[0] += removed;
        for place in 0..other.len() {
            let replaced = diagonal + exchange(*sound, other[place], index == 0 && place == 0);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + removed).min(row[place] + gap(other, place));
        }
    }
    row[other.len()]
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
        'i' if after.is_none() => 0.5,
        'a' | 'e' | 'i' | 'o' | 'u' => 0.6,
        'h' => 0.4,
        // "ng" for one letter, in Kazakh.
        'g' if before == Some('n') => 0.3,
        _ => 1.0,
    }
}

/// A sound that only one has, where short vowels are not written.
fn gap_unwritten(sound: char) -> f64 {
    match sound {
        'a' | 'e' => 0.06,
        'i' | 'o' | 'u' => 0.12,
        AIN | MARBUTA => 0.1,
        ALIF => 0.6,
        WAW => 0.8,
        'h' => 0.6,
        _ => 1.0,
    }
}

/// One sound for another; the same both ways.
fn exchange(one: char, other: char, first: bool) -> f64 {
    if one == other {
        return 0.0;
    }
    let pair = if one < other { (one, other) } else { (other, one) };
    if pair.0.is_ascii_uppercase() || pair.1.is_ascii_uppercase() {
        return exchange_unwritten(pair, first);
    }
    match pair {
        ('v', 'w') | ('j', 'ǰ') => 0.0,
        ('h', 'x') => 0.1,
        ('i', 'j') | ('j', 'ž') | ('ž', 'ǰ') => 0.15,
        ('c', 'č') | ('c', 'k') | ('k', 'x') => 0.25,
        ('s', 'š') | ('z', 'ž') | ('o', 'u') | ('u', 'w') | ('u', 'v') => 0.3,
        ('c', 's') | ('e', 'i') | ('g', 'ǰ') | ('a', 'e') => 0.4,
        ('a', 'o') | ('g', 'h') | ('d', 'z') | ('s', 'z') | ('š', 'č') => 0.5,
        ('e', 'o') | ('d', 't') | ('i', 'u') => 0.6,
        _ if is_vowel(one) && is_vowel(other) => 0.8,
        _ => 1.0,
    }
}

/// A letter that may write a vowel, for a sound. Capitals sort before small letters, so it is the first of the two.
fn exchange_unwritten(pair: (char, char), first: bool) -> f64 {
    match pair {
        (WAW, 'u' | 'w' | 'v') | (YA, 'i') | (ALIF, 'a') | (MARBUTA, 'a') => 0.0,
        (WAW, 'o')
        | (YA, 'e' | 'j')
        | (ALIF, 'e')
        | (MARBUTA, 'e' | 't' | 'h')
        | (AIN, 'a' | 'e' | 'i' | 'o' | 'u') => 0.1,
        (ALIF, 'i' | 'o' | 'u') if first => 0.2,
        (ALIF, 'o') => 0.3,
        (ALIF, MARBUTA | AIN) | (AIN, ALIF) => 0.2,
        (YA, 'a') | (ALIF, 'i' | 'u') | (ALIF, YA) => 0.8,
        _ => 1.0,
    }
}
