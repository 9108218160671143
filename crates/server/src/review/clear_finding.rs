//! Clears one finding with a reason.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::loading::read;

pub(crate) struct ClearFinding;

impl Mutation for ClearFinding {
    const ACTION: Action = Action::ClearFinding;
    type Message = v1::ClearFindingRequest;
    type Input = request::ClearFinding;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::clear_finding(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let read = read(tx, by, &input.application, Some(&input.etag)).await?;
        Ok(acts::clear_finding(by, read, input.code, input.reason.clone())?)
    }
}
