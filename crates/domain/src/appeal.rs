//! Appeals: what a delegation brings against a decision on one of its people, and who decides on it.

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

/// How an appeal is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AppealOutcome {
    /// The decision does not stand.
    Uphold,
    /// The decision stands.
    Dismiss,
}

impl AppealOutcome {
    /// Where it leaves the appeal, as it stands in the database and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uphold => "UPHELD",
            Self::Dismiss => "DISMISSED",
        }
    }
}

/// How an appeal was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealDecision {
    /// Which way.
    pub outcome: AppealOutcome,
    /// Why, in words; empty once the retention is over.
    pub text: Personal<String>,
    /// By whom.
    pub by: PrincipalName,
    /// When.
    pub time: Timestamp,
}

/// An appeal against a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Its name.
    pub name: AppealName,
    /// The application that the decision is on.
    pub application: ApplicationName,
    /// The accreditation that the decision ended; none if it refused the application.
    pub accreditation: Option<AccreditationName>,
    /// The number of the decree that decided.
    pub decree: u32,
    /// What the delegation says; empty once the retention is over.
    pub text: Personal<String>,
    /// Who filed it.
    pub filed_by: PrincipalName,
    /// When.
    pub file_time: Timestamp,
    /// How it was decided, once it was.
    pub decision: Option<AppealDecision>,
}

/// The decree that refused an application, or ended its accreditation: what can be appealed.
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
    /// Decides it. `parties` are the humans who took part in the decision: none of them decides on the appeal.
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
    /// Proposes to reinstate what an appeal that was upheld was about, under a free number.
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

    #[test]
    fn whoever_took_part_in_the_decision_does_not_decide_on_its_appeal_and_nobody_decides_twice() {
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

    #[test]
    fn what_nobody_decided_against_the_delegation_is_not_appealed() {
        let refused = appealable(&draft(), None).expect_err("a draft");
        assert_eq!(refused, Refusal::NothingToAppeal { state: "DRAFT" });
    }
}
