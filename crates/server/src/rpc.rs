//! The methods: one file each, all run by the two ways of this file.
//!
//! A mutation runs in one write transaction: a repetition of its request id is answered from what it left behind;
//! otherwise it is applied, its event recorded and its request id remembered, and all of it commits or none.

use std::sync::{Arc, Mutex};

use domain::event::EventActor;
use domain::policy::{Action, Actor, Permit, PersonActor, Scope, View, permit};
use domain::refusal::Refusal;
use jiff::Timestamp;
use store::{Command, CommandError, Done, RequestRecord, Store, StoreError, Tx};
use tokio::sync::Notify;
use tonic::{Request, Response, Status};
use wire::request::RequestKey;
use wire::v1;
use wire::violations::Violations;

use crate::Clock;
use crate::cabinet::Cabinet;
use crate::jobs::Porter;
use crate::logs::Logs;
use crate::metrics::Metrics;
use crate::status::Failure;
use crate::watches::Watches;

mod attempt;
mod disclosure;
mod discretion;
mod effect;
mod page;
mod quota;
mod replacement;
mod resource;
mod services;
mod transition;

// Mutations, one file each.
mod accept_invitation;
mod add_decree_items;
mod adopt_decree;
mod amend_accreditation;
mod answer_questions;
mod claim_application;
mod claim_next_application;
mod clear_finding;
mod create_application;
mod create_decree;
mod create_election;
mod create_invitation;
mod create_legal_hold;
mod create_mission;
mod create_organization;
mod create_presentation;
mod create_principal;
mod decide_amendment;
mod decide_appeal;
mod decline_invitation;
mod disable_principal;
mod file_appeal;
mod open_election;
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
mod list_applications;
mod render_decree_list;
mod report;
mod who_am_i;

// Streams.
mod documents;
mod download_document;
mod watch_events;

use attempt::Attempt;
pub(crate) use effect::Effect;
pub(crate) use resource::Resource;

/// Everything that a method needs.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) store: Store,
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
    /// Where documents go through.
    pub(crate) cabinet: Arc<Cabinet>,
}

/// Who asks for what, and when the service had read all of it.
pub(crate) struct Cx<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) permit: &'a Permit,
    pub(crate) now: Timestamp,
}

impl Cx<'_> {
    /// The registrar that the caller acts as, on what came on paper; none if it acts as anyone else.
    pub(crate) fn registrar(&self) -> Result<Option<PersonActor>, Refusal> {
        (self.permit.view() == View::Registrar).then(|| self.actor.person()).transpose()
    }

    /// Records an effect as an event of the caller's.
    pub(crate) async fn record(&self, tx: &mut Tx<'_>, effect: Effect) -> Result<Done, CommandError> {
        let actor = EventActor::Principal(self.actor.principal.clone(), self.actor.holder.person().cloned());
        let (note, organization) = (effect.note.clone(), effect.organization.clone());
        let event = effect.event(tx, actor, self.permit.action(), self.now);
        let done = tx.record(self.permit, event).await?;
        if let Some(note) = note {
            tx.insert_event_note(self.permit, done.event, &organization, &note).await?;
        }
        Ok(done)
    }
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

    /// Does it.
    fn apply(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        cx: &Cx<'_>,
    ) -> impl Future<Output = Result<Effect, CommandError>> + Send;
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

    /// Reads the request; every violation at once.
    fn read(message: Self::Message) -> Result<Self::Input, Violations>;

    /// Answers it.
    fn answer(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        cx: &Cx<'_>,
    ) -> impl Future<Output = Result<Self::Answer, CommandError>> + Send;
}

struct Mutate<M: Mutation> {
    input: M::Input,
    actor: Arc<Actor>,
    permit: Permit,
    now: Timestamp,
}

impl<M: Mutation> Command for Mutate<M> {
    const NAME: &'static str = "mutation";
    type Output = M::Answer;

    fn scope(&self) -> Scope {
        self.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<M::Answer, CommandError> {
        let record = Self::remembered(M::key(&self.input), M::signature(&self.input), &self.actor, tx);
        let done = match tx.lookup_request(&record).await? {
            Some((hash, _)) if hash != record.hash => return Err(Refusal::RequestIdReused.into()),
            Some((_, done)) => done,
            None => match self.apply(tx, &record).await {
                // Refused for what its own repetition on another server has just done, as a rule.
                Err(CommandError::Refused(_)) if tx.lookup_request(&record).await?.is_some() => {
                    return Err(StoreError::Overtaken.into());
                }
                applied => applied?,
            },
        };
        Self::answer(tx, &self.permit, done).await
    }
}

impl<M: Mutation> Mutate<M> {
    /// A request as it is remembered.
    fn remembered(key: RequestKey, signature: Vec<u8>, actor: &Actor, tx: &Tx<'_>) -> RequestRecord {
        RequestRecord {
            organization: actor.principal.organization.clone(),
            method: M::ACTION.method(),
            request_id: key.id,
            hash: tx.keys().request_hash(&key.hash),
            signature,
        }
    }

