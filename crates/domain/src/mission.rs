//! Missions: who was invited to observe an election, and the delegations that accepted.
//!
//! The ministry invites states and international organizations; the commission invites foreign election commissions.
//! An organization with an accepted invitation announces one mission per election, and files applications for it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::vocabulary::category::Category;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::name::{InvitationName, MissionName};
use crate::vocabulary::personal::Personal;
use crate::vocabulary::role::OrganizationKind;

pub mod acts;
pub mod quota;
mod withdrawal;

pub use withdrawal::{ItemOutcome, MissionWithdrawal, WithdrawnItem, withdrawn_items};

/// The state of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvitationState {
    /// The organization has not answered yet.
    Pending,
    /// The organization will send observers.
    Accepted,
    /// The organization will not send observers.
    Declined,
}

impl InvitationState {
    /// The word in events. It must not change.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Accepted => "ACCEPTED",
            Self::Declined => "DECLINED",
        }
    }
}

/// How many people of one category an invitation expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// The category.
    pub category: Category,
    /// The number of people.
    pub limit: i32,
}

/// An invitation of one organization to one election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The resource name.
    pub name: InvitationName,
    /// The organization that invited.
    pub inviter: OrganizationCode,
    /// The current state.
    pub state: InvitationState,
    /// The quotas. A category without a quota has no limit.
    pub quotas: Vec<Quota>,
    /// Counts every change. The etag is this number.
    pub version: i64,
    /// When it was sent.
    pub create_time: Timestamp,
    /// When it was answered; `None` while it is pending.
    pub response_time: Option<Timestamp>,
}

impl Invitation {
    /// Answers a pending invitation.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvitationAnswered`] if it was answered before.
    pub fn answer(mut self, answer: InvitationState, now: Timestamp) -> Result<Self, Refusal> {
        if self.state != InvitationState::Pending {
            return Err(Refusal::InvitationAnswered);
        }
        self.state = answer;
        self.response_time = Some(now);
        self.version += 1;
        Ok(self)
    }

    /// Replaces the quotas. People who are under way or accredited stay, also above a lower quota.
    ///
    /// # Errors
    ///
    /// [`Refusal::EtagMismatch`] if the inviter read another version.
    pub fn expect(mut self, etag: &str, quotas: Vec<Quota>) -> Result<Self, Refusal> {
        if self.etag() != etag {
            return Err(Refusal::EtagMismatch);
        }
        self.quotas = quotas;
        self.version += 1;
        Ok(self)
    }

    /// Changes with every change.
    pub fn etag(&self) -> String {
        self.version.to_string()
    }

    /// The quota of a category; `None` for no limit.
    pub fn quota(&self, category: Category) -> Option<i32> {
        self.quotas.iter().find(|quota| quota.category == category).map(|quota| quota.limit)
    }
}

/// Checks that the organization accepted its invitation.
///
/// # Errors
///
/// [`Refusal::NotInvited`] or [`Refusal::InvitationNotAccepted`].
pub fn check_invited(invitation: Option<&Invitation>) -> Result<(), Refusal> {
    match invitation.map(|invitation| invitation.state) {
        Some(InvitationState::Accepted) => Ok(()),
        Some(InvitationState::Pending | InvitationState::Declined) => Err(Refusal::InvitationNotAccepted),
        None => Err(Refusal::NotInvited),
    }
}

/// Checks that an organization of one kind invites organizations of another kind.
///
/// # Errors
///
/// [`Refusal::WrongInviter`] if it does not.
pub fn check_inviter(inviter: OrganizationKind, invited: OrganizationKind) -> Result<(), Refusal> {
    if invited.inviter() == Some(inviter) { Ok(()) } else { Err(Refusal::WrongInviter { kind: invited }) }
}

/// The mission of one organization at one election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mission {
    /// The resource name.
    pub name: MissionName,
    /// The format, such as EOM. The list is open, because organizations invent new formats.
    pub format: String,
    /// The head of the mission.
    pub head: Personal<String>,
    /// The address of its headquarters.
    pub headquarters: String,
    /// Its first day in the country.
    pub start_date: Date,
    /// Its last day in the country. Passports must be valid until then.
    pub end_date: Date,
    /// Counts every change. The etag is this number.
    pub version: i64,
    /// When it was announced.
    pub create_time: Timestamp,
    /// Its withdrawal as a whole; after that nothing can be added to it.
    pub withdrawal: Option<MissionWithdrawal>,
}

