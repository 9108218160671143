//! `UpdateApplication`: replaces what an application says, while its delegation may still change
//! it.
//!
//! That is a draft, an application that the ministry returned, or one that lapsed before its
//! cutoff was moved.
//!
//! - **Rule:** `domain::application::acts::update`. The caller sends the etag of what it has
//!   read.
//! - **Reads:** the application, its mission, its election and the place that it is to take.
//! - **Locks:** nothing. The update names the version that was read.
//! - **Two at once:** the later one runs again and is refused by its etag. So no delegation
//!   overwrites what a colleague wrote.
//! - **Dry run:** with `validate_only` all of this happens and is rolled back.

use domain::application::ReplacementTarget;
use domain::application::acts::{self, UpdateInput};
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::replacement;
use crate::engine::Mutation;
use crate::engine::act_input::get_election_of;

/// Replaces the content of one application by a new revision.
pub(crate) struct UpdateApplication;

impl Mutation for UpdateApplication {
    const ACTION: Action = Action::UpdateApplication;
    type Message = v1::UpdateApplicationRequest;
    type Input = request::UpdateApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::update_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    fn validate_only(input: &Self::Input) -> bool {
        input.validate_only
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        let loaded = UpdateInput {
            mission: tx.lookup_mission(by.permit.scope(), &application.name.mission()).await?,
            election: get_election_of(tx, &application.name).await?,
            // Where the act will refuse any change of the place, the place itself is not read.
            place: match application.can_replace_another() {
                true => replacement::place(tx, by, input.replaces.as_ref(), Some(application.name.id)).await?,
                false => input.replaces.clone().map(ReplacementTarget::unread),
            },
            new_content: tx.salt(input.filing.clone()),
            application,
        };
        Ok(acts::update(by, loaded, &input.etag, input.paper.as_ref())?)
    }
}
