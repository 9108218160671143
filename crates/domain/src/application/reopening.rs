//! What an appeal against a refusal brings about.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Application, Recommendation, State};
use crate::decree::RefusalGround;
use crate::policy::PersonActor;
use crate::refusal::Refusal;
use crate::rule_pack::RulePack;
use crate::vocabulary::verb::Verb;

/// A refusal that an appeal overturned, as its decree pronounced it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overturned {
    /// The decree's number.
    pub decree: u32,
    /// The revision that was refused.
    pub revision: i32,
    /// Why.
    pub ground: RefusalGround,
}

impl Application {
    /// Who recommended the refusal that stands, if one does.
    pub fn refused_by(&self) -> Option<PersonActor> {
        let State::Refused { recommendation: Recommendation { by, person, .. }, .. } = &self.state else { return None };
        Some(PersonActor { principal: by.clone(), person: person.clone() })
    }

    /// Adds to whoever decides on it no more; whether it did not know one of them.
    fn add_recused(&mut self, parties: Vec<PersonActor>) -> bool {
        let before = self.recused.len();
        for party in parties {
            if !self.is_recused(&party.person) {
                self.recused.push(party);
            }
        }
        self.recused.len() != before
    }

    /// Whoever took part in what an appeal overturned decides on it no more, which neither delegation nor ministry can see.
    pub fn recuse_parties(mut self, parties: Vec<PersonActor>) -> Self {
        let changed = i64::from(self.add_recused(parties));
        (self.version, self.unseen) = (self.version + changed, self.unseen + changed);
        self
    }

    /// REFUSED → IN_REVIEW in its old place, held by whoever upheld the appeal, for the length of a lease. Whoever took part
    /// in the refusal no longer decides on it. If the place of the accreditation that it was to replace is no longer free,
    /// it replaces nobody.
    pub fn reopen(
        mut self,
        decider: &PersonActor,
        parties: Vec<PersonActor>,
        place_free: bool,
        rules: &RulePack,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        self.allow(Verb::Reopen)?;
        self.check_four_eyes(&decider.person)?;
        if parties.iter().any(|party| party.person == decider.person) {
            return Err(Refusal::FourEyes { items: Vec::new() });
        }
        let State::Refused { place, decree, ground, .. } = self.state.clone() else {
            return Err(self.no_such_state(Verb::Reopen));
        };
        self.overturned.push(Overturned { decree, revision: self.revision, ground });
        self.replaces = self.replaces.filter(|_| place_free);
        let (reviewer, lease_until) = (decider.principal.clone(), rules.lease_until(now));
        self.add_recused(parties);
        Ok(self.changed(State::InReview { place, reviewer, lease_until }))
    }
}
