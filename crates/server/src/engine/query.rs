//! Methods that only read: each runs in one read transaction, until the deadline of its request.
//!
//! A read transaction sees one moment, so the parts of an answer fit together. When the deadline
//! passes or the caller goes away, the database stops reading.
//!
//! Access attempts are recorded for queries as for mutations.

use std::time::Instant;

use domain::outcome::CallContext;
use domain::policy::{Action, Scope};
use jiff::Timestamp;
use store::{Command, CommandError, Lane, Tx};
use tonic::codegen::Bytes;
use tonic::{Request, Status};
use wire::method::{Body, Encode};
use wire::violations::Violations;

use super::dispatch::{Handler, decode};
use super::{Api, Boxed};
use crate::deadline::RequestDeadline;
use crate::gate::Admitted;
use crate::status::Failure;

/// A method that only reads. There is one implementation for each such method.
pub(crate) trait Query: Send + Sync + 'static {
    /// The action that the policy allows or refuses.
    const ACTION: Action;
    /// The request as it is on the wire.
    type Message: Send + 'static;
    /// The request in the types of the domain.
    type Input: Send + Sync + 'static;
    /// The answer.
    type Answer: Send + 'static;
    /// Which connections to the database it uses. Heavy reads must not hold up the others.
    const LANE: Lane = Lane::Ordinary;

    /// Reads the request. The error has every violation, so that a client corrects all at once.
    fn read(message: Self::Message) -> Result<Self::Input, Violations>;

    /// Reads the answer from the database.
    fn answer(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        by: &CallContext<'_>,
    ) -> impl Future<Output = Result<Self::Answer, CommandError>> + Send;
}

/// Gives every [`Query`] its handler.
pub(crate) trait QueryHandler {
    /// Reads the request, and erases its types.
    const HANDLER: Handler;
}

impl<Q: Query<Message: Body, Answer: Encode>> QueryHandler for Q {
    const HANDLER: Handler = Handler::Query(read::<Q>);
}

/// Decodes and checks the request of a query, and erases its types.
pub(crate) fn read<Q: Query<Message: Body, Answer: Encode>>(bytes: Bytes) -> Result<Box<dyn AnyQuery>, Failure> {
    let input = Q::read(decode(bytes)?).map_err(Failure::from)?;
    Ok(Box::new(Typed::<Q> { input }))
}

/// A query without its types, so that the engine is compiled once for all of them.
pub(crate) trait AnyQuery: Send + Sync {
    /// As [`Query::LANE`].
    fn lane(&self) -> Lane;
    /// As [`Query::answer`].
    fn answer<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        by: &'a CallContext<'_>,
    ) -> Boxed<'a, Result<Box<dyn Encode>, CommandError>>;
}

/// A query together with its request: what is behind the `dyn AnyQuery`.
struct Typed<Q: Query> {
    input: Q::Input,
}

impl<Q: Query<Answer: Encode>> AnyQuery for Typed<Q> {
    fn lane(&self) -> Lane {
        Q::LANE
    }

    fn answer<'a>(
        &'a self,
        tx: &'a mut Tx<'_>,
        by: &'a CallContext<'_>,
    ) -> Boxed<'a, Result<Box<dyn Encode>, CommandError>> {
        Box::pin(async move { Ok(Box::new(Q::answer(&self.input, tx, by).await?) as Box<dyn Encode>) })
    }
}

/// Runs a query in a read transaction.
struct RunQuery {
    /// The action, whose name is the name of the command.
    action: Action,
    /// What to read.
    query: Box<dyn AnyQuery>,
    /// The caller, and what the policy allowed it.
    admitted: Admitted,
    /// When the request was complete.
    now: Timestamp,
}

impl Command for RunQuery {
    const NAME: &'static str = "query";
    type Output = Box<dyn Encode>;

    fn name(&self) -> &'static str {
        self.action.method()
    }

    fn lane(&self) -> Lane {
        self.query.lane()
    }

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Box<dyn Encode>, CommandError> {
        self.query.answer(tx, &self.admitted.reading(self.now)).await
    }
}

/// The moment when the request must have been answered.
///
/// # Errors
///
/// INTERNAL if the deadline layer was left out.
pub(crate) fn deadline<T>(request: &Request<T>) -> Result<Instant, Status> {
    let deadline = request.extensions().get::<RequestDeadline>();
    Ok(deadline.ok_or(Failure::InvariantBroken("a request has no deadline"))?.0)
}

impl Api {
    /// Runs a query. The caller encodes its answer.
    pub(crate) async fn query(
        &self,
        action: Action,
        read: fn(Bytes) -> Result<Box<dyn AnyQuery>, Failure>,
        request: Request<Bytes>,
    ) -> Result<Box<dyn Encode>, Status> {
        let now = self.clock.now();
        let admitted = Admitted::from_extensions(action, request.extensions())?;
        let actor = admitted.actor.clone();
        let deadline = deadline(&request)?;
        let query = read(request.into_inner())?;
        let command = RunQuery { action, query, admitted, now };
        let answer = self.store.read_until(command, deadline).await;
        answer.map_err(|error| self.failure_status(error, &actor, action, now))
    }
}
