//! Adopts a draft: every application is decided as recommended and every proposal carried out, by another person, or none
//! is.

use std::collections::BTreeMap;

use domain::accreditation::AccreditationState;
use domain::application::{Application, Verb};
use domain::decree::{Adoption, DecreeState, FreeNumbers, Items, Verdict, adopt};
use domain::event::LogName;
use domain::name::ApplicationName;
use domain::policy::Action;
use domain::proposal::{ProposalKind, Proposed};
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation, replacement};

pub(crate) struct AdoptDecree;

impl Mutation for AdoptDecree {
    const ACTION: Action = Action::AdoptDecree;
    type Message = v1::AdoptDecreeRequest;
    type Input = request::AdoptDecree;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::adopt_decree(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    fn signature(input: &Self::Input) -> Vec<u8> {
        input.signature.clone()
    }

    fn validate_only(input: &Self::Input) -> bool {
        input.validate_only
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let found = tx.lookup_decree(cx.permit, &input.decree).await?;
        let decree = found.ok_or_else(|| Refusal::not_found(&input.decree))?;
        let (election, version) = (decree.name.election.clone(), decree.version);
        let items = Items {
            applications: tx.applications(cx.permit, &election, &decree.applications).await?,
            proposals: tx.proposed(cx.permit, &election, &decree.proposals).await?,
        };
        let before: Vec<Application> = items.applications.iter().flatten().cloned().collect();
        let adopter = cx.actor.person()?;
        let accredits = before.iter().filter(|application| is_to_accredit(application)).count();
        let count = u32::try_from(accredits).unwrap_or(u32::MAX);
        let is_reinstated = |one: &&Proposed| one.proposal.draft.kind == ProposalKind::Reinstate;
        let reinstates = items.proposals.iter().flatten().filter(is_reinstated).count();
        let reinstates = u32::try_from(reinstates).unwrap_or(u32::MAX);
        let from: Vec<_> = items.proposals.iter().flatten().map(|one| one.accreditation.state()).collect();
        let free = FreeNumbers {
            accreditation: tx.take_numbers(cx.permit, &election, Series::Accreditation, count).await?,
            badge: tx.take_numbers(cx.permit, &election, Series::Badge, count + reinstates).await?,
        };
        let mut found = BTreeMap::new();
        for application in &before {
            found.insert(application.name.clone(), tx.screening_to_go_by(&application.name).await?.standing());
        }
        let standing = |name: &ApplicationName| found.get(name).cloned().unwrap_or_default();
        let adoption = adopt(decree, &input.etag, items, standing, &adopter, free, cx.now)?;
        tx.update_decree(cx.permit, &adoption.decree, version).await?;
        carry_out(&before, &adoption, tx, cx).await?;
        change(&adoption, &from, tx, cx).await?;
        let log = LogName::Election(election);
        let effect = Effect::new(log, &input.decree, &cx.actor.principal.organization);
        Ok(match &adoption.decree.state {
            DecreeState::Adopted { accredited, refused, revoked, annulled, reinstated, .. } => {
                let effect = effect.fact("accredited", accredited).fact("refused", refused);
                match adoption.proposals.is_empty() {
                    true => effect,
                    false => effect.fact("revoked", revoked).fact("annulled", annulled).fact("reinstated", reinstated),
                }
            }
            DecreeState::Draft => effect,
        })
    }
}

fn is_to_accredit(application: &Application) -> bool {
    use domain::application::State;
    let State::Recommended { recommendation, .. } = &application.state else { return false };
    recommendation.verdict == Verdict::Accredit
}

/// Writes every item with an event of its own, and the accreditations with their badges.
async fn carry_out(
    before: &[Application],
    adoption: &Adoption,
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
) -> Result<(), CommandError> {
    for (before, after) in before.iter().zip(&adoption.applications) {
        tx.update_application(cx.permit, after, before.stored(), cx.now).await?;
        let effect = Effect::transition(Verb::Adopt, &before.state, after);
        cx.record(tx, effect.fact("decree", adoption.decree.name.number)).await?;
    }
    for accreditation in &adoption.accreditations {
        tx.insert_accreditation(cx.permit, accreditation).await?;
    }
    replacement::end_replaced(&adoption.applications, tx, cx).await
}

/// Writes what becomes of the accreditations that were proposed to change, each with an event of its own.
async fn change(
    adoption: &Adoption,
    from: &[AccreditationState],
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
) -> Result<(), CommandError> {
    for ((proposal, after), from) in adoption.proposals.iter().zip(&adoption.changed).zip(from) {
        tx.close_proposal(cx.permit, proposal).await?;
        tx.change_accreditation(cx.permit, after).await?;
        let effect = Effect::ended(*from, after)
            .fact("decree", adoption.decree.name.number)
            .fact("kind", proposal.draft.kind.as_str());
        let ground = &proposal.draft.ground;
        let effect = if ground.is_empty() { effect } else { effect.fact("ground", ground) };
        cx.record(tx, effect).await?;
    }
    Ok(())
}
