//! Files an application as a draft.

use domain::application::{PaperDraft, PaperFiling};
use domain::election::Election;
use domain::event::LogName;
use domain::mission::check_invited;
use domain::name::{ApplicationName, InvitationName};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let mission = &input.mission;
        let known = tx.lookup_organization(&mission.organization).await?.is_some();
        if !known || !cx.permit.scope().covers(&mission.organization) {
            return Err(Refusal::not_found(mission).into());
        }
        let election = tx.lookup_election(&mission.election).await?.ok_or_else(|| Refusal::not_found(mission))?;
        let (election_code, organization) = (mission.election.clone(), mission.organization.clone());
        let invitation = InvitationName { election: election_code.clone(), organization: organization.clone() };
        check_invited(tx.lookup_invitation(cx.permit.scope(), &invitation).await?.as_ref())?;
        election.check_open()?;
        tx.mission_that_goes_on(cx.permit.scope(), mission).await?;
        let paper = paper(input.paper.as_ref(), &election, cx)?;
        let id = tx.new_application_id(cx.now);
        let name = ApplicationName { election: election_code.clone(), organization, id };
        let new = tx.insert_application(cx.permit, name, &input.filing, paper, cx.now).await?;
        let effect = Effect::new(LogName::Election(election_code), &new.name, &new.name.organization)
            .fact("to", new.state.kind())
            .fact("revision", new.revision)
            .fact("content_digest", hex::encode(new.content_digest));
        Ok(effect.marked(new.paper.is_some()))
    }
}

/// A registrar files what came on paper, and nothing else; nobody else does.
fn paper(said: Option<&PaperDraft>, election: &Election, cx: &Cx<'_>) -> Result<Option<PaperFiling>, Refusal> {
    let wrong = |problem: &str| Refusal::InvalidField { field: "application.paper", problem: problem.to_owned() };
    match (said, cx.registrar()?) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(wrong("expected the paper: a registrar files what came on paper, and nothing else")),
        (Some(_), None) => Err(wrong("expected nothing: only a registrar files what came on paper")),
        (Some(said), Some(by)) => said.clone().file(by, election, cx.now).map(Some),
    }
}
