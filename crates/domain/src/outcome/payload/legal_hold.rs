//! The event content of a legal hold.

use super::{Fact, Facts, Recorded};
use crate::vocabulary::name::{ApplicationName, ElectionName};

/// What a legal hold keeps beyond its retention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegalHoldScope {
    /// All personal data of an election.
    Election(ElectionName),
    /// One application.
    Application(ApplicationName),
}

impl Fact for LegalHoldScope {
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
