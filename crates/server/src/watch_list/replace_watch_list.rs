//! Puts a new watch list in the place of the old one. It comes in parts, which are kept where nobody looks at them yet; once
//! all are there, one short transaction puts the new list in force.

use std::sync::Arc;
use std::time::Duration;

use domain::outcome::{Acting, Outcome};
use domain::policy::{Action, Actor, Permit, Scope};
use domain::refusal::Refusal;
use domain::vocabulary::id::{ElectionCode, RequestId};
use domain::vocabulary::name::ElectionName;
use domain::watch_list::acts;
use jiff::Timestamp;
use store::{Command, CommandError, RequestRecord, SealedEntry, Store, StoreError, Tx};
use tokio::time::timeout;
use tonic::codegen::Bytes;
use tonic::server::Grpc;
use tonic::{Request, Response, Status, Streaming};
use tower::service_fn;
use uuid::Uuid;
use wire::codec::PartsCodec;
use wire::request::{RequestKey, WatchListReader};
use wire::v1;
use wire::violations::Violations;

use crate::engine::mutation::{Mutate, Typed};
use crate::engine::{Api, Handler, Mutation};
use crate::gate::Admitted;
use crate::status::Failure;

/// How many watch lists come in at the same time; one more is answered that too much is waiting.
pub(crate) const MOST_UPLOADS: usize = 4;
/// How many entries one transaction keeps: others write meanwhile.
const BATCH: usize = 250;
/// How long whoever sends may do nothing.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

pub(crate) struct ReplaceWatchList;

/// A list that has come whole.
pub(crate) struct Uploaded {
    key: RequestKey,
    election: ElectionName,
    /// Under what it is kept; none if the request was known before.
    list: Option<Uuid>,
    /// How many entries came.
    entries: usize,
}

impl Mutation for ReplaceWatchList {
    const ACTION: Action = Action::ReplaceWatchList;
    type Message = Uploaded;
    type Input = Uploaded;
    type Answer = v1::WatchList;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        Ok(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        if tx.lookup_election(&input.election.election).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        let list = input.list.ok_or(StoreError::Overtaken)?;
        Ok(acts::replace(by, &input.election, list, input.entries))
    }
}

impl ReplaceWatchList {
    pub(crate) const HANDLER: Handler = Handler::Streaming(|api, request, max_message_bytes| {
        Box::pin(async move {
            let take = service_fn(move |request| {
                let api = api.clone();
                async move { api.take_watch_list(request).await }
            });
            let grpc = Grpc::new(PartsCodec::new());
            grpc.max_decoding_message_size(max_message_bytes).client_streaming(take, request).await
        })
    });
}

impl Api {
    /// Takes a watch list in.
    async fn take_watch_list(
        &self,
        request: Request<Streaming<v1::ReplaceWatchListRequest>>,
    ) -> Result<Response<Bytes>, Status> {
        let admitted = Admitted::to(Action::ReplaceWatchList, request.extensions())?;
        let (actor, permit) = (admitted.actor.clone(), admitted.permit.clone());
        let mut stream = request.into_inner();
        let header = next(&mut stream).await?.unwrap_or_default();
        let (election, reader) = WatchListReader::begin(header).map_err(Failure::from)?;
        let room = self.watch_list_uploads.try_acquire();
        let _room = room.map_err(|_| Failure::from(CommandError::from(StoreError::Busy)))?;
        let failed = |error| self.failed(error, &actor, Action::ReplaceWatchList, self.clock.now());
        let begin = Begin {
            request_id: reader.request_id(),
            election: election.clone(),
            actor: actor.clone(),
            permit: permit.clone(),
            now: self.clock.now(),
        };
        let list = self.store.run(begin).await.map_err(failed)?;
        let (code, by) = (election.election.clone(), permit.clone());
        let uploading = Uploading { store: self.store.clone(), election: code, list, permit: by };
        let reader = self.receive(&mut stream, reader, &uploading, &permit).await?;
        let entries = reader.count();
        let key = reader.finish().map_err(Failure::from)?;
        let input = Uploaded { key, election, list, entries };
        let now = self.clock.now();
        let mutation = Box::new(Typed::<ReplaceWatchList> { input });
        let replace = Mutate { action: Action::ReplaceWatchList, mutation, admitted, now };
        let answer = self.store.run(replace).await.map_err(failed)?;
        self.committed.notify_one();
        self.presented.notify_one();
        Ok(Response::new(answer.to_bytes()))
    }

