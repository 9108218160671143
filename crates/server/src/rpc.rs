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
use crate::jobs::Porter;
use crate::logs::Logs;
use crate::metrics::Metrics;
use crate::transfer::DocumentPipeline;
use crate::watches::Watches;

mod attempt;
mod disclosure;
mod download;
mod loading;
mod page;
mod replacement;
mod resource;
mod run;
mod services;
mod upload;

// Mutations, one file each.
mod accept_invitation;
mod add_decree_items;
mod adopt_decree;
mod amend_accreditation;
mod answer_questions;
mod attach_decree_scan;
mod call_run_off;
mod claim_application;
mod claim_next_application;
mod clear_finding;
mod confirm_accreditations;
mod create_application;
mod create_decree;
mod create_election;
mod create_invitation;
mod create_legal_hold;
mod create_mission;
mod create_organization;
mod create_person;
mod create_presentation;
mod create_principal;
mod decide_amendment;
mod decide_appeal;
mod decline_invitation;
mod disable_principal;
mod file_appeal;
mod open_election;
mod postpone_election;
mod propose_change;
mod publish_results;
mod raise_questions;
mod recommend_application;
mod recuse_application;
mod release_application;
mod release_legal_hold;
mod remove_decree_items;
mod replace_watch_list;
mod return_application;
mod send_back_application;
mod submit_application;
mod suspend_organization;
mod take_over_application;
mod update_application;
mod update_decree;
mod update_deployment_plan;
mod update_invitation;
mod update_mission;
mod upload_document;
mod withdraw_accreditation;
mod withdraw_amendment;
mod withdraw_application;
mod withdraw_mission;
mod withdraw_proposal;

// Queries, by noun.
mod amendments;
mod export_subject;
mod get;
mod list;
mod list_accreditations;
mod list_applications;
mod render_decree_list;
mod report;
mod who_am_i;

// Streams.
mod documents;
mod download_decree_scan;
mod download_document;
mod watch_events;
mod watch_lists;

pub(crate) use render_decree_list::MOST_DECREE_LISTS;
pub(crate) use replace_watch_list::MOST_UPLOADS as MOST_WATCH_LIST_UPLOADS;
pub(crate) use resource::Resource;
use run::receipt;

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
    /// Who holds the door.
    pub(crate) porter: Arc<Porter>,
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
