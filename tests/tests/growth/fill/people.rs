//! What the applications say: people that never were, with documents that were never signed.

use client::declare;
use documents::sample;
use domain::application::content::Filing;
use jiff::civil::date;
use rehearsal::people::People;
use wire::convert;
use wire::v1::{self, DocumentKind};
use wire::violations::Violations;

/// Whose passports they have.
const STATES: [&str; 8] = ["FRA", "DEU", "USA", "POL", "TUR", "ITA", "ESP", "GBR"];

/// The documents that the rules ask for, with their bytes. Everyone has the same: making them is not measured.
pub fn documents() -> Vec<(v1::Document, Vec<u8>)> {
    let scans = [
        (DocumentKind::PassportPage, sample::page(&["SPECIMEN", "passport page"])),
        (DocumentKind::Photo, sample::photo(7)),
        (DocumentKind::Pledge, sample::page(&["SPECIMEN", "pledge"])),
    ];
    scans.map(|(kind, bytes)| (declare(kind, &bytes), bytes)).to_vec()
}

/// Makes one filing after the other.
pub struct Filings {
    people: People,
    documents: Vec<v1::Document>,
}

impl Filings {
    pub fn new(seed: usize) -> Self {
        let documents = documents().into_iter().map(|(declared, _)| declared).collect();
        Self { people: People::new(seed as u64), documents }
    }

    /// What the application of that index says.
    pub fn next(&mut self, index: usize) -> Filing {
        let mut violations = Violations::default();
        let filing = convert::application::filing(self.message(index), "application", &mut violations);
        filing.expect("the rehearsal's people can be filed")
    }

    /// The same as its delegation would send it.
    pub fn message(&mut self, index: usize) -> v1::Application {
        let category = match index % 20 {
            0..15 => v1::Category::ShortTermObserver,
            15..18 => v1::Category::LongTermObserver,
            18 => v1::Category::Parliamentarian,
            _ => v1::Category::Interpreter,
        };
        let person = self.people.person_with_passport_until(STATES[index % STATES.len()], date(2040, 1, 1));
        let documents = self.documents.clone();
        v1::Application { category: category.into(), person: Some(person), documents, ..Default::default() }
    }
}
