//! Proposes that an accreditation be revoked or annulled; another person carries it out by decree.

use domain::event::LogName;
use domain::policy::Action;
use domain::proposal::ProposalKind;
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::election_of;
use super::{Cx, Effect, Mutation, discretion};

pub(crate) struct ProposeChange;

impl Mutation for ProposeChange {
    const ACTION: Action = Action::ProposeChange;
    type Message = v1::ProposeChangeRequest;
    type Input = request::ProposeChange;
    type Answer = v1::Proposal;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::propose_change(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let (name, missing) = (&input.accreditation, || Refusal::not_found(&input.accreditation));
        let found = tx.lookup_accreditation(cx.permit, name).await?.ok_or_else(missing)?;
        // A text that comes in is erased with the rest, or not taken any more; and no decree ends the accreditation meanwhile.
        let application = tx.application_to_keep(cx.permit, &found.application).await?;
        let accreditation = tx.lookup_accreditation(cx.permit, name).await?.ok_or_else(missing)?;
        if let Some(open) = tx.open_proposal(&accreditation.name).await? {
            return Err(Refusal::AlreadyExists { resource: open.to_string() }.into());
        }
        let draft = input.draft.clone();
        if draft.kind == ProposalKind::Revoke {
            let screening = tx.screening(&application.name).await?;
            discretion::check(tx, &application, &[&screening], "text", &[draft.text.expose()]).await?;
        }
        let rules = election_of(tx, &application.name).await?.rules;
        let code = &accreditation.name.election;
        let number = tx.take_numbers(cx.permit, code, Series::Proposal, 1).await?;
        let new = draft.propose(number, &accreditation, &application, &rules, cx.actor.person()?, cx.now)?;
        tx.insert_proposal(cx.permit, &new).await?;
        let effect = Effect::new(LogName::Election(code.clone()), &new.name, &cx.actor.principal.organization)
            .fact("accreditation", &new.accreditation)
            .fact("kind", new.draft.kind.as_str());
        Ok(if new.draft.ground.is_empty() { effect } else { effect.fact("ground", &new.draft.ground) })
    }
}
