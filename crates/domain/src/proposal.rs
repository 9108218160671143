//! What one person of the commission proposes to become of an accreditation, and another carries out by a decree.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::accreditation::Accreditation;
use crate::application::Application;
use crate::policy::PersonActor;
use crate::refusal::{ItemProblem, Refusal};
use crate::rule_pack::RulePack;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::ground::Ground;
use crate::vocabulary::name::{AccreditationName, ApplicationName, PrincipalName, ProposalName};
use crate::vocabulary::personal::Personal;
use crate::vocabulary::role::Role;

pub mod acts;
mod ending;
mod hindrance;

pub use hindrance::Hindrance;

/// What is to become of an accreditation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProposalKind {
    /// It ends on a ground of the rule pack.
    Revoke,
    /// It ends because it was issued in error: nobody did wrong.
    Annul,
    /// It is in force again, because an appeal was upheld.
    Reinstate,
}

impl ProposalKind {
    /// As it stands in the database and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoke => "REVOKE",
            Self::Annul => "ANNUL",
            Self::Reinstate => "REINSTATE",
        }
    }

    /// Where it leaves the accreditation.
    pub fn outcome(self) -> AccreditationState {
        match self {
            Self::Revoke => AccreditationState::Revoked,
            Self::Annul => AccreditationState::Annulled,
            Self::Reinstate => AccreditationState::Active,
        }
    }
}

/// Where a proposal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposalState {
    /// A decree can list it.
    Open,
    /// Given up, or sent back by an adopter.
    Withdrawn {
        /// By whom.
        by: PrincipalName,
        /// When.
        time: Timestamp,
        /// Why; empty once the retention is over.
        reason: Personal<String>,
    },
    /// Carried out by a decree.
    CarriedOut {
        /// The decree's number.
        decree: u32,
        /// Who adopted it.
        by: PrincipalName,
        /// When.
        time: Timestamp,
    },
}

impl ProposalState {
    /// As it stands in the database.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Withdrawn { .. } => "WITHDRAWN",
            Self::CarriedOut { .. } => "CARRIED_OUT",
        }
    }
}

/// What a reviewer says of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalDraft {
    /// What is to become of the accreditation.
    pub kind: ProposalKind,
    /// The code of a ground of the rule pack; empty to annul.
    pub ground: String,
    /// Why, in words.
    pub text: Personal<String>,
}

/// A change of one accreditation that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its name.
    pub name: ProposalName,
    /// The accreditation.
    pub accreditation: AccreditationName,
    /// The application that the accreditation answers.
    pub application: ApplicationName,
    /// How many changes the accreditation had when it was proposed.
    pub changes: u32,
    /// What is to become of it, and why.
    pub draft: ProposalDraft,
    /// Who proposes it: whoever carries it out is another human.
    pub proposed_by: PersonActor,
    /// When.
    pub create_time: Timestamp,
    /// Where it stands.
    pub state: ProposalState,
}

/// What a proposal is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The proposal.
    pub proposal: Proposal,
    /// The accreditation as it is now.
    pub accreditation: Accreditation,
    /// The application that the accreditation answers.
    pub application: Application,
    /// Why it is not reinstated, if that is proposed and something stands in the way.
    pub hindrance: Option<Hindrance>,
}

impl Proposal {
    /// Whether it is proposed that an accreditation be in force again.
    pub fn reinstates(&self) -> bool {
        self.draft.kind == ProposalKind::Reinstate
    }
}

impl ProposalDraft {
    /// Refuses a ground that the rule pack does not have; an annulment has none.
    fn check(&self, rules: &RulePack) -> Result<(), Refusal> {
        let known = &rules.revocation_grounds;
        if self.kind == ProposalKind::Revoke && Ground::find(known, &self.ground).is_none() {
            return Err(Refusal::UnknownGround { field: "ground", known: known.clone() });
        }
        Ok(())
    }

