//! What is done with a mission: announced, updated, withdrawn, and its accreditations confirmed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Invitation, Mission, MissionDraft, check_invited};
use crate::accreditation::acts::ended;
use crate::accreditation::{Accreditation, Withdrawal};
use crate::application::Application;
use crate::application::acts::withdrawn;
use crate::election::{Chosen, Election};
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange, Service, Step};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, MissionName};
use crate::vocabulary::verb::Verb;

pub mod invitation;

fn happens(name: &MissionName, deed: Deed) -> Happening {
    Happening::new(LogName::Election(name.election.clone()), name, &name.organization, deed)
}

/// Announces a mission. `before` is the one that is there already.
pub fn announce(
    by: &Acting<'_>,
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
    let deed = Deed::MissionAnnounced { format: new.format.clone(), on_paper: by.registrar()?.is_some() };
    Ok(by.only(happens(&new.name, deed).row(RowChange::NewMission(new))))
}

/// Changes what was announced.
pub fn update(by: &Acting<'_>, mission: Mission, etag: &str, draft: MissionDraft) -> Result<Outcome, Refusal> {
    let (before, end_date) = (mission.version, mission.end_date);
    let after = mission.update(etag, draft)?;
    let MissionName { election, organization } = after.name.clone();
    // Every passport must outlast the mission.
    let check = RowChange::ToCheckAgain { election, organization: Some(organization) };
    let check = (after.end_date != end_date).then_some(check);
    let deed = Deed::MissionUpdated {
        format: after.format.clone(),
        start_date: after.start_date,
        end_date: after.end_date,
        on_paper: by.registrar()?.is_some(),
    };
    let updated = happens(&after.name, deed).row(RowChange::Mission { after, before }).maybe_row(check);
    Ok(by.only(updated).having_read(etag.to_owned()))
}

/// What is loaded to withdraw a mission.
#[derive(Debug)]
pub struct ToWithdraw {
    /// The mission.
    pub mission: Mission,
    /// Its election.
    pub election: Election,
    /// All its applications, in the order in which they were filed.
    pub applications: Vec<Application>,
    /// All its accreditations.
    pub accreditations: Vec<Accreditation>,
}

/// Withdraws a mission with all its people; said again, that changes nothing.
pub fn withdraw(by: &Acting<'_>, loaded: ToWithdraw, withdrawal: &Withdrawal) -> Result<Outcome, Refusal> {
    let ToWithdraw { mission, election, applications, accreditations } = loaded;
    if mission.withdrawal.is_some() {
        return Ok(by.only(happens(&mission.name, Deed::MissionWithdrawnBefore {})));
    }
    // A reason that comes in is erased with the rest, or not taken any more.
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
    let main = happens(&after.name, Deed::MissionWithdrawn { note_number, withdrawn, ended });
    Ok(by.outcome(main.row(RowChange::MissionWithdrawn { after, before }), besides))
}

/// Withdraws an application, as if it were withdrawn alone, if it is open.
fn withdraw_open(application: Application, withdrawal: &Withdrawal) -> Result<Option<Happening>, Refusal> {
    if application.erase_time.is_some() || !application.state.kind().verbs().contains(&Verb::Withdraw) {
        return Ok(None);
    }
    let (reason, note) = (withdrawal.reason.clone(), withdrawal.note_number.clone());
    let step = Step::Withdrawn { note_number: Some(note.clone()) };
    withdrawn(application, step, |open| open.withdraw_with_mission(reason, note)).map(Some)
}

/// Ends an accreditation, as if it were withdrawn alone, if it is in force.
fn end(by: &Acting<'_>, accreditation: Accreditation, withdrawal: &Withdrawal) -> Option<Happening> {
    let from = accreditation.state();
    accreditation.withdraw(withdrawal.clone(), &by.actor.principal, by.now).ok().map(|after| ended(from, after))
}

/// Erases why a mission withdrew, once that has been kept for long enough; nothing if it says nothing.
pub fn erase_reason(by: &Service, mission: Mission) -> Option<Outcome> {
    let before = mission.version;
    let after = mission.erase_reason()?;
    Some(by.only(happens(&after.name, Deed::MissionErased {}).row(RowChange::MissionErased { after, before })))
}

/// What is loaded to confirm accreditations for a run-off.
#[derive(Debug)]
pub struct ToConfirm {
    /// The mission's name.
    pub mission: MissionName,
    /// Its election.
    pub election: Election,
    /// All its accreditations.
    pub accreditations: Vec<Accreditation>,
    /// Those of its applications that came on paper, where a registrar acts.
    pub on_paper: BTreeSet<ApplicationName>,
}

/// Confirms whom a mission keeps for a run-off. A registrar does it by a note, for those who came on paper: of the rest nothing
/// is there for a registrar.
pub fn confirm(by: &Acting<'_>, loaded: ToConfirm, chosen: &Chosen, note_number: &str) -> Result<Outcome, Refusal> {
    let ToConfirm { mission, election, accreditations: mut own, on_paper } = loaded;
    let called = election.check_confirming(by.now)?;
    if by.registrar()?.is_some() {
        let anybody = !own.is_empty();
        own.retain(|one| on_paper.contains(&one.application));
        let invalid = |field, problem: &str| Refusal::InvalidField { field, problem: problem.to_owned() };
        if anybody && own.is_empty() {
            let problem = "must be a mission of whose people some came on paper; the others its delegation confirms";
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
        let deed = Deed::AccreditationConfirmed { application, note_number: noted.clone() };
        let log = LogName::Election(name.election.clone());
        let row = RowChange::Confirmation { of: one, called, by: by.actor.principal.clone() };
        Happening::new(log, name, &mission.organization, deed).row(row)
    });
    let besides = besides.collect();
    let deed = Deed::AccreditationsConfirmed { confirmed, note_number: noted };
    Ok(by.outcome(happens(&mission, deed), besides))
}
