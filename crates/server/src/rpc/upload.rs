//! How a file comes in: announced by a header, looked at, sealed, and kept in one transaction.

use std::sync::Arc;

use documents::{Accepted, FileKey, Unacceptable};
use domain::id::OrganizationCode;
use domain::policy::{Actor, Permit, Scope, permit};
use domain::refusal::Refusal;
use jiff::Timestamp;
use store::{Command, CommandError, StoreError, Tx};
use tokio::time::timeout;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;
use wire::request::RequestKey;
use wire::violations::Violations;

use super::run::Mutate;
use super::{Api, Cx, Mutation, Resource, actor};
use crate::cabinet::{Cabinet, PATIENCE};
use crate::status::Failure;

/// A mutation whose message is streamed: first a header, then the file's bytes.
pub(super) trait Upload: Mutation<Input = Uploaded<Self::Header>> {
    /// A part of the stream.
    type Part: Default + Send + 'static;
    /// What is said before the bytes come.
    type Header: Clone + Send + Sync + 'static;

    /// Reads the first part.
    fn header(part: Self::Part) -> Result<Self::Header, Violations>;

    /// Reads a later part.
    fn chunk(part: Self::Part) -> Result<Vec<u8>, Violations>;

    /// By what a repetition is known.
    fn request_key(header: &Self::Header) -> RequestKey;

    /// The digest and the size that are announced.
    fn announced(header: &Self::Header) -> ([u8; 32], i64);

    /// Whose room it takes on its way.
    fn organization(header: &Self::Header, actor: &Actor) -> OrganizationCode;

    /// The place that it is sealed to.
    fn place(header: &Self::Header, id: Uuid) -> String;

    /// Whether it may come, or the name of what it has made if it has come before.
    fn admit(
        tx: &mut Tx<'_>,
        cx: &Cx<'_>,
        header: &Self::Header,
    ) -> impl Future<Output = Result<Option<String>, CommandError>> + Send;

    /// Looks whether the file is what it should be.
    fn check(
        cabinet: &Cabinet,
        header: &Self::Header,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<Accepted, Unacceptable>> + Send;
}

/// A file that has come whole and lies sealed in the vault.
pub(crate) struct Uploaded<H> {
    /// What was said before.
    pub(super) header: H,
    /// Under what it lies.
    pub(super) id: Uuid,
    /// SHA-256 of the bytes that are kept.
    pub(super) kept_sha256: [u8; 32],
    /// Their length.
    pub(super) kept_size_bytes: i64,
    /// What they are, as in `image/jpeg`.
    pub(super) media_type: &'static str,
    /// What opens them.
    pub(super) key: FileKey,
}

/// What is known before the bytes come: the answer, if it is a repetition, or else the id of something new.
struct Announce<U: Upload> {
    header: U::Header,
    actor: Arc<Actor>,
    permit: Permit,
    now: Timestamp,
}

enum Announced<A> {
    Before(Box<A>),
    New(Uuid),
}

impl<U: Upload> Command for Announce<U> {
    const NAME: &'static str = "announce an upload";
    type Output = Announced<U::Answer>;

    fn scope(&self) -> Scope {
        self.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let Self { header, actor, permit, now } = self;
        let record = Mutate::<U>::remembered(U::request_key(header), Vec::new(), actor, tx);
        if let Some((hash, done)) = tx.lookup_request(&record).await? {
            if hash != record.hash {
                return Err(Refusal::RequestIdReused.into());
            }
            return Mutate::<U>::answer(tx, permit, done).await.map(Box::new).map(Announced::Before);
        }
        match U::admit(tx, &Cx { actor, permit, now: *now }, header).await? {
            Some(same) => Ok(Announced::Before(Box::new(U::Answer::load(tx, permit, &same).await?))),
            None => Ok(Announced::New(tx.new_uuid(*now))),
        }
    }
}

impl Api {
    /// Takes a file in.
    pub(super) async fn take<U: Upload>(
        &self,
        request: Request<Streaming<U::Part>>,
    ) -> Result<Response<U::Answer>, Status> {
        let actor = actor(&request)?;
        let permit = permit(&actor, U::ACTION).map_err(Failure::from)?;
        let mut stream = request.into_inner();
        let header = U::header(next(&mut stream).await?.unwrap_or_default()).map_err(Failure::from)?;
        let failed = |error| self.failed(error, &actor, U::ACTION, self.clock.now());
        let announce = Announce::<U> {
            header: header.clone(),
            actor: actor.clone(),
            permit: permit.clone(),
            now: self.clock.now(),
        };
        let id = match self.store.read(announce).await.map_err(failed)? {
            Announced::Before(answer) => return Ok(Response::new(*answer)),
            Announced::New(id) => id,
        };
        let room = self.cabinet.room(&U::organization(&header, &actor), U::announced(&header).1).await;
        let _room = room.map_err(|error| Failure::from(CommandError::from(error)))?;
        let bytes = receive::<U>(&mut stream, &header).await?;
        let now = self.clock.now();
        let input = self.shelve::<U>(header, id, bytes).await?;
        match self.store.run(Mutate::<U> { input, actor: actor.clone(), permit, now }).await {
            Ok(answer) => {
                self.committed.notify_one();
                Ok(Response::new(answer))
            }
            Err(error) => {
                // What may have been committed stays; what nobody ever asks for is swept one day.
                if let CommandError::Refused(_) = error
                    && let Err(error) = self.cabinet.vault().delete(id).await
                {
                    tracing::warn!(%error, "a refused file stays in the vault for now");
                }
                Err(failed(error))
            }
        }
    }

    /// Looks at a file and puts it into the vault.
    async fn shelve<U: Upload>(&self, header: U::Header, id: Uuid, bytes: Vec<u8>) -> Result<U::Input, Status> {
        let accepted = U::check(&self.cabinet, &header, bytes).await;
        let Accepted { bytes, media_type, sha256, .. } =
            accepted.map_err(|error| Failure::from(Refusal::UnacceptableDocument { problem: error.to_string() }))?;
        let kept_size_bytes = i64::try_from(bytes.len()).expect("a file has megabytes");
        let key = self.cabinet.put(id, U::place(&header, id), bytes).await.map_err(|error| {
            tracing::error!(%error, "the vault failed");
            Failure::from(CommandError::from(StoreError::Busy))
        })?;
        Ok(Uploaded { header, id, kept_sha256: sha256, kept_size_bytes, media_type: media_type.as_str(), key })
    }
}

/// The next part, if the caller does not keep us waiting.
async fn next<P>(stream: &mut Streaming<P>) -> Result<Option<P>, Status> {
    match timeout(PATIENCE, stream.message()).await {
        Ok(part) => part,
        Err(_) => Err(crate::deadline::exceeded()),
    }
}

/// The bytes as they were announced: not one more, and no others.
async fn receive<U: Upload>(stream: &mut Streaming<U::Part>, header: &U::Header) -> Result<Vec<u8>, Status> {
    let (sha256, size) = U::announced(header);
    let announced = usize::try_from(size).expect("the rules have looked at it");
    let mut bytes = Vec::with_capacity(announced);
    let differ = |problem: String| Failure::from(Refusal::DigestMismatch { problem });
    while let Some(part) = next(stream).await? {
        let chunk = U::chunk(part).map_err(Failure::from)?;
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
