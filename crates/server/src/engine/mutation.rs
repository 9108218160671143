//! Methods that change something: each runs in one write transaction, once for each request id.
//!
//! A run has these steps, and all of them commit or none:
//!
//! 1. Look up the request id. If it is known, skip to step 5.
//! 2. `Mutation::apply` loads what the act needs, and the act of the domain decides.
//! 3. The outcome is saved: the rows, and the events that tell of them.
//! 4. The request id is stored, with the hash of the request.
//! 5. The answer is read from the rows as they are now.
//!
//! The store may run all of this again, after a conflict with another transaction or together
//! with others. So nothing outside of the transaction happens before the commit; jobs are woken
//! after it.

use std::sync::{Arc, Mutex};

use domain::outcome::{CallContext, EventPayload, Outcome};
use domain::policy::{Action, Actor, Permit, Scope};
use domain::refusal::Refusal;
use jiff::Timestamp;
use store::{Command, CommandError, RecordedEvent, RequestRecord, StoreError, Tx};
use tonic::codegen::Bytes;
use tonic::{Request, Response, Status};
use wire::method::{Body, Encode};
use wire::request::RequestKey;
use wire::violations::Violations;

use super::dispatch::{Handler, decode};
use super::{Api, Boxed, Resource, receipt};
use crate::gate::Admitted;
use crate::status::Failure;

/// A method that changes something. There is one implementation for each such method.
pub(crate) trait Mutation: Send + Sync + 'static {
    /// The action that the policy allows or refuses.
    const ACTION: Action;
    /// The request as it is on the wire.
    type Message: Send + 'static;
    /// The request in the types of the domain, checked field by field.
    type Input: Send + Sync + 'static;
    /// The answer: the resource as it is after the change.
    type Answer: Resource;

    /// Reads the request. The error has every violation, so that a client corrects all at once.
    fn read(message: Self::Message) -> Result<Self::Input, Violations>;

    /// The request id, and a hash of the request. A repetition has the same id and the same hash.
    fn key(input: &Self::Input) -> RequestKey;

    /// The caller's detached signature, if the request has a field for one. It is stored and not
    /// checked.
    fn signature(_input: &Self::Input) -> Vec<u8> {
        Vec::new()
    }

    /// Whether the request is a dry run.
    fn validate_only(_input: &Self::Input) -> bool {
        false
    }

    /// Whether the answer needs something that only the event says, such as what a filter picked.
    const RESTORES_FROM_EVENT: bool = false;

    /// Adds to the answer what the event says. Also called when a repetition is answered.
    fn restore_from_event(_payload: &EventPayload, _answer: &mut Self::Answer) {}

    /// Loads what the act needs, and calls the act. It may run several times for one request.
    ///
    /// Everything that the decision depends on must be locked here, or written by the outcome with
    /// its version. Only then does a change by another server make this run again.
    fn apply(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        by: &CallContext<'_>,
    ) -> impl Future<Output = Result<Outcome, CommandError>> + Send;
}

/// Gives every mutation with one message its handler.
pub(crate) trait MutationHandler {
    /// Reads the request, and erases its types.
    const HANDLER: Handler;
}

impl<M: Mutation<Message: Body>> MutationHandler for M {
    const HANDLER: Handler = Handler::Mutation(|bytes| {
        let input = M::read(decode(bytes)?).map_err(Failure::from)?;
        Ok(Box::new(Typed::<M> { input }))
    });
}

/// A mutation without its types, so that the engine is compiled once for all of them.
pub(crate) trait AnyMutation: Send + Sync {
    /// As [`Mutation::key`].
    fn key(&self) -> RequestKey;
    /// As [`Mutation::signature`].
    fn signature(&self) -> Vec<u8>;
    /// As [`Mutation::validate_only`].
    fn validate_only(&self) -> bool;
    /// As [`Mutation::apply`].
    fn apply<'a>(&'a self, tx: &'a mut Tx<'_>, by: &'a CallContext<'_>) -> Boxed<'a, Result<Outcome, CommandError>>;
    /// The resource as it is now, with a receipt of `done`. A dry run has no receipt.
    fn answer<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        permit: &'a Permit,
        subject: &'a str,
        done: Option<&'a RecordedEvent>,
        now: Timestamp,
    ) -> Boxed<'a, Result<Box<dyn Encode>, CommandError>>;
}

