//! What becomes of an application when a moment has passed.

use jiff::Timestamp;

use super::{Application, State};
use crate::election::cutoff::Cutoffs;
use crate::outcome::Step;
use crate::refusal::Stage;
use crate::vocabulary::state::StateKind;

/// A state in which an application lapses once a cutoff of its election has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lapsing {
    /// The state.
    pub state: StateKind,
    /// Whether that is of those that came on paper, or of those that did not; none if it makes no difference.
    pub on_paper: Option<bool>,
    /// The stage whose cutoff it is.
    pub stage: Stage,
}

/// Every one. A note that was in time can be entered until nobody could present it any more.
pub const LAPSING: [Lapsing; 4] = [
    Lapsing { state: StateKind::Draft, on_paper: Some(false), stage: Stage::Submission },
    Lapsing { state: StateKind::Draft, on_paper: Some(true), stage: Stage::Presentation },
    Lapsing { state: StateKind::ReturnedByMinistry, on_paper: None, stage: Stage::Submission },
    Lapsing { state: StateKind::Submitted, on_paper: None, stage: Stage::Presentation },
];

impl Application {
    fn lapses(&self, cutoffs: &Cutoffs, now: Timestamp) -> bool {
        let (kind, on_paper) = (self.state.kind(), self.paper.is_some());
        let is_it = |one: &&Lapsing| one.state == kind && one.on_paper.is_none_or(|paper| paper == on_paper);
        LAPSING.iter().find(is_it).is_some_and(|one| cutoffs.is_past(one.stage, now))
    }

    /// What the service itself does once a moment has passed; `None` if nothing is due.
    pub fn tick(self, cutoffs: &Cutoffs, now: Timestamp) -> Option<(Step, Self)> {
        match &self.state {
            _ if self.erase_time.is_some() => None,
            State::InReview { place, lease_until, .. } if now > *lease_until => {
                let place = *place;
                Some((Step::LeaseEnded, self.changed(State::Presented(place))))
            }
            State::ReturnedByCommission { place, due, .. } if now > *due => {
                let place = *place;
                Some((Step::QuestionsEnded, self.changed(State::Presented(place))))
            }
            _ if self.lapses(cutoffs, now) => Some((Step::Lapsed, self.changed(State::Lapsed))),
            _ => None,
        }
    }
}
