//! Watch lists: people about whom a human of the commission has to think before they are accredited.
//!
//! A match is a finding for a reviewer. It refuses nothing by itself, and no delegation learns about it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub mod acts;
mod index;

pub use index::{WatchListIndex, WatchListIndexBuilder};

use crate::application::content::Filing;
use crate::screening::names::{PersonNames, same_person_name};
use crate::vocabulary::personal::Personal;

/// A person on the watch list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedPerson {
    /// The known spellings of the person's name, in any script.
    pub names: Vec<Personal<String>>,
    /// The date of birth; `None` if it is not known.
    pub birth_date: Option<Personal<Date>>,
    /// The issuer of the document, as an ICAO code; empty if no document is known.
    pub issuing_state: String,
    /// The number of the document; empty if none is known.
    pub document_number: Personal<String>,
}

impl ListedPerson {
    /// Whether the application may be about this person: the same document, or the same name in any script. If the
    /// list has a date of birth, the name counts only with the same date.
    pub fn may_match(&self, filing: &Filing, names: &PersonNames) -> bool {
        let Filing { content, identity } = filing;
        let same_document = !self.document_number.expose().is_empty()
            && self.document_number == identity.passport_number
            && self.issuing_state == content.issuing_state;
        let born_then = self.birth_date.as_ref().is_none_or(|birth_date| *birth_date == identity.birth_date);
        let known = PersonNames::of_spellings(self.names.iter().map(|name| name.expose().as_str()));
        same_document || (born_then && same_person_name(&known, names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture;

    /// A name alone is weak, so a known date of birth has to agree.
    #[test]
    fn a_match_needs_the_document_or_the_name_with_a_known_birth_date() {
        let filing = fixture::filing();
        let check = |name: &str, birth: Option<&str>, document: (&str, &str), expected: bool| {
            let listed = ListedPerson {
                names: vec![Personal::new(name.to_owned())],
                birth_date: birth.map(|date| Personal::new(date.parse().expect("a date"))),
                issuing_state: document.0.to_owned(),
                document_number: Personal::new(document.1.to_owned()),
            };
            assert_eq!(listed.may_match(&filing, &PersonNames::of(&filing.content)), expected, "{name} {birth:?}");
        };
        check("Someone Else", None, ("DEU", "C01X00T47"), true);
        check("Someone Else", None, ("FRA", "C01X00T47"), false);
        check("Someone Else", None, ("", ""), false);
        check("Анна Мюллер", None, ("", ""), true);
        check("Mueller Anna", Some("1980-02-03"), ("", ""), true);
        check("Mueller Anna", Some("1980-02-04"), ("", ""), false);
    }
}
