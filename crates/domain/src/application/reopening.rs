//! What an appeal against a refusal brings about.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Application, Recommendation, State, Verb};
use crate::decree::RefusalGround;
use crate::policy::PersonActor;
use crate::refusal::Refusal;
use crate::rule_pack::RulePack;

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

    /// REFUSED → IN_REVIEW in its old place, held by whoever upheld the appeal, for the length of a lease. Whoever took part
    /// in the refusal no longer decides on it.
    pub fn reopen(
        mut self,
        decider: &PersonActor,
        parties: Vec<PersonActor>,
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
        for party in parties {
            if !self.recused.iter().any(|one| one.person == party.person) {
                self.recused.push(party);
            }
        }
        let (reviewer, lease_until) = (decider.principal.clone(), rules.lease_until(now));
        Ok(self.changed(State::InReview { place, reviewer, lease_until }))
    }
}
