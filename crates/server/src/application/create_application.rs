//! `CreateApplication`: a delegation files an application as a draft.
//!
//! - **Rule:** `domain::application::acts::file`. The organization is invited, its mission is
//!   announced and has not withdrawn, and the election is open.
//! - **Reads:** organization, election, invitation, mission and, for a replacement, the place
//!   that it takes.
//! - **Locks:** the mission, shared: many drafts are filed at once, but none while the mission
//!   is withdrawn. A withdrawal locks all applications of the mission and would miss one that is
//!   stored just after.
//! - **Two at once:** ids and references are new for each. Two that draw the same reference, or
//!   want the same place, meet at a unique key; the later one runs again.
//! - **Dry run:** with `validate_only` all of this happens and is rolled back.

use domain::application::acts::{self, FileInput};
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::name::{InvitationName, MissionName};
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::replacement;
use crate::engine::Mutation;

/// Files one application.
pub(crate) struct CreateApplication;

impl Mutation for CreateApplication {
    const ACTION: Action = Action::CreateApplication;
    type Message = v1::CreateApplicationRequest;
    type Input = request::CreateApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    fn validate_only(input: &Self::Input) -> bool {
        input.validate_only
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let (name, scope) = (&input.mission, by.permit.scope());
        // A mission of an organization that is unknown, or not the caller's own, is not found. The
        // answer is the same for both.
        let known = tx.lookup_organization(&name.organization).await?.is_some();
        if !known || !scope.covers(&name.organization) {
            return Err(Refusal::not_found(name).into());
        }
        let election = tx.lookup_election(&name.election).await?.ok_or_else(|| Refusal::not_found(name))?;
        let MissionName { election: code, organization } = name.clone();
        let invitation = InvitationName { election: code, organization };
        let loaded = FileInput {
            name: name.clone(),
            election,
            invitation: tx.lookup_invitation(scope, &invitation).await?,
            mission: tx.lookup_mission_to_add_to(scope, name).await?,
            place: replacement::place(tx, by, input.replaces.as_ref(), None).await?,
            // Drawn again in every run, so a run after a conflict does not meet the same key again.
            id: tx.new_application_id(by.now),
            reference: tx.new_reference(&name.election).await?,
            new_content: tx.salt(input.filing.clone()),
        };
        Ok(acts::file(by, loaded, input.paper.as_ref())?)
    }
}
