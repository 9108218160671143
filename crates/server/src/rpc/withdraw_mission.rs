//! Withdraws the caller's own mission as a whole, at any time.

use std::collections::BTreeMap;

use domain::accreditation::{Accreditation, Withdrawal};
use domain::application::{Application, StateKind, Verb};
use domain::event::LogName;
use domain::name::{ApplicationName, MissionName};
use domain::policy::{Action, Permit};
use domain::refusal::Refusal;
use store::{CommandError, Page, Tx};
use wire::request::{self, RequestKey};
use wire::violations::Violations;
use wire::{convert, v1};

use super::transition::transition;
use super::{Cx, Effect, Mutation, Resource};

pub(crate) struct WithdrawMission;

impl Mutation for WithdrawMission {
    const ACTION: Action = Action::WithdrawMission;
    type Message = v1::WithdrawMissionRequest;
    type Input = request::WithdrawMission;
    type Answer = v1::WithdrawMissionResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::withdraw_mission(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let (name, missing) = (&input.name, || Refusal::not_found(&input.name));
        let found = tx.lookup_mission_to_withdraw(cx.permit.scope(), name).await?.ok_or_else(missing)?;
        let effect = Effect::new(LogName::Election(name.election.clone()), name, &name.organization);
        if found.withdrawal.is_some() {
            return Ok(effect.fact("repeated", true));
        }
        let election = tx.lookup_election(&name.election).await?.ok_or_else(missing)?;
        // A reason that comes in is erased with the rest, or not taken any more.
        if election.retention_is_over(cx.now) {
            return Err(Refusal::Erased { resource: name.to_string() }.into());
        }
        let before = found.version;
        let changed = found.withdraw(input.withdrawal.clone(), cx.now)?;
        tx.withdraw_mission(cx.permit, &changed, before).await?;
        let applications = tx.applications_of_mission_to_keep(cx.permit, name).await?;
        let mut accreditations = by_application(accreditations(tx, cx.permit, name).await?);
        let (mut withdrawn, mut ended) = (0, 0);
        for application in applications {
            match accreditations.remove(&application.name) {
                Some(accreditation) => ended += u32::from(end(accreditation, &input.withdrawal, tx, cx).await?),
                None => withdrawn += u32::from(withdraw(application, &input.withdrawal, tx, cx).await?),
            }
        }
        Ok(effect.fact("note_number", &input.withdrawal.note_number).fact("withdrawn", withdrawn).fact("ended", ended))
    }
}

/// Every accreditation of a mission.
async fn accreditations(
    tx: &mut Tx<'_>,
    permit: &Permit,
    name: &MissionName,
) -> Result<Vec<Accreditation>, CommandError> {
    let all = Page { after: None, size: u32::MAX };
    let mut found = tx.list_accreditations(permit, &name.election, &all).await?;
    found.retain(|accreditation| accreditation.application.organization == name.organization);
    Ok(found)
}

fn by_application(accreditations: Vec<Accreditation>) -> BTreeMap<ApplicationName, Accreditation> {
    accreditations.into_iter().map(|accreditation| (accreditation.application.clone(), accreditation)).collect()
}

/// Withdraws an application, as if it were withdrawn alone; whether it was open.
async fn withdraw(
    before: Application,
    withdrawal: &Withdrawal,
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
) -> Result<bool, CommandError> {
    if before.erase_time.is_some() || !is_open(before.state.kind()) {
        return Ok(false);
    }
    // Whoever was found to be like it is checked again.
    if before.place().is_some() {
        tx.queue_screening(cx.permit, &before.name).await?;
    }
    let (reason, note) = (withdrawal.reason.expose().clone(), withdrawal.note_number.clone());
    let effect = transition(tx, cx, Verb::Withdraw, before, |open| open.withdraw_with_mission(reason, note)).await?;
    cx.record(tx, effect.fact("note_number", &withdrawal.note_number)).await?;
    Ok(true)
}

fn is_open(state: StateKind) -> bool {
    state.verbs().contains(&Verb::Withdraw)
}

/// Ends an accreditation, as if it were withdrawn alone; whether it was in force.
async fn end(
    before: Accreditation,
    withdrawal: &Withdrawal,
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
) -> Result<bool, CommandError> {
    let from = before.state();
    let Ok(changed) = before.withdraw(withdrawal.clone(), &cx.actor.principal, cx.now) else { return Ok(false) };
    tx.change_accreditation(cx.permit, &changed).await?;
    cx.record(tx, Effect::ended(from, &changed)).await?;
    Ok(true)
}

impl Resource for v1::WithdrawMissionResponse {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str) -> Result<Self, CommandError> {
        let parsed: MissionName = name.parse().map_err(|_| Refusal::not_found(name))?;
        let mission = tx.lookup_mission(permit.scope(), &parsed).await?.ok_or_else(|| Refusal::not_found(name))?;
        let applications = tx.applications_of_mission(permit, &parsed).await?;
        let accreditations = accreditations(tx, permit, &parsed).await?;
        Ok(convert::mission::withdrawal_to_message(&mission, &applications, &accreditations))
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}
