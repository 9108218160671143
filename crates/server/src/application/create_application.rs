//! Files an application as a draft.

use domain::application::acts::{self, ToFile};
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::name::{InvitationName, MissionName};
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::replacement;
use crate::engine::Mutation;

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let (name, scope) = (&input.mission, by.permit.scope());
        let known = tx.lookup_organization(&name.organization).await?.is_some();
        if !known || !scope.covers(&name.organization) {
            return Err(Refusal::not_found(name).into());
        }
        let election = tx.lookup_election(&name.election).await?.ok_or_else(|| Refusal::not_found(name))?;
        let MissionName { election: code, organization } = name.clone();
        let invitation = InvitationName { election: code, organization };
        let loaded = ToFile {
            name: name.clone(),
            election,
            invitation: tx.lookup_invitation(scope, &invitation).await?,
            mission: tx.lookup_mission_to_add_to(scope, name).await?,
            place: replacement::place(tx, by, input.replaces.as_ref(), None).await?,
            id: tx.new_application_id(by.now),
            reference: tx.new_reference(&name.election).await?,
            said: tx.salt(input.filing.clone()),
        };
        Ok(acts::file(by, loaded, input.paper.as_ref())?)
    }
}
