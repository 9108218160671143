//! `DecideAppeal`: the commission decides an open appeal.
//!
//! If it is upheld, a refused application is in review again, or a proposal to reinstate the
//! accreditation is made. A decree of other people carries that out.
//!
//! - **Rule:** `domain::appeal::acts::decide`. Nobody who recommended, proposed or adopted the
//!   first decision decides the appeal. The text must not name other organizations that filed
//!   the person.
//! - **Locks, in this order:** the election, the mission (shared), the application, and the
//!   counter of proposals if one is needed. The erasure locks the election and then
//!   applications, so neither waits for the other in a circle.
//! - **Why the election:** the decision restarts the retention period. The erasure must not run
//!   in between.
//! - **Why the mission:** nobody of a mission that has withdrawn is reinstated. A withdrawal
//!   waits for this decision, or this one sees the withdrawal.
//! - **Two at once:** the second waits for the election's row and then finds the appeal decided.
//! - **Afterwards:** the mutation wakes the retention job: an open appeal keeps everything of
//!   its election.

use domain::appeal::acts::{self, DecideInput};
use domain::outcome::{CallContext, Outcome};
use domain::policy::{Action, PersonActor};
use domain::refusal::Refusal;
use domain::vocabulary::name::DecreeName;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::replacement;
use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, list_other_organizations};

/// Decides one appeal, with a text that its delegation reads.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_appeal(by.permit, &input.appeal).await?;
        let appeal = found.ok_or_else(|| Refusal::not_found(&input.appeal))?;
        // The retention is counted again from this decision. With the lock nothing is erased while
        // it is.
        tx.lock_election(&appeal.name.election).await?;
        let mission = tx.lookup_mission_to_add_to(by.permit.scope(), &appeal.application.mission()).await?;
        let goes_on = mission.ok_or(Refusal::MissionMissing)?.withdrawal.is_none();
        let application = tx.lock_application(by.permit, &appeal.application).await?;
        let screening = tx.screening(&application.name).await?;
        let number = match appeal.reinstates(input.outcome, goes_on) {
            true => Some(tx.take_numbers(by.permit, &appeal.name.election, Series::Proposal, 1).await?),
            false => None,
        };
        let loaded = DecideInput {
            others: list_other_organizations(tx, &application, &[&screening]).await?,
            proposals: tx.proposals_about(&appeal.application).await?,
            // The person who adopted the decree is excluded from deciding, like the person who
            // recommended or proposed.
            adopter: adopter(&DecreeName { election: appeal.name.election.clone(), number: appeal.decree }, tx, by)
                .await?,
            place_free: replacement::is_place_free(&application, tx).await?,
            accreditation: match &appeal.accreditation {
                Some(name) => tx.lookup_accreditation(by.permit, name).await?,
                None => None,
            },
            rules: get_election_of(tx, &application.name).await?.rules,
            appeal,
            application,
            goes_on,
            number,
        };
        Ok(acts::decide(by, loaded, input.outcome, input.text.clone())?)
    }
}

/// The person who adopted a decree; `None` for a draft. A principal that is no person adopts
/// nothing.
async fn adopter(
    decree: &DecreeName,
    tx: &mut Tx<'_>,
    by: &CallContext<'_>,
) -> Result<Option<PersonActor>, CommandError> {
    let found = tx.lookup_decree(by.permit, decree).await?;
    let Some(principal) = found.as_ref().and_then(|decree| decree.adopted_by()) else { return Ok(None) };
    let known = tx.lookup_principal(principal).await?;
    let person = known.and_then(|adopter| adopter.holder.person().cloned());
    Ok(person.map(|person| PersonActor { principal: principal.clone(), person }))
}
