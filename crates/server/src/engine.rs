//! What runs every method: from the path of a request to its handler, through one transaction, to the reply.
//!
//! A mutation runs in one write transaction: a repetition of its request id is answered from what it left behind;
//! otherwise it is applied, its event recorded and its request id remembered, and all of it commits or none.

use std::pin::Pin;
use std::sync::Arc;

use attempt::Attempt;
use domain::policy::{Action, Actor};
use domain::refusal::Refusal;
use jiff::Timestamp;
use store::{CommandError, Done, Keys, Store};
use tokio::sync::{Notify, Semaphore};
use tonic::Status;
use wire::v1;

use crate::Clock;
use crate::logs::Logs;
use crate::metrics::Metrics;
use crate::status::Failure;
use crate::tls::TrustReloader;
use crate::transfer::DocumentPipeline;
use crate::watches::Watches;

mod attempt;
pub(crate) mod disclosure;
mod dispatch;
pub(crate) mod download;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod loading;
pub(crate) mod mutation;
pub(crate) mod page;
pub(crate) mod query;
pub(crate) mod resource;
pub(crate) mod upload;

pub(crate) use dispatch::Handler;
pub(crate) use mutation::Mutation;
pub(crate) use query::Query;
pub(crate) use resource::Resource;

/// Everything that a method needs.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) store: Store,
    /// The store's own keys, to seal and open outside of transactions.
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Wakes the job that gives events their positions, after every commit.
    pub(crate) committed: Arc<Notify>,
    /// Wakes the screening job, after every commit.
    pub(crate) presented: Arc<Notify>,
    /// Wakes the erasure when a legal hold was released, results were published or an appeal was decided.
    pub(crate) released: Arc<Notify>,
    /// Wakes the job that follows the registry, when another server has changed it.
    pub(crate) registry_changed: Arc<Notify>,
    /// Reloads the trust anchors when the registry has changed.
    pub(crate) trust: Arc<TrustReloader>,
    /// Wakes those who follow a log, when events got positions, here or on another server.
    pub(crate) log_grew: Arc<Notify>,
    /// What is counted and measured.
    pub(crate) metrics: Arc<Metrics>,
    /// How far each log has come, for those who follow one.
    pub(crate) logs: Logs,
    /// Those who follow one.
    pub(crate) watches: Arc<Watches>,
    /// The way of documents into the vault and back.
    pub(crate) documents: Arc<DocumentPipeline>,
    /// How many more watch lists can come in at the same time.
    pub(crate) watch_list_uploads: Arc<Semaphore>,
    /// How many more lists of decrees can be made at the same time.
    pub(crate) decree_lists: Arc<Semaphore>,
}

/// A boxed future.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an answer says of the change that it answers.
pub(crate) fn receipt(done: &Done) -> v1::Receipt {
    v1::Receipt {
        log: done.log.clone(),
        event_id: done.event.to_string(),
        leaf_hash: done.leaf.to_vec(),
        event_time: Some(wire::convert::time::timestamp(done.time)),
    }
}

impl Api {
    /// Asking for what is not there for the caller is recorded, after the reply and in the same way whether it exists.
    pub(crate) fn failed(&self, error: CommandError, actor: &Actor, action: Action, time: Timestamp) -> Status {
        if let CommandError::Refused(Refusal::NotFound { resource }) = &error {
            let (principal, method) = (actor.principal.clone(), action.method());
            let (store, attempt) =
                (self.store.clone(), Attempt { time, principal, method, resource: resource.clone() });
            tokio::spawn(async move {
                if let Err(error) = store.run(attempt).await {
                    tracing::error!(%error, "an access attempt could not be recorded");
                }
            });
        }
        Failure::from(error).into()
    }
}
