//! Accreditations: what a decree granted, and what has changed since.
//!
//! The register entry itself never changes. A change is added to it, and the last change gives the state.

use crate::vocabulary::accreditation_state::AccreditationState;
use jiff::Timestamp;

use crate::accreditation::badge::{Badge, VoidReason};
use crate::refusal::Refusal;
use crate::vocabulary::category::Category;
use crate::vocabulary::name::{AccreditationName, ApplicationName, PrincipalName};
use crate::vocabulary::personal::Personal;

pub mod acts;
pub mod badge;

/// The only reason that anybody reads about an annulled accreditation. The reviewer's words would read like
/// misconduct.
pub const ISSUED_IN_ERROR: &str = "The accreditation was issued in error.";

/// One change of an accreditation after it was issued. Changes are only added, never edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number among the changes of the accreditation, from 1.
    pub sequence: u32,
    /// The state after the change.
    pub state: AccreditationState,
    /// The reason in free text; empty after the retention ended.
    pub reason: Personal<String>,
    /// The number of the note verbale that announces it; empty if there is none.
    pub note_number: String,
    /// The number of the decree that made the change, if one did.
    pub decree: Option<u32>,
    /// The ground of the rule pack; empty if there is none.
    pub ground: String,
    /// The principal that made it; `None` for the service itself.
    pub by: Option<PrincipalName>,
    /// When it was made.
    pub time: Timestamp,
}

/// What a sender says about a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The reason in free text.
    pub reason: Personal<String>,
    /// The number of the note verbale that announces it. The commission sees the same number.
    pub note_number: String,
}

/// One person's accreditation: the register entry, the last badge, and the last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accreditation {
    /// The resource name. The numbers of an election have no gaps.
    pub name: AccreditationName,
    /// The application that led to it.
    pub application: ApplicationName,
    /// The accredited category.
    pub category: Category,
    /// The number of the decree.
    pub decree: u32,
    /// The principal that recommended it.
    pub recommended_by: PrincipalName,
    /// The principal that adopted the decree.
    pub adopted_by: PrincipalName,
    /// When the decree was adopted.
    pub accredit_time: Timestamp,
    /// The last badge; `None` if a version of the service without badges issued it.
    pub badge: Option<Badge>,
    /// The last change; `None` if nothing has changed.
    pub last_change: Option<Change>,
    /// The application that is to replace it or has replaced it, if the reader may see that one.
    pub replaced_by: Option<ApplicationName>,
    /// When its delegation confirmed it for the last run-off; `None` if it did not.
    pub confirm_time: Option<Timestamp>,
}

impl Accreditation {
    /// The current state.
    pub fn state(&self) -> AccreditationState {
        self.last_change.as_ref().map_or(AccreditationState::Active, |change| change.state)
    }

    /// The sender withdraws the accreditation. Its badge is void at once. This is possible at any time.
    ///
    /// # Errors
    ///
    /// [`Refusal::AccreditationEnded`] if it has ended before.
    pub fn withdraw(self, withdrawal: Withdrawal, by: &PrincipalName, now: Timestamp) -> Result<Self, Refusal> {
        let Withdrawal { reason, note_number } = withdrawal;
        let state = AccreditationState::WithdrawnBySender;
        self.end(End { state, reason, note_number, decree: None, ground: String::new() }, Some(by), now)
    }

    /// A decree accredits another person in its place; the ministry presented that person with this note.
    ///
    /// # Errors
    ///
    /// [`Refusal::AccreditationEnded`] if it has ended before.
    pub fn replace(
        self,
        note_number: String,
        decree: u32,
        by: &PrincipalName,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let (state, reason) = (AccreditationState::Replaced, Personal::default());
        self.end(End { state, reason, note_number, decree: Some(decree), ground: String::new() }, Some(by), now)
    }

    /// Since when it has its current state.
    pub fn since(&self) -> Timestamp {
        self.last_change.as_ref().map_or(self.accredit_time, |change| change.time)
    }

    /// Whether it ends at the run-off's submission cutoff unless it is confirmed. `called` is when the run-off was
    /// called; an accreditation issued later was issued for the run-off already.
    pub fn needs_confirmation(&self, called: Timestamp) -> bool {
        self.state() == AccreditationState::Active && self.since() < called && self.confirm_time.is_none()
    }

