//! `WatchEvents`: streams the log of an election, from the place that a cursor names.
//!
//! - **Cursor:** position and leaf hash of the last event, sealed for one organization and one
//!   log. The client sends the last one that it got and misses nothing. After a restore of the
//!   database a position can have another leaf; then the answer is CURSOR_EXPIRED.
//! - **What a caller sees:** only events that its view allows. Roles are read again for every
//!   batch, so a suspension ends the stream.
//! - **Load:** the stream waits for the size of its log in memory. It asks the database only
//!   when the log has grown, and few streams read at once.
//! - **Slow readers:** at most [`AHEAD`] events wait for a reader. Then nothing more is read for
//!   it.
//! - **End:** by age or at shutdown with STREAM_ENDED. The client calls again, perhaps at
//!   another server: the cursor is good at all of them.

use std::pin::Pin;
use std::sync::Arc;

use domain::policy::{Action, Permit, Scope, permit};
use domain::refusal::Refusal;
use domain::transparency::event::LoggedEvent;
use domain::transparency::notice::is_told;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::log::LogName;
use store::{Command, CommandError, Keys, Page, Tx};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use wire::{convert, request, v1};

use crate::engine::download::stream;
use crate::engine::{Api, Handler, list};
use crate::gate;
use crate::gate::Admitted;
use crate::status::{Failure, Unauthenticated};
use crate::tls::Peer;
use crate::watch_limiter::OpenWatch;

/// How many events one transaction reads.
const BATCH: u32 = 200;
/// How many events may wait for a slow reader.
const AHEAD: usize = 64;

/// The stream of the answer.
type Responses = Pin<Box<dyn Stream<Item = Result<v1::WatchEventsResponse, Status>> + Send>>;

/// Streams the events of one election.
pub(crate) struct WatchEvents;

impl WatchEvents {
    pub(crate) const HANDLER: Handler = Handler::Streaming(|api, request, max_message_bytes| {
        stream(request, max_message_bytes, move |request| {
            let api = api.clone();
            async move { api.watch_events(request).await }
        })
    });
}

impl Api {
    async fn watch_events(&self, request: Request<v1::WatchEventsRequest>) -> Result<Response<Responses>, Status> {
        let now = self.clock.now();
        let Admitted { actor, permit, .. } = Admitted::from_extensions(Action::WatchEvents, request.extensions())?;
        let peer = request.extensions().get::<Arc<Peer>>().cloned();
        let peer = peer.ok_or(Failure::InvariantBroken("a request has no peer"))?;
        let input = request::watch_events(request.into_inner()).map_err(Failure::from)?;
        let organization = actor.principal.organization.clone();
        let log = LogName::Election(input.election.election.clone()).to_string();
        let follower = Follower { peer, organization, log, scope: permit.scope().clone() };
        let begin = BeginWatch { input, follower: follower.clone() };
        let begun = self.store.read(begin).await;
        let position = begun.map_err(|error| self.failure_status(error, &actor, Action::WatchEvents, now))?;
        let watch = self.watches.open(&follower.organization).map_err(Failure::from)?;
        let (events, stream) = mpsc::channel(AHEAD);
        tokio::spawn(follow(self.clone(), follower, position, watch, events));
        Ok(Response::new(Box::pin(ReceiverStream::new(stream))))
    }
}

/// A caller that watches a log.
#[derive(Clone)]
struct Follower {
    peer: Arc<Peer>,
    organization: OrganizationCode,
    /// The name of the log, as in `elections/e1`.
    log: String,
    scope: Scope,
}

/// A place in a log: a position, and the hash of its leaf.
struct Cursor {
    position: i64,
    leaf: [u8; 32],
}

impl Cursor {
    /// The place of an event.
    fn at(event: &LoggedEvent) -> Self {
        Self { position: event.position, leaf: event.leaf }
    }

    /// Seals the cursor, so that a client cannot make one for a position of its choice.
    fn seal(&self, keys: &Keys, follower: &Follower) -> Vec<u8> {
        keys.seal_cursor(&follower.owner(), &[&self.position.to_be_bytes()[..], &self.leaf].concat())
    }

    /// Opens a cursor. `None` if it was made for another organization or log.
    fn open(sealed: &[u8], keys: &Keys, follower: &Follower) -> Option<Self> {
        let bytes = keys.open_cursor(&follower.owner(), sealed)?;
        let (position, leaf) = bytes.split_at_checked(8)?;
        Some(Self { position: i64::from_be_bytes(position.try_into().ok()?), leaf: leaf.try_into().ok()? })
    }
}

impl Follower {
    /// What a cursor is sealed to: the organization and the log.
    fn owner(&self) -> String {
        format!("{}/{}", self.organization, self.log)
    }
}

