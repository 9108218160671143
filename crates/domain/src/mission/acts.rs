//! The legal acts on a mission: announcing, changing and withdrawing it, and confirming its accreditations for a
//! run-off.

use std::collections::{BTreeMap, BTreeSet};

use super::{Invitation, Mission, MissionDraft, check_invited};
use crate::accreditation::acts::end_event;
use crate::accreditation::{Accreditation, Withdrawal};
use crate::application::Application;
use crate::application::acts::withdrawal_event;
use crate::election::{ConfirmationChoice, Election};
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange, Service, Step};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, MissionName};
use crate::vocabulary::verb::Verb;

pub mod invitation;

/// An event about a mission, which concerns its organization.
fn mission_event(name: &MissionName, payload: EventPayload) -> EventDraft {
    EventDraft::new(LogName::Election(name.election.clone()), name, &name.organization, payload)
}

/// Announces a mission. `before` is the organization's mission, if it has announced one already.
///
/// # Errors
///
/// [`Refusal::AlreadyExists`] if it has, and the refusals of [`check_invited`] and [`Mission::announce`].
pub fn announce(
    by: &CallContext<'_>,
    name: MissionName,
    invitation: Option<&Invitation>,
    before: Option<&Mission>,
    draft: MissionDraft,
) -> Result<Outcome, Refusal> {
    check_invited(invitation)?;
    let new = Mission::announce(name, draft, by.now)?;
    if before.is_some() {
        return Err(Refusal::AlreadyExists { resource: new.name.to_string() });
    }
    let payload = EventPayload::MissionAnnounced { format: new.format.clone(), on_paper: by.registrar()?.is_some() };
    Ok(by.single_outcome(mission_event(&new.name, payload).with_row(RowChange::NewMission(new))))
}

/// Changes the data of a mission. If its last day changes, its applications are screened again.
///
/// # Errors
///
/// The refusals of [`Mission::update`].
pub fn update(by: &CallContext<'_>, mission: Mission, etag: &str, draft: MissionDraft) -> Result<Outcome, Refusal> {
    let (before, end_date) = (mission.version, mission.end_date);
    let after = mission.update(etag, draft)?;
    let MissionName { election, organization } = after.name.clone();
    // The screening compares every passport with the last day.
    let check = RowChange::ToCheckAgain { election, organization: Some(organization) };
    let check = (after.end_date != end_date).then_some(check);
    let payload = EventPayload::MissionUpdated {
        format: after.format.clone(),
        start_date: after.start_date,
        end_date: after.end_date,
        on_paper: by.registrar()?.is_some(),
    };
    let updated =
        mission_event(&after.name, payload).with_row(RowChange::Mission { after, before }).with_optional_row(check);
    Ok(by.single_outcome(updated).with_read_etag(etag.to_owned()))
}

/// What is loaded to withdraw a whole mission.
#[derive(Debug)]
pub struct WithdrawMissionInput {
    /// The mission.
    pub mission: Mission,
    /// The election.
    pub election: Election,
    /// All applications of the mission, in the order in which they were filed.
    pub applications: Vec<Application>,
    /// All accreditations of the mission.
    pub accreditations: Vec<Accreditation>,
}

/// Withdraws a whole mission with all its people. A repetition changes nothing, so a client can repeat the call after
/// a timeout.
///
/// # Errors
///
/// [`Refusal::Erased`] after the retention.
pub fn withdraw(
    by: &CallContext<'_>,
    loaded: WithdrawMissionInput,
    withdrawal: &Withdrawal,
) -> Result<Outcome, Refusal> {
    let WithdrawMissionInput { mission, election, applications, accreditations } = loaded;
    if mission.withdrawal.is_some() {
        return Ok(by.single_outcome(mission_event(&mission.name, EventPayload::MissionWithdrawalRepeated {})));
    }
    // After the retention nothing would erase the reason again, so it is not accepted any more.
    if election.retention_is_over(by.now) {
        return Err(Refusal::Erased { resource: mission.name.to_string() });
    }
    let before = mission.version;
    let after = mission.withdraw(withdrawal.clone(), by.now)?;
    let mut accreditations: BTreeMap<ApplicationName, Accreditation> =
        accreditations.into_iter().map(|one| (one.application.clone(), one)).collect();
    let (mut besides, mut count) = (Vec::new(), [0, 0]);
    for application in applications {
        let (happened, counted) = match accreditations.remove(&application.name) {
            Some(accreditation) => (end(by, accreditation, withdrawal), &mut count[1]),
            None => (withdraw_open(application, withdrawal)?, &mut count[0]),
        };
        *counted += u32::from(happened.is_some());
        besides.extend(happened);
    }
    let (note_number, [withdrawn, ended]) = (withdrawal.note_number.clone(), count);
    let main = mission_event(&after.name, EventPayload::MissionWithdrawn { note_number, withdrawn, ended });
    Ok(by.outcome(main.with_row(RowChange::MissionWithdrawn { after, before }), besides))
}