    /// Proposes it of an accreditation that is in force, under a free number.
    pub fn propose(
        self,
        number: u32,
        accreditation: &Accreditation,
        application: &Application,
        rules: &RulePack,
        by: PersonActor,
        now: Timestamp,
    ) -> Result<Proposal, Refusal> {
        application.check_four_eyes(&by.person)?;
        let state = accreditation.state();
        if state != AccreditationState::Active {
            return Err(Refusal::AccreditationEnded { state });
        }
        self.check(rules)?;
        Ok(Proposal {
            name: ProposalName { election: accreditation.name.election.clone(), number },
            accreditation: accreditation.name.clone(),
            application: accreditation.application.clone(),
            changes: accreditation.changes(),
            draft: self,
            proposed_by: by,
            create_time: now,
            state: ProposalState::Open,
        })
    }
}

impl Proposed {
    /// Gives up an open proposal. Whoever proposed it may, with whichever certificate, and every adopter who may decide on the
    /// person. What an appeal has decided is given up only when the whole mission has withdrawn.
    pub fn withdraw(
        self,
        by: &PersonActor,
        roles: &[Role],
        reason: Personal<String>,
        now: Timestamp,
    ) -> Result<Proposal, Refusal> {
        let Self { mut proposal, accreditation: _, application, hindrance } = self;
        application.check_whole()?;
        if by.person != proposal.proposed_by.person {
            if !roles.contains(&Role::CecAdopter) {
                return Err(Refusal::RoleRequired { roles: vec![Role::CecAdopter] });
            }
            application.check_four_eyes(&by.person)?;
        }
        if proposal.state != ProposalState::Open {
            return Err(Refusal::ProposalClosed { state: proposal.state.as_str() });
        }
        if proposal.draft.kind == ProposalKind::Reinstate && hindrance != Some(Hindrance::MissionWithdrawn) {
            let problem = "expected a proposal that somebody made; what an appeal has decided, a decree carries out";
            return Err(Refusal::InvalidField { field: "name", problem: problem.to_owned() });
        }
        proposal.state = ProposalState::Withdrawn { by: by.principal.clone(), time: now, reason };
        Ok(proposal)
    }

    /// Why it cannot be carried out, if it cannot.
    pub(crate) fn check_ready(&self) -> Result<(), String> {
        let Self { proposal, accreditation, application, hindrance } = self;
        if proposal.state != ProposalState::Open {
            return Err(format!("expected an open proposal, this one is {}", proposal.state.as_str()));
        }
        let now = accreditation.state();
        let as_proposed = (proposal.draft.kind == ProposalKind::Reinstate) != (now == AccreditationState::Active);
        if !as_proposed || accreditation.changes() != proposal.changes {
            return Err(format!("the accreditation has changed since it was proposed: it is {}", now.as_str()));
        }
        match hindrance {
            None => {}
            Some(Hindrance::MissionWithdrawn) => {
                return Err("the mission has withdrawn: withdraw the proposal".to_owned());
            }
            Some(Hindrance::PlaceTaken(taken_by)) => {
                return Err(format!("{taken_by} has its place: its delegation withdraws that first"));
            }
        }
        application.check_whole().map_err(|refusal| refusal.to_string())
    }

    /// Why this human does not carry it out, if there is a reason.
    pub(crate) fn barred(&self, adopter: &PersonActor) -> Option<&'static str> {
        let proposed = self.proposal.proposed_by.person == adopter.person;
        proposed.then_some("proposed by the caller").or(self.application.barred(&adopter.person))
    }

    /// Carries it out; `badge` is the serial of the badge that a reinstatement takes. [`crate::decree::adopt`] alone calls
    /// it.
    pub(crate) fn carry_out(
        self,
        decree: u32,
        badge: u32,
        adopter: &PersonActor,
        now: Timestamp,
    ) -> Result<(Proposal, Accreditation), Refusal> {
        let Self { mut proposal, accreditation, application: _, hindrance: _ } = self;
        let by = &adopter.principal;
        let ended = match proposal.draft.kind {
            ProposalKind::Reinstate => accreditation.reinstate(decree, badge, by, now),
            ProposalKind::Revoke | ProposalKind::Annul => {
                accreditation.end_by_decree(&proposal.draft, decree, by, now)?
            }
        };
        proposal.state = ProposalState::CarriedOut { decree, by: adopter.principal.clone(), time: now };
        Ok((proposal, ended))
    }
}

