//! `ReplaceWatchList`: puts a new watch list in the place of the old one.
//!
//! A list has up to 100,000 entries and comes as a stream. One transaction for all of it would
//! hold up every other write. So it goes in steps:
//!
//! 1. `BeginList` inserts the list in state UPLOADING. Nothing reads it yet.
//! 2. `AddEntries` adds some entries in each transaction, until the stream ends.
//! 3. `RunMutation` puts the list in force in one short transaction, and marks the old one as
//!    replaced.
//!
//! - **Two at once:** both are uploaded. The later one to be put in force counts; a unique index
//!   allows one current list.
//! - **Repetition:** a request id that is known begins no list. The stream is still read,
//!   because only its digest shows whether it is the same request.
//! - **Dies halfway:** if the call fails, `AbandonOnDrop` marks the list. If the server dies,
//!   the job `jobs::watch_lists` finds it an hour later. Both ways the job deletes the entries.
//! - **Afterwards:** every undecided application of the election is checked again, page by page.

use std::sync::Arc;
use std::time::Duration;

use domain::outcome::{CallContext, Outcome};
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

use crate::engine::mutation::{RunMutation, Typed};
use crate::engine::{Api, Handler, Mutation};
use crate::gate::Admitted;
use crate::status::Failure;

/// How many watch lists this process receives at the same time. One more is answered BUSY.
pub(crate) const MAX_UPLOADS: usize = 4;
/// How many entries one transaction adds. Other writes get their turn in between.
const BATCH: usize = 250;
/// After how long without a message the call ends with DEADLINE_EXCEEDED.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// Replaces the watch list of one election.
pub(crate) struct ReplaceWatchList;

/// A list whose entries are all stored, and that is not in force yet.
pub(crate) struct UploadedList {
    /// The request id, and a hash of the whole stream.
    key: RequestKey,
    /// The election whose list it is.
    election: ElectionName,
    /// The id of the list. `None` if the request id was known before, so that nothing was stored.
    list: Option<Uuid>,
    /// How many entries came.
    entries: usize,
}

impl Mutation for ReplaceWatchList {
    const ACTION: Action = Action::ReplaceWatchList;
    type Message = UploadedList;
    type Input = UploadedList;
    type Answer = v1::WatchList;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        Ok(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        if tx.lookup_election(&input.election.election).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        // Without a list the request was known when the stream began. Then the engine has found it
        // and does not come here, unless its row came after this run began.
        let list = input.list.ok_or(StoreError::Overtaken)?;
        Ok(acts::replace(by, &input.election, list, input.entries))
    }
}

impl ReplaceWatchList {
    pub(crate) const HANDLER: Handler = Handler::Streaming(|api, request, max_message_bytes| {
        Box::pin(async move {
            let take = service_fn(move |request| {
                let api = api.clone();
                async move { api.receive_watch_list(request).await }
            });
            let grpc = Grpc::new(PartsCodec::default());
            grpc.max_decoding_message_size(max_message_bytes).client_streaming(take, request).await
        })
    });
}

impl Api {
    /// Receives the stream and runs the three steps.
    ///
    /// The permit of the semaphore is held until the reply, so it also bounds the memory for parts.
    async fn receive_watch_list(
        &self,
        request: Request<Streaming<v1::ReplaceWatchListRequest>>,
    ) -> Result<Response<Bytes>, Status> {
        let admitted = Admitted::from_extensions(Action::ReplaceWatchList, request.extensions())?;
        let (actor, permit) = (admitted.actor.clone(), admitted.permit.clone());
        let mut stream = request.into_inner();
        let header = next_part(&mut stream).await?.unwrap_or_default();
        let (election, reader) = WatchListReader::begin(header).map_err(Failure::from)?;
        let room = self.watch_list_uploads.try_acquire();
        let _room = room.map_err(|_| Failure::from(CommandError::from(StoreError::Busy)))?;
        let failed = |error| self.failure_status(error, &actor, Action::ReplaceWatchList, self.clock.now());
        let begin = BeginList {
            request_id: reader.request_id(),
            election: election.clone(),
            actor: actor.clone(),
            permit: permit.clone(),
            now: self.clock.now(),
        };
        let list = self.store.run(begin).await.map_err(failed)?;
        let (code, by) = (election.election.clone(), permit.clone());
        let upload = AbandonOnDrop { store: self.store.clone(), election: code, list, permit: by };
        let reader = self.receive(&mut stream, reader, &upload, &permit).await?;
        let entries = reader.count();
        let key = reader.finish().map_err(Failure::from)?;
        let input = UploadedList { key, election, list, entries };
        let now = self.clock.now();
        let mutation = Box::new(Typed::<ReplaceWatchList> { input });
        let replace = RunMutation { action: Action::ReplaceWatchList, mutation, admitted, now };
        let answer = self.store.run(replace).await.map_err(failed)?;
        self.sequencer_wakeup.notify_one();
        self.screening_wakeup.notify_one();
        Ok(Response::new(answer.to_bytes()))
    }

