//! Proposals: one person of the commission proposes a change of an accreditation, and another carries it out by
//! decree.
//!
//! Ending somebody's rights always takes two people and a decree: a reviewer proposes, and an adopter who is another
//! human lists the proposal in a decree and adopts it. A reinstatement is proposed by the service itself when an
//! appeal is upheld, in the name of the person who decided the appeal.

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
mod obstacle;

pub use obstacle::ReinstatementObstacle;

/// The change that a proposal makes to an accreditation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProposalKind {
    /// The accreditation ends on a ground of the rule pack, such as campaigning.
    Revoke,
    /// The accreditation ends because it was issued in error. This is never shown as misconduct of the person: an
    /// annulment in 2005 was read as a punishment.
    Annul,
    /// The accreditation is in force again, because an appeal against its end was upheld.
    Reinstate,
}

impl ProposalKind {
    /// The word in the database and in events. It must not change: stored rows would not be readable.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoke => "REVOKE",
            Self::Annul => "ANNUL",
            Self::Reinstate => "REINSTATE",
        }
    }

    /// The state of the accreditation after the proposal was carried out.
    pub fn outcome(self) -> AccreditationState {
        match self {
            Self::Revoke => AccreditationState::Revoked,
            Self::Annul => AccreditationState::Annulled,
            Self::Reinstate => AccreditationState::Active,
        }
    }
}

/// The state of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposalState {
    /// A decree can list it.
    Open,
    /// Its proposer gave it up, or an adopter sent it back.
    Withdrawn {
        /// Who withdrew it.
        by: PrincipalName,
        /// When it was withdrawn.
        time: Timestamp,
        /// Why, in free text; empty after the retention ended.
        reason: Personal<String>,
    },
    /// A decree carried it out.
    CarriedOut {
        /// The number of the decree.
        decree: u32,
        /// Who adopted the decree.
        by: PrincipalName,
        /// When the decree was adopted.
        time: Timestamp,
    },
}

impl ProposalState {
    /// The word in the database. It must not change.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Withdrawn { .. } => "WITHDRAWN",
            Self::CarriedOut { .. } => "CARRIED_OUT",
        }
    }
}

/// The content of a proposal, as the reviewer wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalDraft {
    /// The change of the accreditation.
    pub kind: ProposalKind,
    /// The code of a revocation ground of the rule pack; empty for an annulment and a reinstatement.
    pub ground: String,
    /// The reason in free text. For a revocation the delegation reads it later.
    pub text: Personal<String>,
}

/// A proposed change of one accreditation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The resource name.
    pub name: ProposalName,
    /// The accreditation to be changed.
    pub accreditation: AccreditationName,
    /// The application that led to the accreditation.
    pub application: ApplicationName,
    /// How many changes the accreditation had when this was proposed. If it has more when a decree is adopted, the
    /// proposal does not apply any more.
    pub changes: u32,
    /// The change and its reason.
    pub draft: ProposalDraft,
    /// Who proposed it. Another human has to carry it out.
    pub proposed_by: PersonActor,
    /// When it was proposed.
    pub create_time: Timestamp,
    /// The current state.
    pub state: ProposalState,
}

/// A proposal together with what is loaded to decide about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The proposal.
    pub proposal: Proposal,
    /// The accreditation in its current state.
    pub accreditation: Accreditation,
    /// The application that led to the accreditation.
    pub application: Application,
    /// What prevents a reinstatement; `None` if nothing does, and for the other kinds.
    pub obstacle: Option<ReinstatementObstacle>,
}

impl Proposal {
    /// Whether the proposal puts an accreditation back in force.
    pub fn reinstates(&self) -> bool {
        self.draft.kind == ProposalKind::Reinstate
    }
}

