//! A delegation confirms whom it keeps for a run-off.

use std::collections::BTreeSet;

use domain::event::LogName;
use domain::name::MissionName;
use domain::policy::{Action, Permit};
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::violations::Violations;
use wire::{convert, v1};

use super::resource::parse;
use super::{Cx, Effect, Mutation, Resource};

pub(crate) struct ConfirmAccreditations;

impl Mutation for ConfirmAccreditations {
    const ACTION: Action = Action::ConfirmAccreditations;
    type Message = v1::ConfirmAccreditationsRequest;
    type Input = request::ConfirmAccreditations;
    type Answer = v1::ConfirmAccreditationsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::confirm_accreditations(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let (name, missing) = (&input.mission, || Refusal::not_found(&input.mission));
        tx.lookup_mission(cx.permit.scope(), name).await?.ok_or_else(missing)?;
        let election = tx.lookup_election(&name.election).await?.ok_or_else(missing)?;
        let called = election.check_confirming(cx.now)?;
        let mut own = tx.accreditations_of_mission(cx.permit, name).await?;
        if cx.registrar()?.is_some() {
            // Of the rest nothing is there for a registrar.
            let applications = tx.applications_of_mission(cx.permit, name).await?;
            let paper = applications.into_iter().filter(|one| one.paper.is_some()).map(|one| one.name);
            let paper: BTreeSet<_> = paper.collect();
            let anybody = !own.is_empty();
            own.retain(|one| paper.contains(&one.application));
            if anybody && own.is_empty() {
                let problem =
                    "must be a mission of whose people some came on paper; the others its delegation confirms";
                return Err(Refusal::InvalidField { field: "parent", problem: problem.to_owned() }.into());
            }
            if input.note_number.is_empty() {
                let problem = "must be the number of the note by which the delegation confirms them".to_owned();
                return Err(Refusal::InvalidField { field: "note_number", problem }.into());
            }
        }
        let chosen = input.chosen.among(&own, called)?;
        let log = LogName::Election(name.election.clone());
        let noted = |effect: Effect| match &*input.note_number {
            "" => effect,
            number => effect.fact("note_number", number),
        };
        for accreditation in &chosen {
            tx.insert_confirmation(cx.permit, accreditation, called, &cx.actor.principal, cx.now).await?;
            let effect = Effect::new(log.clone(), &accreditation.name, &name.organization).fact("confirmed", true);
            cx.record(tx, noted(effect.fact("application", &accreditation.application))).await?;
        }
        Ok(noted(Effect::new(log, name, &name.organization).fact("confirmed", chosen.len())))
    }
}

impl Resource for v1::ConfirmAccreditationsResponse {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str) -> Result<Self, CommandError> {
        let parsed: MissionName = parse(name)?;
        let found = tx.lookup_election(&parsed.election).await?;
        let election = found.ok_or_else(|| Refusal::not_found(name))?;
        let accreditations = tx.accreditations_of_mission(permit, &parsed).await?;
        Ok(convert::accreditation::confirmed_to_message(&election, &accreditations))
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}
