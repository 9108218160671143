//! Many people's names, kept small, of which those that may be one person's are found quickly.
//!
//! A name part occurs in many names, so each is kept once, as its sounds. Who is sought is held against each distinct part
//! at most once; whose parts cannot add up to the same name is passed over. Nobody is passed over whom
//! [`same_person_name`] would find: what is left is compared as it compares.

use std::collections::HashMap;

use super::distance::Writing;
use super::part::{Firm, Part, Skeleton};
use super::spelling::Spelling;
use super::{PersonNames, SAME_NAME, SPELLINGS, same_person_name};

mod seeker;

use seeker::Seeker;

/// Of two names that are the same, each part of the shorter one has a partner that is at least this similar.
///
/// With `n` parts a similarity of 0.6 w + 0.4 (w + n - 1) / n is the most that a worst pair of w allows; eight parts are
/// compared at most, and for those w is 0.8153.
const PARTNERS: f64 = 0.815;
const _: () = assert!(0.6 * PARTNERS + 0.4 * (PARTNERS + 7.0) / 8.0 < SAME_NAME, "no partner is overlooked");

/// The first part of a spelling.
const FIRST: u32 = 1 << 31;

/// The names of many people. It holds personal data, and its `Debug` shows none.
#[derive(Default)]
pub struct NameIndex {
    /// The sounds of all distinct parts, one after the other.
    sounds: Vec<char>,
    /// The distinct parts.
    parts: Vec<Stored>,
    /// The parts of every spelling, in the order in which they are written; the first one of each carries [`FIRST`].
    spellings: Vec<u32>,
    /// Where each person's spellings begin.
    people: Vec<u32>,
}

/// Makes a [`NameIndex`].
#[derive(Default)]
pub struct NameIndexBuilder {
    index: NameIndex,
    known: HashMap<(Vec<char>, bool, bool), u32>,
}

/// A distinct part.
struct Stored {
    start: u32,
    consonants: u64,
    firm: Firm,
    length: u8,
    consonants_alone: bool,
    article: bool,
}

impl NameIndexBuilder {
    /// Adds a person by full names, as [`PersonNames::of_spellings`] takes them. People are numbered as they come.
    pub fn add<'a>(&mut self, spellings: impl IntoIterator<Item = &'a str>) {
        let start = self.index.spellings.len();
        self.index.people.push(number(start));
        for name in spellings.into_iter().take(SPELLINGS) {
            let parts: Vec<u32> = Spelling::parts_of_full_name(name).into_iter().map(|part| self.part(part)).collect();
            // One name in two scripts often has one skeleton.
            if !spellings_of(&self.index.spellings[start..]).any(|known| ids(known).eq(parts.iter().copied())) {
                let marked = parts.iter().enumerate().map(|(place, id)| if place == 0 { id | FIRST } else { *id });
                self.index.spellings.extend(marked);
            }
        }
    }

    /// The index of those who were added.
    pub fn finish(mut self) -> NameIndex {
        let NameIndex { sounds, parts, spellings, people } = &mut self.index;
        sounds.shrink_to_fit();
        parts.shrink_to_fit();
        spellings.shrink_to_fit();
        people.shrink_to_fit();
        self.index
    }

    fn part(&mut self, part: Part) -> u32 {
        let NameIndex { sounds, parts, .. } = &mut self.index;
        let consonants_alone = part.writing == Writing::Consonants;
        *self.known.entry((part.sounds, consonants_alone, part.article)).or_insert_with_key(|(letters, ..)| {
            let (consonants, firm, article) = (part.consonants, part.firm, part.article);
            let length = u8::try_from(letters.len()).expect("a part has no more sounds than are compared");
            parts.push(Stored { start: number(sounds.len()), consonants, firm, length, consonants_alone, article });
            sounds.extend_from_slice(letters);
            number(parts.len() - 1)
        })
    }
}

impl NameIndex {
    /// How many people it has.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether it has nobody.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Those of some people, by their numbers, who may have that name: the very ones of whom [`same_person_name`] says so.
    pub fn find<'a>(
        &'a self,
        names: &'a PersonNames,
        among: impl IntoIterator<Item = u32> + 'a,
    ) -> impl Iterator<Item = u32> + 'a {
        let mut seeker = Seeker::new(self, names);
        among.into_iter().filter(move |person| {
            let spellings = self.spellings_of(*person);
            spellings_of(spellings).any(|spelling| seeker.allows(spelling))
                && same_person_name(&self.names_of(spellings), names)
        })
    }

    fn spellings_of(&self, person: u32) -> &[u32] {
        let place = person as usize;
        let end = self.people.get(place + 1).map_or(self.spellings.len(), |end| *end as usize);
        &self.spellings[self.people[place] as usize..end]
    }

    fn names_of(&self, spellings: &[u32]) -> PersonNames {
        let parts = |spelling| ids(spelling).map(|id| self.part(id)).collect();
        let spellings = spellings_of(spellings).filter_map(|one| Spelling::of_parts_in_order(parts(one)));
        PersonNames { spellings: spellings.collect() }
    }

    fn skeleton(&self, id: u32) -> Skeleton<'_> {
        let Stored { start, consonants, firm, length, consonants_alone, article } = self.parts[id as usize];
        let sounds = &self.sounds[start as usize..start as usize + usize::from(length)];
        let writing = if consonants_alone { Writing::Consonants } else { Writing::Full };
        Skeleton { sounds, writing, article, consonants, firm }
    }

    /// The part that was added: everything else about a part of a full name follows from these.
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

/// The spellings of one person, part by part.
fn spellings_of(parts: &[u32]) -> impl Iterator<Item = &[u32]> {
    parts.chunk_by(|_, next| next & FIRST == 0)
}

fn ids(spelling: &[u32]) -> impl ExactSizeIterator<Item = u32> + Clone + '_ {
    spelling.iter().map(|id| id & !FIRST)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).ok().filter(|number| number & FIRST == 0).expect("an index has fewer parts than this")
}

#[cfg(test)]
mod tests;
