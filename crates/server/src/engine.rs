//! The methods: one file each, all run by the two ways of `run.rs`.
//!
//! A mutation runs in one write transaction: a repetition of its request id is answered from what it left behind;
//! otherwise it is applied, its event recorded and its request id remembered, and all of it commits or none.

use std::sync::Arc;

use domain::outcome::{Acting, Deed, Outcome};
use domain::policy::Action;
use store::{CommandError, Keys, Lane, Store, Tx};
use tokio::sync::{Notify, Semaphore};
use wire::request::RequestKey;
use wire::violations::Violations;

use crate::Clock;
use crate::logs::Logs;
use crate::metrics::Metrics;
use crate::tls::TrustReloader;
use crate::transfer::DocumentPipeline;
use crate::watches::Watches;

mod attempt;
pub(crate) mod disclosure;
pub(crate) mod download;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod loading;
pub(crate) mod page;
pub(crate) mod resource;
pub(crate) mod run;
mod services;
pub(crate) mod upload;

pub(crate) use resource::Resource;
pub(crate) use run::receipt;

/// Everything that a method needs.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) store: Store,
    /// The store's own keys, to seal and open outside of transactions.
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Rung after every commit, for the sequencer.
    pub(crate) committed: Arc<Notify>,
    /// Rung after every commit, for the checks.
    pub(crate) presented: Arc<Notify>,
    /// Rung when a legal hold was released or results were published, for the erasure.
    pub(crate) released: Arc<Notify>,
    /// Rung when another server has changed the registry.
    pub(crate) registry_changed: Arc<Notify>,
    /// Reloads the trust anchors when the registry has changed.
    pub(crate) trust: Arc<TrustReloader>,
    /// Rung when positions were given, here or on another server.
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

/// A mutation: what one request changes, and what it answers with.
pub(crate) trait Mutation: Send + Sync + 'static {
    /// What the policy is asked about.
    const ACTION: Action;
    /// The request as it comes.
    type Message: Send + 'static;
    /// The request in the domain's types.
    type Input: Send + Sync + 'static;
    /// What it answers with: the resource as it now is.
    type Answer: Resource;

    /// Reads the request; every violation at once.
    fn read(message: Self::Message) -> Result<Self::Input, Violations>;

    /// By what a repetition is known.
    fn key(input: &Self::Input) -> RequestKey;

    /// The caller's detached signature, where a request has room for one.
    fn signature(_input: &Self::Input) -> Vec<u8> {
        Vec::new()
    }

    /// Whether the request is only to be checked.
    fn validate_only(_input: &Self::Input) -> bool {
        false
    }

    /// Whether its event tells more of what it did than can be read of the resource.
    const RECALLS: bool = false;

    /// Adds to the answer what the event tells, also when it is given again.
    fn recall(_deed: &Deed, _answer: &mut Self::Answer) {}

    /// Does it.
    fn apply(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        by: &Acting<'_>,
    ) -> impl Future<Output = Result<Outcome, CommandError>> + Send;
}

/// A request that only reads.
pub(crate) trait Query: Send + Sync + 'static {
    /// What the policy is asked about.
    const ACTION: Action;
    /// The request as it comes.
    type Message: Send + 'static;
    /// The request in the domain's types.
    type Input: Send + Sync + 'static;
    /// What it answers with.
    type Answer: Send + 'static;
    /// Which connections it reads by.
    const LANE: Lane = Lane::Ordinary;

    /// Reads the request; every violation at once.
    fn read(message: Self::Message) -> Result<Self::Input, Violations>;

    /// Answers it.
    fn answer(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        by: &Acting<'_>,
    ) -> impl Future<Output = Result<Self::Answer, CommandError>> + Send;
}
