//! Corrects what a draft says of itself; its list stays.

use domain::event::LogName;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct UpdateDecree;

impl Mutation for UpdateDecree {
    const ACTION: Action = Action::UpdateDecree;
    type Message = v1::UpdateDecreeRequest;
    type Input = request::UpdateDecree;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::update_decree(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let found = tx.lookup_decree(cx.permit, &input.name).await?;
        let found = found.ok_or_else(|| Refusal::not_found(&input.name))?;
        let (before, number_before) = (found.version, found.decree_number.clone());
        let fields = found.differences(&input.decree);
        let changed = found.correct(&input.etag, input.decree.clone())?;
        let (election, number) = (&changed.name.election, &changed.decree_number);
        if *number != number_before && tx.has_decree_number(election, number).await? {
            return Err(Refusal::AlreadyExists { resource: format!("a decree {number}") }.into());
        }
        tx.update_decree(cx.permit, &changed, before).await?;
        let effect = Effect::new(LogName::Election(election.clone()), &changed.name, &cx.actor.principal.organization);
        Ok(effect.fact("changed", fields.join(",")))
    }
}
