//! The legal acts on a legal hold: setting and releasing it.

use uuid::Uuid;

use super::{LegalHold, Release};
use crate::application::Application;
use crate::outcome::{CallContext, EventPayload, LegalHoldScope, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, ElectionName, LegalHoldName};
use crate::vocabulary::personal::Personal;

/// Sets a hold on an election, or on one application of it, given with what was found under its name. Every
/// application can be held, also a draft that the registrar may not see.
///
/// # Errors
///
/// [`Refusal::NotFound`] if the application does not exist, [`Refusal::Erased`] if there is nothing left to hold.
pub fn set(
    by: &CallContext<'_>,
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
    let held =
        application.clone().map_or_else(|| LegalHoldScope::Election(election.clone()), LegalHoldScope::Application);
    let new = LegalHold {
        name: LegalHoldName { election: election.election.clone(), id },
        application,
        reason: reason.clone(),
        created_by: by.actor.principal.clone(),
        create_time: by.now,
        release: None,
    };
    let set = by.own_event(log(&new.name), &new.name, EventPayload::LegalHoldSet { held });
    Ok(by.single_outcome(set.with_row(RowChange::NewLegalHold(new)).with_note(reason)))
}

/// Releases a hold.
///
/// # Errors
///
/// [`Refusal::HoldReleased`] if it was released before.
pub fn release(by: &CallContext<'_>, hold: LegalHold, reason: Personal<String>) -> Result<Outcome, Refusal> {
    let release = Release { by: by.actor.principal.clone(), time: by.now, reason: reason.clone() };
    let released = hold.release(release)?;
    let happened = by.own_event(log(&released.name), &released.name, EventPayload::LegalHoldReleased {});
    Ok(by.single_outcome(happened.with_row(RowChange::LegalHold(released)).with_note(reason)))
}

/// A legal hold belongs to the log of its election.
fn log(hold: &LegalHoldName) -> LogName {
    LogName::Election(hold.election.clone())
}
