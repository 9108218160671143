//! Generates the contents of applications, with people and documents that do not exist.

use client::declare;
use documents::sample;
use domain::application::content::Filing;
use jiff::civil::date;
use rehearsal::people::People;
use wire::convert;
use wire::v1::{self, DocumentKind};
use wire::violations::Violations;

/// The states that issue the passports.
const STATES: [&str; 8] = ["FRA", "DEU", "USA", "POL", "TUR", "ITA", "ESP", "GBR"];

/// The required documents and their bytes. All applications have the same, because making documents is not measured.
pub fn documents() -> Vec<(v1::Document, Vec<u8>)> {
    let scans = [
        (DocumentKind::PassportPage, sample::page(&["SPECIMEN", "passport page"])),
        (DocumentKind::Photo, sample::photo(7)),
        (DocumentKind::Pledge, sample::page(&["SPECIMEN", "pledge"])),
    ];
    scans.map(|(kind, bytes)| (declare(kind, &bytes), bytes)).to_vec()
}

/// Generates filings.
pub struct Filings {
    people: People,
    documents: Vec<v1::Document>,
}

impl Filings {
    pub fn new(seed: usize) -> Self {
        let documents = documents().into_iter().map(|(declared, _)| declared).collect();
        Self { people: People::new(seed as u64), documents }
    }

    /// The filing with this index.
    pub fn next(&mut self, index: usize) -> Filing {
        let mut violations = Violations::default();
        let filing = convert::application::filing(self.message(index), "application", &mut violations);
        filing.expect("generated people follow the rules of filing")
    }

    /// The filing with this index, as its delegation sends it.
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
