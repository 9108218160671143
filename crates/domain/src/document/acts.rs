//! The legal acts on a document: uploading and reading it.

use super::KeptDocument;
use crate::accreditation::Accreditation;
use crate::amendment::acts::check_in_force;
use crate::application::Application;
use crate::election::Election;
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::DocumentName;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::state::StateKind;

/// What is loaded to store an uploaded document.
#[derive(Debug)]
pub struct UploadInput {
    /// The application that the document belongs to.
    pub application: Application,
    /// The election of the application.
    pub election: Election,
    /// How many documents the application has already.
    pub kept: usize,
    /// The accreditation of the application, if there is one.
    pub accreditation: Option<Accreditation>,
}

impl UploadInput {
    /// Checks that the document can be uploaded now. It is called before the bytes are read, so that a refused upload
    /// costs little.
    ///
    /// # Errors
    ///
    /// The refusals of [`Application::check_upload`]; [`Refusal::AccreditationEnded`] if the accreditation has ended.
    pub fn check(&self, by: &CallContext<'_>) -> Result<(), Refusal> {
        let Self { application, election, kept, accreditation } = self;
        application.check_upload(*kept, by.registrar()?.as_ref(), election, by.now)?;
        if application.state.kind() == StateKind::Accredited {
            check_in_force(application, accreditation.as_ref())?;
        }
        Ok(())
    }
}

/// A received document, and how it is stored.
#[derive(Debug)]
pub struct Upload {
    /// The resource name of the document.
    pub name: DocumentName,
    /// Kind, digest and size, as declared.
    pub document: crate::application::content::Document,
    /// SHA-256 of the stored bytes.
    pub kept_sha256: [u8; 32],
    /// The size of the stored bytes.
    pub kept_size_bytes: i64,
    /// The media type, such as `image/jpeg`.
    pub media_type: String,
    /// The key that the bytes are encrypted with. Erasing the document deletes this key.
    pub key: Personal<Vec<u8>>,
}

/// Stores a document that was received completely. If a registrar uploads it, this human is recorded as having entered
/// the application: they may neither review nor adopt it.
///
/// # Errors
///
/// The refusals of [`UploadInput::check`].
pub fn upload(by: &CallContext<'_>, loaded: UploadInput, upload: Upload) -> Result<Outcome, Refusal> {
    loaded.check(by)?;
    let before = loaded.application.stored();
    let entered = match by.registrar()? {
        Some(registrar) => loaded.application.record_hidden_entry(Some(&registrar))?,
        None => loaded.application,
    };
    let Upload { name, document, kept_sha256, kept_size_bytes, media_type, key } = upload;
    let (uploaded_by, upload_time, erase_time) = (by.actor.principal.clone(), by.now, None);
    let payload = EventPayload::DocumentUploaded { kind: document.kind, size_bytes: document.size_bytes };
    let happened = EventDraft::new(LogName::Election(name.election.clone()), &name, &name.organization, payload);
    let new =
        KeptDocument { name, document, kept_sha256, kept_size_bytes, media_type, uploaded_by, upload_time, erase_time };
    let entered = RowChange::if_changed(entered, before);
    Ok(by.single_outcome(happened.with_row(RowChange::NewDocument { document: new, key }).with_optional_row(entered)))
}

/// Records that somebody reads a document. The event belongs to the reader's organization: a delegation does not learn
/// who of the commission reads.
pub fn read(by: &CallContext<'_>, document: &KeptDocument) -> Outcome {
    let log = LogName::Election(document.name.election.clone());
    by.single_outcome(by.own_event(log, &document.name, EventPayload::DocumentRead { kind: document.document.kind }))
}
