//! `UploadDocument`: takes in one document of an application.
//!
//! The engine runs it in three steps: `check_before_upload` in a read transaction, then the
//! bytes go to the vault, then `apply` in a write transaction.
//!
//! - **Rule:** `domain::document::acts::upload`. It runs in both transactions, because the
//!   application may change while the bytes come.
//! - **Reads:** the application, its documents, the election, and the accreditation if it has
//!   one.
//! - **Locks:** the row of the application, in the second transaction only, against the erasure.
//!   So no document is stored for an application that was just erased.
//! - **Two at once:** two uploads of one document have the same kind and digest, which are
//!   unique. The later one runs again and answers ALREADY_EXISTS with the name of the first.
//! - **Dies halfway:** bytes without a row are deleted from the vault by the hourly cleanup, a
//!   day later.

use documents::{Accepted, Unacceptable};
use domain::application::Application;
use domain::document::acts::{self, UploadInput};
use domain::outcome::{CallContext, Outcome};
use domain::policy::{Action, Actor};
use domain::refusal::Refusal;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::DocumentName;
use domain::vocabulary::personal::Personal;
use store::{CommandError, Tx};
use uuid::Uuid;
use wire::request::{self, RequestKey, UploadHeader};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, lookup_accreditation_of};
use crate::engine::upload::{Upload, Uploaded};
use crate::transfer::SealedFile;

/// Stores one document of an application.
pub(crate) struct UploadDocument;

impl Upload for UploadDocument {
    type Part = v1::UploadDocumentRequest;
    type Header = UploadHeader;

    fn header(part: Self::Part) -> Result<Self::Header, Violations> {
        request::upload_header(part)
    }

    fn chunk(part: Self::Part) -> Result<Vec<u8>, Violations> {
        request::upload_chunk(part)
    }

    fn request_key(header: &Self::Header) -> RequestKey {
        header.key
    }

    fn announced_digest_and_size(header: &Self::Header) -> ([u8; 32], i64) {
        (header.document.sha256, header.document.size_bytes)
    }

    fn organization(header: &Self::Header, _actor: &Actor) -> OrganizationCode {
        header.application.organization.clone()
    }

    fn seal_context(header: &Self::Header, id: Uuid) -> String {
        name(header, id).to_string()
    }

    async fn check_before_upload(
        tx: &mut Tx<'_>,
        by: &CallContext<'_>,
        header: &Self::Header,
    ) -> Result<Option<String>, CommandError> {
        let application = tx.application(by.permit, &header.application).await?;
        match loaded(tx, by, header, application).await? {
            Ok(loaded) => Ok(loaded.check(by).map(|()| None)?),
            Err(same) => Ok(Some(same)),
        }
    }

    fn check(header: &Self::Header, bytes: Vec<u8>) -> Result<Accepted, Unacceptable> {
        documents::check(header.document.kind, bytes)
    }
}

/// Loads what the act needs. `Err` has the name of the same document, if it was uploaded before.
///
/// A document is the same if kind and digest are. So a client that lost the answer gets the old
/// document, and its bytes are not sent twice.
async fn loaded(
    tx: &mut Tx<'_>,
    by: &CallContext<'_>,
    header: &UploadHeader,
    application: Application,
) -> Result<Result<UploadInput, String>, CommandError> {
    let kept = tx.documents(&application.name).await?;
    let count = kept.len();
    if let Some(same) = kept.into_iter().find(|kept| kept.document == header.document) {
        return Ok(Err(same.name.to_string()));
    }
    let election = get_election_of(tx, &application.name).await?;
    let accreditation = lookup_accreditation_of(tx, by, &application).await?;
    Ok(Ok(UploadInput { application, election, kept: count, accreditation }))
}

fn name(header: &UploadHeader, id: Uuid) -> DocumentName {
    let domain::vocabulary::name::ApplicationName { election, organization, id: application } =
        header.application.clone();
    DocumentName { election, organization, application, id }
}

impl Mutation for UploadDocument {
    const ACTION: Action = Action::UploadDocument;
    type Message = Uploaded<UploadHeader>;
    type Input = Uploaded<UploadHeader>;
    type Answer = v1::Document;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        Ok(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.header.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let Uploaded { header, id, sealed: SealedFile { sha256, size_bytes, media_type, key } } = input;
        // The first read applies what the caller may see, the second one locks. A document that
        // comes in now is removed by a later erasure, or refused after an earlier one.
        tx.application(by.permit, &header.application).await?;
        let application = tx.lock_application(by.permit, &header.application).await?;
        // What was read before the bytes came may have changed meanwhile.
        let loaded = loaded(tx, by, header, application).await?;
        let loaded = loaded.map_err(|resource| Refusal::AlreadyExists { resource })?;
        let upload = acts::Upload {
            name: name(header, *id),
            document: header.document.clone(),
            kept_sha256: *sha256,
            kept_size_bytes: *size_bytes,
            media_type: media_type.as_str().to_owned(),
            key: Personal::new(key.as_bytes().to_vec()),
        };
        Ok(acts::upload(by, loaded, upload)?)
    }
}
