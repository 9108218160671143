//! `CreateLegalHold`: keeps one application, or everything of an election, beyond its retention
//! period.
//!
//! - **Rule:** `domain::retention::legal_hold::acts::set`. An erased application cannot be held.
//! - **Locks:** the row of the election. The erasure locks the same row, so it is over before
//!   this call looks, or it sees the hold.
//! - **Two at once:** both holds are stored. Data is kept until the last one is released.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::retention::legal_hold::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Sets one hold.
pub(crate) struct CreateLegalHold;

impl Mutation for CreateLegalHold {
    const ACTION: Action = Action::CreateLegalHold;
    type Message = v1::CreateLegalHoldRequest;
    type Input = request::CreateLegalHold;
    type Answer = v1::LegalHold;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_legal_hold(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let election = &input.election.election;
        // With this lock nothing is erased between the look at the application and the hold.
        if tx.lock_election(election).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        let application = match &input.application {
            Some(name) => Some((name.clone(), tx.application_of_anyone(&name.election, name.id).await?)),
            None => None,
        };
        Ok(acts::set(by, &input.election, tx.new_uuid(by.now), application, input.reason.clone())?)
    }
}
