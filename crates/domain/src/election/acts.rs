//! The legal acts on an election: registering, opening, postponing it, calling a run-off and publishing the results.

use jiff::Timestamp;

use super::{Election, ElectionDraft, Reschedule, ScheduleKind};
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange, VotingDayMoved};
use crate::refusal::Refusal;
use crate::rule_pack::ImportedRulePack;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::log::LogName;

/// Registers an election. `rule_pack` is the imported pack that the draft names, and `before` the election that has the
/// code already; `None` if there is none.
///
/// # Errors
///
/// [`Refusal::AlreadyExists`], and the refusals of [`Election::register`].
pub fn register(
    by: &CallContext<'_>,
    draft: ElectionDraft,
    rule_pack: Option<&ImportedRulePack>,
    before: Option<&Election>,
) -> Result<Outcome, Refusal> {
    let rule_pack = rule_pack.ok_or(Refusal::UnknownRulePack)?;
    let new = Election::register(draft, &rule_pack.file, by.now)?;
    if before.is_some() {
        return Err(Refusal::AlreadyExists { resource: new.name().to_string() });
    }
    let (voting_day, rule_pack, cutoffs) = (new.voting_day, new.rules.id.clone(), new.cutoffs);
    let rule_pack_digest = new.rule_pack_digest;
    let payload = EventPayload::ElectionRegistered { voting_day, rule_pack, rule_pack_digest, cutoffs };
    let registered = by.own_event(LogName::Registry, new.name(), payload);
    Ok(by.single_outcome(registered.with_row(RowChange::NewElection(Box::new(new)))))
}

/// The log of an election. It begins after the registration, which is in the log of the registry.
fn log(election: &Election) -> LogName {
    LogName::Election(election.code.clone())
}

/// Opens an election to observation. A repetition changes nothing.
pub fn open(by: &CallContext<'_>, election: Election) -> Outcome {
    let opened = election.open();
    let happened = by.own_event(log(&opened), opened.name(), EventPayload::ElectionOpened {});
    by.single_outcome(happened.with_row(RowChange::ElectionState(Box::new(opened))))
}

/// Publishes the results, or corrects when they were published. `erased` says whether personal data was erased
/// already.
///
/// # Errors
///
/// The refusals of [`Election::publish_results`].
pub fn publish_results(
    by: &CallContext<'_>,
    election: Election,
    publish_time: Timestamp,
    erased: bool,
) -> Result<Outcome, Refusal> {
    let published = election.publish_results(publish_time, erased, by.now)?;
    let payload = EventPayload::ResultsPublished { results_time: publish_time };
    let happened = by.own_event(log(&published), published.name(), payload);
    Ok(by.single_outcome(happened.with_row(RowChange::ResultsTime(Box::new(published)))))
}

/// Postpones an election to a later day. Each `invited` organization is told.
///
/// # Errors
///
/// The refusals of [`Election::postpone`].
pub fn postpone(
    by: &CallContext<'_>,
    election: Election,
    to: &Reschedule,
    invited: &[OrganizationCode],
) -> Result<Outcome, Refusal> {
    reschedule(by, election, Election::postpone, ScheduleKind::Postponed, to, invited)
}

/// Calls a run-off on a later day, from which both cutoffs are computed. Each `invited` organization is told.
///
/// # Errors
///
/// The refusals of [`Election::call_run_off`].
pub fn call_run_off(
    by: &CallContext<'_>,
    election: Election,
    to: &Reschedule,
    invited: &[OrganizationCode],
) -> Result<Outcome, Refusal> {
    reschedule(by, election, Election::call_run_off, ScheduleKind::RunOff, to, invited)
}

/// Moves voting day. Each invited organization gets an event of its own, because it sees only events that concern it.
fn reschedule(
    by: &CallContext<'_>,
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
        EventPayload::VotingDayMoved {
            moved: VotingDayMoved { voting_day, from: before, run_off, cutoffs, act, invited },
        }
    };
    let besides = invited.iter().map(|one| EventDraft::new(log.clone(), &name, one, told(true))).collect();
    let mut main = by.own_event(log.clone(), &name, told(false));
    let election = moved.code.clone();
    if run_off {
        main = main.with_row(RowChange::RunOffTime(Box::new(moved.clone())));
    }
    main = main.with_row(RowChange::VotingDay { after: Box::new(moved), before });
    main = main.with_row(RowChange::NewScheduleEntry { election: election.clone(), entry });
    // The screening compares every passport with voting day.
    main = main.with_row(RowChange::ToCheckAgain { election, organization: None });
    Ok(by.outcome(main, besides))
}
