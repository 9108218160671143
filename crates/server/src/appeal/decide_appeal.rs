//! Decides an open appeal: whoever took part in the decision does not, and what is upheld is carried out by others.

use domain::appeal::acts::{self, ToDecide};
use domain::outcome::{Acting, Outcome};
use domain::policy::{Action, PersonActor};
use domain::refusal::Refusal;
use domain::vocabulary::name::DecreeName;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::replacement;
use crate::engine::Mutation;
use crate::engine::loading::{election_of, others};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_appeal(by.permit, &input.appeal).await?;
        let appeal = found.ok_or_else(|| Refusal::not_found(&input.appeal))?;
        // The end of the retention is counted anew, and nothing is erased while it is.
        tx.lookup_election_to_keep(&appeal.name.election).await?;
        let mission = tx.lookup_mission_to_add_to(by.permit.scope(), &appeal.application.mission()).await?;
        let goes_on = mission.ok_or(Refusal::MissionMissing)?.withdrawal.is_none();
        let application = tx.application_to_keep(by.permit, &appeal.application).await?;
        let screening = tx.screening(&application.name).await?;
        let number = match appeal.reinstates(input.outcome, goes_on) {
            true => Some(tx.take_numbers(by.permit, &appeal.name.election, Series::Proposal, 1).await?),
            false => None,
        };
        let loaded = ToDecide {
            others: others(tx, &application, &[&screening]).await?,
            proposals: tx.proposals_about(&appeal.application).await?,
            adopter: adopter(&DecreeName { election: appeal.name.election.clone(), number: appeal.decree }, tx, by)
                .await?,
            place_free: replacement::is_place_free(&application, tx).await?,
            accreditation: match &appeal.accreditation {
                Some(name) => tx.lookup_accreditation(by.permit, name).await?,
                None => None,
            },
            rules: election_of(tx, &application.name).await?.rules,
            appeal,
            application,
            goes_on,
            number,
        };
        Ok(acts::decide(by, loaded, input.outcome, input.text.clone())?)
    }
}

/// The human who adopted a decree.
async fn adopter(decree: &DecreeName, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Option<PersonActor>, CommandError> {
    let found = tx.lookup_decree(by.permit, decree).await?;
    let Some(principal) = found.as_ref().and_then(|decree| decree.adopted_by()) else { return Ok(None) };
    let known = tx.lookup_principal(principal).await?;
    let person = known.and_then(|adopter| adopter.holder.person().cloned());
    Ok(person.map(|person| PersonActor { principal: principal.clone(), person }))
}
