//! Adopting a decree: all checks over its list, and then every change at once.

use jiff::Timestamp;

use super::items::Items;
use super::{Decree, DecreeState, Verdict, recommendation};
use crate::accreditation::Accreditation;
use crate::accreditation::badge::Badge;
use crate::application::{Application, Decision};
use crate::policy::PersonActor;
use crate::proposal::{Proposal, ProposalKind};
use crate::refusal::Refusal;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::name::{AccreditationName, ApplicationName};

/// The first numbers that are free in an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeNumbers {
    /// For accreditations.
    pub accreditation: u32,
    /// For badges.
    pub badge: u32,
}

/// Everything that the adoption of a decree changes.
#[derive(Debug)]
pub struct Adoption {
    /// The adopted decree.
    pub decree: Decree,
    /// Its applications, with the decision.
    pub applications: Vec<Application>,
    /// The new accreditations, each with a badge. The numbers of both have no gaps.
    pub accreditations: Vec<Accreditation>,
    /// Its proposals, carried out.
    pub proposals: Vec<Proposal>,
    /// The accreditations that the proposals changed.
    pub changed: Vec<Accreditation>,
}

/// Adopts a draft with all of its items: every application is decided as recommended, and every proposal is carried
/// out. If one item is not ready, nothing happens.
///
/// `standing` gives the blocking findings of an application. Some may have come up after the recommendation, when
/// another organization filed the same person; then the application must go back to review.
///
/// # Errors
///
/// [`Refusal::DecreeAdopted`], [`Refusal::EtagMismatch`] if the adopter read another version,
/// [`Refusal::DecreeEmpty`], [`Refusal::ItemsNotReady`], [`Refusal::FourEyes`] if the adopter took part in an item.
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
            return Err("it was changed after it was recommended; send it back to review".to_owned());
        }
        let found = standing(&application.name);
        if recommended.verdict != Verdict::Accredit || found.is_empty() {
            return Ok(());
        }
        let codes: Vec<_> = found.iter().map(|code| code.as_str()).collect();
        Err(format!("it has findings from after the recommendation, send it back to review: {}", codes.join(", ")))
    })?;
    found.check_four_eyes(adopter)?;
    carry_out(decree, found, adopter, free, now)
}

/// Makes the changes after all checks have passed. Numbers are given in the order of the list.
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
