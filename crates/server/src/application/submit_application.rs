//! `SubmitApplication`: a delegation hands an application to the ministry, before the submission
//! cutoff.
//!
//! A draft, an application that the ministry returned, and one that lapsed before its cutoff was
//! moved can be submitted.
//!
//! - **Rule:** `domain::application::acts::submit`. It compares the cutoff with the moment when
//!   the request was complete, not with the moment of the commit. So a wait for a lock makes
//!   nobody late.
//! - **Reads:** the application with its content and its uploaded documents, the election and
//!   the mission.
//! - **Locks:** only where quotas bind: the invitation, while the places are counted. See
//!   `lock_and_count_places`.
//! - **Two at once:** the update names the version that was read. The later one runs again and
//!   is refused by the new state.
//! - **Withdrawal of the mission:** it changes every open application as well. So one of the two
//!   transactions finds another version and runs again.

use domain::application::acts::{self, SubmitInput};
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::vocabulary::name::AccreditationName;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::replacement;
use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, lock_and_count_places};

/// Submits one application.
pub(crate) struct SubmitApplication;

impl Mutation for SubmitApplication {
    const ACTION: Action = Action::SubmitApplication;
    type Message = v1::SubmitApplicationRequest;
    type Input = request::SubmitApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::submit_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        let (name, election) = (&application.name, get_election_of(tx, &application.name).await?);
        let kept = tx.kept(&application).await?;
        // An application that lapsed has lost its place. So the place is looked up again only for
        // such a one.
        let place = match application.replaces.filter(|_| application.must_check_replacement_again()) {
            Some(number) => {
                let taken = AccreditationName { election: name.election.clone(), number };
                replacement::place(tx, by, Some(&taken), Some(name.id)).await?
            }
            None => None,
        };
        let loaded = SubmitInput {
            mission: tx.lookup_mission(by.permit.scope(), &name.mission()).await?,
            places: lock_and_count_places(tx, &election, &application, kept.whole().map(|filing| &filing.content))
                .await?,
            uploaded: tx.uploaded(name).await?,
            election,
            kept,
            place,
            application,
        };
        Ok(acts::submit(by, loaded, input.etag.as_deref())?)
    }
}