    /// The resource as it now is, with a receipt of what was done to it.
    async fn answer(tx: &mut Tx<'_>, permit: &Permit, done: Done) -> Result<M::Answer, CommandError> {
        let mut answer = M::Answer::load(tx, permit, &done.subject).await?;
        *answer.receipt() = Some(receipt(&done));
        Ok(answer)
    }

    async fn apply(&self, tx: &mut Tx<'_>, record: &RequestRecord) -> Result<Done, CommandError> {
        let cx = Cx { actor: &self.actor, permit: &self.permit, now: self.now };
        let effect = M::apply(&self.input, tx, &cx).await?;
        let done = cx.record(tx, effect).await?;
        tx.insert_request(&self.permit, record, &done).await?;
        Ok(done)
    }
}

/// A mutation that is tried and undone.
struct Try<M: Mutation> {
    mutate: Mutate<M>,
    /// What it would have answered.
    answer: Arc<Mutex<Option<M::Answer>>>,
}

impl<M: Mutation> Command for Try<M> {
    const NAME: &'static str = "trial of a mutation";
    type Output = ();

    fn scope(&self) -> Scope {
        self.mutate.scope()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let Mutate { input, actor, permit, now } = &self.mutate;
        let effect = M::apply(input, tx, &Cx { actor, permit, now: *now }).await?;
        let answer = M::Answer::load(tx, permit, &effect.subject).await?;
        *self.answer.lock().expect("nobody panics with it") = Some(answer);
        Err(CommandError::Undone)
    }
}

struct Ask<Q: Query> {
    input: Q::Input,
    actor: Arc<Actor>,
    permit: Permit,
    now: Timestamp,
}

impl<Q: Query> Command for Ask<Q> {
    const NAME: &'static str = "query";
    type Output = Q::Answer;

    fn scope(&self) -> Scope {
        self.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Q::Answer, CommandError> {
        let cx = Cx { actor: &self.actor, permit: &self.permit, now: self.now };
        Q::answer(&self.input, tx, &cx).await
    }
}

/// What an answer says of the change that it answers.
fn receipt(done: &Done) -> v1::Receipt {
    v1::Receipt {
        log: done.log.clone(),
        event_id: done.event.to_string(),
        leaf_hash: done.leaf.to_vec(),
        event_time: Some(wire::convert::time::timestamp(done.time)),
    }
}

pub(crate) fn actor<T>(request: &Request<T>) -> Result<Arc<Actor>, Status> {
    let actor = request.extensions().get::<Arc<Actor>>().cloned();
    Ok(actor.ok_or(Failure::Broken("the gate let a call through without its actor"))?)
}

impl Api {
    /// Runs a mutation.
    pub(crate) async fn mutate<M: Mutation>(
        &self,
        request: Request<M::Message>,
    ) -> Result<Response<M::Answer>, Status> {
        let now = self.clock.now();
        let actor = actor(&request)?;
        let permit = permit(&actor, M::ACTION).map_err(Failure::from)?;
        let input = M::read(request.into_inner()).map_err(Failure::from)?;
        let trial = M::validate_only(&input);
        let command = Mutate::<M> { input, actor: actor.clone(), permit, now };
        if trial {
            return self.try_out(command).await.map_err(|error| self.failed(error, &actor, M::ACTION, now));
        }
        let answer = self.store.run(command).await.map_err(|error| self.failed(error, &actor, M::ACTION, now))?;
        self.committed.notify_one();
        self.presented.notify_one();
        if matches!(M::ACTION, Action::ReleaseLegalHold | Action::PublishResults | Action::DecideAppeal) {
            self.released.notify_one();
        }
        if M::ACTION.method().starts_with("RegistryService/") {
            // Whoever was let in or shut out finds the door so when the reply comes.
            self.porter.look(&self.store, &self.metrics).await;
        }
        Ok(Response::new(answer))
    }

    /// Runs a mutation and undoes it.
    async fn try_out<M: Mutation>(&self, mutate: Mutate<M>) -> Result<Response<M::Answer>, CommandError> {
        let answer = Arc::default();
        match self.store.run(Try { mutate, answer: Arc::clone(&answer) }).await {
            Ok(()) | Err(CommandError::Undone) => {}
            Err(error) => return Err(error),
        }
        let answer = answer.lock().expect("nobody panics with it").take();
        answer.map(Response::new).ok_or(CommandError::Undone)
    }

    /// Answers a query.
    pub(crate) async fn ask<Q: Query>(&self, request: Request<Q::Message>) -> Result<Response<Q::Answer>, Status> {
        let now = self.clock.now();
        let actor = actor(&request)?;
        let permit = permit(&actor, Q::ACTION).map_err(Failure::from)?;
        let input = Q::read(request.into_inner()).map_err(Failure::from)?;
        let command = Ask::<Q> { input, actor: actor.clone(), permit, now };
        let answer = self.store.read(command).await.map_err(|error| self.failed(error, &actor, Q::ACTION, now))?;
        Ok(Response::new(answer))
    }

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
