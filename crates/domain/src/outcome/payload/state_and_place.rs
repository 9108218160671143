//! The state of an application in an event that does not change it.

use super::{Fact, Facts, Recorded};
use crate::application::{Application, Place};
use crate::vocabulary::state::StateKind;

/// The state of an application and its place in the queue. The state before and after are the same, and both are
/// recorded: readers treat this like a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateAndPlace {
    /// The state.
    pub state: StateKind,
    /// The place in the queue; `None` before the application was presented.
    pub place: Option<Place>,
}

impl StateAndPlace {
    /// The state and place of an application.
    pub fn of(application: &Application) -> Self {
        Self { state: application.state.kind(), place: application.place() }
    }
}

impl Fact for StateAndPlace {
    fn put(&self, name: &'static str, facts: &mut Facts) {
        self.state.put("from", facts);
        self.state.put("to", facts);
        self.place.put(name, facts);
    }

    fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
        Some(Self { state: Fact::get("to", recorded)?, place: Fact::get(name, recorded)? })
    }

    fn names(_name: &'static str) -> Vec<&'static str> {
        [vec!["from", "to"], Place::names("")].concat()
    }
}