/// The data of a mission, as its delegation gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissionDraft {
    /// The format, such as EOM.
    pub format: String,
    /// The head of the mission.
    pub head: Personal<String>,
    /// The address of its headquarters.
    pub headquarters: String,
    /// Its first day in the country.
    pub start_date: Date,
    /// Its last day in the country.
    pub end_date: Date,
}

impl Mission {
    /// Announces a mission.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidField`] if it ends before it begins.
    pub fn announce(name: MissionName, draft: MissionDraft, now: Timestamp) -> Result<Self, Refusal> {
        let MissionDraft { format, head, headquarters, start_date, end_date } = draft;
        let (version, create_time, withdrawal) = (1, now, None);
        let new = Self { name, format, head, headquarters, start_date, end_date, version, create_time, withdrawal };
        new.check()?;
        Ok(new)
    }

    /// Changes the data of a mission.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissionWithdrawn`], [`Refusal::EtagMismatch`], [`Refusal::InvalidField`] if it ends before it
    /// begins.
    pub fn update(self, etag: &str, draft: MissionDraft) -> Result<Self, Refusal> {
        self.check_not_withdrawn()?;
        if self.etag() != etag {
            return Err(Refusal::EtagMismatch);
        }
        let changed = Self::announce(self.name, draft, self.create_time)?;
        Ok(Self { version: self.version + 1, ..changed })
    }

    /// Changes with every change.
    pub fn etag(&self) -> String {
        self.version.to_string()
    }

    /// Checks that it does not end before it begins.
    fn check(&self) -> Result<(), Refusal> {
        if self.end_date < self.start_date {
            let problem = "must not be before start_date".to_owned();
            return Err(Refusal::InvalidField { field: "mission.end_date", problem });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(end_date: &str) -> MissionDraft {
        MissionDraft {
            format: "EOM".to_owned(),
            head: Personal::new("A. Head".to_owned()),
            headquarters: String::new(),
            start_date: "2019-05-10".parse().expect("a date"),
            end_date: end_date.parse().expect("a date"),
        }
    }

    fn mission() -> Mission {
        let name = "elections/kz-2019/missions/cis".parse().expect("a name");
        Mission::announce(name, draft("2019-06-20"), Timestamp::UNIX_EPOCH).expect("it ends after it begins")
    }

    /// A change must not overwrite another one that the caller has not read.
    #[test]
    fn a_mission_change_needs_the_current_etag_and_valid_days() {
        assert_eq!(mission().update("2", draft("2019-06-22")), Err(Refusal::EtagMismatch));
        let ends_early = mission().update("1", draft("2019-05-09"));
        assert!(matches!(ends_early, Err(Refusal::InvalidField { field: "mission.end_date", .. })), "{ends_early:?}");
        let changed = mission().update("1", draft("2019-06-22")).expect("it was read");
        assert_eq!((changed.etag().as_str(), changed.end_date.to_string().as_str()), ("2", "2019-06-22"));
        assert_eq!(changed.update("1", draft("2019-06-22")), Err(Refusal::EtagMismatch));
    }

    /// Quotas can change at any time, but not unseen by an answer that came in between.
    #[test]
    fn quotas_can_change_before_and_after_the_answer() {
        let quota = |limit| vec![Quota { category: Category::Driver, limit }];
        let sent = Invitation {
            name: "elections/kz-2019/invitations/cis".parse().expect("a name"),
            inviter: "mfa".parse().expect("a code"),
            state: InvitationState::Pending,
            quotas: quota(7),
            version: 1,
            create_time: Timestamp::UNIX_EPOCH,
            response_time: None,
        };
        assert_eq!((sent.quota(Category::Driver), sent.quota(Category::Diplomat)), (Some(7), None));
        let answered = sent.answer(InvitationState::Accepted, Timestamp::UNIX_EPOCH).expect("it is pending");
        assert_eq!(answered.clone().expect("1", quota(0)), Err(Refusal::EtagMismatch), "the answer came between");
        let cut = answered.expect("2", quota(0)).expect("it was read");
        assert_eq!((cut.etag().as_str(), cut.state, cut.quotas), ("3", InvitationState::Accepted, quota(0)));
    }
}