impl ProposalDraft {
    /// Checks that a revocation names a ground of the rule pack. An annulment has no ground.
    fn check(&self, rules: &RulePack) -> Result<(), Refusal> {
        let known = &rules.revocation_grounds;
        if self.kind == ProposalKind::Revoke && Ground::find(known, &self.ground).is_none() {
            return Err(Refusal::UnknownGround { field: "ground", known: known.clone() });
        }
        Ok(())
    }

    /// Makes a proposal about an active accreditation, under a number that is free in the election.
    ///
    /// # Errors
    ///
    /// - [`Refusal::FourEyes`] if the person is recused from the application or entered it from paper.
    /// - [`Refusal::AccreditationEnded`] if the accreditation is not active.
    /// - [`Refusal::UnknownGround`] if the rule pack does not define the ground.
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
    /// Withdraws an open proposal. The human who proposed it may do so with any certificate, and so may every adopter
    /// who may decide about the person.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidField`] for a reinstatement: an appeal has decided it, so a decree has to carry it out. Only
    /// if the whole mission has withdrawn it can be given up, because nobody of that mission comes back.
    /// [`Refusal::RoleRequired`] or [`Refusal::FourEyes`] if the caller may not, [`Refusal::ProposalClosed`] if it is
    /// not open, [`Refusal::Erased`] if the application was erased.
    pub fn withdraw(
        self,
        by: &PersonActor,
        roles: &[Role],
        reason: Personal<String>,
        now: Timestamp,
    ) -> Result<Proposal, Refusal> {
        let Self { mut proposal, accreditation: _, application, obstacle } = self;
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
        if proposal.draft.kind == ProposalKind::Reinstate && obstacle != Some(ReinstatementObstacle::MissionWithdrawn) {
            let problem = "must be the proposal of a reviewer; a decree carries out what an upheld appeal proposes";
            return Err(Refusal::InvalidField { field: "name", problem: problem.to_owned() });
        }
        proposal.state = ProposalState::Withdrawn { by: by.principal.clone(), time: now, reason };
        Ok(proposal)
    }

    /// Checks that a decree can carry out the proposal now; the error is the problem to show at the item.
    pub(crate) fn check_ready(&self) -> Result<(), String> {
        let Self { proposal, accreditation, application, obstacle } = self;
        if proposal.state != ProposalState::Open {
            return Err(format!("expected an open proposal, this one is {}", proposal.state.as_str()));
        }
        let now = accreditation.state();
        let as_proposed = (proposal.draft.kind == ProposalKind::Reinstate) != (now == AccreditationState::Active);
        if !as_proposed || accreditation.changes() != proposal.changes {
            return Err(format!(
                "the accreditation has changed since the proposal, it is {} now; withdraw the proposal",
                now.as_str()
            ));
        }
        match obstacle {
            None => {}
            Some(ReinstatementObstacle::MissionWithdrawn) => {
                return Err("the whole mission was withdrawn; withdraw the proposal".to_owned());
            }
            Some(ReinstatementObstacle::PlaceTaken(taken_by)) => {
                return Err(format!("{taken_by} has replaced it; the delegation has to withdraw that one first"));
            }
        }
        application.check_whole().map_err(|refusal| refusal.to_string())
    }

    /// Why this human may not carry out the proposal; `None` if they may.
    pub(crate) fn exclusion_reason(&self, adopter: &PersonActor) -> Option<&'static str> {
        let proposed = self.proposal.proposed_by.person == adopter.person;
        proposed.then_some("the caller proposed it").or(self.application.exclusion_reason(&adopter.person))
    }

    /// Carries out the proposal. `badge` is the serial for the new badge of a reinstatement.
    /// Only [`crate::decree::adopt`] calls it, because nothing else has checked that two humans agree.
    pub(crate) fn carry_out(
        self,
        decree: u32,
        badge: u32,
        adopter: &PersonActor,
        now: Timestamp,
    ) -> Result<(Proposal, Accreditation), Refusal> {
        let Self { mut proposal, accreditation, application: _, obstacle: _ } = self;
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

/// The problems of a list's proposals, each with the index of its item.
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
mod tests;
