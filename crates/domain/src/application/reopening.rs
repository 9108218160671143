//! Reopening a refused application after an upheld appeal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Application, Recommendation, State};
use crate::decree::RefusalGround;
use crate::policy::PersonActor;
use crate::refusal::Refusal;
use crate::rule_pack::RulePack;
use crate::vocabulary::verb::Verb;

/// A refusal that an appeal overturned, as its decree pronounced it. The decree's list still shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverturnedRefusal {
    /// The number of the decree.
    pub decree: u32,
    /// The revision that was refused.
    pub revision: i32,
    /// The ground and the text of the refusal.
    pub ground: RefusalGround,
}

impl Application {
    /// Who recommended the refusal; `None` if the application is not refused.
    pub fn refused_by(&self) -> Option<PersonActor> {
        let State::Refused { recommendation: Recommendation { by, person, .. }, .. } = &self.state else { return None };
        Some(PersonActor { principal: by.clone(), person: person.clone() })
    }

    /// Adds people to those who are recused. Returns whether one of them is new.
    fn add_recused(&mut self, parties: Vec<PersonActor>) -> bool {
        let before = self.recused.len();
        for party in parties {
            if !self.is_recused(&party.person) {
                self.recused.push(party);
            }
        }
        self.recused.len() != before
    }

    /// Recuses everybody who took part in a decision that an appeal overturned. Delegation and ministry must not
    /// notice.
    pub fn recuse_parties(mut self, parties: Vec<PersonActor>) -> Self {
        let changed = i64::from(self.add_recused(parties));
        (self.version, self.unseen) = (self.version + changed, self.unseen + changed);
        self
    }

    /// REFUSED → IN_REVIEW in its old place, held by the reviewer who upheld the appeal, with a lease. The people who
    /// took part in the refusal are recused. If the place of the accreditation that it was to replace is taken, it
    /// replaces nobody.
    ///
    /// # Errors
    ///
    /// [`Refusal::IllegalTransition`] if it is not refused, [`Refusal::FourEyes`] if the decider took part in the
    /// refusal.
    pub fn reopen(
        mut self,
        decider: &PersonActor,
        parties: Vec<PersonActor>,
        place_free: bool,
        rules: &RulePack,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        self.check_allowed(Verb::Reopen)?;
        self.check_four_eyes(&decider.person)?;
        if parties.iter().any(|party| party.person == decider.person) {
            return Err(Refusal::FourEyes { items: Vec::new() });
        }
        let State::Refused { place, decree, ground, .. } = self.state.clone() else {
            return Err(self.unreachable_state(Verb::Reopen));
        };
        self.overturned.push(OverturnedRefusal { decree, revision: self.revision, ground });
        self.replaces = self.replaces.filter(|_| place_free);
        let (reviewer, lease_until) = (decider.principal.clone(), rules.lease_until(now));
        self.add_recused(parties);
        Ok(self.changed(State::InReview { place, reviewer, lease_until }))
    }
}
