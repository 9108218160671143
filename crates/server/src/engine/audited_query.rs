//! Audited queries: the answer leaves only after it is recorded who asked for what, and why.
//!
//! Such a query runs in a write transaction, because it records an event. If that commit fails,
//! nothing was disclosed.
//!
//! It has no request id. A repeated request is a second disclosure, and is recorded as one.

use domain::outcome::{CallContext, Outcome};
use domain::policy::{Action, Scope};
use jiff::Timestamp;
use store::{Command, CommandError, RecordedEvent, Tx};
use tonic::codegen::Bytes;
use tonic::{Request, Response, Status};
use wire::method::{Body, Encode};
use wire::violations::Violations;

use super::dispatch::{Handler, decode};
use super::{Api, Boxed};
use crate::gate::Admitted;
use crate::status::Failure;

/// A method that reads, and records an event of its own before the answer leaves.
pub(crate) trait AuditedQuery: Send + Sync + 'static {
    /// The action that the policy allows or refuses.
    const ACTION: Action;
    /// The request as it is on the wire.
    type Message: Body + wire::Message;
    /// The request in the types of the domain.
    type Input: Send + Sync + 'static;
    /// The answer.
    type Answer: Encode + 'static;

    /// Reads the request. The error has every violation, so that a client corrects all at once.
    fn read(message: Self::Message) -> Result<Self::Input, Violations>;

    /// Collects the answer, and the outcome that is recorded with it.
    fn answer(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        by: &CallContext<'_>,
    ) -> impl Future<Output = Result<(Self::Answer, Outcome), CommandError>> + Send;

    /// Puts the receipt of the event into the answer.
    fn add_receipt(answer: &mut Self::Answer, done: &RecordedEvent);
}

/// Gives every [`AuditedQuery`] its handler.
pub(crate) trait AuditedQueryHandler {
    /// Runs it with its types: there is one method of this kind, so erasing them saves nothing.
    const HANDLER: Handler;
}

impl<Q: AuditedQuery> AuditedQueryHandler for Q {
    const HANDLER: Handler = Handler::Unary(|api, request| -> Boxed<'static, _> {
        Box::pin(async move { api.run_audited_query::<Q>(request).await })
    });
}

/// Runs an audited query: collects the answer, saves the event, adds its receipt.
struct RunAuditedQuery<Q: AuditedQuery> {
    /// The request.
    input: Q::Input,
    /// The caller, and what the policy allowed it.
    admitted: Admitted,
    /// The digest of the request, which the event names.
    request: [u8; 32],
    /// When the request was complete.
    now: Timestamp,
}

impl<Q: AuditedQuery> Command for RunAuditedQuery<Q> {
    const NAME: &'static str = Q::ACTION.method();
    type Output = Q::Answer;

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Q::Answer, CommandError> {
        let by = self.admitted.acting(self.now, self.request);
        let (mut answer, outcome) = Q::answer(&self.input, tx, &by).await?;
        let done = tx.save(by.permit, &outcome).await?;
        Q::add_receipt(&mut answer, &done);
        Ok(answer)
    }
}

impl Api {
    /// Runs an audited query, and wakes the sequencer for its event.
    pub(crate) async fn run_audited_query<Q: AuditedQuery>(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Status> {
        let now = self.clock.now();
        let admitted = Admitted::from_extensions(Q::ACTION, request.extensions())?;
        let actor = admitted.actor.clone();
        let message: Q::Message = decode(request.into_inner())?;
        let request = wire::request::digest(Q::ACTION, &message);
        let input = Q::read(message).map_err(Failure::from)?;
        let command = RunAuditedQuery::<Q> { input, admitted, request, now };
        let answer =
            self.store.run(command).await.map_err(|error| self.failure_status(error, &actor, Q::ACTION, now))?;
        self.sequencer_wakeup.notify_one();
        Ok(Response::new(answer.to_bytes()))
    }
}
