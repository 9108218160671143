//! `CreatePerson`: registers a person, before any principal whose key this person holds.
//!
//! Four eyes are counted by person and not by certificate, so people need ids of their own.
//!
//! - **Rule:** `domain::registry::person::acts::register`.
//! - **Locks:** nothing. The id is the key of the row.
//! - **Two at once:** the later one finds its key taken, runs again and answers ALREADY_EXISTS.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::registry::person::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Registers one person.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let before = tx.lookup_person(&input.id).await?;
        Ok(acts::register(by, input.id.clone(), input.full_name.clone(), before.as_ref())?)
    }
}
