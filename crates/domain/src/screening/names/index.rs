//! The names of many people in little memory, and a fast search for those who may have a given name.
//!
//! A part of a name occurs in many names, so each distinct part is stored once, as its sounds. A search compares the
//! searched name with each distinct part at most once. It skips people whose parts cannot add up to the same name, and
//! compares the others completely. So it finds exactly those whom [`same_person_name`] finds.

use std::collections::HashMap;

use super::distance::Writing;
use super::part::{Firm, Part, Skeleton};
use super::spelling::Spelling;
use super::{PersonNames, SAME_NAME, SPELLINGS, same_person_name};

mod query;

use query::NameQuery;

/// If two names are the same, each part of the shorter one has a partner that is at least this similar.
///
/// With `n` parts and a worst similarity of w, a name reaches at most 0.6 w + 0.4 (w + n - 1) / n. At most eight
/// parts are compared, and for eight parts w is 0.8153.
const PARTNERS: f64 = 0.815;
const _: () = assert!(0.6 * PARTNERS + 0.4 * (PARTNERS + 7.0) / 8.0 < SAME_NAME, "no partner is overlooked");

/// The bit that marks the first part of a spelling.
const FIRST: u32 = 1 << 31;

/// The names of many people. They are personal data, and `Debug` shows none.
#[derive(Default)]
pub struct NameIndex {
    /// The sounds of all distinct parts, one after the other.
    sounds: Vec<char>,
    /// The distinct parts.
    parts: Vec<StoredPart>,
    /// The parts of every spelling, in the order in which they are written. The first one of each spelling has the
    /// bit [`FIRST`].
    spellings: Vec<u32>,
    /// Where the spellings of each person begin.
    people: Vec<u32>,
}

/// Builds a [`NameIndex`].
#[derive(Default)]
pub struct NameIndexBuilder {
    index: NameIndex,
    known: HashMap<(Vec<char>, bool, bool), u32>,
}

/// A distinct part. Its sounds are in [`NameIndex::sounds`].
struct StoredPart {
    start: u32,
    consonants: u64,
    firm: Firm,
    length: u8,
    consonants_alone: bool,
    article: bool,
}

impl NameIndexBuilder {
    /// Adds a person by full names, as [`PersonNames::of_spellings`] takes them. People are numbered in this order,
    /// from 0.
    pub fn add<'a>(&mut self, spellings: impl IntoIterator<Item = &'a str>) {
        let start = self.index.spellings.len();
        self.index.people.push(number(start));
        for name in spellings.into_iter().take(SPELLINGS) {
            let parts: Vec<u32> = Spelling::parts_of_full_name(name).into_iter().map(|part| self.part(part)).collect();
            // The same name in two scripts often has the same skeleton.
            if !spellings_of(&self.index.spellings[start..]).any(|known| ids(known).eq(parts.iter().copied())) {
                let marked = parts.iter().enumerate().map(|(place, id)| if place == 0 { id | FIRST } else { *id });
                self.index.spellings.extend(marked);
            }
        }
    }

    /// Returns the index of the people who were added.
    pub fn finish(mut self) -> NameIndex {
        let NameIndex { sounds, parts, spellings, people } = &mut self.index;
        sounds.shrink_to_fit();
        parts.shrink_to_fit();
        spellings.shrink_to_fit();
        people.shrink_to_fit();
        self.index
    }

    /// The id of a part, which is stored if it is new.
    fn part(&mut self, part: Part) -> u32 {
        let NameIndex { sounds, parts, .. } = &mut self.index;
        let consonants_alone = part.writing == Writing::Consonants;
        *self.known.entry((part.sounds, consonants_alone, part.article)).or_insert_with_key(|(letters, ..)| {
            let (consonants, firm, article) = (part.consonants, part.firm, part.article);
            let length = u8::try_from(letters.len()).expect("a part has no more sounds than are compared");
            parts.push(StoredPart { start: number(sounds.len()), consonants, firm, length, consonants_alone, article });
            sounds.extend_from_slice(letters);
            number(parts.len() - 1)
        })
    }
}

impl NameIndex {
    /// The number of people.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there are no people.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Those of the people `among`, by their numbers, who may have the name: exactly those for whom
    /// [`same_person_name`].
    pub fn find<'a>(
        &'a self,
        names: &'a PersonNames,
        among: impl IntoIterator<Item = u32> + 'a,
    ) -> impl Iterator<Item = u32> + 'a {
        let mut query = NameQuery::new(self, names);
        among.into_iter().filter(move |person| {
            let spellings = self.spellings_of(*person);
            spellings_of(spellings).any(|spelling| query.may_match(spelling))
                && same_person_name(&self.names_of(spellings), names)
        })
    }

    /// The spellings of a person, as ids of parts.
    fn spellings_of(&self, person: u32) -> &[u32] {
        let place = person as usize;
        let end = self.people.get(place + 1).map_or(self.spellings.len(), |end| *end as usize);
        &self.spellings[self.people[place] as usize..end]
    }

    /// The names of stored spellings.
    fn names_of(&self, spellings: &[u32]) -> PersonNames {
        let parts = |spelling| ids(spelling).map(|id| self.part(id)).collect();
        let spellings = spellings_of(spellings).filter_map(|one| Spelling::of_parts_in_order(parts(one)));
        PersonNames { spellings: spellings.collect() }
    }

    /// What is compared of a part.
    fn skeleton(&self, id: u32) -> Skeleton<'_> {
        let StoredPart { start, consonants, firm, length, consonants_alone, article } = self.parts[id as usize];
        let sounds = &self.sounds[start as usize..start as usize + usize::from(length)];
        let writing = if consonants_alone { Writing::Consonants } else { Writing::Full };
        Skeleton { sounds, writing, article, consonants, firm }
    }

    /// The part as it was added. Everything else about a part of a full name follows from its sounds.
    fn part(&self, id: u32) -> Part {
        let Skeleton { sounds, writing, article, .. } = self.skeleton(id);
        Part { article, ..Part::of_sounds(sounds.to_vec(), writing) }
    }
}

impl std::fmt::Debug for NameIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

/// The spellings of one person, each as a slice of parts.
fn spellings_of(parts: &[u32]) -> impl Iterator<Item = &[u32]> {
    parts.chunk_by(|_, next| next & FIRST == 0)
}

/// The ids of a spelling's parts, without the mark.
fn ids(spelling: &[u32]) -> impl ExactSizeIterator<Item = u32> + Clone + '_ {
    spelling.iter().map(|id| id & !FIRST)
}

/// A count as an id. It panics rather than mix up people if the index is too large.
fn number(count: usize) -> u32 {
    u32::try_from(count).ok().filter(|number| number & FIRST == 0).expect("an index has fewer parts than this")
}

#[cfg(test)]
mod tests;
