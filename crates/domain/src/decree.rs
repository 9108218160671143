//! Decisions: a decree carries out recommendations over a whole list, or none of them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accreditation::Accreditation;
use crate::accreditation::badge::Badge;
use crate::application::{Application, Decision, Recommendation, State};
use crate::policy::PersonActor;
use crate::proposal::{self, Proposal, ProposalKind, Proposed};
use crate::refusal::{ItemProblem, Refusal};
use crate::rule_pack::RulePack;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::ground::Ground;
use crate::vocabulary::name::{AccreditationName, ApplicationName, DecreeName, PrincipalName, ProposalName};
use crate::vocabulary::personal::Personal;

pub mod acts;
mod draft;
pub mod list;
mod scan;
mod selection;

pub use draft::DecreeDraft;
pub use scan::DecreeScan;
pub use selection::{Candidate, LeftOutReason, MOST_SELECTED, Selection};

/// Accredit, or refuse on a ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Accredit.
    Accredit,
    /// Refuse.
    Refuse(RefusalGround),
}

/// Why an application is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalGround {
    /// The code of a ground of the rule pack.
    pub ground: String,
    /// What it is about the person, in the reviewer's words.
    pub text: Personal<String>,
}

impl RefusalGround {
    /// Refuses a ground that the rule pack does not have, or that says nothing.
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

/// Whether a decree is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecreeState {
    /// Can be changed.
    Draft,
    /// In force.
    Adopted {
        /// Who adopted it.
        by: PrincipalName,
        /// When.
        time: Timestamp,
        /// How many it accredited.
        accredited: u32,
        /// How many it refused.
        refused: u32,
        /// How many accreditations it revoked; records of before there were any say nothing.
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

/// A decree over a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decree {
    /// Its name.
    pub name: DecreeName,
    /// Its official number.
    pub decree_number: String,
    /// The day of the session.
    pub session_date: Date,
    /// Who signs as Chair.
    pub chair: Personal<String>,
    /// Who signs as Secretary.
    pub secretary: Personal<String>,
    /// Whether it is in force.
    pub state: DecreeState,
    /// Counts every change; the etag is made of it.
    pub version: i64,
    /// The people, in the order of the list.
    pub applications: Vec<ApplicationName>,
    /// The proposals that it carries out, in the order of the list.
    pub proposals: Vec<ProposalName>,
    /// Who drafted it.
    pub created_by: PrincipalName,
    /// When.
    pub create_time: Timestamp,
    /// Its scans, once it was signed; the last one counts.
    pub scans: Vec<DecreeScan>,
}

/// The first free numbers of an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeNumbers {
    /// Of accreditations.
    pub accreditation: u32,
    /// Of badges.
    pub badge: u32,
}

/// What adopting a decree changes.
#[derive(Debug)]
pub struct Adoption {
    /// The decree, in force.
    pub decree: Decree,
    /// Its applications, decided.
    pub applications: Vec<Application>,
    /// The accreditations, each with a badge, both numbered without a gap.
    pub accreditations: Vec<Accreditation>,
    /// Its proposals, carried out.
    pub proposals: Vec<Proposal>,
    /// Their accreditations, as they left them.
    pub changed: Vec<Accreditation>,
}

/// What a list names: each found, or given back by its name.
#[derive(Debug, Clone, Default)]
pub struct Items {
    /// The applications.
    pub applications: Vec<Result<Application, ApplicationName>>,
    /// The proposals.
    pub proposals: Vec<Result<Proposed, ProposalName>>,
}

impl Decree {
    /// Changes with every change. A server that knows nothing of proposals gives another one to a list that has some, and
    /// so does not adopt it.
    pub fn etag(&self) -> String {
        match self.proposals.len() {
            0 => format!("{}-{}", self.version, self.applications.len()),
            proposals => format!("{}-{}-{proposals}", self.version, self.applications.len()),
        }
    }

