//! Appeals: a delegation appeals against a decision about one of its people, and somebody who took no part decides.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::accreditation::Accreditation;
use crate::application::{Application, State};
use crate::policy::PersonActor;
use crate::proposal::{Proposal, ProposalDraft, ProposalKind, ProposalState};
use crate::refusal::Refusal;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::id::PersonId;
use crate::vocabulary::name::{AccreditationName, AppealName, ApplicationName, PrincipalName};
use crate::vocabulary::personal::Personal;

pub mod acts;

/// The decision on an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AppealOutcome {
    /// The appeal is upheld: the decision does not stand.
    Uphold,
    /// The appeal is dismissed: the decision stands.
    Dismiss,
}

impl AppealOutcome {
    /// The state of the decided appeal, as a word in the database and in events. It must not change.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uphold => "UPHELD",
            Self::Dismiss => "DISMISSED",
        }
    }
}

/// The decision on an appeal, with who decided and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealDecision {
    /// The decision.
    pub outcome: AppealOutcome,
    /// The reason in free text, which the delegation reads; empty after the retention ended.
    pub text: Personal<String>,
    /// The principal that decided.
    pub by: PrincipalName,
    /// When it was decided.
    pub time: Timestamp,
}

/// An appeal against a decision about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// The resource name.
    pub name: AppealName,
    /// The application that the decision is about.
    pub application: ApplicationName,
    /// The accreditation that the decision ended; `None` if it refused the application.
    pub accreditation: Option<AccreditationName>,
    /// The number of the decree that is appealed against.
    pub decree: u32,
    /// What the delegation says; empty after the retention ended.
    pub text: Personal<String>,
    /// The principal that filed it.
    pub filed_by: PrincipalName,
    /// When it was filed.
    pub file_time: Timestamp,
    /// The decision; `None` while it is open.
    pub decision: Option<AppealDecision>,
}

/// The number of the decree that can be appealed against: it refused the application, or revoked or annulled the
/// accreditation.
///
/// # Errors
///
/// [`Refusal::NothingToAppeal`] if no decree decided against the person, [`Refusal::Erased`] after erasure.
pub fn appealable(application: &Application, accreditation: Option<&Accreditation>) -> Result<u32, Refusal> {
    application.check_whole()?;
    if let State::Refused { decree, .. } = &application.state {
        return Ok(*decree);
    }
    let Some(accreditation) = accreditation else {
        return Err(Refusal::NothingToAppeal { state: application.state.kind().as_str() });
    };
    let state = accreditation.state();
    let ended = matches!(state, AccreditationState::Revoked | AccreditationState::Annulled);
    let decree = accreditation.last_change.as_ref().and_then(|change| change.decree);
    decree.filter(|_| ended).ok_or(Refusal::NothingToAppeal { state: state.as_str() })
}

impl Appeal {
    /// Decides the appeal. `parties` are the humans who took part in the decision; none of them may decide about it.
    ///
    /// # Errors
    ///
    /// - [`Refusal::AppealDecided`] if it was decided before.
    /// - [`Refusal::FourEyes`] if the decider took part in the decision or may not decide about the application.
    /// - [`Refusal::Erased`] after erasure.
    pub fn decide(
        mut self,
        outcome: AppealOutcome,
        text: Personal<String>,
        by: &PersonActor,
        parties: &[PersonId],
        application: &Application,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        application.check_whole()?;
        if let Some(AppealDecision { outcome, .. }) = &self.decision {
            return Err(Refusal::AppealDecided { state: outcome.as_str() });
        }
        application.check_four_eyes(&by.person)?;
        if parties.contains(&by.person) {
            return Err(Refusal::FourEyes { items: Vec::new() });
        }
        self.decision = Some(AppealDecision { outcome, text, by: by.principal.clone(), time: now });
        Ok(self)
    }
}

impl Proposal {
    /// Proposes to reinstate an accreditation after an upheld appeal, under a free number. The person who decided the appeal
    /// counts as the proposer, so another human has to adopt.
    pub fn reinstate(number: u32, accreditation: &Accreditation, by: PersonActor, now: Timestamp) -> Self {
        let (ground, text) = (String::new(), Personal::new("An appeal was upheld.".to_owned()));
        Self {
            name: crate::vocabulary::name::ProposalName { election: accreditation.name.election.clone(), number },
            accreditation: accreditation.name.clone(),
            application: accreditation.application.clone(),
            changes: accreditation.changes(),
            draft: ProposalDraft { kind: ProposalKind::Reinstate, ground, text },
            proposed_by: by,
            create_time: now,
            state: ProposalState::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, draft, person};

    const NOW: &str = "2019-05-20T00:00:00Z";

    fn appeal() -> Appeal {
        Appeal {
            name: "elections/kz-2019/appeals/0190b0a0-0000-7000-8000-000000000001".parse().expect("a name"),
            application: draft().name,
            accreditation: None,
            decree: 3,
            text: Personal::default(),
            filed_by: person("secretary", "p8").principal,
            file_time: at(NOW),
            decision: None,
        }
    }

    /// An appeal is worth nothing if the people who decided also decide about it.
    #[test]
    fn parties_cannot_decide_an_appeal_and_nobody_decides_twice() {
        let parties = ["p1", "p2"].map(|id| id.parse().expect("an id"));
        let decide = |appeal: Appeal, id: &str| {
            let (outcome, text) = (AppealOutcome::Uphold, Personal::default());
            appeal.decide(outcome, text, &person("reviewer-2", id), &parties, &draft(), at(NOW))
        };
        for id in ["p1", "p2"] {
            assert_eq!(decide(appeal(), id).expect_err("took part").reason(), "FOUR_EYES");
        }
        let decided = decide(appeal(), "p3").expect("another person");
        assert_eq!(decide(decided, "p4").expect_err("once"), Refusal::AppealDecided { state: "UPHELD" });
    }

    /// Only a decision of the commission against the person can be appealed.
    #[test]
    fn only_a_decision_against_the_person_can_be_appealed() {
        let refused = appealable(&draft(), None).expect_err("a draft");
        assert_eq!(refused, Refusal::NothingToAppeal { state: "DRAFT" });
    }
}
