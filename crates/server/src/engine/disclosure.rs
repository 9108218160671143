//! Answers that are events of their own: who asked for what, and what for.

use domain::outcome::{Acting, Outcome};
use domain::policy::{Action, Scope};
use jiff::Timestamp;
use store::{Command, CommandError, Done, Tx};
use tonic::codegen::Bytes;
use tonic::{Request, Response, Status};
use wire::method::{Body, Encode};
use wire::violations::Violations;

use super::dispatch::{Handler, decode};
use super::{Api, Boxed};
use crate::gate::Admitted;
use crate::status::Failure;

/// A request that changes nothing, and whose answer does not leave before it is on record.
pub(crate) trait Disclosure: Send + Sync + 'static {
    /// What the policy is asked about.
    const ACTION: Action;
    /// The request as it comes.
    type Message: Body + wire::Message;
    /// The request in the domain's types.
    type Input: Send + Sync + 'static;
    /// What it answers with.
    type Answer: Encode + 'static;

    /// Reads the request; every violation at once.
    fn read(message: Self::Message) -> Result<Self::Input, Violations>;

    /// Puts the answer together, and says what is to be recorded.
    fn disclose(
        input: &Self::Input,
        tx: &mut Tx<'_>,
        by: &Acting<'_>,
    ) -> impl Future<Output = Result<(Self::Answer, Outcome), CommandError>> + Send;

    /// Adds the record to the answer.
    fn sign(answer: &mut Self::Answer, done: &Done);
}

/// How the engine runs a disclosure.
pub(crate) trait DisclosureHandler {
    /// Its handler.
    const HANDLER: Handler;
}

impl<D: Disclosure> DisclosureHandler for D {
    const HANDLER: Handler = Handler::Unary(|api, request| -> Boxed<'static, _> {
        Box::pin(async move { api.disclose::<D>(request).await })
    });
}

struct Disclose<D: Disclosure> {
    input: D::Input,
    admitted: Admitted,
    /// The request's digest.
    request: [u8; 32],
    now: Timestamp,
}

impl<D: Disclosure> Command for Disclose<D> {
    const NAME: &'static str = D::ACTION.method();
    type Output = D::Answer;

    fn scope(&self) -> Scope {
        self.admitted.permit.scope().clone()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<D::Answer, CommandError> {
        let by = self.admitted.acting(self.now, self.request);
        let (mut answer, outcome) = D::disclose(&self.input, tx, &by).await?;
        let done = tx.save(by.permit, &outcome).await?;
        D::sign(&mut answer, &done);
        Ok(answer)
    }
}

impl Api {
    /// Answers a request on record.
    pub(crate) async fn disclose<D: Disclosure>(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let now = self.clock.now();
        let admitted = Admitted::to(D::ACTION, request.extensions())?;
        let actor = admitted.actor.clone();
        let message: D::Message = decode(request.into_inner())?;
        let request = wire::request::digest(D::ACTION, &message);
        let input = D::read(message).map_err(Failure::from)?;
        let command = Disclose::<D> { input, admitted, request, now };
        let answer = self.store.run(command).await.map_err(|error| self.failed(error, &actor, D::ACTION, now))?;
        self.committed.notify_one();
        Ok(Response::new(answer.to_bytes()))
    }
}
