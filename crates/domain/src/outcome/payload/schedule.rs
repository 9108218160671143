//! The event content of a moved voting day.

use jiff::civil::Date;

use super::{Fact, Facts, Recorded};
use crate::election::cutoff::Cutoffs;

/// A new voting day with what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VotingDayMoved {
    /// The new voting day.
    pub voting_day: Date,
    /// The voting day before.
    pub from: Date,
    /// Whether it is the day of a run-off. Otherwise the election was postponed.
    pub run_off: bool,
    /// The cutoffs that follow from the new day.
    pub cutoffs: Cutoffs,
    /// The number or title of the act that decides it.
    pub act: String,
    /// Whether this event is the copy for an invited organization. Each invited organization gets one of its own,
    /// because a reader sees only events that concern it.
    pub invited: bool,
}

/// The name of the fact with the day before, for a run-off and for a postponement.
const PREVIOUS_DAY_FACTS: [&str; 2] = ["run_off_after", "postponed_from"];

impl Fact for VotingDayMoved {
    fn put(&self, _name: &'static str, facts: &mut Facts) {
        let Self { voting_day, from, run_off, cutoffs, act, invited } = self;
        voting_day.put("voting_day", facts);
        from.put(PREVIOUS_DAY_FACTS[usize::from(!run_off)], facts);
        cutoffs.put("", facts);
        act.put("act", facts);
        invited.put("invited", facts);
    }

    fn get(_name: &'static str, recorded: &Recorded) -> Option<Self> {
        let run_off = recorded.contains_key(PREVIOUS_DAY_FACTS[0]);
        Some(Self {
            voting_day: Fact::get("voting_day", recorded)?,
            from: Fact::get(PREVIOUS_DAY_FACTS[usize::from(!run_off)], recorded)?,
            run_off,
            cutoffs: Fact::get("", recorded)?,
            act: Fact::get("act", recorded)?,
            invited: Fact::get("invited", recorded)?,
        })
    }

    fn names(_name: &'static str) -> Vec<&'static str> {
        [vec!["voting_day", "act", "invited"], PREVIOUS_DAY_FACTS.to_vec(), Cutoffs::names("")].concat()
    }
}
