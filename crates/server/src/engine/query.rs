//! How methods that only read run: in one read transaction, until their deadline.

use std::time::Instant;

use domain::outcome::Acting;
use domain::policy::{Action, Scope};
use jiff::Timestamp;
use store::{Command, CommandError, Lane, Tx};
use tonic::codegen::Bytes;
use tonic::{Request, Response, Status};
use wire::method::{Body, Encode};
use wire::violations::Violations;

use super::dispatch::{Handler, decode};
use super::{Api, Boxed};
use crate::deadline::Until;
use crate::gate::Admitted;
use crate::status::Failure;

/// A method that only reads.
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

/// How the engine runs a query.
pub(crate) trait QueryHandler {
    /// Its handler.
    const HANDLER: Handler;
}

impl<Q: Query<Message: Body, Answer: Encode>> QueryHandler for Q {
    const HANDLER: Handler = Handler::Query(|bytes| {
        let input = Q::read(decode(bytes)?).map_err(Failure::from)?;
        Ok(Box::new(Typed::<Q> { input }))
    });
}

/// A query without its types, so that the engine is compiled once for all of them.
pub(crate) trait AnyQuery: Send + Sync {
    /// As [`Query::LANE`].
    fn lane(&self) -> Lane;
    /// As [`Query::answer`].
    fn answer<'a>(&'a self, tx: &'a mut Tx<'_>, by: &'a Acting<'_>)
    -> Boxed<'a, Result<Box<dyn Encode>, CommandError>>;
}

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
        by: &'a Acting<'_>,
    ) -> Boxed<'a, Result<Box<dyn Encode>, CommandError>> {
        Box::pin(async move { Ok(Box::new(Q::answer(&self.input, tx, by).await?) as Box<dyn Encode>) })
    }
}

/// A query in its transaction.
struct Ask {
    action: Action,
    query: Box<dyn AnyQuery>,
    admitted: Admitted,
    now: Timestamp,
}

impl Command for Ask {
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

/// When the request must have been answered.
pub(crate) fn until<T>(request: &Request<T>) -> Result<Instant, Status> {
    let until = request.extensions().get::<Until>();
    Ok(until.ok_or(Failure::Broken("a request came by without its deadline"))?.0)
}

impl Api {
    /// Answers a query.
    pub(crate) async fn ask(
        &self,
        action: Action,
        read: fn(Bytes) -> Result<Box<dyn AnyQuery>, Failure>,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Status> {
        let now = self.clock.now();
        let admitted = Admitted::to(action, request.extensions())?;
        let actor = admitted.actor.clone();
        let until = until(&request)?;
        let query = read(request.into_inner())?;
        let ask = Ask { action, query, admitted, now };
        let answer =
            self.store.read_until(ask, until).await.map_err(|error| self.failed(error, &actor, action, now))?;
        Ok(Response::new(answer.to_bytes()))
    }

    /// Answers a query with a value that is not sent as it is.
    pub(crate) async fn ask_typed<Q: Query<Message: Body>>(
        &self,
        request: Request<Bytes>,
    ) -> Result<Q::Answer, Status> {
        let now = self.clock.now();
        let admitted = Admitted::to(Q::ACTION, request.extensions())?;
        let actor = admitted.actor.clone();
        let until = until(&request)?;
        let input = Q::read(decode(request.into_inner())?).map_err(Failure::from)?;
        let ask = AskTyped::<Q> { input, admitted, now };
        self.store.read_until(ask, until).await.map_err(|error| self.failed(error, &actor, Q::ACTION, now))
    }
}

/// A query in its transaction, with its types.
struct AskTyped<Q: Query> {
    input: Q::Input,
    admitted: Admitted,
    now: Timestamp,
}

impl<Q: Query> Command for AskTyped<Q> {
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