    /// Who adopted it, if somebody did.
    pub fn adopted_by(&self) -> Option<&PrincipalName> {
        match &self.state {
            DecreeState::Adopted { by, .. } => Some(by),
            DecreeState::Draft => None,
        }
    }

    fn check_draft(&self) -> Result<(), Refusal> {
        match self.state {
            DecreeState::Draft => Ok(()),
            DecreeState::Adopted { .. } => Err(Refusal::DecreeAdopted),
        }
    }

    /// Lists recommended applications and open proposals at the end, all or none; what is listed already stays where it is.
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

    /// Takes applications and proposals out of a draft: all that are named, or none if it does not list one of them.
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

fn not_listed<N: PartialEq>(list: &'static str, names: &[N], listed: &[N]) -> Vec<ItemProblem> {
    let problem = || "the decree does not list it".to_owned();
    let missing = names.iter().enumerate().filter(|(_, name)| !listed.contains(name));
    missing.map(|(index, _)| ItemProblem { list, index, problem: problem() }).collect()
}

fn recommendation(application: &Application) -> Result<&Recommendation, String> {
    match &application.state {
        State::Recommended { recommendation, .. } => Ok(recommendation),
        other => Err(format!("expected an application in state RECOMMENDED, this one is {}", other.kind())),
    }
}

impl Items {
    fn is_empty(&self) -> bool {
        self.applications.is_empty() && self.proposals.is_empty()
    }

    fn check_ready(&self, ready: impl Fn(&Application) -> Result<(), String>) -> Result<(), Refusal> {
        let mut items = problems(&self.applications, ready);
        let problem = |proposed: &Proposed| proposed.check_ready().err().or_else(|| self.replaced_by_item(proposed));
        items.extend(proposal::problems(&self.proposals, problem));
        if items.is_empty() { Ok(()) } else { Err(Refusal::ItemsNotReady { items }) }
    }

    /// Which application of the same list is to take the accreditation's place, if one is: an accreditation changes once by
    /// a decree.
    fn replaced_by_item(&self, proposed: &Proposed) -> Option<String> {
        let number = Some(proposed.accreditation.name.number);
        let takes_place = |application: &Application| {
            let accredits = recommendation(application).is_ok_and(|made| made.verdict == Verdict::Accredit);
            application.replaces == number && accredits
        };
        let index = self.applications.iter().position(|item| item.as_ref().is_ok_and(takes_place))?;
        Some(format!("applications[{index}] is to take its place: list the two in different decrees"))
    }

