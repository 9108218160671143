//! The commission's watch list: people about whom a human is to think before they are accredited. A match refuses
//! nothing by itself, and no delegation learns of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub mod acts;
mod index;

pub use index::{WatchListIndex, WatchListIndexBuilder};

use crate::application::content::Filing;
use crate::screening::names::{PersonNames, same_person_name};
use crate::vocabulary::personal::Personal;

/// Someone on the watch list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedPerson {
    /// The person's name, in every spelling that is known.
    pub names: Vec<Personal<String>>,
    /// The date of birth, if it is known.
    pub birth_date: Option<Personal<Date>>,
    /// Who issued the document, an ICAO code; empty if no document is known.
    pub issuing_state: String,
    /// The document's number; empty if none is known.
    pub document_number: Personal<String>,
}

impl ListedPerson {
    /// Whether the application may be this person's: by the document, or by the name in any script, with the birth date
    /// where the list has one.
    pub fn may_be(&self, filing: &Filing, names: &PersonNames) -> bool {
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

    #[test]
    fn a_match_wants_the_document_or_the_name_with_the_birth_date_where_there_is_one() {
        let filing = fixture::filing();
        let check = |name: &str, birth: Option<&str>, document: (&str, &str), expected: bool| {
            let listed = ListedPerson {
                names: vec![Personal::new(name.to_owned())],
                birth_date: birth.map(|date| Personal::new(date.parse().expect("a date"))),
                issuing_state: document.0.to_owned(),
                document_number: Personal::new(document.1.to_owned()),
            };
            assert_eq!(listed.may_be(&filing, &PersonNames::of(&filing.content)), expected, "{name} {birth:?}");
        };
        check("Someone Else", None, ("DEU", "C01X00T47"), true);
        check("Someone Else", None, ("FRA", "C01X00T47"), false);
        check("Someone Else", None, ("", ""), false);
        check("Анна Мюллер", None, ("", ""), true);
        check("Mueller Anna", Some("1980-02-03"), ("", ""), true);
        check("Mueller Anna", Some("1980-02-04"), ("", ""), false);
    }
}
