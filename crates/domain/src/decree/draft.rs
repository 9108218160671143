//! The data of a decree apart from its list. It can be corrected until the decree is adopted.

use jiff::civil::Date;

use super::Decree;
use crate::refusal::Refusal;
use crate::vocabulary::personal::Personal;

/// The data of a decree, as an adopter writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeDraft {
    /// The official number.
    pub decree_number: String,
    /// The day of the session.
    pub session_date: Date,
    /// Who signs as Chair.
    pub chair: Personal<String>,
    /// Who signs as Secretary.
    pub secretary: Personal<String>,
}

impl Decree {
    /// Corrects the data of a draft. The list stays.
    ///
    /// # Errors
    ///
    /// [`Refusal::DecreeAdopted`], [`Refusal::EtagMismatch`] if the caller read another version.
    pub fn correct(self, etag: &str, draft: DecreeDraft) -> Result<Self, Refusal> {
        self.check_draft()?;
        if self.etag() != etag {
            return Err(Refusal::EtagMismatch);
        }
        let DecreeDraft { decree_number, session_date, chair, secretary } = draft;
        Ok(Self { decree_number, session_date, chair, secretary, version: self.version + 1, ..self })
    }

    /// The names of the fields that differ from the draft's.
    pub fn differences(&self, draft: &DecreeDraft) -> Vec<&'static str> {
        let DecreeDraft { decree_number, session_date, chair, secretary } = draft;
        let fields = [
            ("decree_number", self.decree_number != *decree_number),
            ("session_date", self.session_date != *session_date),
            ("chair", self.chair != *chair),
            ("secretary", self.secretary != *secretary),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
    }
}
