//! One part of a name: what stands between spaces and hyphens.

use super::distance::{SOUNDS, Writing, cost, is_within};
use super::{arabic, cyrillic, latin};

/// What costs more than this share of its length has nothing in common, whatever it is exactly.
const LEAST: f64 = 0.6;

/// A part's skeleton.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// Its sounds.
    pub sounds: Vec<char>,
    /// How it is written.
    pub writing: Writing,
    /// Whether an article was taken from it.
    pub article: bool,
    /// Whether it is known to be the first given name.
    pub first_given: bool,
    /// Whether it is built like a patronymic.
    pub patronymic: bool,
    /// Whether it is in Latin letters and has no vowels.
    pub lacks_vowels: bool,
    /// Which sounds occur, to see quickly that two parts have little in common.
    pub consonants: u64,
    /// How often the firm sounds occur: see [`FIRM`].
    pub firm: Firm,
}

/// Sounds that cost at least 1 wherever one of them is missing or is another: each line counts as one.
const FIRM: [&[char]; 5] = [&['l'], &['m'], &['n'], &['r'], &['b', 'p']];

/// How often each of [`FIRM`] occurs.
pub type Firm = [u8; FIRM.len()];

impl Part {
    /// The skeleton of a part in small letters.
    pub fn new(letters: &[char]) -> Self {
        if letters.iter().any(|letter| arabic::sound(*letter).is_some()) {
            return Self::arabic(letters);
        }
        let known = |letter: &char| is_latin(*letter) || cyrillic::sounds(*letter).is_some();
        let sounds = if letters.iter().all(known) {
            latin::sounds(letters)
        } else {
            // A script that we do not know is compared letter by letter.
            letters.to_vec()
        };
        Self { lacks_vowels: lacks_vowels(letters), ..Self::of_sounds(tidied(sounds), Writing::Full) }
    }

    fn arabic(letters: &[char]) -> Self {
        let (article, rest) = match letters {
            ['ا', 'ل', rest @ ..] if rest.len() > 2 => (true, rest),
            all => (false, all),
        };
        let sounds = rest.iter().filter_map(|letter| arabic::sound(*letter)).filter(|sound| *sound != ' ').collect();
        Self { article, ..Self::of_sounds(tidied(sounds), Writing::Consonants) }
    }

    /// A part of these sounds.
    pub fn of_sounds(sounds: Vec<char>, writing: Writing) -> Self {
        let consonants = mask(&sounds);
        let patronymic = ["vič", "ič", "vna", "ična", "uli", "kizi", "ogli", "oglu", "ugli"];
        let patronymic = sounds.len() > 6 && patronymic.iter().any(|end| ends_with(&sounds, end));
        let firm = FIRM.map(|family| count(&sounds, family));
        Self { sounds, writing, article: false, first_given: false, patronymic, lacks_vowels: false, consonants, firm }
    }

    /// Two parts written as one.
    pub fn joined(&self, next: &Self) -> Self {
        let sounds = self.sounds.iter().chain(&next.sounds).copied().collect();
        let part = Self::of_sounds(tidied(sounds), self.writing);
        Self { article: self.article, first_given: self.first_given || next.first_given, ..part }
    }

    /// The part as one that was romanized letter by letter, without an article.
    pub fn without_vowels(&self) -> Self {
        let bare = match self.sounds.as_slice() {
            ['a', 'l', rest @ ..] if rest.len() > 2 => rest,
            all => all,
        };
        let article = self.article || bare.len() < self.sounds.len();
        let mut sounds: Vec<char> = bare.iter().map(|sound| arabic::of_romanized(*sound)).collect();
        if let [_, _, .., last] = sounds.as_mut_slice() {
            *last = arabic::last_of_romanized(*last);
        }
        Self { article, first_given: self.first_given, ..Self::of_sounds(sounds, Writing::Consonants) }
    }

    /// How similar two parts are, from 0 to 1.
    pub fn similarity(&self, other: &Self) -> f64 {
        self.skeleton().similarity(&other.skeleton())
    }

    /// What is compared of it.
    pub fn skeleton(&self) -> Skeleton<'_> {
        let Self { sounds, writing, article, consonants, firm, .. } = self;
        Skeleton { sounds, writing: *writing, article: *article, consonants: *consonants, firm: *firm }
    }
}

/// What is compared of a part, wherever its sounds are kept.
#[derive(Clone, Copy)]
pub struct Skeleton<'a> {
    /// See [`Part::sounds`].
    pub sounds: &'a [char],
    /// See [`Part::writing`].
    pub writing: Writing,
    /// See [`Part::article`].
    pub article: bool,
    /// See [`Part::consonants`].
    pub consonants: u64,
    /// See [`Part::firm`].
    pub firm: Firm,
}

impl<'a> Skeleton<'a> {
    /// How similar two parts are, from 0 to 1.
    pub fn similarity(&self, other: &Self) -> f64 {
        if self.sounds == other.sounds {
            return 1.0;
        }
        let compared = |(one, other_sounds): (&[char], &[char])| {
            self.length(one, other, other_sounds).map_or(0.0, |length| {
                // A swap of neighbours looks back two rows, so the limit leaves room for one.
                let limit = length * LEAST + 1.0;
                (1.0 - cost((one, self.writing), (other_sounds, other.writing), limit) / length).max(0.0)
            })
        };
        let first = compared((self.sounds, other.sounds));
        self.without_articles(other).map_or(first, |bare| first.max(compared(bare)))
    }

