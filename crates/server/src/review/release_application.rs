//! Puts an application that the caller holds back into the queue.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::loading::read;

pub(crate) struct ReleaseApplication;

impl Mutation for ReleaseApplication {
    const ACTION: Action = Action::ReleaseApplication;
    type Message = v1::ReleaseApplicationRequest;
    type Input = request::ReleaseApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::release_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        Ok(acts::release(by, read(tx, by, &input.application, Some(&input.etag)).await?)?)
    }
}
