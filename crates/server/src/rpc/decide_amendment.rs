//! A reviewer decides on an open amendment. Accepted, the application says what the amendment says, under the same number and
//! with another badge.

use domain::amendment::{Amendment, AmendmentState};
use domain::application::{Application, Verb};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::screening::Screening;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::amend_accreditation::effect;
use super::{Cx, Effect, Mutation, discretion};

pub(crate) struct DecideAmendment;

impl Mutation for DecideAmendment {
    const ACTION: Action = Action::DecideAmendment;
    type Message = v1::DecideAmendmentRequest;
    type Input = request::DecideAmendment;
    type Answer = v1::Amendment;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::decide_amendment(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let name = &input.amendment;
        let missing = || Refusal::not_found(name);
        tx.lookup_amendment(cx.permit, name).await?.ok_or_else(missing)?;
        // Nobody withdraws it or ends the accreditation meanwhile.
        let application = tx.application_to_keep(cx.permit, &name.application()).await?;
        let before = tx.lookup_amendment(cx.permit, name).await?.ok_or_else(missing)?;
        let (found, decider) = (tx.amendment_screening(name).await?, cx.actor.person()?);
        let own = tx.screening(&application.name).await?;
        discretion::check(tx, &application, &[&found, &own], "text", &[input.ruling.text.expose()]).await?;
        let (decided, cleared) = before.decide(input.ruling.clone(), &application, found.clone(), &decider, cx.now)?;
        tx.close_amendment(cx.permit, &decided).await?;
        keep_clearance(&decided, &found, cleared, tx, cx).await?;
        // Whoever is found to be like it no longer is, or is now for certain.
        tx.queue_screening(cx.permit, &application.name).await?;
        let on_paper = application.paper.is_some();
        if decided.state == AmendmentState::Accepted {
            amend(&decided, application, tx, cx).await?;
        }
        Ok(effect(&decided).marked(on_paper))
    }
}

/// Keeps why what was found does not stand in the way, if it is said.
async fn keep_clearance(
    decided: &Amendment,
    found: &Screening,
    cleared: Screening,
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
) -> Result<(), CommandError> {
    if cleared == *found {
        return Ok(());
    }
    let cleared = Screening { version: found.version + 1, ..cleared };
    Ok(tx.put_amendment_screening(cx.permit, &decided.name, found.version, &cleared).await?)
}

/// The application says it from now on, and another badge takes the old one's place: an event of the application's own.
async fn amend(decided: &Amendment, before: Application, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<(), CommandError> {
    let of = decided.accreditation();
    let found = tx.lookup_accreditation(cx.permit, &of).await?;
    let accreditation = found.ok_or_else(|| Refusal::not_found(&of))?;
    let serial = tx.take_numbers(cx.permit, &of.election, Series::Badge, 1).await?;
    let (old, reissued) = accreditation.reissue(serial, cx.now)?;
    tx.reissue_badge(cx.permit, &reissued, old.as_ref()).await?;
    let (state, stored) = (before.state.clone(), before.stored());
    let amended = before.amend(decided.after, decided.content_digest)?;
    tx.update_application(cx.permit, &amended, stored, cx.now).await?;
    let effect = Effect::transition(Verb::Amend, &state, &amended).fact("accreditation", &of).fact("badge", serial);
    let effect = match old {
        Some(old) => effect.fact("void_badge", old.serial),
        None => effect,
    };
    cx.record(tx, effect).await?;
    Ok(())
}
