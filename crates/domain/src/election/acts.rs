//! What is done with an election: registered, opened, moved to another day, its results published.

use jiff::Timestamp;

use super::{Election, ElectionDraft, Reschedule, ScheduleKind};
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange, VotingDayMoved};
use crate::refusal::Refusal;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::log::LogName;

/// An election that is to be registered under a code that is free.
pub fn register(by: &Acting<'_>, draft: ElectionDraft, before: Option<&Election>) -> Result<Outcome, Refusal> {
    let new = Election::register(draft, by.now)?;
    if before.is_some() {
        return Err(Refusal::AlreadyExists { resource: new.name().to_string() });
    }
    let (voting_day, rule_pack, cutoffs) = (new.voting_day, new.rules.id.clone(), new.cutoffs);
    let deed = Deed::ElectionRegistered { voting_day, rule_pack, cutoffs };
    let registered = by.happens(LogName::Registry, new.name(), deed);
    Ok(by.only(registered.row(RowChange::NewElection(Box::new(new)))))
}

/// The log of an election: all that happens to it once it is registered.
fn log(election: &Election) -> LogName {
    LogName::Election(election.code.clone())
}

/// Opens an election to observation; opening an open one changes nothing.
pub fn open(by: &Acting<'_>, election: Election) -> Outcome {
    let opened = election.open();
    let happened = by.happens(log(&opened), opened.name(), Deed::ElectionOpened {});
    by.only(happened.row(RowChange::ElectionState(Box::new(opened))))
}

/// Publishes the results, or corrects when they were published. `erased` says whether something has been erased since.
pub fn publish_results(
    by: &Acting<'_>,
    election: Election,
    publish_time: Timestamp,
    erased: bool,
) -> Result<Outcome, Refusal> {
    let published = election.publish_results(publish_time, erased, by.now)?;
    let deed = Deed::ResultsPublished { results_time: publish_time };
    let happened = by.happens(log(&published), published.name(), deed);
    Ok(by.only(happened.row(RowChange::ResultsTime(Box::new(published)))))
}

/// Moves voting to a later day. Everyone who was `invited` is told.
pub fn postpone(
    by: &Acting<'_>,
    election: Election,
    to: &Reschedule,
    invited: &[OrganizationCode],
) -> Result<Outcome, Refusal> {
    reschedule(by, election, Election::postpone, ScheduleKind::Postponed, to, invited)
}

/// Calls a run-off on a later day, from which both cutoffs are computed anew. Everyone who was `invited` is told.
pub fn call_run_off(
    by: &Acting<'_>,
    election: Election,
    to: &Reschedule,
    invited: &[OrganizationCode],
) -> Result<Outcome, Refusal> {
    reschedule(by, election, Election::call_run_off, ScheduleKind::RunOff, to, invited)
}

/// Moves voting to another day. An organization sees what concerns it and nothing else: each is told by an event of its own.
fn reschedule(
    by: &Acting<'_>,
    election: Election,
    to_move: fn(Election, &Reschedule, Timestamp) -> Result<Election, Refusal>,
    kind: ScheduleKind,
    to: &Reschedule,
    invited: &[OrganizationCode],
) -> Result<Outcome, Refusal> {
    let before = election.voting_day;
    let moved = to_move(election, to, by.now)?;
    let (name, log) = (moved.name(), log(&moved));
    let entry = moved.scheduled(kind, to, by.now);
    let run_off = kind == ScheduleKind::RunOff;
    let told = |invited: bool| {
        let (voting_day, cutoffs, act) = (moved.voting_day, moved.cutoffs, entry.act.clone());
        Deed::VotingDayMoved { moved: VotingDayMoved { voting_day, from: before, run_off, cutoffs, act, invited } }
    };
    let besides = invited.iter().map(|one| Happening::new(log.clone(), &name, one, told(true))).collect();
    let mut main = by.happens(log.clone(), &name, told(false));
    let election = moved.code.clone();
    if run_off {
        main = main.row(RowChange::RunOffTime(Box::new(moved.clone())));
    }
    main = main.row(RowChange::VotingDay { after: Box::new(moved), before });
    main = main.row(RowChange::NewScheduleEntry { election: election.clone(), entry });
    // Every passport must outlast voting day.
    main = main.row(RowChange::ToCheckAgain { election, organization: None });
    Ok(by.outcome(main, besides))
}
