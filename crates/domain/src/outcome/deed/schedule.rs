//! Another voting day, and what is kept for longer.

use jiff::civil::Date;

use super::{Fact, Facts, Recorded};
use crate::election::cutoff::Cutoffs;
use crate::vocabulary::name::{ApplicationName, ElectionName};

/// What a legal hold keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Everything of an election.
    Election(ElectionName),
    /// One application.
    Application(ApplicationName),
}

impl Fact for Held {
    fn put(&self, name: &'static str, facts: &mut Facts) {
        let held = match self {
            Self::Election(election) => election.to_string(),
            Self::Application(application) => application.to_string(),
        };
        held.put(name, facts);
    }

    fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
        let held = recorded.get(name)?;
        let application = held.parse().ok().map(Self::Application);
        application.or_else(|| held.parse().ok().map(Self::Election))
    }
}

/// Another voting day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VotingDayMoved {
    /// The day.
    pub voting_day: Date,
    /// The day that it follows.
    pub from: Date,
    /// Whether it is a run-off's; otherwise the election was postponed.
    pub run_off: bool,
    /// Until when the election takes submissions and presentations.
    pub cutoffs: Cutoffs,
    /// The act that decides it.
    pub act: String,
    /// Whether this tells it to an organization that was invited.
    pub invited: bool,
}

/// What the day that it follows is recorded as, of a run-off and of a postponement.
const FROM: [&str; 2] = ["run_off_after", "postponed_from"];

impl Fact for VotingDayMoved {
    fn put(&self, _name: &'static str, facts: &mut Facts) {
        let Self { voting_day, from, run_off, cutoffs, act, invited } = self;
        voting_day.put("voting_day", facts);
        from.put(FROM[usize::from(!run_off)], facts);
        cutoffs.put("", facts);
        act.put("act", facts);
        invited.put("invited", facts);
    }

    fn get(_name: &'static str, recorded: &Recorded) -> Option<Self> {
        let run_off = recorded.contains_key(FROM[0]);
        Some(Self {
            voting_day: Fact::get("voting_day", recorded)?,
            from: Fact::get(FROM[usize::from(!run_off)], recorded)?,
            run_off,
            cutoffs: Fact::get("", recorded)?,
            act: Fact::get("act", recorded)?,
            invited: Fact::get("invited", recorded)?,
        })
    }

    fn names(_name: &'static str) -> Vec<&'static str> {
        [vec!["voting_day", "act", "invited"], FROM.to_vec(), Cutoffs::names("")].concat()
    }
}
