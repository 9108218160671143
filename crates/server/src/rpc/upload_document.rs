//! Takes a document in: announced by a header, looked at, sealed, kept.

use domain::application::StateKind;
use domain::document::KeptDocument;
use domain::event::LogName;
use domain::name::DocumentName;
use domain::policy::{Action, Scope, permit};
use domain::refusal::Refusal;
use store::{Command, CommandError, StoreError, Tx};
use tokio::time::timeout;
use tonic::{Request, Response, Status, Streaming};
use wire::request::{self, RequestKey, UploadHeader};
use wire::v1;
use wire::violations::Violations;

use super::amend_accreditation::check_in_force;
use super::transition::election_of;
use super::{Api, Cx, Effect, Mutate, Mutation, Resource as _, actor};
use crate::cabinet::PATIENCE;
use crate::status::Failure;

/// An upload that has come whole and lies sealed in the vault.
pub(crate) struct Uploaded {
    header: UploadHeader,
    kept: KeptDocument,
    key: documents::FileKey,
}

/// Keeps that a document was uploaded.
pub(crate) struct UploadDocument;

impl Mutation for UploadDocument {
    const ACTION: Action = Action::UploadDocument;
    type Message = Uploaded;
    type Input = Uploaded;
    type Answer = v1::Document;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        Ok(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.header.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let Uploaded { header, kept, key } = input;
        // What comes in is erased with the rest, or not taken any more.
        tx.application(cx.permit, &header.application).await?;
        tx.application_to_keep(cx.permit, &header.application).await?;
        // Looked at again: what was read before the bytes came may have changed meanwhile.
        if let Some(other) = admit(tx, cx, header).await? {
            return Err(Refusal::AlreadyExists { resource: other.name.to_string() }.into());
        }
        tx.insert_document(cx.permit, kept, key.as_bytes()).await?;
        let log = LogName::Election(kept.name.election.clone());
        let effect = Effect::new(log, &kept.name, &kept.name.organization);
        Ok(effect.fact("kind", kept.document.kind.as_str()).fact("size", kept.document.size_bytes))
    }
}

/// Whether the upload may come, or has come before.
async fn admit(tx: &mut Tx<'_>, cx: &Cx<'_>, header: &UploadHeader) -> Result<Option<KeptDocument>, CommandError> {
    let application = tx.application(cx.permit, &header.application).await?;
    let kept = tx.documents(&application.name).await?;
    let count = kept.len();
    if let Some(same) = kept.into_iter().find(|kept| kept.document == header.document) {
        return Ok(Some(same));
    }
    let election = election_of(tx, &application.name).await?;
    application.check_upload(count, cx.registrar()?.as_ref(), &election, cx.now)?;
    if application.state.kind() == StateKind::Accredited {
        check_in_force(tx, cx, &application).await?;
    }
    Ok(None)
}

/// What is known before the bytes come: the answer, if it is a repetition, or else the new document's name.
struct Announce {
    header: UploadHeader,
    actor: std::sync::Arc<domain::policy::Actor>,
    permit: domain::policy::Permit,
    now: jiff::Timestamp,
}

enum Announced {
    Before(Box<v1::Document>),
    New(DocumentName),
}

impl Command for Announce {
    const NAME: &'static str = "announce an upload";
    type Output = Announced;

