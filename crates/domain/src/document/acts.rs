//! What is done with a document: uploaded, and read.

use super::KeptDocument;
use crate::accreditation::Accreditation;
use crate::amendment::acts::check_in_force;
use crate::application::Application;
use crate::election::Election;
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::DocumentName;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::state::StateKind;

/// What is loaded to take a document in.
#[derive(Debug)]
pub struct ToUpload {
    /// The application.
    pub application: Application,
    /// Its election.
    pub election: Election,
    /// How many documents it has.
    pub kept: usize,
    /// Its accreditation, if it has one.
    pub accreditation: Option<Accreditation>,
}

impl ToUpload {
    /// Refuses a document that cannot come now.
    pub fn check(&self, by: &Acting<'_>) -> Result<(), Refusal> {
        let Self { application, election, kept, accreditation } = self;
        application.check_upload(*kept, by.registrar()?.as_ref(), election, by.now)?;
        if application.state.kind() == StateKind::Accredited {
            check_in_force(application, accreditation.as_ref())?;
        }
        Ok(())
    }
}

/// What came, and how it is kept.
#[derive(Debug)]
pub struct Upload {
    /// Its name.
    pub name: DocumentName,
    /// As it was declared and uploaded.
    pub document: crate::application::content::Document,
    /// SHA-256 of the bytes that are kept.
    pub kept_sha256: [u8; 32],
    /// Their length.
    pub kept_size_bytes: i64,
    /// What they are, as in `image/jpeg`.
    pub media_type: String,
    /// The key that they are sealed with.
    pub key: Personal<Vec<u8>>,
}

/// Takes a document in that has come whole. Whoever enters any of what came on paper neither reviews nor adopts it.
pub fn upload(by: &Acting<'_>, loaded: ToUpload, upload: Upload) -> Result<Outcome, Refusal> {
    loaded.check(by)?;
    let before = loaded.application.stored();
    let entered = match by.registrar()? {
        Some(registrar) => loaded.application.quietly_entered_by(Some(&registrar))?,
        None => loaded.application,
    };
    let Upload { name, document, kept_sha256, kept_size_bytes, media_type, key } = upload;
    let (uploaded_by, upload_time, erase_time) = (by.actor.principal.clone(), by.now, None);
    let deed = Deed::DocumentUploaded { kind: document.kind, size_bytes: document.size_bytes };
    let happened = Happening::new(LogName::Election(name.election.clone()), &name, &name.organization, deed);
    let new =
        KeptDocument { name, document, kept_sha256, kept_size_bytes, media_type, uploaded_by, upload_time, erase_time };
    let entered = RowChange::if_changed(entered, before);
    Ok(by.only(happened.row(RowChange::NewDocument { document: new, key }).maybe_row(entered)))
}

/// Records that somebody reads a document. Who reads in the commission is the commission's own affair.
pub fn read(by: &Acting<'_>, document: &KeptDocument) -> Outcome {
    let log = LogName::Election(document.name.election.clone());
    by.only(by.happens(log, &document.name, Deed::DocumentRead { kind: document.document.kind }))
}
