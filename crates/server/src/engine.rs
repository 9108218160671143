//! Runs every method: from the path of a request to its handler, through one transaction, to the
//! reply.
//!
//! There are five ways to run a method, and a trait for each:
//!
//! | Trait | What it is for | Transaction | |---|---|---|
//! | [`Mutation`] | changes something | one write transaction |
//! | [`Query`] | only reads | one read transaction, until the deadline |
//! | `AuditedQuery` | reads, and the answer must be on record | one write transaction |
//! | `Upload` | a mutation whose request is a stream | one read and one write transaction |
//! | none | streams an answer | as the method needs |
//!
//! **Repetition.** A client that saw no answer sends the same request again, with the same
//! request id. The first one that commits stores the id together with the change. Every later
//! one finds it and is answered from the rows as they are now. A request id with other content
//! is refused.
//!
//! **Dry run.** A request with `validate_only` does all of its work and is rolled back. So it
//! finds the same errors as the real one.
//!
//! **Types are erased.** A handler turns bytes into a `Box<dyn AnyMutation>` or `Box<dyn
//! AnyQuery>`. Everything behind it is compiled once, and not for each of some ninety methods.
//! That keeps the build of this crate short. A call costs a few allocations more.

use std::pin::Pin;
use std::sync::Arc;

use access_attempt::RecordAccessAttempt;
use domain::policy::{Action, Actor};
use domain::refusal::Refusal;
use jiff::Timestamp;
use store::{CommandError, Keys, RecordedEvent, Store};
use tokio::sync::{Notify, Semaphore};
use tonic::Status;
use wire::v1;

use crate::Clock;
use crate::log_sizes::LogSizes;
use crate::metrics::Metrics;
use crate::status::Failure;
use crate::tls::TrustReloader;
use crate::transfer::DocumentPipeline;
use crate::watch_limiter::WatchLimiter;

mod access_attempt;
pub(crate) mod act_input;
pub(crate) mod audited_query;
mod dispatch;
pub(crate) mod download;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod mutation;
pub(crate) mod page;
pub(crate) mod query;
pub(crate) mod resource;
pub(crate) mod upload;

pub(crate) use dispatch::Handler;
pub(crate) use mutation::Mutation;
pub(crate) use query::Query;
pub(crate) use resource::Resource;

/// Everything that a method or a job needs. Cheap to clone: each request gets its own.
#[derive(Clone)]
pub(crate) struct Api {
    /// The database.
    pub(crate) store: Store,
    /// The store's keys. Watch lists are sealed and opened outside of transactions: that takes
    /// seconds.
    pub(crate) keys: Arc<Keys>,
    /// The clock. A method asks it once, when the request is complete.
    pub(crate) clock: Arc<dyn Clock>,
    /// Wakes the sequencer after every commit that recorded an event, so that it gets its position
    /// at once.
    pub(crate) sequencer_wakeup: Arc<Notify>,
    /// Wakes the screening job after every commit that may have queued an application for the
    /// checks.
    pub(crate) screening_wakeup: Arc<Notify>,
    /// Wakes the retention job after a legal hold was released, results were published or an appeal
    /// was decided. Each of these can end what kept the data.
    pub(crate) retention_wakeup: Arc<Notify>,
    /// Wakes the job that reloads the trust anchors, when the registry log has grown.
    pub(crate) trust_wakeup: Arc<Notify>,
    /// Reloads the trust anchors when the registry has changed.
    pub(crate) trust: Arc<TrustReloader>,
    /// Wakes the job that reads the sizes of the logs, when events got positions here or on another
    /// server.
    pub(crate) log_sizes_wakeup: Arc<Notify>,
    /// Counters and histograms for Prometheus.
    pub(crate) metrics: Arc<Metrics>,
    /// How many entries each log has. Watches wait for it to grow.
    pub(crate) log_sizes: LogSizes,
    /// Limits the watches that are open.
    pub(crate) watches: Arc<WatchLimiter>,
    /// Checks, seals and stores documents, and reads them back.
    pub(crate) documents: Arc<DocumentPipeline>,
    /// One permit for each watch list that may be received at the same time.
    pub(crate) watch_list_uploads: Arc<Semaphore>,
    /// One permit for each list of a decree that may be rendered at the same time.
    pub(crate) decree_lists: Arc<Semaphore>,
}

/// A boxed future, where the type of the future is erased.
///
/// The code of an async function is compiled again in each crate that awaits it, with all that it awaits. A boxed one is
/// compiled where it is written.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The receipt of a change: where its event is in the log, and the hash of its leaf.
///
/// With it a client can prove later that the service has accepted the change.
pub(crate) fn receipt(done: &RecordedEvent) -> v1::Receipt {
    v1::Receipt {
        log: done.log.clone(),
        event_id: done.event.to_string(),
        leaf_hash: done.leaf.to_vec(),
        event_time: Some(wire::convert::time::timestamp(done.time)),
    }
}

impl Api {
    /// Turns a failure into a status. If something was not found, an access attempt is recorded.
    ///
    /// It is recorded in a task of its own, after the reply. So the time of the reply does not tell
    /// whether the thing exists for somebody else.
    pub(crate) fn failure_status(&self, error: CommandError, actor: &Actor, action: Action, time: Timestamp) -> Status {
        if let CommandError::Refused(Refusal::NotFound { resource }) = &error {
            let (principal, method) = (actor.principal.clone(), action.method());
            let (store, attempt) =
                (self.store.clone(), RecordAccessAttempt { time, principal, method, resource: resource.clone() });
            tokio::spawn(async move {
                if let Err(error) = store.run(attempt).await {
                    tracing::error!(%error, "an access attempt could not be recorded");
                }
            });
        }
        Failure::from(error).into()
    }
}
