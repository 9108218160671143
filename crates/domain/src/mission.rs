//! Invitations and the missions that answer them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::content::Category;
use crate::id::OrganizationCode;
use crate::name::{InvitationName, MissionName};
use crate::organization::OrganizationKind;
use crate::refusal::Refusal;

/// How an invitation was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvitationState {
    /// Not answered yet.
    Pending,
    /// The organization will observe.
    Accepted,
    /// The organization will not observe.
    Declined,
}

/// A number of people of one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// The category.
    pub category: Category,
    /// How many.
    pub limit: i32,
}

/// The host's invitation of one organization to one election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its name.
    pub name: InvitationName,
    /// Who invited.
    pub inviter: OrganizationCode,
    /// How it was answered.
    pub state: InvitationState,
    /// How many people are expected.
    pub quotas: Vec<Quota>,
    /// When it was sent.
    pub create_time: Timestamp,
    /// When it was answered.
    pub response_time: Option<Timestamp>,
}

impl Invitation {
    /// Answers a pending invitation.
    pub fn answer(mut self, answer: InvitationState, now: Timestamp) -> Result<Self, Refusal> {
        if self.state != InvitationState::Pending {
            return Err(Refusal::InvitationAnswered);
        }
        self.state = answer;
        self.response_time = Some(now);
        Ok(self)
    }
}

/// Refuses to go on without an accepted invitation.
pub fn check_invited(invitation: Option<&Invitation>) -> Result<(), Refusal> {
    match invitation.map(|invitation| invitation.state) {
        Some(InvitationState::Accepted) => Ok(()),
        Some(InvitationState::Pending | InvitationState::Declined) => Err(Refusal::InvitationNotAccepted),
        None => Err(Refusal::NotInvited),
    }
}

/// Refuses an inviter that does not invite organizations of this kind.
pub fn check_inviter(inviter: OrganizationKind, invited: OrganizationKind) -> Result<(), Refusal> {
    if invited.inviter() == Some(inviter) { Ok(()) } else { Err(Refusal::WrongInviter { kind: invited }) }
}

/// One organization at one election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mission {
    /// Its name.
    pub name: MissionName,
    /// The kind of mission, as in EOM.
    pub format: String,
    /// Who leads it.
    pub head: String,
    /// Where it works from.
    pub headquarters: String,
    /// The first day in the country.
    pub start_date: Date,
    /// The last day in the country.
    pub end_date: Date,
    /// When it was announced.
    pub create_time: Timestamp,
}

impl Mission {
    /// Refuses a mission that ends before it begins.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.end_date < self.start_date {
            let problem = "expected a day not before start_date".to_owned();
            return Err(Refusal::InvalidField { field: "mission.end_date", problem });
        }
        Ok(())
    }
}