    /// Whether it ended before the observation itself ended.
    pub fn ended_early(&self) -> bool {
        let with_observation =
            |last: &Change| last.state == AccreditationState::Ended && last.reason.expose().is_empty();
        self.state() != AccreditationState::Active && !self.last_change.as_ref().is_some_and(with_observation)
    }

    /// Ends it automatically. An empty reason means that the observation is over.
    ///
    /// # Errors
    ///
    /// [`Refusal::AccreditationEnded`] if it has ended before.
    pub fn end_by_itself(self, reason: &str, now: Timestamp) -> Result<Self, Refusal> {
        let (reason, note_number, ground) = (Personal::new(reason.to_owned()), String::new(), String::new());
        self.end(End { state: AccreditationState::Ended, reason, note_number, decree: None, ground }, None, now)
    }

    /// The number of its changes.
    pub fn changes(&self) -> u32 {
        self.last_change.as_ref().map_or(0, |change| change.sequence)
    }

    /// A decree reinstates it: it is active again under its number, with a new badge. The old badge stays void.
    /// Only [`crate::decree::adopt`] calls it.
    pub(crate) fn reinstate(mut self, decree: u32, badge: u32, by: &PrincipalName, now: Timestamp) -> Self {
        self.last_change = Some(Change {
            sequence: self.changes() + 1,
            state: AccreditationState::Active,
            reason: Personal::default(),
            note_number: String::new(),
            decree: Some(decree),
            ground: String::new(),
            by: Some(by.clone()),
            time: now,
        });
        self.badge = Some(Badge::issue(badge, now));
        self
    }

    /// Checks that it is active.
    ///
    /// # Errors
    ///
    /// [`Refusal::AccreditationEnded`] if it is not.
    pub fn check_in_force(&self) -> Result<(), Refusal> {
        match self.state() {
            AccreditationState::Active => Ok(()),
            state => Err(Refusal::AccreditationEnded { state }),
        }
    }

    /// Issues a new badge because the printed data was amended. Returns the old badge, which is void now, as well.
    ///
    /// # Errors
    ///
    /// [`Refusal::AccreditationEnded`] if it is not active.
    pub fn reissue(self, serial: u32, now: Timestamp) -> Result<(Option<Badge>, Self), Refusal> {
        self.check_in_force()?;
        let old = self.badge.map(|badge| badge.void(VoidReason::Amended, now));
        Ok((old, Self { badge: Some(Badge::issue(serial, now)), ..self }))
    }

    /// Ends an active accreditation and makes its badge void. No badge stays valid longer than its accreditation.
    pub(crate) fn end(mut self, end: End, by: Option<&PrincipalName>, now: Timestamp) -> Result<Self, Refusal> {
        self.check_in_force()?;
        let End { state, reason, note_number, decree, ground } = end;
        let (sequence, by) = (self.changes() + 1, by.cloned());
        self.last_change = Some(Change { sequence, state, reason, note_number, decree, ground, by, time: now });
        self.badge = self.badge.map(|badge| badge.void(VoidReason::AccreditationEnded, now));
        Ok(self)
    }
}

/// How an accreditation ends: a [`Change`] without number, author and time.
pub(crate) struct End {
    pub(crate) state: AccreditationState,
    pub(crate) reason: Personal<String>,
    pub(crate) note_number: String,
    pub(crate) decree: Option<u32>,
    pub(crate) ground: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accreditation::badge::Void;
    use crate::application::fixture::{at, issued, person};

    fn withdrawal() -> Withdrawal {
        Withdrawal { reason: Personal::new("Anna fell ill.".to_owned()), note_number: "12-3/456".to_owned() }
    }

