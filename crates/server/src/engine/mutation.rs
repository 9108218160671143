//! How methods that change something run: in one write transaction, once per request id.

use std::sync::{Arc, Mutex};

use domain::outcome::{Acting, Deed, Outcome};
use domain::policy::{Action, Actor, Permit, Scope};
use domain::refusal::Refusal;
use jiff::Timestamp;
use store::{Command, CommandError, Done, RequestRecord, StoreError, Tx};
use tonic::codegen::Bytes;
use tonic::{Request, Response, Status};
use wire::method::{Body, Encode};
use wire::request::RequestKey;
use wire::violations::Violations;

use super::dispatch::{Handler, decode};
use super::{Api, Boxed, Resource, receipt};
use crate::gate::Admitted;
use crate::status::Failure;

/// A method that changes something: what one request changes, and what it answers with.
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
    const RESTORES_FROM_EVENT: bool = false;

    /// Adds to the answer what the event tells, also when a repetition gets the answer again.
    fn restore_from_event(_deed: &Deed, _answer: &mut Self::Answer) {}

    /// Does it: reads what the act needs, and asks the act.
    fn apply(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        by: &Acting<'_>,
    ) -> impl Future<Output = Result<Outcome, CommandError>> + Send;
}

/// How the engine runs a mutation that is one message.
pub(crate) trait MutationHandler {
    /// Its handler.
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
    fn apply<'a>(&'a self, tx: &'a mut Tx<'_>, by: &'a Acting<'_>) -> Boxed<'a, Result<Outcome, CommandError>>;
    /// The resource as it now is. What was done is added as its receipt, unless it was only tried.
    fn answer<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        permit: &'a Permit,
        subject: &'a str,
        done: Option<&'a Done>,
        now: Timestamp,
    ) -> Boxed<'a, Result<Box<dyn Encode>, CommandError>>;
}

/// A mutation with its request.
pub(crate) struct Typed<M: Mutation> {
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

    fn apply<'a>(&'a self, tx: &'a mut Tx<'_>, by: &'a Acting<'_>) -> Boxed<'a, Result<Outcome, CommandError>> {
        Box::pin(M::apply(&self.input, tx, by))
    }

    fn answer<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        permit: &'a Permit,
        subject: &'a str,
        done: Option<&'a Done>,
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

/// The resource as it now is, with a receipt of what was done to it.
pub(crate) async fn answer<M: Mutation>(
    tx: &mut Tx<'_>,
    permit: &Permit,
    done: &Done,
    now: Timestamp,
) -> Result<M::Answer, CommandError> {
    let mut answer = M::Answer::load(tx, permit, &done.subject, now).await?;
    if M::RESTORES_FROM_EVENT {
        M::restore_from_event(&tx.event_deed(done.event).await?, &mut answer);
    }
    *answer.receipt() = Some(receipt(done));
    Ok(answer)
}

/// A request as it is remembered.
pub(crate) fn remembered(
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

/// A mutation in its transaction.
pub(crate) struct Mutate {
    pub(crate) action: Action,
    pub(crate) mutation: Box<dyn AnyMutation>,
    pub(crate) admitted: Admitted,
    pub(crate) now: Timestamp,
}

impl Command for Mutate {
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
        let record = remembered(self.action, &key, signature, &self.admitted.actor, tx);
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
        self.mutation.answer(tx, &self.admitted.permit, &done.subject, Some(&done), self.now).await
    }
}

impl Mutate {
    async fn apply(&self, tx: &mut Tx<'_>, record: &RequestRecord) -> Result<Done, CommandError> {
        let done = self.act(tx).await?;
        tx.insert_request(&self.admitted.permit, record, &done).await?;
        Ok(done)
    }

    async fn act(&self, tx: &mut Tx<'_>) -> Result<Done, CommandError> {
        let by = self.admitted.acting(self.now, self.mutation.key().hash);
        let outcome = self.mutation.apply(tx, &by).await?;
        Ok(tx.save(by.permit, &outcome).await?)
    }
}

/// A mutation that is tried and undone.
struct Try {
    mutate: Mutate,
    /// What it would have answered.
    answer: Arc<Mutex<Option<Box<dyn Encode>>>>,
}

impl Command for Try {
    const NAME: &'static str = "trial";
    type Output = ();

    fn name(&self) -> &'static str {
        self.mutate.name()
    }

    fn scope(&self) -> Scope {
        self.mutate.scope()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let done = self.mutate.act(tx).await?;
        let Mutate { mutation, admitted, now, .. } = &self.mutate;
        let answer = mutation.answer(tx, &admitted.permit, &done.subject, None, *now).await?;
        *self.answer.lock().expect("nobody panics with it") = Some(answer);
        Err(CommandError::Undone)
    }
}

impl Api {
    /// Runs a mutation.
    pub(crate) async fn mutate(
        &self,
        action: Action,
        read: fn(Bytes) -> Result<Box<dyn AnyMutation>, Failure>,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Status> {
        let now = self.clock.now();
        let admitted = Admitted::to(action, request.extensions())?;
        let actor = admitted.actor.clone();
        let mutation = read(request.into_inner())?;
        let trial = mutation.validate_only();
        let mutate = Mutate { action, mutation, admitted, now };
        if trial {
            return self.try_out(mutate).await.map_err(|error| self.failed(error, &actor, action, now));
        }
        let answer = self.store.run(mutate).await.map_err(|error| self.failed(error, &actor, action, now))?;
        self.committed.notify_one();
        self.presented.notify_one();
        if matches!(action, Action::ReleaseLegalHold | Action::PublishResults | Action::DecideAppeal) {
            self.released.notify_one();
        }
        if action.method().starts_with("RegistryService/") {
            // The reply must not come before this server acts on it: a disabled principal is out when the registrar reads so.
            self.trust.reload(&self.store, &self.metrics).await;
        }
        Ok(Response::new(answer.to_bytes()))
    }

    /// Runs a mutation and undoes it.
    async fn try_out(&self, mutate: Mutate) -> Result<Response<Bytes>, CommandError> {
        let answer: Arc<Mutex<Option<Box<dyn Encode>>>> = Arc::default();
        match self.store.run(Try { mutate, answer: Arc::clone(&answer) }).await {
            Ok(()) | Err(CommandError::Undone) => {}
            Err(error) => return Err(error),
        }
        let answer = answer.lock().expect("nobody panics with it").take();
        answer.map(|answer| Response::new(answer.to_bytes())).ok_or(CommandError::Undone)
    }
}
