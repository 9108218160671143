//! The legal act on a presentation: making it.

use super::{Presentation, check_count};
use crate::application::{Application, Place};
use crate::decree::check_items;
use crate::election::Election;
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange, Step};
use crate::refusal::{Refusal, Stage};
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, PresentationName};
use crate::vocabulary::state::StateKind;

/// What is loaded to present applications.
#[derive(Debug)]
pub struct PresentInput {
    /// The election of the applications.
    pub election: Election,
    /// Whether a presentation with the same note number exists.
    pub note_known: bool,
    /// The applications in the order of the list: each found, or the name that was not found.
    pub found: Vec<Result<Application, ApplicationName>>,
    /// A presentation number that is free in the election.
    pub number: u32,
}

/// Presents applications to the commission in the order of the list: all of them, or none. `announced` is the number
/// of people in the note, if the request gives it.
///
/// # Errors
///
/// [`Refusal::CountMismatch`], [`Refusal::CutoffPassed`] after the presentation cutoff, [`Refusal::AlreadyExists`] if
/// the note was used before, [`Refusal::ItemsNotReady`] with the applications that are not SUBMITTED.
pub fn present(
    by: &CallContext<'_>,
    loaded: PresentInput,
    note_number: String,
    announced: Option<usize>,
) -> Result<Outcome, Refusal> {
    let PresentInput { election, note_known, found, number } = loaded;
    check_count(found.len(), announced)?;
    election.cutoffs.check(Stage::Presentation, by.now, &election.time_zone)?;
    if note_known {
        return Err(Refusal::AlreadyExists { resource: format!("a presentation of the note {note_number}") });
    }
    check_items(&found, check_submitted)?;
    let found: Vec<_> = found.into_iter().flatten().collect();
    let new = Presentation {
        name: PresentationName { election: election.code.clone(), number },
        note_number,
        applications: found.iter().map(|one| one.name.clone()).collect(),
        presented_by: by.actor.principal.clone(),
        create_time: by.now,
    };
    let places = (1..).map(|position| Place { presentation: number, position });
    let besides = places.zip(found).map(|(place, application)| present_one(application, place));
    let besides = besides.collect::<Result<Vec<_>, _>>()?;
    let payload = EventPayload::PresentationMade { applications: besides.len() };
    let made = by.own_event(LogName::Election(election.code), &new.name, payload);
    Ok(by.outcome(made.with_row(RowChange::NewPresentation(new)), besides))
}

/// The problem to show at an item that is not SUBMITTED.
fn check_submitted(application: &Application) -> Result<(), String> {
    match application.state.kind() {
        StateKind::Submitted => Ok(()),
        other => Err(format!("expected an application in state SUBMITTED, this one is {other}")),
    }
}

/// Presents one application. The screening runs after the commit.
fn present_one(application: Application, place: Place) -> Result<EventDraft, Refusal> {
    let before = application.stored();
    let after = application.present(place)?;
    let check = RowChange::ToCheck(after.name.clone());
    Ok(EventDraft::application_step(Step::Presented, before, after).with_row_first(check))
}
