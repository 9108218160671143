//! What is done with a legal hold: set, and released.

use uuid::Uuid;

use super::{LegalHold, Release};
use crate::application::Application;
use crate::outcome::{Acting, Deed, Held, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, ElectionName, LegalHoldName};
use crate::vocabulary::personal::Personal;

/// Sets a hold on an election, or on one application of it, which is given as it was `found`: any can be held, whoever has seen it
/// yet; of one that was erased there is nothing to hold.
pub fn set(
    by: &Acting<'_>,
    election: &ElectionName,
    id: Uuid,
    application: Option<(ApplicationName, Option<Application>)>,
    reason: Personal<String>,
) -> Result<Outcome, Refusal> {
    let application = match application {
        Some((name, found)) => {
            let found = found.filter(|found| found.name == name).ok_or_else(|| Refusal::not_found(&name))?;
            found.check_whole()?;
            Some(name)
        }
        None => None,
    };
    let held = application.clone().map_or_else(|| Held::Election(election.clone()), Held::Application);
    let new = LegalHold {
        name: LegalHoldName { election: election.election.clone(), id },
        application,
        reason: reason.clone(),
        created_by: by.actor.principal.clone(),
        create_time: by.now,
        release: None,
    };
    let set = by.happens(log(&new.name), &new.name, Deed::LegalHoldSet { held });
    Ok(by.only(set.row(RowChange::NewLegalHold(new)).note(reason)))
}

/// Ends a hold, once.
pub fn release(by: &Acting<'_>, hold: LegalHold, reason: Personal<String>) -> Result<Outcome, Refusal> {
    let release = Release { by: by.actor.principal.clone(), time: by.now, reason: reason.clone() };
    let released = hold.release(release)?;
    let happened = by.happens(log(&released.name), &released.name, Deed::LegalHoldReleased {});
    Ok(by.only(happened.row(RowChange::LegalHold(released)).note(reason)))
}

fn log(hold: &LegalHoldName) -> LogName {
    LogName::Election(hold.election.clone())
}
