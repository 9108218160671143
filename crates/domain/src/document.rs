//! Documents that were uploaded, and who read them.

use jiff::Timestamp;

use crate::application::Application;
use crate::application::content::{Content, Document};
use crate::election::Election;
use crate::policy::PersonActor;
use crate::refusal::Refusal;
use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::id::EventId;
use crate::vocabulary::name::{DocumentName, PrincipalName};
use crate::vocabulary::personal::Personal;
use crate::vocabulary::verb::Verb;

pub mod acts;

/// The most documents that are kept of one application: five kinds, each a few times over.
pub const MOST_DOCUMENTS: usize = 30;

/// A document that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDocument {
    /// Its name.
    pub name: DocumentName,
    /// As it was declared and uploaded.
    pub document: Document,
    /// SHA-256 of the bytes that are kept.
    pub kept_sha256: [u8; 32],
    /// Their length.
    pub kept_size_bytes: i64,
    /// What they are, as in `image/jpeg`.
    pub media_type: String,
    /// Who uploaded it.
    pub uploaded_by: PrincipalName,
    /// When.
    pub upload_time: Timestamp,
    /// When it was erased.
    pub erase_time: Option<Timestamp>,
}

/// That someone read a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRead {
    /// The document.
    pub document: DocumentName,
    /// What it is.
    pub kind: DocumentKind,
    /// Who read it.
    pub reader: PrincipalName,
    /// What for.
    pub purpose: Personal<String>,
    /// When.
    pub time: Timestamp,
    /// The event that recorded it.
    pub event: EventId,
}

impl Application {
    /// Refuses an upload when the caller cannot change what the application says or ask for it to be amended, or when
    /// `kept` are enough. What came on paper a registrar enters; its delegation answers about it.
    pub fn check_upload(
        &self,
        kept: usize,
        registrar: Option<&PersonActor>,
        election: &Election,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.check_whole()?;
        let kind = self.state.kind();
        let verbs = kind.verbs();
        let entered = verbs.contains(&Verb::Update) || verbs.contains(&Verb::Amend);
        if !entered && !verbs.contains(&Verb::Answer) {
            let allowed = verbs.iter().copied().filter(|verb| !verb.is_system()).collect();
            return Err(Refusal::IllegalTransition { state: kind, verb: Verb::Update, allowed });
        }
        if entered {
            self.clone().entered_by(registrar)?;
        }
        self.check_can_go_on(election, now)?;
        if kept >= MOST_DOCUMENTS { Err(Refusal::TooManyDocuments { limit: MOST_DOCUMENTS }) } else { Ok(()) }
    }
}

impl Content {
    /// Refuses to go on while a declared document was not uploaded.
    pub fn check_uploads(&self, uploaded: &[Document]) -> Result<(), Refusal> {
        let missing = self.documents.iter().filter(|declared| !uploaded.contains(declared));
        let kinds: Vec<_> = missing.map(|declared| declared.kind).collect();
        if kinds.is_empty() { Ok(()) } else { Err(Refusal::DocumentsNotUploaded { kinds }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, draft, election, filing};
    use crate::application::{State, SubmissionGuard};

    #[test]
    fn every_declared_document_is_uploaded_as_it_was_declared() {
        let content = filing().content;
        assert_eq!(content.check_uploads(&content.documents), Ok(()));
        let mut other = content.documents.clone();
        other[1].sha256 = [8; 32];
        let refused = Err(Refusal::DocumentsNotUploaded { kinds: vec![DocumentKind::Photo] });
        assert_eq!(content.check_uploads(&other), refused);
        let (election, received) = (election(), at("2019-05-02T00:00:00Z"));
        let guard = |uploaded| SubmissionGuard { election: &election, content: &content, uploaded, received };
        assert_eq!(draft().submit(guard(&other)).map(drop), refused);
        assert!(draft().submit(guard(&content.documents)).is_ok());
    }

    #[test]
    fn uploads_end_with_the_submission_and_with_their_number() {
        let (election, late) = (election(), at("2019-06-03T12:00:01Z"));
        let upload = |to: Application, kept, now| to.check_upload(kept, None, &election, now);
        assert_eq!(upload(draft(), MOST_DOCUMENTS - 1, late), Ok(()));
        assert!(matches!(upload(draft(), MOST_DOCUMENTS, late), Err(Refusal::TooManyDocuments { .. })));
        for (state, open) in [(State::Submitted, false), (State::ReturnedByMinistry, true), (State::Lapsed, false)] {
            let application = Application { state, ..draft() };
            assert_eq!(upload(application.clone(), 0, late).is_ok(), open, "{:?}", application.state);
        }
        let lapsed = Application { state: State::Lapsed, ..draft() };
        assert_eq!(upload(lapsed, 0, at("2019-06-03T12:00:00Z")), Ok(()), "its cutoff was moved");
    }
}
