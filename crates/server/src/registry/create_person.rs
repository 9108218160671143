//! Registers a person, before any principal whose key they hold.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::registry::person::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

pub(crate) struct CreatePerson;

impl Mutation for CreatePerson {
    const ACTION: Action = Action::CreatePerson;
    type Message = v1::CreatePersonRequest;
    type Input = request::CreatePerson;
    type Answer = v1::RegisteredPerson;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_person(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let before = tx.lookup_person(&input.id).await?;
        Ok(acts::register(by, input.id.clone(), input.full_name.clone(), before.as_ref())?)
    }
}