/// Reads the position after which the stream begins; -1 without a cursor.
struct BeginWatch {
    input: request::WatchEvents,
    follower: Follower,
}

impl Command for BeginWatch {
    const NAME: &'static str = "begin a watch";
    type Output = i64;

    fn scope(&self) -> Scope {
        self.follower.scope.clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, CommandError> {
        list::check_election_exists(tx, &self.input.election).await?;
        if self.input.cursor.is_empty() {
            return Ok(-1);
        }
        let cursor = Cursor::open(&self.input.cursor, tx.keys(), &self.follower).ok_or(Refusal::InvalidCursor)?;
        let there = tx.lookup_leaf(&self.follower.scope, &self.follower.log, cursor.position).await?;
        if there == Some(cursor.leaf) { Ok(cursor.position) } else { Err(Refusal::CursorExpired.into()) }
    }
}

/// Reads the next batch, with the roles that the caller has at this moment.
struct ReadNext {
    follower: Follower,
    after: i64,
}

/// The events of a batch that the caller sees, and how far the log was read.
struct Batch {
    responses: Vec<v1::WatchEventsResponse>,
    /// The position of the last event read, if there was any.
    last: Option<i64>,
    /// Whether the batch is full, so that there may be more.
    full: bool,
}

impl Command for ReadNext {
    const NAME: &'static str = "watch";
    type Output = Result<Batch, Unauthenticated>;

    fn scope(&self) -> Scope {
        self.follower.scope.clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let actor = match gate::lookup_actor(tx, &self.follower.peer).await? {
            Ok(actor) => actor,
            Err(cause) => return Ok(Err(cause)),
        };
        let permit = permit(&actor, Action::WatchEvents)?;
        let page = Page { after: Some(self.after), size: BATCH };
        let events = tx.log_entries(permit.scope(), &self.follower.log, &page).await?;
        Ok(Ok(Batch {
            last: events.last().map(|event| event.position),
            full: events.len() == BATCH as usize,
            responses: self.responses(&events, &permit, tx.keys()),
        }))
    }
}

impl ReadNext {
    /// The responses for the events that the caller sees. Each has its cursor.
    fn responses(&self, events: &[LoggedEvent], permit: &Permit, keys: &Keys) -> Vec<v1::WatchEventsResponse> {
        let batch = events.iter().filter(|event| is_told(permit.view(), event));
        let response = |event: &LoggedEvent| v1::WatchEventsResponse {
            event: Some(convert::transparency::to_message(event, &self.follower.organization, permit.view())),
            cursor: Cursor::at(event).seal(keys, &self.follower),
        };
        batch.map(response).collect()
    }
}

/// Sends events until the caller goes away, the stream is too old, or the server shuts down.
async fn follow(
    api: Api,
    follower: Follower,
    mut position: i64,
    mut watch: OpenWatch,
    events: mpsc::Sender<Result<v1::WatchEventsResponse, Status>>,
) {
    let mut logs = api.log_sizes.clone();
    // The size of the log that was read last, and whether some of that may still be unread.
    let (mut seen, mut unread) = (0, true);
    loop {
        // This marks the size as seen before the read. So growth during the read wakes the wait
        // below.
        let size = logs.size(&follower.log);
        if size < seen {
            // The database was restored to an earlier state. The client comes back, and its cursor
            // is checked.
            return end(&events, Failure::StreamEnded).await;
        }
        if size > seen || unread {
            let permit = api.watches.acquire_read().await;
            let batch = api.store.read(ReadNext { follower: follower.clone(), after: position }).await;
            drop(permit);
            let batch = match batch {
                Ok(Ok(batch)) => batch,
                Ok(Err(cause)) => return end(&events, Failure::Unauthenticated(cause)).await,
                Err(error) => return end(&events, error.into()).await,
            };
            position = batch.last.unwrap_or(position);
            (seen, unread) = (size, batch.full);
            for response in batch.responses {
                tokio::select! {
                    sent = events.send(Ok(response)) => if sent.is_err() { return },
                    () = watch.expired() => return end(&events, Failure::StreamEnded).await,
                }
            }
            continue;
        }
        tokio::select! {
            () = logs.changed() => {}
            () = events.closed() => return,
            () = watch.expired() => return end(&events, Failure::StreamEnded).await,
        }
    }
}

/// Ends the stream with a status. A reader that takes nothing for a second does not get it.
async fn end(events: &mpsc::Sender<Result<v1::WatchEventsResponse, Status>>, failure: Failure) {
    let _ = events.send_timeout(Err(failure.into()), std::time::Duration::from_secs(1)).await;
}
