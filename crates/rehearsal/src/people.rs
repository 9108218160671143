//! Makes people who do not exist, from a seed: their names, passports and machine-readable zones.
//!
//! The service must never be tested with data of real people. Yet the names must be as varied as real ones, because
//! scripts, hyphens, mononyms and long names are what breaks matching and printing.

mod machine_readable_zone;
mod names;
mod transliteration;

use std::collections::HashSet;

use jiff::Span;
use jiff::civil::{Date, date};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wire::v1;

use machine_readable_zone::Zone;
use names::NamePool;
use transliteration::transliterate;

/// In a pool that has mononyms, one person in this many has only one name.
const MONONYM_IN: u32 = 3;

/// Makes people. The same seed and calls make the same people, and no two of them are alike.
pub struct People {
    rng: ChaCha8Rng,
    /// The passport numbers in use.
    passports: HashSet<String>,
    /// The names and birth dates in use. Two people with both in common would be a duplicate that screening finds.
    holders: HashSet<(String, String)>,
}

/// A person's name, in Latin letters for the passport and in its own script.
struct Name {
    family: String,
    given: String,
    native: String,
}

impl People {
    /// A new generator of people.
    pub fn new(seed: u64) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), passports: HashSet::new(), holders: HashSet::new() }
    }

    /// A person with a passport of a state (three-letter code of ICAO Doc 9303) that is valid after 2019.
    pub fn person(&mut self, state: &str) -> v1::Person {
        let expiry = date(2020, 1, 1) + Span::new().days(self.rng.random_range(0..3000));
        self.person_with_passport_until(state, expiry)
    }

    /// A person whose passport is valid up to a certain day.
    pub fn person_with_passport_until(&mut self, state: &str, expiry: Date) -> v1::Person {
        loop {
            if let Some(person) = self.try_person(state, expiry) {
                return person;
            }
        }
    }

    /// A person, or `None` if name and birth date are in use already or the name does not fit the machine-readable
    /// zone.
    fn try_person(&mut self, state: &str, expiry: Date) -> Option<v1::Person> {
        let pool = names::pool(state);
        let sex = if self.rng.random_bool(0.45) { v1::Sex::Female } else { v1::Sex::Male };
        let name = self.name(pool, sex);
        // Born from 1949 to 1995, so everybody is an adult in 2019.
        let birth = date(1949, 1, 1) + Span::new().days(self.rng.random_range(0..17_000));
        let number = self.passport_number(state);
        let (family_name, given_name) = (name.family.as_str(), name.given.as_str());
        let mrz = Zone { family_name, given_name, number: &number, state, birth, sex, expiry }.lines()?;
        if !self.holders.insert((name.native.clone(), birth.to_string())) {
            return None;
        }
        let passport = v1::Passport { number, issuing_state: state.to_owned(), expiry_date: expiry.to_string(), mrz };
        // A name in Russian spelling is used unchanged in Russian and in Kazakh.
        let confirmed =
            if pool.writing == transliteration::Writing::Russian { name.native.clone() } else { String::new() };
        Some(v1::Person {
            family_name: name.family,
            given_name: name.given,
            native_name: name.native,
            name_kk: confirmed.clone(),
            name_ru: confirmed,
            nationality: state.to_owned(),
            birth_date: birth.to_string(),
            sex: sex.into(),
            passport: Some(passport),
        })
    }

    /// A random name from a pool.
    fn name(&mut self, pool: &NamePool, sex: v1::Sex) -> Name {
        let mononyms = names::list(pool.mononyms);
        if !mononyms.is_empty() && self.rng.random_ratio(1, MONONYM_IN) {
            let name = self.choose(&mononyms);
            return Name { family: transliterate(name, pool.writing), given: String::new(), native: name.to_owned() };
        }
        let women = sex == v1::Sex::Female;
        let given = self.choose(&names::list(if women { pool.female } else { pool.male }));
        let family = self.choose(&names::list(pool.family));
        let family = if women { names::feminine(family) } else { family.to_owned() };
        let native = if pool.family_first { format!("{family} {given}") } else { format!("{given} {family}") };
        Name { family: transliterate(&family, pool.writing), given: transliterate(given, pool.writing), native }
    }

    /// A random name of a list.
    fn choose<'a>(&mut self, names: &[&'a str]) -> &'a str {
        names.choose(&mut self.rng).expect("a test finds a name in every list")
    }

    /// An unused passport number, in a pattern like the state's.
    fn passport_number(&mut self, state: &str) -> String {
        let pattern = match state {
            "RUS" | "USA" | "GBR" => "#########",
            "UKR" | "KGZ" | "BLR" => "@@######@",
            "DEU" | "TUR" => "@########",
            _ => "@@#######",
        };
        loop {
            let number: String = pattern.chars().map(|symbol| self.character(symbol)).collect();
            if self.passports.insert(number.clone()) {
                return number;
            }
        }
    }

    /// A random character: a letter for `@` in the pattern, a digit for anything else.
    fn character(&mut self, symbol: char) -> char {
        match symbol {
            // Without I and O, which look like digits.
            '@' => *b"ABCDEFGHJKLMNPQRSTUVWXYZ".choose(&mut self.rng).expect("there are letters") as char,
            _ => char::from(b'0' + self.rng.random_range(0..10u8)),
        }
    }
}

#[cfg(test)]
mod tests;
