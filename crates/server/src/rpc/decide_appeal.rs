//! Decides an open appeal: whoever took part in the decision does not, and what is upheld is carried out by others.

use domain::appeal::{Appeal, AppealOutcome};
use domain::application::{Application, Verb};
use domain::decree::{Decree, DecreeState};
use domain::event::LogName;
use domain::name::DecreeName;
use domain::policy::{Action, PersonActor};
use domain::proposal::{Proposal, ProposalState};
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::{election_of, transition};
use super::{Cx, Effect, Mutation, discretion, replacement};

pub(crate) struct DecideAppeal;

impl Mutation for DecideAppeal {
    const ACTION: Action = Action::DecideAppeal;
    type Message = v1::DecideAppealRequest;
    type Input = request::DecideAppeal;
    type Answer = v1::Appeal;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::decide_appeal(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let found = tx.lookup_appeal(cx.permit, &input.appeal).await?;
        let before = found.ok_or_else(|| Refusal::not_found(&input.appeal))?;
        // The end of the retention is counted anew, and nothing is erased while it is.
        tx.lookup_election_to_keep(&before.name.election).await?;
        let goes_on = tx.goes_on(cx.permit, &before.application.mission()).await?;
        let application = tx.application_to_keep(cx.permit, &before.application).await?;
        let screening = tx.screening(&application.name).await?;
        discretion::check(tx, &application, &[&screening], "text", &[input.text.expose()]).await?;
        let parties = parties(&before, &application, tx, cx).await?;
        let humans: Vec<_> = parties.iter().map(|one| one.person.clone()).collect();
        let (decider, text) = (cx.actor.person()?, input.text.clone());
        let decided = before.decide(input.outcome, text, &decider, &humans, &application, cx.now)?;
        tx.decide_appeal(cx.permit, &decided).await?;
        tx.update_appeal_time(cx.permit, &decided.name.election, cx.now).await?;
        // Of a mission that has withdrawn nobody comes back: that the decision was wrong is then all that is said.
        if input.outcome == AppealOutcome::Uphold && goes_on {
            uphold(&decided, application, decider, parties, tx, cx).await?;
        }
        let log = LogName::Election(decided.name.election.clone());
        let effect = Effect::new(log, &decided.name, &decided.application.organization);
        let effect = effect.fact("application", &decided.application).fact("decree", decided.decree);
        Ok(effect.fact("outcome", input.outcome.as_str()))
    }
}

/// Who took part in the decision: whoever recommended or proposed it, and whoever adopted it.
async fn parties(
    appeal: &Appeal,
    application: &Application,
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
) -> Result<Vec<PersonActor>, CommandError> {
    let mut parties = Vec::new();
    if appeal.accreditation.is_some() {
        for proposal in tx.proposals_about(&appeal.application).await? {
            if matches!(proposal.state, ProposalState::CarriedOut { decree, .. } if decree == appeal.decree) {
                parties.push(proposal.proposed_by);
            }
        }
    } else {
        parties.extend(application.refused_by());
    }
    let name = DecreeName { election: appeal.name.election.clone(), number: appeal.decree };
    if let Some(Decree { state: DecreeState::Adopted { by, .. }, .. }) = tx.lookup_decree(cx.permit, &name).await?
        && let Some(adopter) = tx.lookup_principal(&by).await?
        && let Some(person) = adopter.holder.person().cloned()
    {
        parties.push(PersonActor { principal: by, person });
    }
    Ok(parties)
}

/// What follows in the same moment: a refused application is in review again; an accreditation waits for a decree that
/// reinstates it. Whoever took part in the decision no longer decides on either.
async fn uphold(
    appeal: &Appeal,
    application: Application,
    decider: PersonActor,
    parties: Vec<PersonActor>,
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
) -> Result<(), CommandError> {
    let Some(name) = &appeal.accreditation else {
        let rules = election_of(tx, &application.name).await?.rules;
        tx.queue_screening(cx.permit, &application.name).await?;
        let place_free = replacement::is_place_free(&application, tx).await?;
        let reopen = |application: Application| application.reopen(&decider, parties, place_free, &rules, cx.now);
        let effect = transition(tx, cx, Verb::Reopen, application, reopen).await?;
        cx.record(tx, if place_free { effect } else { effect.fact("replaces", "nobody") }).await?;
        return Ok(());
    };
    let stored = application.stored();
    tx.update_if_changed(cx.permit, &application.recuse_parties(parties), stored, cx.now).await?;
    let found = tx.lookup_accreditation(cx.permit, name).await?;
    let accreditation = found.ok_or_else(|| Refusal::not_found(name))?;
    let number = tx.take_numbers(cx.permit, &name.election, Series::Proposal, 1).await?;
    let new = Proposal::reinstate(number, &accreditation, decider, cx.now);
    tx.insert_proposal(cx.permit, &new).await?;
    // As the commission's own affair: nobody else reads it before it is carried out.
    let effect = Effect::new(LogName::Election(name.election.clone()), &new.name, &cx.actor.principal.organization);
    let effect = effect.fact("accreditation", name).fact("kind", new.draft.kind.as_str());
    cx.record(tx, effect).await?;
    Ok(())
}