/// A mutation together with its request: what is behind the `dyn AnyMutation`.
pub(crate) struct Typed<M: Mutation> {
    /// The request.
    pub(crate) input: M::Input,
}

impl<M: Mutation> AnyMutation for Typed<M> {
    fn key(&self) -> RequestKey {
        M::key(&self.input)
    }

    fn signature(&self) -> Vec<u8> {
        M::signature(&self.input)
    }

    fn validate_only(&self) -> bool {
        M::validate_only(&self.input)
    }

    fn apply<'a>(&'a self, tx: &'a mut Tx<'_>, by: &'a CallContext<'_>) -> Boxed<'a, Result<Outcome, CommandError>> {
        Box::pin(M::apply(&self.input, tx, by))
    }

    fn answer<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        permit: &'a Permit,
        subject: &'a str,
        done: Option<&'a RecordedEvent>,
        now: Timestamp,
    ) -> Boxed<'a, Result<Box<dyn Encode>, CommandError>> {
        Box::pin(async move {
            let answer = match done {
                Some(done) => answer::<M>(tx, permit, done, now).await?,
                None => M::Answer::load(tx, permit, subject, now).await?,
            };
            Ok(Box::new(answer) as Box<dyn Encode>)
        })
    }
}

/// Reads the resource as it is now, with the receipt of the change.
///
/// For a repetition this can show later changes too. A client that wants to know what its own
/// change did reads the event of the receipt.
pub(crate) async fn answer<M: Mutation>(
    tx: &mut Tx<'_>,
    permit: &Permit,
    done: &RecordedEvent,
    now: Timestamp,
) -> Result<M::Answer, CommandError> {
    let mut answer = M::Answer::load(tx, permit, &done.subject, now).await?;
    if M::RESTORES_FROM_EVENT {
        M::restore_from_event(&tx.event_payload(done.event).await?, &mut answer);
    }
    *answer.receipt() = Some(receipt(done));
    Ok(answer)
}

/// The record by which a repetition is found.
///
/// The hash is keyed. So the table does not tell an operator what was in a request.
pub(crate) fn request_record(
    action: Action,
    key: &RequestKey,
    signature: Vec<u8>,
    actor: &Actor,
    tx: &Tx<'_>,
) -> RequestRecord {
    RequestRecord {
        organization: actor.principal.organization.clone(),
        method: action.method(),
        request_id: key.id,
        hash: tx.keys().request_hash(&key.hash),
        signature,
    }
}

/// Runs a mutation in a write transaction.
pub(crate) struct RunMutation {
    /// The action, whose name is the name of the command.
    pub(crate) action: Action,
    /// What to do.
    pub(crate) mutation: Box<dyn AnyMutation>,
    /// The caller, and what the policy allowed it.
    pub(crate) admitted: Admitted,
    /// When the request was complete. Cutoffs are compared with this moment, also in later runs.
    pub(crate) now: Timestamp,
}

impl Command for RunMutation {
    const NAME: &'static str = "mutation";
    type Output = Box<dyn Encode>;

    fn name(&self) -> &'static str {
        self.action.method()
    }

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Box<dyn Encode>, CommandError> {
        let (key, signature) = (self.mutation.key(), self.mutation.signature());
        let record = request_record(self.action, &key, signature, &self.admitted.actor, tx);
        let done = match tx.lookup_request(&record).await? {
            Some((hash, _)) if hash != record.hash => return Err(Refusal::RequestIdReused.into()),
            Some((_, done)) => done,
            None => match self.apply_and_remember(tx, &record).await {
                // Two copies of one request run on two servers. The later one is refused because of
                // what the first one did, for example "it is claimed". Then the request id is there
                // by now: run again, and answer from it.
                Err(CommandError::Refused(_)) if tx.lookup_request(&record).await?.is_some() => {
                    return Err(StoreError::Overtaken.into());
                }
                applied => applied?,
            },
        };
        self.mutation.answer(tx, &self.admitted.permit, &done.subject, Some(&done), self.now).await
    }
}

