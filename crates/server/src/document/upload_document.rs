//! Takes a document of an application in.

use documents::{Accepted, Unacceptable};
use domain::application::Application;
use domain::document::acts::{self, ToUpload};
use domain::outcome::{Acting, Outcome};
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
use crate::engine::loading::{accreditation_of, election_of};
use crate::engine::upload::{Upload, Uploaded};
use crate::transfer::Kept;

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

    fn announced(header: &Self::Header) -> ([u8; 32], i64) {
        (header.document.sha256, header.document.size_bytes)
    }

    fn organization(header: &Self::Header, _actor: &Actor) -> OrganizationCode {
        header.application.organization.clone()
    }

    fn place(header: &Self::Header, id: Uuid) -> String {
        name(header, id).to_string()
    }

    async fn admit(tx: &mut Tx<'_>, by: &Acting<'_>, header: &Self::Header) -> Result<Option<String>, CommandError> {
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

/// What there is to say of a document that is to come to its application, or the name of the same one that came before.
async fn loaded(
    tx: &mut Tx<'_>,
    by: &Acting<'_>,
    header: &UploadHeader,
    application: Application,
) -> Result<Result<ToUpload, String>, CommandError> {
    let kept = tx.documents(&application.name).await?;
    let count = kept.len();
    if let Some(same) = kept.into_iter().find(|kept| kept.document == header.document) {
        return Ok(Err(same.name.to_string()));
    }
    let election = election_of(tx, &application.name).await?;
    let accreditation = accreditation_of(tx, by, &application).await?;
    Ok(Ok(ToUpload { application, election, kept: count, accreditation }))
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let Uploaded { header, id, kept: Kept { sha256, size_bytes, media_type, key } } = input;
        // What comes in is erased with the rest, or not taken any more.
        tx.application(by.permit, &header.application).await?;
        let application = tx.application_to_keep(by.permit, &header.application).await?;
        // Looked at again: what was read before the bytes came may have changed meanwhile.
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
