//! Takes a document of an application in.

use documents::{Accepted, Unacceptable};
use domain::application::{Application, StateKind};
use domain::document::KeptDocument;
use domain::event::LogName;
use domain::id::OrganizationCode;
use domain::name::DocumentName;
use domain::policy::{Action, Actor};
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use uuid::Uuid;
use wire::request::{self, RequestKey, UploadHeader};
use wire::v1;
use wire::violations::Violations;

use super::amend_accreditation::check_in_force;
use super::transition::election_of;
use super::upload::{Upload, Uploaded};
use super::{Cx, Effect, Mutation};
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

    async fn admit(tx: &mut Tx<'_>, cx: &Cx<'_>, header: &Self::Header) -> Result<Option<String>, CommandError> {
        let application = tx.application(cx.permit, &header.application).await?;
        admit_to(tx, cx, header, &application).await
    }

    fn check(header: &Self::Header, bytes: Vec<u8>) -> Result<Accepted, Unacceptable> {
        documents::check(header.document.kind, bytes)
    }
}

/// Whether a document may come to its application, or the name of the same one that came before.
async fn admit_to(
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
    header: &UploadHeader,
    application: &Application,
) -> Result<Option<String>, CommandError> {
    let kept = tx.documents(&application.name).await?;
    let count = kept.len();
    if let Some(same) = kept.into_iter().find(|kept| kept.document == header.document) {
        return Ok(Some(same.name.to_string()));
    }
    let election = election_of(tx, &application.name).await?;
    application.check_upload(count, cx.registrar()?.as_ref(), &election, cx.now)?;
    if application.state.kind() == StateKind::Accredited {
        check_in_force(tx, cx, application).await?;
    }
    Ok(None)
}

fn name(header: &UploadHeader, id: Uuid) -> DocumentName {
    let domain::name::ApplicationName { election, organization, id: application } = header.application.clone();
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let Uploaded { header, id, kept: Kept { sha256, size_bytes, media_type, key } } = input;
        // What comes in is erased with the rest, or not taken any more.
        tx.application(cx.permit, &header.application).await?;
        let before = tx.application_to_keep(cx.permit, &header.application).await?;
        // Looked at again: what was read before the bytes came may have changed meanwhile.
        if let Some(resource) = admit_to(tx, cx, header, &before).await? {
            return Err(Refusal::AlreadyExists { resource }.into());
        }
        let kept = KeptDocument {
            name: name(header, *id),
            document: header.document.clone(),
            kept_sha256: *sha256,
            kept_size_bytes: *size_bytes,
            media_type: media_type.as_str().to_owned(),
            uploaded_by: cx.actor.principal.clone(),
            upload_time: cx.now,
            erase_time: None,
        };
        tx.insert_document(cx.permit, &kept, key.as_bytes()).await?;
        if let Some(registrar) = cx.registrar()? {
            // Whoever enters any of it neither reviews nor adopts it.
            let stored = before.stored();
            let entered = before.quietly_entered_by(Some(&registrar))?;
            tx.update_if_changed(cx.permit, &entered, stored, cx.now).await?;
        }
        let log = LogName::Election(kept.name.election.clone());
        let effect = Effect::new(log, &kept.name, &kept.name.organization);
        Ok(effect.fact("kind", kept.document.kind.as_str()).fact("size", kept.document.size_bytes))
    }
}
