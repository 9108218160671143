//! Follows an election's log, as a stream that goes on where its cursor says.

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
use crate::watches::Watch;

/// How many events are read at once.
const BATCH: u32 = 200;
/// How many wait for a caller who reads slowly; then reading from the log stops.
const AHEAD: usize = 64;

type Responses = Pin<Box<dyn Stream<Item = Result<v1::WatchEventsResponse, Status>> + Send>>;

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
        let Admitted { actor, permit, .. } = Admitted::to(Action::WatchEvents, request.extensions())?;
        let peer = request.extensions().get::<Arc<Peer>>().cloned();
        let peer = peer.ok_or(Failure::Broken("a connection without a peer"))?;
        let input = request::watch_events(request.into_inner()).map_err(Failure::from)?;
        let organization = actor.principal.organization.clone();
        let log = LogName::Election(input.election.election.clone()).to_string();
        let follower = Follower { peer, organization, log, scope: permit.scope().clone() };
        let begin = Begin { input, follower: follower.clone() };
        let begun = self.store.read(begin).await;
        let position = begun.map_err(|error| self.failed(error, &actor, Action::WatchEvents, now))?;
        let watch = self.watches.enter(&follower.organization).map_err(Failure::from)?;
        let (events, stream) = mpsc::channel(AHEAD);
        tokio::spawn(follow(self.clone(), follower, position, watch, events));
        Ok(Response::new(Box::pin(ReceiverStream::new(stream))))
    }
}

/// Who follows which log.
#[derive(Clone)]
struct Follower {
    peer: Arc<Peer>,
    organization: OrganizationCode,
    log: String,
    scope: Scope,
}

/// A place in a log: a position, and the leaf that is there.
struct Cursor {
    position: i64,
    leaf: [u8; 32],
}

impl Cursor {
    fn of(event: &LoggedEvent) -> Self {
        Self { position: event.position, leaf: event.leaf }
    }

    fn seal(&self, keys: &Keys, follower: &Follower) -> Vec<u8> {
        keys.seal_cursor(&follower.owner(), &[&self.position.to_be_bytes()[..], &self.leaf].concat())
    }

    fn open(sealed: &[u8], keys: &Keys, follower: &Follower) -> Option<Self> {
        let bytes = keys.open_cursor(&follower.owner(), sealed)?;
        let (position, leaf) = bytes.split_at_checked(8)?;
        Some(Self { position: i64::from_be_bytes(position.try_into().ok()?), leaf: leaf.try_into().ok()? })
    }
}

impl Follower {
    /// Whose a cursor is: of one organization, in one log.
    fn owner(&self) -> String {
        format!("{}/{}", self.organization, self.log)
    }
}

/// Finds the position after which a stream begins.
struct Begin {
    input: request::WatchEvents,
    follower: Follower,
}

impl Command for Begin {
    const NAME: &'static str = "begin a watch";
    type Output = i64;

    fn scope(&self) -> Scope {
        self.follower.scope.clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, CommandError> {
        list::known(tx, &self.input.election).await?;
        if self.input.cursor.is_empty() {
            return Ok(-1);
        }
        let cursor = Cursor::open(&self.input.cursor, tx.keys(), &self.follower).ok_or(Refusal::InvalidCursor)?;
        let there = tx.lookup_leaf(&self.follower.scope, &self.follower.log, cursor.position).await?;
        if there == Some(cursor.leaf) { Ok(cursor.position) } else { Err(Refusal::CursorExpired.into()) }
    }
}

/// Reads what comes next, as the caller's roles are at this moment.
struct Next {
    follower: Follower,
    after: i64,
}

/// What a caller is told, and how far the log was read for it.
struct Told {
    responses: Vec<v1::WatchEventsResponse>,
    /// The position of the last event read, if there was any.
    last: Option<i64>,
    /// Whether there may be more.
    full: bool,
}

impl Command for Next {
    const NAME: &'static str = "watch";
    type Output = Result<Told, Unauthenticated>;

    fn scope(&self) -> Scope {
        self.follower.scope.clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let actor = match gate::look_up(tx, &self.follower.peer).await? {
            Ok(actor) => actor,
            Err(cause) => return Ok(Err(cause)),
        };
        let permit = permit(&actor, Action::WatchEvents)?;
        let page = Page { after: Some(self.after), size: BATCH };
        let events = tx.log_entries(permit.scope(), &self.follower.log, &page).await?;
        Ok(Ok(Told {
            last: events.last().map(|event| event.position),
            full: events.len() == BATCH as usize,
            responses: self.tell(&events, &permit, tx.keys()),
        }))
    }
}

impl Next {
    fn tell(&self, events: &[LoggedEvent], permit: &Permit, keys: &Keys) -> Vec<v1::WatchEventsResponse> {
        let told = events.iter().filter(|event| is_told(permit.view(), event));
        let response = |event: &LoggedEvent| v1::WatchEventsResponse {
            event: Some(convert::event::to_message(event, &self.follower.organization, permit.view())),
            cursor: Cursor::of(event).seal(keys, &self.follower),
        };
        told.map(response).collect()
    }
}

/// Sends what happens until the caller goes away, the stream is old, or the server ends.
async fn follow(
    api: Api,
    follower: Follower,
    mut position: i64,
    mut watch: Watch,
    events: mpsc::Sender<Result<v1::WatchEventsResponse, Status>>,
) {
    let mut logs = api.logs.clone();
    // How far the log is known to have come, and whether more of that may be unread.
    let (mut seen, mut unread) = (0, true);
    loop {
        // Marked as seen before it is compared: what comes meanwhile wakes the wait below.
        let size = logs.size(&follower.log);
        if size < seen {
            // The database was put back to an earlier state; the cursor has to be looked at again.
            return end(&events, Failure::StreamEnded).await;
        }
        if size > seen || unread {
            let turn = api.watches.turn().await;
            let told = api.store.read(Next { follower: follower.clone(), after: position }).await;
            drop(turn);
            let told = match told {
                Ok(Ok(told)) => told,
                Ok(Err(cause)) => return end(&events, Failure::Unauthenticated(cause)).await,
                Err(error) => return end(&events, error.into()).await,
            };
            position = told.last.unwrap_or(position);
            (seen, unread) = (size, told.full);
            for response in told.responses {
                tokio::select! {
                    sent = events.send(Ok(response)) => if sent.is_err() { return },
                    () = watch.over() => return end(&events, Failure::StreamEnded).await,
                }
            }
            continue;
        }
        tokio::select! {
            () = logs.changed() => {}
            () = events.closed() => return,
            () = watch.over() => return end(&events, Failure::StreamEnded).await,
        }
    }
}

/// Says why the stream ends, if there is room to say it: whoever reads nothing is told nothing.
async fn end(events: &mpsc::Sender<Result<v1::WatchEventsResponse, Status>>, failure: Failure) {
    let _ = events.send_timeout(Err(failure.into()), std::time::Duration::from_secs(1)).await;
}