impl RunMutation {
    /// Applies the mutation and stores its request id, so that a repetition is not applied again.
    async fn apply_and_remember(&self, tx: &mut Tx<'_>, record: &RequestRecord) -> Result<RecordedEvent, CommandError> {
        let done = self.apply_and_save(tx).await?;
        tx.insert_request(&self.admitted.permit, record, &done).await?;
        Ok(done)
    }

    /// Applies the mutation and saves its outcome. A dry run does only this.
    async fn apply_and_save(&self, tx: &mut Tx<'_>) -> Result<RecordedEvent, CommandError> {
        let by = self.admitted.acting(self.now, self.mutation.key().hash);
        let outcome = self.mutation.apply(tx, &by).await?;
        Ok(tx.save(by.permit, &outcome).await?)
    }
}

/// Runs a mutation and rolls it back.
///
/// A command that is rolled back has no output, so the answer is passed out by a shared cell.
struct DryRun {
    mutate: RunMutation,
    /// The answer of the last run.
    answer: Arc<Mutex<Option<Box<dyn Encode>>>>,
}

impl Command for DryRun {
    const NAME: &'static str = "trial";
    type Output = ();

    fn name(&self) -> &'static str {
        self.mutate.name()
    }

    fn scope(&self) -> Scope {
        self.mutate.scope()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let done = self.mutate.apply_and_save(tx).await?;
        let RunMutation { mutation, admitted, now, .. } = &self.mutate;
        let answer = mutation.answer(tx, &admitted.permit, &done.subject, None, *now).await?;
        *self.answer.lock().expect("nobody panics with it") = Some(answer);
        // The only way to a rollback without an error of its own.
        Err(CommandError::RolledBack)
    }
}

impl Api {
    /// Runs a mutation, and wakes the jobs that may have something to do after it.
    ///
    /// `read` decodes and checks the request, before any transaction.
    pub(crate) async fn mutate(
        &self,
        action: Action,
        read: fn(Bytes) -> Result<Box<dyn AnyMutation>, Failure>,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Status> {
        let now = self.clock.now();
        let admitted = Admitted::from_extensions(action, request.extensions())?;
        let actor = admitted.actor.clone();
        let mutation = read(request.into_inner())?;
        let is_dry_run = mutation.validate_only();
        let mutate = RunMutation { action, mutation, admitted, now };
        if is_dry_run {
            return self.dry_run(mutate).await.map_err(|error| self.failure_status(error, &actor, action, now));
        }
        let answer = self.store.run(mutate).await.map_err(|error| self.failure_status(error, &actor, action, now))?;
        self.sequencer_wakeup.notify_one();
        self.screening_wakeup.notify_one();
        if matches!(action, Action::ReleaseLegalHold | Action::PublishResults | Action::DecideAppeal) {
            self.retention_wakeup.notify_one();
        }
        if action.method().starts_with("RegistryService/") {
            // Before the reply: when the registrar reads that a principal is disabled, its
            // connections to this server must be closed. Other servers follow within about a
            // second.
            self.trust.reload(&self.store, &self.metrics).await;
        }
        Ok(Response::new(answer.to_bytes()))
    }

    /// Runs a mutation as a dry run. No job is woken: nothing has changed.
    async fn dry_run(&self, mutate: RunMutation) -> Result<Response<Bytes>, CommandError> {
        let answer: Arc<Mutex<Option<Box<dyn Encode>>>> = Arc::default();
        match self.store.run(DryRun { mutate, answer: Arc::clone(&answer) }).await {
            Ok(()) | Err(CommandError::RolledBack) => {}
            Err(error) => return Err(error),
        }
        let answer = answer.lock().expect("nobody panics with it").take();
        answer.map(|answer| Response::new(answer.to_bytes())).ok_or(CommandError::RolledBack)
    }
}