    /// Reads the parts and stores their entries, sealed.
    ///
    /// After the first invalid entry nothing more is stored. The rest is still read, so that the
    /// caller learns of all problems at once.
    async fn receive(
        &self,
        stream: &mut Streaming<v1::ReplaceWatchListRequest>,
        mut reader: WatchListReader,
        upload: &AbandonOnDrop,
        permit: &Permit,
    ) -> Result<WatchListReader, Status> {
        while !reader.gives_up()
            && let Some(part) = next_part(stream).await?
        {
            let (keys, election) = (self.keys.clone(), upload.election.clone());
            let is_kept = upload.list.is_some();
            let read = tokio::task::spawn_blocking(move || {
                let people = reader.read(part);
                let seal = |person| SealedEntry::seal(&keys, &election, person);
                let entries: Vec<SealedEntry> = if is_kept { people.iter().map(seal).collect() } else { Vec::new() };
                (reader, entries)
            });
            let (after, entries) =
                read.await.expect("reading does not panic, and a blocking task that runs is not cancelled");
            reader = after;
            let Some(list) = upload.list else { continue };
            for batch in entries.chunks(BATCH) {
                let (election, permit) = (upload.election.clone(), permit.clone());
                let add = AddEntries { election, list, entries: batch.to_vec(), permit, now: self.clock.now() };
                self.store.run(add).await.map_err(Failure::from)?;
            }
        }
        Ok(reader)
    }
}

/// The next part of the stream; DEADLINE_EXCEEDED if none comes for [`IDLE_TIMEOUT`].
async fn next_part(
    stream: &mut Streaming<v1::ReplaceWatchListRequest>,
) -> Result<Option<v1::ReplaceWatchListRequest>, Status> {
    match timeout(IDLE_TIMEOUT, stream.message()).await {
        Ok(part) => part,
        Err(_) => Err(crate::deadline::exceeded()),
    }
}

/// Gives the list up when it is dropped: at the end of the call, however it ends.
///
/// A list that is in force is not UPLOADING any more, so giving it up changes nothing. A task of
/// its own does it, because the caller may be gone.
struct AbandonOnDrop {
    /// Where the list is.
    store: Store,
    election: ElectionCode,
    /// The list; `None` if the request id was known before.
    list: Option<Uuid>,
    /// The permit of the caller. Writing without one is not possible.
    permit: Permit,
}

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        let Some(list) = self.list else { return };
        let (store, election, permit) = (self.store.clone(), self.election.clone(), self.permit.clone());
        tokio::spawn(async move {
            if let Err(error) = store.run(AbandonList { election, list, permit }).await {
                tracing::warn!(%error, "an incomplete watch list could not be given up");
            }
        });
    }
}

/// Inserts an empty list, unless the request id is known.
///
/// The hash of the request is not known yet: it covers all entries. `RunMutation` compares it at
/// the end.
struct BeginList {
    /// The request id, which the first message has.
    request_id: RequestId,
    election: ElectionName,
    actor: Arc<Actor>,
    permit: Permit,
    now: Timestamp,
}

impl Command for BeginList {
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
            // Not compared here; only organization, method and id are looked up.
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

/// Adds entries to a list that is being uploaded. An entry that is there already is not added
/// twice.
struct AddEntries {
    election: ElectionCode,
    list: Uuid,
    entries: Vec<SealedEntry>,
    permit: Permit,
    now: Timestamp,
}

impl Command for AddEntries {
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

/// Marks a list that was not uploaded to its end, so that the cleanup job deletes it.
struct AbandonList {
    election: ElectionCode,
    list: Uuid,
    permit: Permit,
}

impl Command for AbandonList {
    const NAME: &'static str = "give a watch list up";
    type Output = ();

    // All organizations: a watch list belongs to the commission, and the caller may be gone.
    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        Ok(tx.abandon_watch_list(&self.permit, &self.election, self.list).await?)
    }
}
