//! A whole watch list in memory, indexed: built once, and searched for every application.

use std::collections::BTreeSet;

use jiff::civil::Date;
use uuid::Uuid;

use super::ListedPerson;
use crate::application::content::Filing;
use crate::screening::names::{NameIndex, NameIndexBuilder, PersonNames};

/// An indexed watch list. It holds skeletons of names, dates of birth and document numbers. `Debug` shows none of
/// them.
#[derive(Default)]
pub struct WatchListIndex {
    /// The ids of the entries, in the order of the list. The other fields refer to entries by their index here.
    ids: Vec<Uuid>,
    /// The index of their names.
    names: NameIndex,
    /// The entries by document, sorted.
    documents: Vec<(Box<str>, u32)>,
    /// The entries by date of birth, sorted.
    born: Vec<(Date, u32)>,
    /// The entries without a date of birth, sorted.
    undated: Vec<u32>,
}

/// Builds a [`WatchListIndex`].
#[derive(Default)]
pub struct WatchListIndexBuilder {
    list: WatchListIndex,
    names: NameIndexBuilder,
}

impl WatchListIndexBuilder {
    /// Adds an entry.
    pub fn add(&mut self, id: Uuid, person: &ListedPerson) {
        let list = &mut self.list;
        let number = u32::try_from(list.ids.len()).expect("a list has fewer entries than this");
        list.ids.push(id);
        self.names.add(person.names.iter().map(|name| name.expose().as_str()));
        let document = person.document_number.expose();
        if !document.is_empty() {
            list.documents.push((document_key(&person.issuing_state, document), number));
        }
        match &person.birth_date {
            Some(date) => list.born.push((*date.expose(), number)),
            None => list.undated.push(number),
        }
    }

    /// Sorts the entries and returns the index.
    pub fn finish(self) -> WatchListIndex {
        let mut list = WatchListIndex { names: self.names.finish(), ..self.list };
        list.documents.sort_unstable();
        list.born.sort_unstable();
        list.ids.shrink_to_fit();
        list.documents.shrink_to_fit();
        list.born.shrink_to_fit();
        list
    }
}

/// The key of a document: issuer and number, because two states can issue the same number.
fn document_key(issuing_state: &str, number: &str) -> Box<str> {
    format!("{issuing_state}|{number}").into()
}

impl WatchListIndex {
    /// The number of entries.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The ids of at most `most` entries that the application may be about, in the order of the list: exactly those
    /// for which [`ListedPerson::may_match`].
    pub fn find(&self, filing: &Filing, names: &PersonNames, most: usize) -> Vec<Uuid> {
        let Filing { content, identity } = filing;
        let key = document_key(&content.issuing_state, identity.passport_number.expose());
        let by_document: BTreeSet<u32> = numbers(&self.documents, &key).collect();
        let mut others: Vec<u32> = numbers(&self.born, identity.birth_date.expose()).collect();
        others.extend(self.undated.iter().copied());
        others.retain(|number| !by_document.contains(number));
        others.sort_unstable();
        let mut found = by_document;
        found.extend(self.names.find(names, others).take(most));
        found.into_iter().take(most).map(|number| self.ids[number as usize]).collect()
    }
}

/// The indexes under a key in a sorted list.
fn numbers<'a, K: Ord>(sorted: &'a [(K, u32)], key: &'a K) -> impl Iterator<Item = u32> + 'a {
    let start = sorted.partition_point(|(known, _)| known < key);
    sorted[start..].iter().take_while(move |(known, _)| known == key).map(|(_, number)| *number)
}

impl std::fmt::Debug for WatchListIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture;
    use crate::vocabulary::personal::Personal;

    /// Entries with few different values, so that many of them are alike.
    fn people() -> Vec<ListedPerson> {
        let names = ["Anna Müller", "Мюллер Анна", "Hanna Miller", "Mueller Hanna", "Ivan Ivanov", ""];
        let births = [None, Some("1980-02-03"), Some("1980-02-04")];
        let documents = [("", ""), ("DEU", "C01X00T47"), ("FRA", "C01X00T47"), ("DEU", "C01X00T48"), ("", "C01X00T47")];
        let mut people = Vec::new();
        for first in names {
            for second in ["", "Анна Миллер"] {
                for birth in births {
                    for (state, number) in documents {
                        people.push(ListedPerson {
                            names: [first, second].map(|name| Personal::new(name.to_owned())).to_vec(),
                            birth_date: birth.map(|date| Personal::new(date.parse().expect("a date"))),
                            issuing_state: state.to_owned(),
                            document_number: Personal::new(number.to_owned()),
                        });
                    }
                }
            }
        }
        people
    }

    /// The index must find exactly what a comparison one by one finds.
    #[test]
    fn the_index_finds_exactly_the_matching_entries() {
        let people = people();
        let mut builder = WatchListIndexBuilder::default();
        let id = |place: usize| Uuid::from_u128(place as u128);
        people.iter().enumerate().for_each(|(place, person)| builder.add(id(place), person));
        let index = builder.finish();
        let check = |filing: &Filing| {
            let names = PersonNames::of(&filing.content);
            let meant = people.iter().enumerate().filter(|(_, person)| person.may_match(filing, &names));
            let meant: Vec<Uuid> = meant.map(|(place, _)| id(place)).collect();
            assert_eq!(index.find(filing, &names, usize::MAX), meant);
            assert_eq!(index.find(filing, &names, 5), meant[..meant.len().min(5)]);
            meant.len()
        };
        let filing = fixture::filing();
        assert!(check(&filing) > 50);
        let mut other = fixture::filing();
        other.identity.passport_number = Personal::new("X".to_owned());
        assert!(check(&other) < check(&filing));
        other.content.family_name = Personal::new("IVANOV".to_owned());
        (other.content.given_name, other.content.native_name) = (Personal::new("IVAN".to_owned()), Personal::default());
        assert!(check(&other) > 0);
        other.identity.birth_date = Personal::new("1999-09-09".parse().expect("a date"));
        assert!(check(&other) > 0);
    }

    /// A watch list is personal data.
    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", WatchListIndex::default()), "[personal]");
    }
}
