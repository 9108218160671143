//! Elections.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::cutoff::Cutoffs;
use crate::id::ElectionCode;
use crate::name::ElectionName;
use crate::refusal::Refusal;
use crate::region_set::RegionSet;
use crate::rule_pack::RulePack;

/// What is voted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ElectionKind {
    /// The head of state.
    Presidential,
    /// The parliament.
    Parliamentary,
    /// Local bodies.
    Local,
    /// A question put to the people.
    Referendum,
}

/// Where an election stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ElectionState {
    /// Registered, not yet open to observation.
    Registered,
    /// Open to observation.
    Open,
}

/// An election to which observers are accredited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Election {
    /// Its code.
    pub code: ElectionCode,
    /// Its name in print.
    pub display_name: String,
    /// What is voted on.
    pub kind: ElectionKind,
    /// The first round's voting day.
    pub voting_day: Date,
    /// IANA time zone of the capital.
    pub time_zone: String,
    /// The rules, as they stood when it was registered.
    pub rules: RulePack,
    /// The region set.
    pub region_set: String,
    /// Where it stands.
    pub state: ElectionState,
    /// Until when it takes submissions and presentations.
    pub cutoffs: Cutoffs,
    /// When it was registered.
    pub create_time: Timestamp,
}

/// What the registrar says of an election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElectionDraft {
    /// Its code.
    pub code: ElectionCode,
    /// Its name in print.
    pub display_name: String,
    /// What is voted on.
    pub kind: ElectionKind,
    /// The first round's voting day.
    pub voting_day: Date,
    /// IANA time zone of the capital.
    pub time_zone: String,
    /// The rule pack's id.
    pub rule_pack: String,
    /// The region set.
    pub region_set: String,
}

impl Election {
    /// Registers an election: finds its rules and computes its cutoffs.
    pub fn register(draft: ElectionDraft, now: Timestamp) -> Result<Self, Refusal> {
        let ElectionDraft { code, display_name, kind, voting_day, time_zone, rule_pack, region_set } = draft;
        let rules = RulePack::find(&rule_pack).ok_or(Refusal::UnknownRulePack)?;
        let invalid = |field, problem: &str| Refusal::InvalidField { field, problem: problem.to_owned() };
        if RegionSet::find(&region_set).is_none() {
            return Err(invalid("election.region_set", &format!("expected one of {}", RegionSet::known())));
        }
        let zone = TimeZone::get(&time_zone)
            .map_err(|_| invalid("election.time_zone", "expected an IANA time zone such as Asia/Almaty"))?;
        let cutoffs = Cutoffs::compute(&rules, voting_day, &zone)
            .map_err(|_| invalid("election.voting_day", "expected a day between the years 1 and 9998"))?;
        let state = ElectionState::Registered;
        let create_time = now;
        Ok(Self { code, display_name, kind, voting_day, time_zone, rules, region_set, state, cutoffs, create_time })
    }

    /// Its name.
    pub fn name(&self) -> ElectionName {
        ElectionName { election: self.code.clone() }
    }

    /// The regions that it is held in. A set that a later version no longer had would have none.
    pub fn regions(&self) -> Option<&'static RegionSet> {
        RegionSet::find(&self.region_set)
    }

    /// Opens it to observation; opening an open one changes nothing.
    pub fn open(mut self) -> Self {
        self.state = ElectionState::Open;
        self
    }

    /// Refuses to go on if it is not open.
    pub fn check_open(&self) -> Result<(), Refusal> {
        match self.state {
            ElectionState::Open => Ok(()),
            ElectionState::Registered => Err(Refusal::ElectionNotOpen),
        }
    }
}