    /// One human with two certificates is still one pair of eyes.
    fn check_four_eyes(&self, adopter: &PersonActor) -> Result<(), Refusal> {
        let own = |application: &Application| {
            let recommended = recommendation(application).is_ok_and(|made| made.person == adopter.person);
            match recommended.then_some("recommended by the caller").or(application.barred(&adopter.person)) {
                Some(why) => Err(why.to_owned()),
                None => Ok(()),
            }
        };
        let mut items = problems(&self.applications, own);
        items.extend(proposal::problems(&self.proposals, |one| one.barred(adopter).map(str::to_owned)));
        if items.is_empty() { Ok(()) } else { Err(Refusal::FourEyes { items }) }
    }
}

/// Refuses a list with any application that is missing or not ready, naming each.
pub fn check_items(
    found: &[Result<Application, ApplicationName>],
    ready: impl Fn(&Application) -> Result<(), String>,
) -> Result<(), Refusal> {
    let items = problems(found, ready);
    if items.is_empty() { Ok(()) } else { Err(Refusal::ItemsNotReady { items }) }
}

fn problems(
    found: &[Result<Application, ApplicationName>],
    ready: impl Fn(&Application) -> Result<(), String>,
) -> Vec<ItemProblem> {
    let problem = |item: &Result<Application, ApplicationName>| match item {
        Ok(application) => ready(application).err(),
        Err(_) => Some("there is no such application".to_owned()),
    };
    let placed = found.iter().enumerate();
    placed
        .filter_map(|(index, item)| Some(ItemProblem { list: "applications", index, problem: problem(item)? }))
        .collect()
}

/// Adopts a draft over its items: every application is decided as recommended and every proposal carried out, by another
/// person, or nothing is.
/// `standing` gives the findings that stand in the way of an application, which can have come up after it was recommended.
pub fn adopt(
    decree: Decree,
    etag: &str,
    found: Items,
    standing: impl Fn(&ApplicationName) -> Vec<FindingCode>,
    adopter: &PersonActor,
    free: FreeNumbers,
    now: Timestamp,
) -> Result<Adoption, Refusal> {
    decree.check_draft()?;
    if decree.etag() != etag {
        return Err(Refusal::EtagMismatch);
    }
    if found.is_empty() {
        return Err(Refusal::DecreeEmpty);
    }
    found.check_ready(|application| {
        let recommended = recommendation(application)?;
        if recommended.content_digest != application.content_digest {
            return Err("it changed after it was recommended".to_owned());
        }
        let found = standing(&application.name);
        if recommended.verdict != Verdict::Accredit || found.is_empty() {
            return Ok(());
        }
        let codes: Vec<_> = found.iter().map(|code| code.as_str()).collect();
        Err(format!("send it back to review: found after it was recommended: {}", codes.join(", ")))
    })?;
    found.check_four_eyes(adopter)?;
    carry_out(decree, found, adopter, free, now)
}

fn carry_out(
    mut decree: Decree,
    found: Items,
    adopter: &PersonActor,
    mut free: FreeNumbers,
    now: Timestamp,
) -> Result<Adoption, Refusal> {
    let (mut applications, mut accreditations) = (Vec::with_capacity(found.applications.len()), Vec::new());
    for application in found.applications.into_iter().flatten() {
        let made = recommendation(&application).map_err(|_| Refusal::EtagMismatch)?.clone();
        let decision = match made.verdict {
            Verdict::Refuse(_) => Decision::Refuse,
            Verdict::Accredit => {
                let number = free.accreditation;
                let badge = Badge::issue(free.badge, now);
                (free.accreditation, free.badge) = (number + 1, badge.serial + 1);
                accreditations.push(Accreditation {
                    name: AccreditationName { election: decree.name.election.clone(), number },
                    application: application.name.clone(),
                    category: application.category,
                    decree: decree.name.number,
                    recommended_by: made.by,
                    adopted_by: adopter.principal.clone(),
                    accredit_time: now,
                    badge: Some(badge),
                    last_change: None,
                    replaced_by: None,
                    confirm_time: None,
                });
                Decision::Accredit { accreditation: number }
            }
        };
        applications.push(application.decide(decree.name.number, decision)?);
    }
    let (mut proposals, mut changed) = (Vec::new(), Vec::new());
    for proposed in found.proposals.into_iter().flatten() {
        let badge = free.badge;
        let (proposal, accreditation) = proposed.carry_out(decree.name.number, badge, adopter, now)?;
        free.badge += u32::from(proposal.draft.kind == ProposalKind::Reinstate);
        proposals.push(proposal);
        changed.push(accreditation);
    }
    let of_kind = |kind| proposals.iter().filter(|proposal| proposal.draft.kind == kind).count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let accredited = count(accreditations.len());
    let refused = count(applications.len()) - accredited;
    let (revoked, annulled) = (count(of_kind(ProposalKind::Revoke)), count(of_kind(ProposalKind::Annul)));
    let (reinstated, by) = (count(of_kind(ProposalKind::Reinstate)), adopter.principal.clone());
    decree.state = DecreeState::Adopted { by, time: now, accredited, refused, revoked, annulled, reinstated };
    decree.version += 1;
    Ok(Adoption { decree, applications, accreditations, proposals, changed })
}

#[cfg(test)]
mod tests;
