//! The index finds exactly the people whom single comparisons find.

use super::*;
use crate::screening::names::{PersonNames, same_person_name};

const FAMILY: [&str; 20] = [
    "Aliyev",
    "Алиев",
    "Alimov",
    "Müller",
    "Mueller",
    "al-Khatib",
    "الخطيب",
    "alkhtyb",
    "Ivanov",
    "Иванов",
    "Abd Rahman",
    "عبد الرحمن",
    "Jean-Luc",
    "Jeanluc",
    "van der Berg",
    "Vanderberg",
    "O'Neill",
    "王小明",
    "Zhumagulov",
    "Жұмағұлов",
];
const GIVEN: [&str; 16] = [
    "Yerlan",
    "Ерлан",
    "Erlan",
    "Marat",
    "Anna",
    "Hanna",
    "Mohammed",
    "محمد",
    "mhmd",
    "Ivan Petrovich",
    "Иван",
    "Ian",
    "Li",
    "",
    "Anna Maria",
    "Annamaria",
];

/// A generator of random numbers from a seed, so that a failing run can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn name(&mut self) -> String {
        let (family, given) = (FAMILY[self.below(FAMILY.len())], GIVEN[self.below(GIVEN.len())]);
        let mut name = if self.below(2) == 0 { format!("{family} {given}") } else { format!("{given} {family}") };
        if self.below(4) == 0 {
            // A typing error: one letter is missing.
            let letters: Vec<char> = name.chars().collect();
            let slip = self.below(letters.len().max(1));
            name = letters.iter().enumerate().filter(|(place, _)| *place != slip).map(|(_, letter)| letter).collect();
        }
        name
    }

    fn spellings(&mut self) -> Vec<String> {
        (0..self.below(4)).map(|_| self.name()).collect()
    }
}

fn texts(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(String::as_str)
}

#[test]
fn the_index_finds_exactly_what_single_comparisons_find() {
    let mut numbers = Numbers(2019);
    let people: Vec<Vec<String>> = (0..400).map(|_| numbers.spellings()).collect();
    let mut builder = NameIndexBuilder::default();
    people.iter().for_each(|names| builder.add(texts(names)));
    let index = builder.finish();
    assert_eq!(index.len(), people.len());
    let known: Vec<PersonNames> = people.iter().map(|names| PersonNames::of_spellings(texts(names))).collect();
    let mut found = 0;
    for _ in 0..80 {
        let full = numbers.spellings();
        let (family, given) = (FAMILY[numbers.below(FAMILY.len())], GIVEN[numbers.below(GIVEN.len())]);
        let names = PersonNames::of_parts(family, given, texts(&full));
        let expected: Vec<u32> = (0..400).filter(|person| same_person_name(&known[*person as usize], &names)).collect();
        assert_eq!(index.find(&names, 0..400).collect::<Vec<_>>(), expected, "{family} {given} {full:?}");
        found += expected.len();
    }
    assert!(found > 200, "{found} are found at all");
}

/// The fast check must not skip a part that the exact comparison accepts.
#[test]
fn a_part_that_is_similar_enough_is_never_skipped() {
    let mut numbers = Numbers(7);
    let parts: Vec<Part> = (0..120).flat_map(|_| Spelling::parts_of_full_name(&numbers.name())).collect();
    let (mut near, mut far) = (0, 0);
    for one in &parts {
        for other in &parts {
            let similarity = one.similarity(other);
            let is_similar = one.skeleton().is_similar(&other.skeleton(), PARTNERS);
            if (similarity - PARTNERS).abs() > 1e-6 {
                assert_eq!(is_similar, similarity > PARTNERS, "{similarity}");
            }
            if is_similar { near += 1 } else { far += 1 }
        }
    }
    assert!(near > 1000 && far > 1000, "{near} {far}");
}

#[test]
fn debug_shows_nothing() {
    let mut builder = NameIndexBuilder::default();
    builder.add(["Ivanov"]);
    assert_eq!(format!("{:?}", builder.finish()), "[personal]");
}
