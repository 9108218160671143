//! The commission's watch list: people about whom a human is to think before they are accredited. A match refuses
//! nothing by itself, and no delegation learns of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::content::Filing;
use crate::personal::Personal;

/// Someone on the watch list: by document, by birth date and name, or by name alone.
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
    /// Whether the application may be this person's.
    pub fn may_be(&self, filing: &Filing) -> bool {
        let Filing { content, identity } = filing;
        let same_document = !self.document_number.expose().is_empty()
            && self.document_number == identity.passport_number
            && self.issuing_state == content.issuing_state;
        same_document
    }
}
