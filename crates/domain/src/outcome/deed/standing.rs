//! Where an application stands that does not move.

use super::{Fact, Facts, Recorded};
use crate::application::{Application, Place};
use crate::vocabulary::state::StateKind;

/// Where an application stands and stays, with its place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: StateKind,
    /// Its place, if it has one.
    pub place: Option<Place>,
}

impl Standing {
    /// That of an application.
    pub fn of(application: &Application) -> Self {
        Self { state: application.state.kind(), place: application.place() }
    }
}

impl Fact for Standing {
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
