//! What is done with a presentation: made.

use super::{Presentation, check_count};
use crate::application::{Application, Place};
use crate::decree::check_items;
use crate::election::Election;
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange, Step};
use crate::refusal::{Refusal, Stage};
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, PresentationName};
use crate::vocabulary::state::StateKind;

/// What is loaded to present applications.
#[derive(Debug)]
pub struct ToPresent {
    /// Their election.
    pub election: Election,
    /// Whether a presentation of that note is there already.
    pub note_known: bool,
    /// Each application, or the name by which none was found.
    pub found: Vec<Result<Application, ApplicationName>>,
    /// A free number.
    pub number: u32,
}

/// Presents applications to the commission, in the order of the list, by a note: all of them, or none. `announced` is how many
/// the note says that there are, if it is known.
pub fn present(
    by: &Acting<'_>,
    loaded: ToPresent,
    note_number: String,
    announced: Option<usize>,
) -> Result<Outcome, Refusal> {
    let ToPresent { election, note_known, found, number } = loaded;
    check_count(found.len(), announced)?;
    election.cutoffs.check(Stage::Presentation, by.now, &election.time_zone)?;
    if note_known {
        return Err(Refusal::AlreadyExists { resource: format!("a presentation of the note {note_number}") });
    }
    check_items(&found, submitted)?;
    let found: Vec<_> = found.into_iter().flatten().collect();
    let new = Presentation {
        name: PresentationName { election: election.code.clone(), number },
        note_number,
        applications: found.iter().map(|one| one.name.clone()).collect(),
        presented_by: by.actor.principal.clone(),
        create_time: by.now,
    };
    let places = (1..).map(|position| Place { presentation: number, position });
    let besides = places.zip(found).map(|(place, application)| presented(application, place));
    let besides = besides.collect::<Result<Vec<_>, _>>()?;
    let deed = Deed::PresentationMade { applications: besides.len() };
    let made = by.happens(LogName::Election(election.code), &new.name, deed);
    Ok(by.outcome(made.row(RowChange::NewPresentation(new)), besides))
}

fn submitted(application: &Application) -> Result<(), String> {
    match application.state.kind() {
        StateKind::Submitted => Ok(()),
        other => Err(format!("expected an application in state SUBMITTED, this one is {other}")),
    }
}

/// Presents one application; the checks run once it is committed.
fn presented(application: Application, place: Place) -> Result<Happening, Refusal> {
    let before = application.stored();
    let after = application.present(place)?;
    let check = RowChange::ToCheck(after.name.clone());
    Ok(Happening::step(Step::Presented, before, after).row_before(check))
}
