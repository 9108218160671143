//! Decrees: the commission decides about a whole list at a session, by adopting a decree.
//!
//! A decree carries out recommendations and proposals, all of its list or none. A reviewer recommends, and an adopter
//! who is another human adopts. This is the only way to accredit, to refuse, and to end an accreditation against the
//! will of its sender.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::application::{Application, Recommendation, State};
use crate::proposal::Proposed;
use crate::refusal::{ItemProblem, Refusal};
use crate::rule_pack::RulePack;
use crate::vocabulary::ground::Ground;
use crate::vocabulary::name::{ApplicationName, DecreeName, PrincipalName, ProposalName};
use crate::vocabulary::personal::Personal;

pub mod acts;
mod adoption;
mod draft;
mod items;
pub mod list;
mod scan;
mod selection;

pub use adoption::{Adoption, FreeNumbers, adopt};
pub use draft::DecreeDraft;
pub use items::{Items, check_items};
pub use scan::DecreeScan;
pub use selection::{Candidate, LeftOutReason, MAX_SELECTED, Selection};

/// A recommended decision about an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Accredit the person.
    Accredit,
    /// Refuse the person on a ground.
    Refuse(RefusalGround),
}

/// The ground of a refusal. The person can appeal against it, so it is never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalGround {
    /// The code of a refusal ground of the rule pack.
    pub ground: String,
    /// How the ground applies to the person, in the reviewer's words. The delegation reads it.
    pub text: Personal<String>,
}

impl RefusalGround {
    /// Checks the ground.
    ///
    /// # Errors
    ///
    /// [`Refusal::GroundRequired`] if ground or text is empty, [`Refusal::UnknownGround`] if the rule pack does not
    /// define the ground.
    pub fn check(&self, rules: &RulePack) -> Result<(), Refusal> {
        if self.ground.is_empty() || self.text.expose().trim().is_empty() {
            return Err(Refusal::GroundRequired);
        }
        if Ground::find(&rules.refusal_grounds, &self.ground).is_none() {
            return Err(Refusal::UnknownGround { field: "refusal.ground", known: rules.refusal_grounds.clone() });
        }
        Ok(())
    }
}

/// The state of a decree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecreeState {
    /// It can be changed.
    Draft,
    /// It was adopted and is in force. It cannot change any more.
    Adopted {
        /// Who adopted it.
        by: PrincipalName,
        /// When it was adopted.
        time: Timestamp,
        /// How many applications it accredited.
        accredited: u32,
        /// How many applications it refused.
        refused: u32,
        /// How many accreditations it revoked; 0 in records from before decrees could revoke.
        #[serde(default)]
        revoked: u32,
        /// How many accreditations it annulled.
        #[serde(default)]
        annulled: u32,
        /// How many accreditations it reinstated.
        #[serde(default)]
        reinstated: u32,
    },
}

/// A decree about a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decree {
    /// The resource name. Its number is ours, without gaps; the official number is another one.
    pub name: DecreeName,
    /// The official number, as the commission gave it.
    pub decree_number: String,
    /// The day of the session.
    pub session_date: Date,
    /// Who signs as Chair.
    pub chair: Personal<String>,
    /// Who signs as Secretary.
    pub secretary: Personal<String>,
    /// Draft or adopted.
    pub state: DecreeState,
    /// Counts every change. The etag contains it.
    pub version: i64,
    /// The applications, in the order of the list.
    pub applications: Vec<ApplicationName>,
    /// The proposals that it carries out, in the order of the list.
    pub proposals: Vec<ProposalName>,
    /// The principal that drafted it.
    pub created_by: PrincipalName,
    /// When it was drafted.
    pub create_time: Timestamp,
    /// The scans of the signed decree. The last one counts.
    pub scans: Vec<DecreeScan>,
}

impl Decree {
    /// Changes with every change of the decree and with the length of its lists.
    ///
    /// The number of proposals is added only if there are some. A server of a version without proposals computes
    /// another etag for such a decree, and so cannot adopt it without carrying the proposals out.
    pub fn etag(&self) -> String {
        match self.proposals.len() {
            0 => format!("{}-{}", self.version, self.applications.len()),
            proposals => format!("{}-{}-{proposals}", self.version, self.applications.len()),
        }
    }

    /// The principal that adopted it; `None` for a draft.
    pub fn adopted_by(&self) -> Option<&PrincipalName> {
        match &self.state {
            DecreeState::Adopted { by, .. } => Some(by),
            DecreeState::Draft => None,
        }
    }

    /// Checks that it can still be changed.
    fn check_draft(&self) -> Result<(), Refusal> {
        match self.state {
            DecreeState::Draft => Ok(()),
            DecreeState::Adopted { .. } => Err(Refusal::DecreeAdopted),
        }
    }

    /// Adds recommended applications and open proposals to the end of the list: all of them or none. What is listed
    /// already stays where it is.
    ///
    /// # Errors
    ///
    /// [`Refusal::DecreeAdopted`], [`Refusal::ItemsNotReady`] with the problem of each item.
    pub fn include(mut self, found: &Items) -> Result<Self, Refusal> {
        self.check_draft()?;
        found.check_ready(|application| recommendation(application).map(|_| ()))?;
        for application in found.applications.iter().flatten() {
            if !self.applications.contains(&application.name) {
                self.applications.push(application.name.clone());
            }
        }
        for Proposed { proposal, .. } in found.proposals.iter().flatten() {
            if !self.proposals.contains(&proposal.name) {
                self.proposals.push(proposal.name.clone());
            }
        }
        self.version += 1;
        Ok(self)
    }

    /// Removes applications and proposals from the list: all of them or none.
    ///
    /// # Errors
    ///
    /// [`Refusal::DecreeAdopted`], [`Refusal::ItemsNotReady`] with the items that are not on the list.
    pub fn exclude(mut self, applications: &[ApplicationName], proposals: &[ProposalName]) -> Result<Self, Refusal> {
        self.check_draft()?;
        let mut items = not_listed("applications", applications, &self.applications);
        items.extend(not_listed("proposals", proposals, &self.proposals));
        if !items.is_empty() {
            return Err(Refusal::ItemsNotReady { items });
        }
        self.applications.retain(|listed| !applications.contains(listed));
        self.proposals.retain(|listed| !proposals.contains(listed));
        self.version += 1;
        Ok(self)
    }
}

/// The named items that are not on the list.
fn not_listed<N: PartialEq>(list: &'static str, names: &[N], listed: &[N]) -> Vec<ItemProblem> {
    let problem = || "it is not on the list of the decree".to_owned();
    let missing = names.iter().enumerate().filter(|(_, name)| !listed.contains(name));
    missing.map(|(index, _)| ItemProblem { list, index, problem: problem() }).collect()
}

/// The recommendation of an application; otherwise the problem to show at the item.
fn recommendation(application: &Application) -> Result<&Recommendation, String> {
    match &application.state {
        State::Recommended { recommendation, .. } => Ok(recommendation),
        other => Err(format!("expected an application in state RECOMMENDED, this one is {}", other.kind())),
    }
}

#[cfg(test)]
mod tests;
