//! Who no longer decides on an application, and how it passes from one reviewer to another.

use jiff::Timestamp;

use super::{Application, ClaimGuard, State};
use crate::policy::PersonActor;
use crate::refusal::Refusal;
use crate::vocabulary::id::PersonId;
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::verb::Verb;

/// What somebody of the commission wrote about sending an application back, taking it over or leaving it to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The method, as in `DecreeService/SendBackApplication`.
    pub action: String,
    /// The principal's name.
    pub actor: String,
    /// When.
    pub time: Timestamp,
    /// Why.
    pub text: Personal<String>,
}

impl Application {
    /// Whether this human no longer decides on it.
    pub fn is_recused(&self, person: &PersonId) -> bool {
        self.recused.iter().any(|one| one.person == *person)
    }

    /// The principal that holds it in review, if one does.
    pub fn reviewer(&self) -> Option<&PrincipalName> {
        match &self.state {
            State::InReview { reviewer, .. } => Some(reviewer),
            _ => None,
        }
    }

    /// A change that delegation and ministry cannot see.
    fn changed_unseen(mut self, state: State) -> Self {
        self.unseen += 1;
        self.changed(state)
    }

    /// The caller's human decides on it no more. What this human holds or has recommended goes back to PRESENTED, in its
    /// place; otherwise nothing is to be seen of it. `holder` is the human who reviews it, if somebody does and the
    /// registry knows.
    pub fn recuse(mut self, caller: &PersonActor, holder: Option<&PersonId>) -> Result<Self, Refusal> {
        self.allow(Verb::Recuse)?;
        self.recused.push(caller.clone());
        let own = match &self.state {
            State::InReview { place, reviewer, .. } => {
                (*reviewer == caller.principal || holder == Some(&caller.person)).then_some(*place)
            }
            State::Recommended { place, recommendation } => (recommendation.person == caller.person).then_some(*place),
            _ => None,
        };
        let state = self.state.clone();
        Ok(match own {
            Some(place) => self.changed(State::Presented(place)),
            None => self.changed_unseen(state),
        })
    }

    /// IN_REVIEW with one reviewer → IN_REVIEW with another, for the length of a new lease.
    pub fn take_over(self, guard: ClaimGuard<'_>) -> Result<Self, Refusal> {
        self.allow(Verb::TakeOver)?;
        let ClaimGuard { reviewer: caller, rules, screening, now } = guard;
        let State::InReview { place, reviewer, lease_until } = &self.state else {
            return Err(self.no_such_state(Verb::TakeOver));
        };
        let wrong = |problem: &str| Refusal::InvalidField { field: "name", problem: problem.to_owned() };
        if *reviewer == caller.principal {
            return Err(wrong("expected an application that another reviewer holds: the caller holds this one"));
        }
        if now > *lease_until {
            return Err(wrong(
                "expected a hold that has not ended: this one is back in the queue in a moment, claim it",
            ));
        }
        self.check_four_eyes(&caller.person)?;
        screening.check_done(&self)?;
        let lease_until = rules.lease_until(now);
        let state = State::InReview { place: *place, reviewer: caller.principal.clone(), lease_until };
        Ok(self.changed_unseen(state))
    }

    /// IN_REVIEW → PRESENTED, in its place: whoever holds it puts it back.
    pub fn release(self, caller: &PrincipalName) -> Result<Self, Refusal> {
        let place = self.held_by(Verb::Release, caller)?;
        Ok(self.changed(State::Presented(place)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Recommendation;
    use super::super::fixture::{at, draft, election, person, place};
    use super::*;
    use crate::decree::Verdict;
    use crate::screening::Screening;
    use crate::vocabulary::state::StateKind;

    const NOW: &str = "2019-05-10T00:00:00Z";

    fn held(by: &PersonActor) -> Application {
        let lease_until = at("2019-05-10T12:00:00Z");
        Application {
            state: State::InReview { place: place(), reviewer: by.principal.clone(), lease_until },
            ..draft()
        }
    }

    fn recommended(by: &PersonActor) -> Application {
        let recommendation = Recommendation {
            verdict: Verdict::Accredit,
            by: by.principal.clone(),
            person: by.person.clone(),
            time: at(NOW),
            content_digest: [1; 32],
        };
        Application { state: State::Recommended { place: place(), recommendation }, ..draft() }
    }

    fn take_over(application: Application, by: &PersonActor, now: &str) -> Result<Application, Refusal> {
        let screening = Screening { revision: 1, version: 1, ..Screening::default() };
        let rules = &election().rules;
        application.take_over(ClaimGuard { reviewer: by, rules, screening: &screening, now: at(now) })
    }

    #[test]
    fn what_a_recused_human_held_or_recommended_goes_back_with_either_certificate() {
        let (first, second, other) = (person("one", "p1"), person("one-again", "p1"), person("two", "p2"));
        let check = |before: Application, by: &PersonActor, holder: &PersonActor, to: StateKind| {
            let (etag, screening) = (before.etag(), Screening::default());
            let full = before.etag_with(&screening);
            let after = before.recuse(by, Some(&holder.person)).expect("it is open");
            assert_eq!((after.state.kind(), after.place()), (to, Some(place())));
            assert!(after.barred(&by.person).is_some());
            assert_eq!(after.etag() == etag, to != StateKind::Presented, "a delegation sees what changed for it");
            assert_ne!(after.etag_with(&screening), full);
        };
        for by in [&first, &second] {
            check(held(&first), by, &first, StateKind::Presented);
            check(recommended(&first), by, &first, StateKind::Presented);
        }
        check(held(&first), &other, &first, StateKind::InReview);
        check(recommended(&first), &other, &first, StateKind::Recommended);
    }

    #[test]
    fn whoever_takes_over_is_another_and_may_decide() {
        let (one, two) = (person("one", "p1"), person("two", "p2"));
        let taken = take_over(held(&one), &two, NOW).expect("the lease runs");
        assert_eq!(taken.release(&one.principal), Err(Refusal::NotYourClaim));
        let recused = held(&one).recuse(&two, Some(&one.person)).expect("it is open");
        let second_card = person("two-again", "p2");
        for by in [&two, &second_card] {
            assert_eq!(take_over(recused.clone(), by, NOW), Err(Refusal::FourEyes { items: Vec::new() }));
        }
        for (by, now) in [(&one, NOW), (&two, "2019-05-10T12:00:01Z")] {
            let refused = take_over(held(&one), by, now);
            assert!(matches!(refused, Err(Refusal::InvalidField { field: "name", .. })), "{refused:?}");
        }
    }

    #[test]
    fn whoever_does_not_decide_does_not_send_back() {
        let (one, two) = (person("one", "p1"), person("two", "p2"));
        let (rules, recused) = (election().rules, recommended(&one).recuse(&two, None).expect("it is open"));
        let sent = recused.clone().send_back(&two, &rules, at(NOW));
        assert_eq!(sent, Err(Refusal::FourEyes { items: Vec::new() }));
        assert!(recused.send_back(&person("three", "p3"), &rules, at(NOW)).is_ok());
    }
}