    /// A station that looks at the badge right after the withdrawal must refuse it.
    #[test]
    fn a_withdrawal_ends_the_accreditation_and_its_badge_at_once() {
        let (before, by, now) = (issued(), person("secretary", "p5").principal, at("2019-06-08T21:00:00Z"));
        assert_eq!(before.state(), AccreditationState::Active);
        let after = before.clone().withdraw(withdrawal(), &by, now).expect("it is in force");
        assert_eq!(after.state(), AccreditationState::WithdrawnBySender);
        let change = after.last_change.clone().expect("one change");
        assert_eq!((change.sequence, change.time, &*change.note_number), (1, now, "12-3/456"));
        let badge = after.badge.clone().expect("a badge");
        assert_eq!(badge.void, Some(Void { reason: VoidReason::AccreditationEnded, time: now }));
        // What the register says is what it said.
        assert_eq!(Accreditation { badge: before.badge.clone(), last_change: None, ..after }, before);
    }

    /// Two valid badges of one person could be shared.
    #[test]
    fn an_amendment_replaces_the_badge() {
        let now = at("2019-06-01T00:00:00Z");
        let (old, after) = issued().reissue(9, now).expect("it is in force");
        assert_eq!(old.and_then(|badge| badge.void), Some(Void { reason: VoidReason::Amended, time: now }));
        assert_eq!(after.badge, Some(Badge::issue(9, now)));
        assert_eq!(Accreditation { badge: issued().badge, ..after }, issued());
        let ended = issued().withdraw(withdrawal(), &person("secretary", "p5").principal, now).expect("in force");
        assert_eq!(ended.reissue(9, now).expect_err("it has ended").reason(), "ACCREDITATION_ENDED");
    }

    /// The first end stays on record, whatever comes later.
    #[test]
    fn an_ended_accreditation_cannot_end_again() {
        use crate::vocabulary::accreditation_state::AccreditationState::{
            Active, Annulled, Ended, Replaced, Revoked, WithdrawnBySender,
        };
        let by = person("secretary", "p5").principal;
        for state in [Active, WithdrawnBySender, Replaced, Revoked, Annulled, Ended] {
            let (reason, time) = (Personal::default(), at("2019-06-01T00:00:00Z"));
            let (note_number, ground) = (String::new(), String::new());
            let by_someone = Some(by.clone());
            let change = Change { sequence: 4, state, reason, note_number, decree: None, ground, by: by_someone, time };
            let before = Accreditation { last_change: Some(change), ..issued() };
            let after = before.withdraw(withdrawal(), &by, at("2019-06-02T00:00:00Z"));
            match state {
                Active => assert_eq!(after.expect("it is in force").last_change.map(|last| last.sequence), Some(5)),
                _ => assert_eq!(after, Err(Refusal::AccreditationEnded { state })),
            }
        }
    }

    /// The regular end has no reason and no author, so that nobody takes it for a measure.
    #[test]
    fn the_automatic_end_has_no_author_and_no_reason() {
        let now = at("2019-06-10T06:00:00Z");
        let ended = issued().end_by_itself("", now).expect("it is in force");
        let change = ended.last_change.clone().expect("one change");
        assert_eq!((change.state, change.by, change.decree, change.time), (AccreditationState::Ended, None, None, now));
        assert!(change.reason.expose().is_empty() && change.note_number.is_empty() && change.ground.is_empty());
        assert_eq!(ended.badge.clone().and_then(|badge| badge.void).map(|void| void.time), Some(now));
        let state = AccreditationState::Ended;
        assert!(!ended.ended_early() && !issued().ended_early());
        let early = issued().end_by_itself("Not confirmed.", now).expect("it is in force");
        assert!(early.ended_early() && early.state() == AccreditationState::Ended);
        assert_eq!(ended.end_by_itself("", now), Err(Refusal::AccreditationEnded { state }));
        // Accreditations from a version without badges end as well.
        let plain = Accreditation { badge: None, ..issued() };
        assert_eq!(plain.end_by_itself("", now).map(|ended| (ended.state(), ended.badge)), Ok((state, None)));
    }

    /// The word in the database and the one in JSON must agree.
    #[test]
    fn a_state_has_one_word_in_json_and_in_the_database() {
        use crate::vocabulary::accreditation_state::AccreditationState::{
            Active, Annulled, Ended, Replaced, Revoked, WithdrawnBySender,
        };
        for state in [Active, WithdrawnBySender, Replaced, Revoked, Annulled, Ended] {
            assert_eq!(serde_json::to_value(state).expect("it serializes"), state.as_str());
        }
    }
}
