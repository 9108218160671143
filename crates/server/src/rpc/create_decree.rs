//! Drafts a decree.

use domain::decree::{Decree, DecreeState};
use domain::event::LogName;
use domain::name::DecreeName;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct CreateDecree;

impl Mutation for CreateDecree {
    const ACTION: Action = Action::CreateDecree;
    type Message = v1::CreateDecreeRequest;
    type Input = request::CreateDecree;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_decree(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let code = &input.election.election;
        if tx.lookup_election(code).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        let draft = input.decree.clone();
        if tx.has_decree_number(code, &draft.decree_number).await? {
            return Err(Refusal::AlreadyExists { resource: format!("a decree {}", draft.decree_number) }.into());
        }
        let number = tx.take_numbers(cx.permit, code, Series::Decree, 1).await?;
        let new = Decree {
            name: DecreeName { election: code.clone(), number },
            decree_number: draft.decree_number,
            session_date: draft.session_date,
            chair: draft.chair,
            secretary: draft.secretary,
            state: DecreeState::Draft,
            version: 1,
            applications: Vec::new(),
            proposals: Vec::new(),
            scans: Vec::new(),
            created_by: cx.actor.principal.clone(),
            create_time: cx.now,
        };
        tx.insert_decree(cx.permit, &new).await?;
        Ok(Effect::new(LogName::Election(code.clone()), &new.name, &cx.actor.principal.organization))
    }
}