/// Withdraws an open application in the same way as a single one; nothing if it is not open.
fn withdraw_open(application: Application, withdrawal: &Withdrawal) -> Result<Option<EventDraft>, Refusal> {
    if application.erase_time.is_some() || !application.state.kind().verbs().contains(&Verb::Withdraw) {
        return Ok(None);
    }
    let (reason, note) = (withdrawal.reason.clone(), withdrawal.note_number.clone());
    let step = Step::Withdrawn { note_number: Some(note.clone()) };
    withdrawal_event(application, step, |open| open.withdraw_with_mission(reason, note)).map(Some)
}

/// Ends an active accreditation in the same way as a single one; nothing if it is not active.
fn end(by: &CallContext<'_>, accreditation: Accreditation, withdrawal: &Withdrawal) -> Option<EventDraft> {
    let from = accreditation.state();
    accreditation.withdraw(withdrawal.clone(), &by.actor.principal, by.now).ok().map(|after| end_event(from, after))
}

/// Erases the reason of the mission's withdrawal after the retention. `None` if there is no reason.
pub fn erase_reason(by: &Service, mission: Mission) -> Option<Outcome> {
    let before = mission.version;
    let after = mission.erase_reason()?;
    Some(by.single_outcome(
        mission_event(&after.name, EventPayload::MissionErased {}).with_row(RowChange::MissionErased { after, before }),
    ))
}

/// What is loaded to confirm accreditations for a run-off.
#[derive(Debug)]
pub struct ConfirmInput {
    /// The name of the mission.
    pub mission: MissionName,
    /// The election.
    pub election: Election,
    /// All accreditations of the mission.
    pub accreditations: Vec<Accreditation>,
    /// The applications of the mission that came on paper. Needed only if a registrar acts.
    pub on_paper: BTreeSet<ApplicationName>,
}

/// Confirms accreditations of a mission for a run-off. A registrar confirms by a note, and only those that came on
/// paper; the others look as if they did not exist.
///
/// # Errors
///
/// The refusals of [`Election::check_confirming`] and [`ConfirmationChoice::among`]; for a registrar [`Refusal::InvalidField`] if
/// the note is missing or no accreditation of the mission came on paper.
pub fn confirm(
    by: &CallContext<'_>,
    loaded: ConfirmInput,
    chosen: &ConfirmationChoice,
    note_number: &str,
) -> Result<Outcome, Refusal> {
    let ConfirmInput { mission, election, accreditations: mut own, on_paper } = loaded;
    let called = election.check_confirming(by.now)?;
    if by.registrar()?.is_some() {
        let anybody = !own.is_empty();
        own.retain(|one| on_paper.contains(&one.application));
        let invalid = |field, problem: &str| Refusal::InvalidField { field, problem: problem.to_owned() };
        if anybody && own.is_empty() {
            let problem = "must be a mission with applications that came on paper; its delegation confirms all others";
            return Err(invalid("parent", problem));
        }
        if note_number.is_empty() {
            let problem = "must be the number of the note by which the delegation confirms them";
            return Err(invalid("note_number", problem));
        }
    }
    let chosen = chosen.among(&own, called)?;
    let confirmed = chosen.len();
    let noted = Some(note_number.to_owned()).filter(|number| !number.is_empty());
    let besides = chosen.into_iter().map(|one| {
        let (name, application) = (one.name.clone(), one.application.clone());
        let payload = EventPayload::AccreditationConfirmed { application, note_number: noted.clone() };
        let log = LogName::Election(name.election.clone());
        let row = RowChange::Confirmation { of: one, called, by: by.actor.principal.clone() };
        EventDraft::new(log, name, &mission.organization, payload).with_row(row)
    });
    let besides = besides.collect();
    let payload = EventPayload::AccreditationsConfirmed { confirmed, note_number: noted };
    Ok(by.outcome(mission_event(&mission, payload), besides))
}
