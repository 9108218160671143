//! Whether two people have the same name, in Latin, Cyrillic or Arabic script.
//!
//! Every spelling is reduced to a skeleton of sounds, one `char` each. Two skeletons are compared by the cost of
//! turning one into the other. The cost is low where transliterations differ, and high where names differ. Everything
//! that depends on one person alone is computed when [`PersonNames`] is made.
//!
//! `tests/duplicates` measures recall and precision on labelled pairs of names.

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

/// Names that are at least this similar are the same name.
///
/// The value was fixed before the measurement. A letter that no transliteration explains costs one, and the worse of
/// two parts counts most. So one wrong letter in six is too much (0.867 if the other part is equal), and one in eight
/// can be a typing error (0.9). Most given names that differ in one letter have six letters or fewer, such as Marina
/// and Karina, or Ivan and Ian.
pub const SAME_NAME: f64 = 0.88;

/// The maximum number of spellings that are compared. A person has four, and an entry of a watch list seldom ten.
const SPELLINGS: usize = 16;

/// The spellings of one person's name, ready to be compared. They are personal data, and `Debug` shows none.
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

    /// A family name and given names in Latin letters, and full names in other scripts.
    pub fn of_parts<'a>(family: &str, given: &str, full: impl IntoIterator<Item = &'a str>) -> Self {
        let others = full.into_iter().take(SPELLINGS).flat_map(Spelling::of_full_name);
        Self::from(Spelling::of_parts(family, given).into_iter().chain(others))
    }

    /// Full names in any script and any order, as a watch list has them.
    pub fn of_spellings<'a>(spellings: impl IntoIterator<Item = &'a str>) -> Self {
        Self::from(spellings.into_iter().take(SPELLINGS).flat_map(Spelling::of_full_name))
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.spellings.is_empty()
    }

    /// Collects the spellings without repetitions.
    fn from(all: impl Iterator<Item = Spelling>) -> Self {
        let mut spellings = Vec::new();
        for spelling in all {
            // The same name in two scripts often has the same skeleton.
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

/// How similar two people's names are, from 0 to 1: the similarity of their two most similar spellings. The order of
/// the parts does not matter. A part that only one of them has costs little if they have at least two parts in
/// common.
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

/// Whether two people have the same name, as far as a program can tell. A human judges every match.
pub fn same_person_name(a: &PersonNames, b: &PersonNames) -> bool {
    similarity(a, b) >= SAME_NAME
}
