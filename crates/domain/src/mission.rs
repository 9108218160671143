//! Invitations and the missions that answer them.

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

impl InvitationState {
    /// As it stands in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Accepted => "ACCEPTED",
            Self::Declined => "DECLINED",
        }
    }
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
    /// Counts every change; the etag is made of it.
    pub version: i64,
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
        self.version += 1;
        Ok(self)
    }

    /// Expects other numbers of people. Whoever is there already stays, also beyond the new numbers.
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

    /// How many people of a category are expected, if there is a number.
    pub fn quota(&self, category: Category) -> Option<i32> {
        self.quotas.iter().find(|quota| quota.category == category).map(|quota| quota.limit)
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
    pub head: Personal<String>,
    /// Where it works from.
    pub headquarters: String,
    /// The first day in the country.
    pub start_date: Date,
    /// The last day in the country.
    pub end_date: Date,
    /// Counts every change; the etag is made of it.
    pub version: i64,
    /// When it was announced.
    pub create_time: Timestamp,
    /// Its withdrawal as a whole, if it was withdrawn; nothing is added to it any more.
    pub withdrawal: Option<MissionWithdrawal>,
}

/// What a delegation says of its mission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissionDraft {
    /// The kind of mission, as in EOM.
    pub format: String,
    /// Who leads it.
    pub head: Personal<String>,
    /// Where it works from.
    pub headquarters: String,
    /// The first day in the country.
    pub start_date: Date,
    /// The last day in the country.
    pub end_date: Date,
}

impl Mission {
    /// Announces a mission.
    pub fn announce(name: MissionName, draft: MissionDraft, now: Timestamp) -> Result<Self, Refusal> {
        let MissionDraft { format, head, headquarters, start_date, end_date } = draft;
        let (version, create_time, withdrawal) = (1, now, None);
        let new = Self { name, format, head, headquarters, start_date, end_date, version, create_time, withdrawal };
        new.check()?;
        Ok(new)
    }

    /// Changes what was announced.
    pub fn update(self, etag: &str, draft: MissionDraft) -> Result<Self, Refusal> {
        self.check_goes_on()?;
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

    /// Refuses a mission that ends before it begins.
    fn check(&self) -> Result<(), Refusal> {
        if self.end_date < self.start_date {
            let problem = "expected a day not before start_date".to_owned();
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

    #[test]
    fn a_mission_is_changed_by_whoever_has_read_it_and_ends_after_it_begins() {
        assert_eq!(mission().update("2", draft("2019-06-22")), Err(Refusal::EtagMismatch));
        let ends_early = mission().update("1", draft("2019-05-09"));
        assert!(matches!(ends_early, Err(Refusal::InvalidField { field: "mission.end_date", .. })), "{ends_early:?}");
        let changed = mission().update("1", draft("2019-06-22")).expect("it was read");
        assert_eq!((changed.etag().as_str(), changed.end_date.to_string().as_str()), ("2", "2019-06-22"));
        assert_eq!(changed.update("1", draft("2019-06-22")), Err(Refusal::EtagMismatch));
    }

    #[test]
    fn an_invitation_expects_other_numbers_before_and_after_its_answer() {
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
