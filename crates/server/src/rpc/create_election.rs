//! Registers an election.

use domain::election::Election;
use domain::event::LogName;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct CreateElection;

impl Mutation for CreateElection {
    const ACTION: Action = Action::CreateElection;
    type Message = v1::CreateElectionRequest;
    type Input = request::CreateElection;
    type Answer = v1::Election;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_election(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let new = Election::register(input.election.clone(), cx.now)?;
        if tx.lookup_election(&new.code).await?.is_some() {
            return Err(Refusal::AlreadyExists { resource: new.name().to_string() }.into());
        }
        tx.insert_election(cx.permit, &new).await?;
        Ok(Effect::new(LogName::Registry, new.name(), &cx.actor.principal.organization)
            .fact("voting_day", new.voting_day)
            .fact("rule_pack", &new.rules.id)
            .fact("submission_cutoff", new.cutoffs.submission)
            .fact("presentation_cutoff", new.cutoffs.presentation))
    }
}
