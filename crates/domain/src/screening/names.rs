//! Whether two people have the same name, whoever wrote it down, in Latin, Cyrillic or Arabic letters.
//!
//! Every spelling is reduced to a skeleton of sounds, one `char` each, and skeletons are compared by what it costs to
//! turn one into the other: little where transliterations differ, much where names do. Everything that depends on one
//! person alone is done when [`PersonNames`] is made.

mod arabic;
mod cyrillic;
mod distance;
mod index;
mod latin;
mod part;
mod spelling;
#[cfg(test)]
mod tests;

pub use index::{NameIndex, NameIndexBuilder};

use spelling::Spelling;

use crate::application::content::Content;

/// Names at least this similar are the same name.
///
/// Fixed before anything was measured. A letter that no transliteration explains costs one, and of two parts the worse
/// one counts most: so a letter in six is too much (0.867 with the other part equal), and a letter in eight may be
/// mistyped (0.9). Most given names that differ in one letter have six or less (Marina and Karina, Ivan and Ian), and in
/// a long name a letter is more often a slip.
pub const SAME_NAME: f64 = 0.88;

/// More spellings than this are not compared: a person has four, a watch list's entry seldom ten.
const SPELLINGS: usize = 16;

/// The spellings of one person's name, ready to be compared. It holds personal data, and its `Debug` shows none.
#[derive(Clone, Default)]
pub struct PersonNames {
    spellings: Vec<Spelling>,
}

impl PersonNames {
    /// The names of an application: in Latin letters, in the person's own script, in Kazakh and in Russian.
    pub fn of(content: &Content) -> Self {
        let latin = Spelling::of_parts(content.family_name.expose(), content.given_name.expose());
        let full = [&content.native_name, &content.name_kk, &content.name_ru];
        Self::from(latin.into_iter().chain(full.into_iter().flat_map(|name| Spelling::of_full_name(name.expose()))))
    }

    /// A family name and given names, and full names in other scripts.
    pub fn of_parts<'a>(family: &str, given: &str, full: impl IntoIterator<Item = &'a str>) -> Self {
        let others = full.into_iter().take(SPELLINGS).flat_map(Spelling::of_full_name);
        Self::from(Spelling::of_parts(family, given).into_iter().chain(others))
    }

    /// Full names in any script and order, as a watch list has them.
    pub fn of_spellings<'a>(spellings: impl IntoIterator<Item = &'a str>) -> Self {
        Self::from(spellings.into_iter().take(SPELLINGS).flat_map(Spelling::of_full_name))
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.spellings.is_empty()
    }

    fn from(all: impl Iterator<Item = Spelling>) -> Self {
        let mut spellings = Vec::new();
        for spelling in all {
            // One name in two scripts often has one skeleton.
            if !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
        Self { spellings }
    }
}

impl std::fmt::Debug for PersonNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

/// How similar two people's names are, from 0 to 1: the best that two of their spellings are. The order of the parts
/// does not matter; a part that only one of them has costs little, if at least two parts are common to both.
pub fn similarity(a: &PersonNames, b: &PersonNames) -> f64 {
    let mut best = 0.0_f64;
    for one in &a.spellings {
        for other in &b.spellings {
            best = best.max(one.similarity(other));
            if best >= 1.0 {
                return 1.0;
            }
        }
    }
    best
}

/// Whether two people have the same name, as far as a program can tell. People have to judge what it finds.
pub fn same_person_name(a: &PersonNames, b: &PersonNames) -> bool {
    similarity(a, b) >= SAME_NAME
}