/// What is wrong with the proposals of a list, by their places.
pub(crate) fn problems(
    found: &[Result<Proposed, ProposalName>],
    problem: impl Fn(&Proposed) -> Option<String>,
) -> Vec<ItemProblem> {
    let of = |item: &Result<Proposed, ProposalName>| match item {
        Ok(proposed) => problem(proposed),
        Err(_) => Some("there is no such proposal".to_owned()),
    };
    let placed = found.iter().enumerate();
    placed.filter_map(|(index, item)| Some(ItemProblem { list: "proposals", index, problem: of(item)? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accreditation::badge::Badge;
    use crate::accreditation::{ISSUED_IN_ERROR, Withdrawal};
    use crate::application::fixture::{at, draft, election, person};
    use crate::vocabulary::category::Category;

    const NOW: &str = "2019-05-20T00:00:00Z";

    fn issued() -> Accreditation {
        Accreditation {
            name: "elections/kz-2019/accreditations/7".parse().expect("a name"),
            application: draft().name,
            category: Category::ShortTermObserver,
            decree: 1,
            recommended_by: person("reviewer", "p1").principal,
            adopted_by: person("adopter", "p2").principal,
            accredit_time: at("2019-05-14T00:00:00Z"),
            badge: Some(Badge::issue(7, at("2019-05-14T00:00:00Z"))),
            last_change: None,
            replaced_by: None,
            confirm_time: None,
        }
    }

    fn said(kind: ProposalKind) -> ProposalDraft {
        let ground = if kind == ProposalKind::Revoke { "campaigning" } else { "" };
        ProposalDraft { kind, ground: ground.to_owned(), text: Personal::new("Seen on stage.".to_owned()) }
    }

    fn propose(kind: ProposalKind) -> Proposed {
        let (accreditation, application) = (issued(), draft());
        let by = person("reviewer-1", "p3");
        let proposal = said(kind).propose(1, &accreditation, &application, &election().rules, by, at(NOW));
        Proposed { proposal: proposal.expect("it is in force"), accreditation, application, hindrance: None }
    }

    #[test]
    fn an_annulment_says_no_more_than_that_it_was_an_error() {
        let adopter = person("adopter", "p4");
        for (kind, state, ground, reason) in [
            (ProposalKind::Revoke, AccreditationState::Revoked, "campaigning", "Seen on stage."),
            (ProposalKind::Annul, AccreditationState::Annulled, "", ISSUED_IN_ERROR),
        ] {
            let (proposal, after) = propose(kind).carry_out(9, 20, &adopter, at(NOW)).expect("it is in force");
            assert!(matches!(proposal.state, ProposalState::CarriedOut { decree: 9, .. }));
            let change = after.last_change.clone().expect("a change");
            assert_eq!((after.state(), change.decree, &*change.ground), (state, Some(9), ground));
            assert_eq!(change.reason.expose(), reason);
            assert!(after.badge.and_then(|badge| badge.void).is_some());
        }
    }

    #[test]
    fn a_revocation_has_a_ground_of_the_rules_and_is_of_what_is_in_force() {
        let rules = election().rules;
        let by = || person("reviewer-1", "p3");
        let unknown = ProposalDraft { ground: "bad-hair".to_owned(), ..said(ProposalKind::Revoke) };
        let refused = unknown.propose(1, &issued(), &draft(), &rules, by(), at(NOW)).expect_err("no such ground");
        assert_eq!(refused.reason(), "UNKNOWN_GROUND");
        let told = refused.to_string();
        assert!(told.contains("campaigning (Conducting election campaigning or taking part in it), "), "{told}");
        let withdrawal = Withdrawal { reason: Personal::default(), note_number: "1".to_owned() };
        let ended = issued().withdraw(withdrawal, &by().principal, at(NOW)).expect("it is in force");
        let refused = said(ProposalKind::Annul).propose(1, &ended, &draft(), &rules, by(), at(NOW));
        assert_eq!(refused.expect_err("it has ended").reason(), "ACCREDITATION_ENDED");
        // One that was open when it ended stands in the way of a decree, and says why.
        let overtaken = Proposed { accreditation: ended, ..propose(ProposalKind::Revoke) };
        assert!(overtaken.check_ready().expect_err("it has ended").contains("WITHDRAWN_BY_SENDER"));
    }

    #[test]
    fn whoever_is_recused_from_the_application_neither_proposes_nor_adopts() {
        let (reviewer, adopter) = (person("reviewer-1", "p3"), person("adopter", "p4"));
        let application = Application { recused: vec![reviewer.clone(), adopter.clone()], ..draft() };
        let refused =
            said(ProposalKind::Annul).propose(1, &issued(), &application, &election().rules, reviewer, at(NOW));
        assert_eq!(refused.expect_err("recused").reason(), "FOUR_EYES");
        assert!(Proposed { application, ..propose(ProposalKind::Annul) }.barred(&adopter).is_some());
        assert_eq!(propose(ProposalKind::Annul).barred(&adopter), None);
        assert!(propose(ProposalKind::Annul).barred(&person("adopter-2", "p3")).is_some(), "a second certificate");
    }

    #[test]
    fn what_is_reinstated_has_its_number_and_a_new_badge_and_nobody_withdraws_that() {
        let (decider, adopter) = (person("reviewer-2", "p5"), person("adopter-2", "p6"));
        let (_, ended) = propose(ProposalKind::Revoke).carry_out(9, 20, &adopter, at(NOW)).expect("it is in force");
        let proposal = Proposal::reinstate(2, &ended, decider.clone(), at(NOW));
        let proposed = Proposed { proposal, accreditation: ended.clone(), application: draft(), hindrance: None };
        let withdraw = |proposed: &Proposed, hindrance: Option<Hindrance>| {
            let proposed = Proposed { hindrance, ..proposed.clone() };
            proposed.withdraw(&decider, &[Role::CecAdopter], Personal::default(), at(NOW))
        };
        let taken = Hindrance::PlaceTaken("elections/kz-2019/accreditations/8".parse().expect("a name"));
        for hindrance in [None, Some(taken.clone())] {
            let back = withdraw(&proposed, hindrance).expect_err("an appeal decided it");
            assert_eq!(back.reason(), "INVALID_REQUEST");
        }
        let gone = withdraw(&proposed, Some(Hindrance::MissionWithdrawn)).expect("nobody comes back");
        assert!(matches!(gone.state, ProposalState::Withdrawn { .. }));
        for hindrance in [taken, Hindrance::MissionWithdrawn] {
            let hindered = Proposed { hindrance: Some(hindrance), ..proposed.clone() };
            assert!(hindered.check_ready().is_err());
        }
        assert_eq!((proposed.check_ready(), proposed.barred(&decider).is_some()), (Ok(()), true));
        let (_, again) = proposed.clone().carry_out(10, 21, &adopter, at(NOW)).expect("it has ended");
        assert_eq!((again.state(), again.changes(), &again.name), (AccreditationState::Active, 2, &ended.name));
        assert!(again.badge.as_ref().is_some_and(|badge| badge.serial == 21 && badge.void.is_none()));
        assert!(Proposed { accreditation: again, ..proposed }.check_ready().is_err(), "once");
    }

    #[test]
    fn its_maker_and_every_adopter_give_it_up_and_only_once() {
        let withdraw = |proposed: Proposed, id: &str, roles: &[Role]| {
            proposed.withdraw(&person("x", id), roles, Personal::default(), at(NOW))
        };
        let open = propose(ProposalKind::Revoke);
        assert!(withdraw(open.clone(), "p3", &[Role::CecReviewer]).is_ok());
        let other = withdraw(open.clone(), "p5", &[Role::CecReviewer]).expect_err("not hers");
        assert_eq!(other.reason(), "ROLE_REQUIRED");
        let recused = Application { recused: vec![person("adopter", "p4")], ..draft() };
        let barred = withdraw(Proposed { application: recused, ..open.clone() }, "p4", &[Role::CecAdopter]);
        assert_eq!(barred.expect_err("recused from the person").reason(), "FOUR_EYES");
        let proposal = withdraw(open.clone(), "p4", &[Role::CecAdopter]).expect("an adopter sends it back");
        let again = withdraw(Proposed { proposal, ..open }, "p4", &[Role::CecAdopter]).expect_err("once");
        assert_eq!(again, Refusal::ProposalClosed { state: "WITHDRAWN" });
    }
}
