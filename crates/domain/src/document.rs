//! Documents that were uploaded for an application, and the record of who read them.

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

/// The maximum number of documents of one application: five kinds, each a few times over. Without a limit one caller
/// could fill the disk.
pub const MAX_DOCUMENTS: usize = 30;

/// A document that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDocument {
    /// The resource name.
    pub name: DocumentName,
    /// Kind, digest and size, as declared in the application.
    pub document: Document,
    /// SHA-256 of the stored bytes. They differ from the uploaded ones: metadata is removed from pictures.
    pub kept_sha256: [u8; 32],
    /// The size of the stored bytes.
    pub kept_size_bytes: i64,
    /// The media type of the stored bytes, such as `image/jpeg`.
    pub media_type: String,
    /// The principal that uploaded it.
    pub uploaded_by: PrincipalName,
    /// When the upload was complete.
    pub upload_time: Timestamp,
    /// When it was erased; `None` while it is stored.
    pub erase_time: Option<Timestamp>,
}

/// The record that somebody read a document. Reading a passport is itself recorded, so that
/// misuse can be found later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRead {
    /// The document that was read.
    pub document: DocumentName,
    /// The kind of the document.
    pub kind: DocumentKind,
    /// The principal that read it.
    pub reader: PrincipalName,
    /// The purpose that the reader gave.
    pub purpose: Personal<String>,
    /// When it was read.
    pub time: Timestamp,
    /// The event that recorded it.
    pub event: EventId,
}

impl Application {
    /// Checks that a document can be uploaded for the application now. `kept` is the number of documents that it has.
    ///
    /// A document can be uploaded while the content can be changed or amended. During a return by the commission the
    /// delegation may upload as well, also for an application that came on paper: the questions are addressed to it.
    ///
    /// # Errors
    ///
    /// - [`Refusal::IllegalTransition`] if the state allows no upload.
    /// - [`Refusal::RoleRequired`] if a registrar enters for an application that did not come on paper or the other
    ///   way round.
    /// - [`Refusal::CutoffPassed`] if a lapsed application cannot be resumed.
    /// - [`Refusal::TooManyDocuments`] at the maximum.
    /// - [`Refusal::Erased`] after erasure.
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
            self.clone().record_entry(registrar)?;
        }
        self.check_can_resume(election, now)?;
        if kept >= MAX_DOCUMENTS { Err(Refusal::TooManyDocuments { limit: MAX_DOCUMENTS }) } else { Ok(()) }
    }
}

impl Content {
    /// Checks that every declared document was uploaded exactly as declared.
    ///
    /// # Errors
    ///
    /// [`Refusal::DocumentsNotUploaded`] with the kinds that are missing or differ.
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

    /// A document with another digest does not count as the declared one.
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

    /// Uploads are possible while the content can change, and up to the maximum number.
    #[test]
    fn uploads_are_limited_by_state_and_number() {
        let (election, late) = (election(), at("2019-06-03T12:00:01Z"));
        let upload = |to: Application, kept, now| to.check_upload(kept, None, &election, now);
        assert_eq!(upload(draft(), MAX_DOCUMENTS - 1, late), Ok(()));
        assert!(matches!(upload(draft(), MAX_DOCUMENTS, late), Err(Refusal::TooManyDocuments { .. })));
        for (state, open) in [(State::Submitted, false), (State::ReturnedByMinistry, true), (State::Lapsed, false)] {
            let application = Application { state, ..draft() };
            assert_eq!(upload(application.clone(), 0, late).is_ok(), open, "{:?}", application.state);
        }
        let lapsed = Application { state: State::Lapsed, ..draft() };
        assert_eq!(upload(lapsed, 0, at("2019-06-03T12:00:00Z")), Ok(()), "its cutoff was moved");
    }
}