    /// Whether two parts are at least that similar. It gives up as soon as they cannot be.
    pub fn is_similar(&self, other: &Self, least: f64) -> bool {
        if self.sounds == other.sounds {
            return true;
        }
        let compared = |(one, other_sounds): (&[char], &[char])| {
            self.length(one, other, other_sounds).is_some_and(|length| {
                is_within((one, self.writing), (other_sounds, other.writing), (1.0 - least) * length)
            })
        };
        let bare = self.without_articles(other);
        if bare.is_none() && self.is_surely_apart(other, least) {
            return false;
        }
        compared((self.sounds, other.sounds)) || bare.is_some_and(compared)
    }

    /// Whether the firm sounds alone cost too much: an exchange takes one away and adds one, all else does less.
    fn is_surely_apart(&self, other: &Self, least: f64) -> bool {
        let pairs = || self.firm.iter().zip(&other.firm);
        let removed: u8 = pairs().map(|(one, other)| one.saturating_sub(*other)).sum();
        let added: u8 = pairs().map(|(one, other)| other.saturating_sub(*one)).sum();
        let longer = self.sounds.len().max(other.sounds.len()).max(3);
        f64::from(removed.max(added)) > (1.0 - least) * longer as f64 + 1e-9
    }

    /// The sounds to compare a second time, without an article. "Alkhatib" and "al-Khatib": taken off only where the other
    /// one shows that it is an article.
    fn without_articles<'b>(&'b self, other: &'b Self) -> Option<(&'b [char], &'b [char])> {
        match (self.article, other.article) {
            (true, false) => other.without_article().map(|bare| (self.sounds, bare)),
            (false, true) => self.without_article().map(|bare| (bare, other.sounds)),
            _ => None,
        }
    }

    fn without_article(&self) -> Option<&'a [char]> {
        match self.sounds {
            ['a' | 'e', 'l', rest @ ..] if rest.len() > 2 => Some(rest),
            _ => None,
        }
    }

    /// The length that a cost is held against; `None` if the two have nothing in common.
    fn length(&self, one: &[char], other_part: &Self, other: &[char]) -> Option<f64> {
        let apart = (self.consonants ^ other_part.consonants).count_ones();
        let (longer, shorter) = (one.len().max(other.len()), one.len().min(other.len()));
        if apart as usize > longer || shorter * 3 < longer {
            return None;
        }
        let consonants = |sounds: &[char]| sounds.iter().filter(|sound| !"aeiou".contains(**sound)).count();
        let length = match (self.writing, other_part.writing) {
            (Writing::Full, Writing::Full) => longer,
            _ => consonants(one).max(consonants(other)).max(3),
        };
        Some(length as f64)
    }
}

fn count(sounds: &[char], family: &[char]) -> u8 {
    let count = sounds.iter().filter(|sound| family.contains(sound)).count();
    u8::try_from(count).expect("a part has no more sounds than are compared")
}

fn is_latin(letter: char) -> bool {
    letter.is_ascii() || matches!(letter, '\u{00c0}'..='\u{024f}' | '\u{0250}'..='\u{02ff}' | '\u{1e00}'..='\u{1eff}')
}

fn ends_with(sounds: &[char], end: &str) -> bool {
    sounds.iter().rev().zip(end.chars().rev()).all(|(one, other)| *one == other)
}

/// Whether a part is romanized from Arabic letters without the vowels that these leave out, like `mhmd` or `alkhtyb`.
fn lacks_vowels(letters: &[char]) -> bool {
    let bare = if letters.starts_with(&['a', 'l']) { &letters[2..] } else { letters };
    let bare = bare.strip_prefix(&['a']).unwrap_or(bare);
    let vowels =
        bare.iter().any(|letter| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u') || !letter.is_ascii_lowercase());
    let consonants = bare.iter().filter(|letter| **letter != 'y').count();
    !vowels && (consonants > 2 || consonants == 2 && bare.len() == 3 && bare.ends_with(&['y']))
}

/// Doubled sounds are one, some pairs are one sound, and what is too long is cut.
fn tidied(sounds: Vec<char>) -> Vec<char> {
    let mut tidy: Vec<char> = Vec::with_capacity(sounds.len());
    for sound in sounds {
        match (tidy.last(), sound) {
            (Some(last), _) if *last == sound => {}
            (Some('d'), 'ž') => replace_last(&mut tidy, 'ǰ'),
            // Programs write "kh", "sh", "ch" and "th" letter by letter in Cyrillic.
            (Some('k'), 'x') => replace_last(&mut tidy, 'x'),
            (Some('s'), 'x') => replace_last(&mut tidy, 'š'),
            (Some('c'), 'x') => replace_last(&mut tidy, 'č'),
            (Some('t'), 'x') => {}
            _ => tidy.push(sound),
        }
    }
    tidy.truncate(SOUNDS);
    tidy
}

fn replace_last(sounds: &mut [char], sound: char) {
    if let Some(last) = sounds.last_mut() {
        *last = sound;
    }
}

/// Which families of consonants occur: those that transliterations do not confuse.
fn mask(sounds: &[char]) -> u64 {
    let family = |sound: &char| match sound {
        'b' | 'p' => Some(0),
        'd' | 't' => Some(1),
        'f' => Some(2),
        'l' => Some(3),
        'm' => Some(4),
        'n' => Some(5),
        'r' => Some(6),
        's' | 'š' | 'z' | 'ž' | 'c' | 'č' | 'ǰ' => Some(7),
        _ => None,
    };
    sounds.iter().filter_map(family).fold(0, |mask, bit: u32| mask | 1 << bit)
}
