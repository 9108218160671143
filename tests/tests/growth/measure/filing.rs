//! Files an application, from its draft to its submission.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use client::Error;
use rehearsal::calls::request_id;
use wire::v1;

use super::timed;
use crate::fill::{Filings, documents};
use crate::installation::{Installation, mission, organization};

/// The source of the filings for all installations.
static FILINGS: LazyLock<Mutex<Filings>> = LazyLock::new(|| Mutex::new(Filings::new(0)));
/// The documents of every filing. They are made once, because making them is not measured.
static DOCUMENTS: LazyLock<Vec<(v1::Document, Arc<[u8]>)>> =
    LazyLock::new(|| documents().into_iter().map(|(declared, bytes)| (declared, bytes.into())).collect());

/// Files a new application. Returns how long one upload and the submission took.
pub async fn file(installation: &Installation) -> Result<Vec<Duration>, Error> {
    let application = FILINGS.lock().unwrap_or_else(PoisonError::into_inner).message(0);
    let create = v1::CreateApplicationRequest {
        request_id: request_id(),
        parent: mission(&organization(0)),
        application: Some(application),
        validate_only: false,
    };
    let name = installation.secretary.create_application(create).await?.name;
    let mut upload = Duration::ZERO;
    for (declared, bytes) in DOCUMENTS.iter() {
        let header =
            v1::UploadHeader { request_id: request_id(), parent: name.clone(), document: Some(declared.clone()) };
        // Only the last upload is measured. All uploads are alike for the database.
        upload = timed(installation.secretary.upload_document(header, bytes.clone())).await?.0;
    }
    let submit = v1::SubmitApplicationRequest { request_id: request_id(), name, etag: String::new() };
    let (submission, _) = timed(installation.secretary.submit_application(submit)).await?;
    Ok(vec![upload, submission])
}
