//! The two ways in which methods run: a mutation in a write transaction, once per request id, and a query in one that reads.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use domain::policy::{Action, Actor, Permit, Scope};
use domain::refusal::Refusal;
use jiff::Timestamp;
use store::{Command, CommandError, Done, Lane, RequestRecord, StoreError, Tx};
use tonic::{Request, Response, Status};
use wire::request::RequestKey;
use wire::v1;

use super::attempt::Attempt;
use super::{Api, Mutation, Query, Resource};
use crate::deadline::Until;
use crate::gate::Admitted;
use crate::status::Failure;

pub(crate) struct Mutate<M: Mutation> {
    pub(crate) input: M::Input,
    pub(crate) admitted: Admitted,
    pub(crate) now: Timestamp,
}

impl<M: Mutation> Command for Mutate<M> {
    const NAME: &'static str = M::ACTION.method();
    type Output = M::Answer;

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<M::Answer, CommandError> {
        let record = Self::remembered(M::key(&self.input), M::signature(&self.input), &self.admitted.actor, tx);
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
        Self::answer(tx, &self.admitted.permit, done, self.now).await
    }
}

impl<M: Mutation> Mutate<M> {
    /// A request as it is remembered.
    pub(crate) fn remembered(key: RequestKey, signature: Vec<u8>, actor: &Actor, tx: &Tx<'_>) -> RequestRecord {
        RequestRecord {
            organization: actor.principal.organization.clone(),
            method: M::ACTION.method(),
            request_id: key.id,
            hash: tx.keys().request_hash(&key.hash),
            signature,
        }
    }

    /// The resource as it now is, with a receipt of what was done to it.
    pub(crate) async fn answer(
        tx: &mut Tx<'_>,
        permit: &Permit,
        done: Done,
        now: Timestamp,
    ) -> Result<M::Answer, CommandError> {
        let mut answer = M::Answer::load(tx, permit, &done.subject, now).await?;
        if M::RECALLS {
            M::recall(&tx.event_deed(done.event).await?, &mut answer);
        }
        *answer.receipt() = Some(receipt(&done));
        Ok(answer)
    }

    async fn apply(&self, tx: &mut Tx<'_>, record: &RequestRecord) -> Result<Done, CommandError> {
        let done = self.act(tx).await?;
        tx.insert_request(&self.admitted.permit, record, &done).await?;
        Ok(done)
    }

    async fn act(&self, tx: &mut Tx<'_>) -> Result<Done, CommandError> {
        let by = self.admitted.acting(self.now, M::key(&self.input).hash);
        let outcome = M::apply(&self.input, tx, &by).await?;
        Ok(tx.save(by.permit, &outcome).await?)
    }
}

/// A mutation that is tried and undone.
struct Try<M: Mutation> {
    mutate: Mutate<M>,
    /// What it would have answered.
    answer: Arc<Mutex<Option<M::Answer>>>,
}

impl<M: Mutation> Command for Try<M> {
    const NAME: &'static str = M::ACTION.method();
    type Output = ();

    fn scope(&self) -> Scope {
        self.mutate.scope()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let done = self.mutate.act(tx).await?;
        let Mutate { admitted, now, .. } = &self.mutate;
        let answer = M::Answer::load(tx, &admitted.permit, &done.subject, *now).await?;
        *self.answer.lock().expect("nobody panics with it") = Some(answer);
        Err(CommandError::Undone)
    }
}

struct Ask<Q: Query> {
    input: Q::Input,
    admitted: Admitted,
    now: Timestamp,
}

impl<Q: Query> Command for Ask<Q> {
    const NAME: &'static str = Q::ACTION.method();
    const LANE: Lane = Q::LANE;
    type Output = Q::Answer;

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Q::Answer, CommandError> {
        Q::answer(&self.input, tx, &self.admitted.reading(self.now)).await
    }
}

/// What an answer says of the change that it answers.
pub(crate) fn receipt(done: &Done) -> v1::Receipt {
    v1::Receipt {
        log: done.log.clone(),
        event_id: done.event.to_string(),
        leaf_hash: done.leaf.to_vec(),
        event_time: Some(wire::convert::time::timestamp(done.time)),
    }
}

/// When the request must have been answered.
pub(crate) fn until<T>(request: &Request<T>) -> Result<Instant, Status> {
    let until = request.extensions().get::<Until>();
    Ok(until.ok_or(Failure::Broken("a request came by without its deadline"))?.0)
}

impl Api {
    /// Runs a mutation.
    pub(crate) async fn mutate<M: Mutation>(
        &self,
        request: Request<M::Message>,
    ) -> Result<Response<M::Answer>, Status> {
        let now = self.clock.now();
        let admitted = Admitted::to(M::ACTION, request.extensions())?;
        let actor = admitted.actor.clone();
        let input = M::read(request.into_inner()).map_err(Failure::from)?;
        let trial = M::validate_only(&input);
        let command = Mutate::<M> { input, admitted, now };
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
            // The reply must not come before this server acts on it: a disabled principal is out when the registrar reads so.
            self.trust.reload(&self.store, &self.metrics).await;
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
        let admitted = Admitted::to(Q::ACTION, request.extensions())?;
        let actor = admitted.actor.clone();
        let until = until(&request)?;
        let input = Q::read(request.into_inner()).map_err(Failure::from)?;
        let command = Ask::<Q> { input, admitted, now };
        let answer =
            self.store.read_until(command, until).await.map_err(|error| self.failed(error, &actor, Q::ACTION, now))?;
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
