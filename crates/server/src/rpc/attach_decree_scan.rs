//! Attaches the scan of a signed decree.

use std::sync::Arc;

use documents::FileKey;
use domain::decree::DecreeScan;
use domain::event::LogName;
use domain::name::DecreeName;
use domain::policy::{Action, Actor, Permit, Scope, permit};
use domain::refusal::Refusal;
use store::{Command, CommandError, StoreError, Tx};
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;
use wire::request::{self, DecreeScanHeader, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::run::Mutate;
use super::upload_document::{next, receive};
use super::{Api, Cx, Effect, Mutation, actor};
use crate::status::Failure;

/// A scan whose bytes are in the vault.
pub(crate) struct Attached {
    key: RequestKey,
    scan: DecreeScan,
    opens: FileKey,
}

pub(crate) struct AttachDecreeScan;

impl Mutation for AttachDecreeScan {
    const ACTION: Action = Action::AttachDecreeScan;
    type Message = Attached;
    type Input = Attached;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        Ok(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let scan = &input.scan;
        check(tx, cx.permit, &scan.decree).await?;
        let before = tx.decree_scans(&scan.decree).await?;
        tx.insert_decree_scan(cx.permit, scan, input.opens.as_bytes()).await?;
        let log = LogName::Election(scan.decree.election.clone());
        let effect = Effect::new(log, &scan.decree, &cx.actor.principal.organization)
            .fact("sha256", hex::encode(scan.sha256))
            .fact("size", scan.size_bytes);
        Ok(match before.last() {
            Some(replaced) => effect.fact("replaced_sha256", hex::encode(replaced.sha256)),
            None => effect,
        })
    }
}

/// Refuses a scan of what is not there for the caller, or not signed.
async fn check(tx: &mut Tx<'_>, permit: &Permit, name: &DecreeName) -> Result<(), CommandError> {
    let found = tx.lookup_decree(permit, name).await?.ok_or_else(|| Refusal::not_found(name))?;
    Ok(found.check_signed()?)
}

/// What is known before the bytes come: the answer, if it is a repetition, or else where they go.
struct Announce {
    header: DecreeScanHeader,
    actor: Arc<Actor>,
    permit: Permit,
    now: jiff::Timestamp,
}

enum Announced {
    Before(Box<v1::Decree>),
    New(Uuid),
}

impl Command for Announce {
    const NAME: &'static str = "announce a scan";
    type Output = Announced;

    fn scope(&self) -> Scope {
        self.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Announced, CommandError> {
        let Self { header, actor, permit, now } = self;
        let record = Mutate::<AttachDecreeScan>::remembered(header.key, Vec::new(), actor, tx);
        if let Some((hash, done)) = tx.lookup_request(&record).await? {
            if hash != record.hash {
                return Err(Refusal::RequestIdReused.into());
            }
            return Mutate::<AttachDecreeScan>::answer(tx, permit, done).await.map(Box::new).map(Announced::Before);
        }
        check(tx, permit, &header.decree).await?;
        Ok(Announced::New(tx.new_uuid(*now)))
    }
}

impl Api {
    pub(super) async fn take_scan(
        &self,
        request: Request<Streaming<v1::AttachDecreeScanRequest>>,
    ) -> Result<Response<v1::Decree>, Status> {
        let actor = actor(&request)?;
        let permit = permit(&actor, Action::AttachDecreeScan).map_err(Failure::from)?;
        let mut stream = request.into_inner();
        let header =
            request::decree_scan_header(next(&mut stream).await?.unwrap_or_default()).map_err(Failure::from)?;
        let failed = |error| self.failed(error, &actor, Action::AttachDecreeScan, self.clock.now());
        let (sha256, size_bytes) = (header.sha256, header.size_bytes);
        let announce =
            Announce { header: header.clone(), actor: actor.clone(), permit: permit.clone(), now: self.clock.now() };
        let id = match self.store.read(announce).await.map_err(failed)? {
            Announced::Before(decree) => return Ok(Response::new(*decree)),
            Announced::New(id) => id,
        };
        let room = self.cabinet.room(&actor.principal.organization, size_bytes).await;
        let _room = room.map_err(|error| Failure::from(CommandError::from(error)))?;
        let bytes = receive(&mut stream, size_bytes, sha256, request::decree_scan_chunk).await?;
        let accepted = self.cabinet.check_pdf(bytes).await;
        let accepted =
            accepted.map_err(|error| Failure::from(Refusal::UnacceptableDocument { problem: error.to_string() }))?;
        let (now, attached_by) = (self.clock.now(), actor.principal.clone());
        let DecreeScanHeader { key, decree, .. } = header;
        let scan = DecreeScan { decree, id, sha256, size_bytes, attached_by, attach_time: now };
        let opens = self.cabinet.put_at(id, scan.place(), accepted.bytes).await.map_err(|error| {
            tracing::error!(%error, "the vault failed");
            Failure::from(CommandError::from(StoreError::Busy))
        })?;
        let input = Attached { key, scan, opens };
        let command = Mutate::<AttachDecreeScan> { input, actor: actor.clone(), permit, now };
        // What a refusal leaves in the vault is swept one day.
        let answer = self.store.run(command).await.map_err(failed)?;
        self.committed.notify_one();
        Ok(Response::new(answer))
    }
}