    /// Reads the parts and keeps them. After a first problem nothing is kept any more; the others are looked for.
    async fn receive(
        &self,
        stream: &mut Streaming<v1::ReplaceWatchListRequest>,
        mut reader: WatchListReader,
        uploading: &Uploading,
        permit: &Permit,
    ) -> Result<WatchListReader, Status> {
        while !reader.gives_up()
            && let Some(part) = next(stream).await?
        {
            let (keys, election) = (self.keys.clone(), uploading.election.clone());
            let is_kept = uploading.list.is_some();
            let read = tokio::task::spawn_blocking(move || {
                let people = reader.read(part);
                let seal = |person| SealedEntry::seal(&keys, &election, person);
                let entries: Vec<SealedEntry> = if is_kept { people.iter().map(seal).collect() } else { Vec::new() };
                (reader, entries)
            });
            let (after, entries) =
                read.await.expect("reading does not panic, and a blocking task that runs is not cancelled");
            reader = after;
            let Some(list) = uploading.list else { continue };
            for batch in entries.chunks(BATCH) {
                let (election, permit) = (uploading.election.clone(), permit.clone());
                let add = Add { election, list, entries: batch.to_vec(), permit, now: self.clock.now() };
                self.store.run(add).await.map_err(Failure::from)?;
            }
        }
        Ok(reader)
    }
}

/// The next part, if the caller does not keep us waiting.
async fn next(
    stream: &mut Streaming<v1::ReplaceWatchListRequest>,
) -> Result<Option<v1::ReplaceWatchListRequest>, Status> {
    match timeout(IDLE_TIMEOUT, stream.message()).await {
        Ok(part) => part,
        Err(_) => Err(crate::deadline::exceeded()),
    }
}

/// A list that is being uploaded. Whatever becomes of the request, it is given up at the end unless it is in force.
struct Uploading {
    store: Store,
    election: ElectionCode,
    list: Option<Uuid>,
    permit: Permit,
}

impl Drop for Uploading {
    fn drop(&mut self) {
        let Some(list) = self.list else { return };
        let (store, election, permit) = (self.store.clone(), self.election.clone(), self.permit.clone());
        tokio::spawn(async move {
            if let Err(error) = store.run(Abandon { election, list, permit }).await {
                tracing::warn!(%error, "what is left of a watch list stays for now");
            }
        });
    }
}

/// Begins a list, unless the request is a repetition: whether it is the same is known when all of it has come.
struct Begin {
    request_id: RequestId,
    election: ElectionName,
    actor: Arc<Actor>,
    permit: Permit,
    now: Timestamp,
}

impl Command for Begin {
    const NAME: &'static str = "begin a watch list";
    type Output = Option<Uuid>;

    fn scope(&self) -> Scope {
        self.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let request = RequestRecord {
            organization: self.actor.principal.organization.clone(),
            method: Action::ReplaceWatchList.method(),
            request_id: self.request_id,
            hash: [0; 32],
            signature: Vec::new(),
        };
        if tx.lookup_request(&request).await?.is_some() {
            return Ok(None);
        }
        let election = &self.election.election;
        if tx.lookup_election(election).await?.is_none() {
            return Err(Refusal::not_found(&self.election).into());
        }
        let list = tx.new_uuid(self.now);
        tx.insert_watch_list(&self.permit, election, list, self.now).await?;
        Ok(Some(list))
    }
}

/// Keeps some entries of a list that nobody looks at yet.
struct Add {
    election: ElectionCode,
    list: Uuid,
    entries: Vec<SealedEntry>,
    permit: Permit,
    now: Timestamp,
}

impl Command for Add {
    const NAME: &'static str = "add to a watch list";
    type Output = ();

    fn scope(&self) -> Scope {
        self.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let Self { election, list, entries, permit, now } = self;
        Ok(tx.insert_watch_list_entries(permit, election, *list, entries, *now).await?)
    }
}

/// Gives a list up that is not in force.
struct Abandon {
    election: ElectionCode,
    list: Uuid,
    permit: Permit,
}

impl Command for Abandon {
    const NAME: &'static str = "give a watch list up";
    type Output = ();

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        Ok(tx.abandon_watch_list(&self.permit, &self.election, self.list).await?)
    }
}