    fn scope(&self) -> Scope {
        self.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Announced, CommandError> {
        let Self { header, actor, permit, now } = self;
        let record = Mutate::<UploadDocument>::remembered(header.key, Vec::new(), actor, tx);
        if let Some((hash, done)) = tx.lookup_request(&record).await? {
            if hash != record.hash {
                return Err(Refusal::RequestIdReused.into());
            }
            return Mutate::<UploadDocument>::answer(tx, permit, done).await.map(Box::new).map(Announced::Before);
        }
        let cx = Cx { actor, permit, now: *now };
        if let Some(same) = admit(tx, &cx, header).await? {
            let same = v1::Document::load(tx, permit, &same.name.to_string()).await?;
            return Ok(Announced::Before(Box::new(same)));
        }
        let domain::name::ApplicationName { election, organization, id } = header.application.clone();
        Ok(Announced::New(DocumentName { election, organization, application: id, id: tx.new_uuid(*now) }))
    }
}

impl Api {
    pub(super) async fn take_document(
        &self,
        request: Request<Streaming<v1::UploadDocumentRequest>>,
    ) -> Result<Response<v1::Document>, Status> {
        let actor = actor(&request)?;
        let permit = permit(&actor, Action::UploadDocument).map_err(Failure::from)?;
        let mut stream = request.into_inner();
        let header = next(&mut stream).await?.unwrap_or_default();
        let header = request::upload_header(header).map_err(Failure::from)?;
        let failed = |error| self.failed(error, &actor, Action::UploadDocument, self.clock.now());
        let announce =
            Announce { header: header.clone(), actor: actor.clone(), permit: permit.clone(), now: self.clock.now() };
        let name = match self.store.read(announce).await.map_err(failed)? {
            Announced::Before(document) => return Ok(Response::new(*document)),
            Announced::New(name) => name,
        };
        let room = self.cabinet.room(&name.organization, header.document.size_bytes).await;
        let _room = room.map_err(|error| Failure::from(CommandError::from(error)))?;
        let (size_bytes, sha256) = (header.document.size_bytes, header.document.sha256);
        let bytes = receive(&mut stream, size_bytes, sha256, request::upload_chunk).await?;
        let now = self.clock.now();
        let uploaded = self.file(header, name, bytes, actor.principal.clone(), now).await?;
        let id = uploaded.kept.name.id;
        let command = Mutate::<UploadDocument> { input: uploaded, actor: actor.clone(), permit, now };
        match self.store.run(command).await {
            Ok(answer) => {
                self.committed.notify_one();
                Ok(Response::new(answer))
            }
            Err(error) => {
                // What may have been committed stays; what nobody ever asks for is swept one day.
                if let CommandError::Refused(_) = error
                    && let Err(error) = self.cabinet.vault().delete(id).await
                {
                    tracing::warn!(%error, "a refused document stays in the vault for now");
                }
                Err(failed(error))
            }
        }
    }

    /// Looks at a document and puts it into the vault.
    async fn file(
        &self,
        header: UploadHeader,
        name: DocumentName,
        bytes: Vec<u8>,
        uploaded_by: domain::name::PrincipalName,
        upload_time: jiff::Timestamp,
    ) -> Result<Uploaded, Status> {
        let accepted = self.cabinet.check(header.document.kind, bytes).await;
        let accepted =
            accepted.map_err(|error| Failure::from(Refusal::UnacceptableDocument { problem: error.to_string() }))?;
        let kept = KeptDocument {
            name: name.clone(),
            document: header.document.clone(),
            kept_sha256: accepted.sha256,
            kept_size_bytes: i64::try_from(accepted.bytes.len()).expect("a document has megabytes"),
            media_type: accepted.media_type.as_str().to_owned(),
            uploaded_by,
            upload_time,
            erase_time: None,
        };
        let key = self.cabinet.put(&name, accepted.bytes).await.map_err(|error| {
            tracing::error!(%error, "the vault failed");
            Failure::from(CommandError::from(StoreError::Busy))
        })?;
        Ok(Uploaded { header, kept, key })
    }
}

/// The next message, if the caller does not keep us waiting.
pub(super) async fn next<M>(stream: &mut Streaming<M>) -> Result<Option<M>, Status> {
    match timeout(PATIENCE, stream.message()).await {
        Ok(message) => message,
        Err(_) => Err(crate::deadline::exceeded()),
    }
}

/// The bytes as they were announced: not one more, and no others.
pub(super) async fn receive<M>(
    stream: &mut Streaming<M>,
    size_bytes: i64,
    sha256: [u8; 32],
    chunk_of: impl Fn(M) -> Result<Vec<u8>, Violations>,
) -> Result<Vec<u8>, Status> {
    let announced = usize::try_from(size_bytes).expect("the rules have looked at it");
    let mut bytes = Vec::with_capacity(announced);
    let differ = |problem: String| Failure::from(Refusal::DigestMismatch { problem });
    while let Some(message) = next(stream).await? {
        let chunk = chunk_of(message).map_err(Failure::from)?;
        if bytes.len() + chunk.len() > announced {
            return Err(differ(format!("{announced} bytes were announced, and more came")).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.len() < announced {
        return Err(differ(format!("{announced} bytes were announced, and {} came", bytes.len())).into());
    }
    if documents::sha256(&bytes) != sha256 {
        return Err(differ("the bytes that came have another SHA-256 than was announced".to_owned()).into());
    }
    Ok(bytes)
}
