//! `ConfirmAccreditations`: a delegation says which of its people stay for a run-off.
//!
//! - **Rule:** `domain::mission::acts::confirm`. A registrar confirms only people whose
//!   applications came on paper, and names the note of the delegation.
//! - **Reads:** the mission, the election, all accreditations of the mission. For a registrar
//!   also its applications, because only they say who came on paper.
//! - **Locks:** nothing. Each confirmation is a new row whose key is the accreditation and the
//!   moment of the call for the run-off.
//! - **Two at once:** both insert the same key. The later one is rolled back, runs again, and
//!   reads who is confirmed by then.
//! - **Repetition:** the answer is built from the rows as they are, so a repeated request shows
//!   later confirmations too.

use std::collections::BTreeSet;

use domain::mission::acts::{self, ConfirmInput};
use domain::outcome::{CallContext, Outcome};
use domain::policy::{Action, Permit};
use domain::refusal::Refusal;
use domain::vocabulary::name::MissionName;
use jiff::Timestamp;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::violations::Violations;
use wire::{convert, v1};

use crate::engine::resource::parse;
use crate::engine::{Mutation, Resource};

/// Confirms accreditations of one mission for the run-off that was called last.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let (name, missing) = (&input.mission, || Refusal::not_found(&input.mission));
        // Only to refuse: the mission of another organization must look like one that does not
        // exist.
        tx.lookup_mission(by.permit.scope(), name).await?.ok_or_else(missing)?;
        let election = tx.lookup_election(&name.election).await?.ok_or_else(missing)?;
        let accreditations = tx.accreditations_of_mission(by.permit, name).await?;
        // A delegation confirms all of its people. So only a registrar needs to know who came on
        // paper.
        let on_paper = match by.registrar()? {
            Some(_) => {
                let applications = tx.applications_of_mission(by.permit, name).await?;
                applications.into_iter().filter(|one| one.paper.is_some()).map(|one| one.name).collect()
            }
            None => BTreeSet::new(),
        };
        let loaded = ConfirmInput { mission: name.clone(), election, accreditations, on_paper };
        Ok(acts::confirm(by, loaded, &input.chosen, &input.note_number)?)
    }
}

// The answer lists every accreditation of the mission, confirmed or not. Its name is that of the
// mission.
impl Resource for v1::ConfirmAccreditationsResponse {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
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
