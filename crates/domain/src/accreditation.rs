//! What decrees have accredited, and what has become of it since.

use crate::vocabulary::accreditation_state::AccreditationState;
use jiff::Timestamp;

use crate::accreditation::badge::{Badge, VoidReason};
use crate::refusal::Refusal;
use crate::vocabulary::category::Category;
use crate::vocabulary::name::{AccreditationName, ApplicationName, PrincipalName};
use crate::vocabulary::personal::Personal;

pub mod acts;
pub mod badge;

/// All that is said of why an accreditation was annulled, to whoever reads it.
pub const ISSUED_IN_ERROR: &str = "The accreditation was issued in error.";

/// One change of an accreditation since it was issued. Changes are only ever added; the last one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place among the accreditation's changes, from 1.
    pub sequence: u32,
    /// Where it left the accreditation.
    pub state: AccreditationState,
    /// Why, in words; empty once the retention is over.
    pub reason: Personal<String>,
    /// The number of the note verbale that announces it, if there is one.
    pub note_number: String,
    /// The decree that made it, if one did.
    pub decree: Option<u32>,
    /// The ground of the rule pack, if there is one.
    pub ground: String,
    /// Who made it; none if it was the service itself.
    pub by: Option<PrincipalName>,
    /// When.
    pub time: Timestamp,
}

/// What a sender says of a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why, in words.
    pub reason: Personal<String>,
    /// The number of the note verbale that announces it.
    pub note_number: String,
}

/// One person's accreditation: what the register says, its last badge, and its last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accreditation {
    /// Its name; numbers are unique and without a gap per election.
    pub name: AccreditationName,
    /// The application that it answers.
    pub application: ApplicationName,
    /// In which capacity.
    pub category: Category,
    /// The decree's number.
    pub decree: u32,
    /// Who recommended.
    pub recommended_by: PrincipalName,
    /// Who adopted.
    pub adopted_by: PrincipalName,
    /// When the decree was adopted.
    pub accredit_time: Timestamp,
    /// The last badge; none if a server of a version without badges accredited.
    pub badge: Option<Badge>,
    /// The last change; none if it is as it was issued.
    pub last_change: Option<Change>,
    /// The application that is to take its place or has taken it, as far as the reader sees that.
    pub replaced_by: Option<ApplicationName>,
    /// When its delegation confirmed it for the last run-off that was called, if it did.
    pub confirm_time: Option<Timestamp>,
}

impl Accreditation {
    /// Whether it is in force, or how it ended.
    pub fn state(&self) -> AccreditationState {
        self.last_change.as_ref().map_or(AccreditationState::Active, |change| change.state)
    }

    /// The sender withdraws it: it ends, and its badge is void at once. That is possible at any time, once.
    pub fn withdraw(self, withdrawal: Withdrawal, by: &PrincipalName, now: Timestamp) -> Result<Self, Refusal> {
        let Withdrawal { reason, note_number } = withdrawal;
        let state = AccreditationState::WithdrawnBySender;
        self.end(End { state, reason, note_number, decree: None, ground: String::new() }, Some(by), now)
    }

    /// A decree accredits somebody else in the person's place, whom the ministry presented with that note.
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

    /// Since when it stands as it does.
    pub fn since(&self) -> Timestamp {
        self.last_change.as_ref().map_or(self.accredit_time, |change| change.time)
    }

    /// Whether it ends unless it is confirmed for a run-off called at that moment: what came into force later does not.
    pub fn waits_for_confirmation(&self, called: Timestamp) -> bool {
        self.state() == AccreditationState::Active && self.since() < called && self.confirm_time.is_none()
    }

    /// Whether it ended in another way than with the observation itself.
    pub fn ended_early(&self) -> bool {
        let with_observation =
            |last: &Change| last.state == AccreditationState::Ended && last.reason.expose().is_empty();
        self.state() != AccreditationState::Active && !self.last_change.as_ref().is_some_and(with_observation)
    }

    /// It ends by itself: for a reason, or with the observation.
    pub fn end_by_itself(self, reason: &str, now: Timestamp) -> Result<Self, Refusal> {
        let (reason, note_number, ground) = (Personal::new(reason.to_owned()), String::new(), String::new());
        self.end(End { state: AccreditationState::Ended, reason, note_number, decree: None, ground }, None, now)
    }

    /// How many changes it has had.
    pub fn changes(&self) -> u32 {
        self.last_change.as_ref().map_or(0, |change| change.sequence)
    }

    /// A decree reinstates it: it is in force again, under its number and with a new badge; the old one stays void.
    /// [`crate::decree::adopt`] alone calls it.
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

    /// Refuses to go on with what has ended.
    pub fn check_in_force(&self) -> Result<(), Refusal> {
        match self.state() {
            AccreditationState::Active => Ok(()),
            state => Err(Refusal::AccreditationEnded { state }),
        }
    }

    /// A new badge, because what stands on the old one was amended; gives the old one too, which is void.
    pub fn reissue(self, serial: u32, now: Timestamp) -> Result<(Option<Badge>, Self), Refusal> {
        self.check_in_force()?;
        let old = self.badge.map(|badge| badge.void(VoidReason::Amended, now));
        Ok((old, Self { badge: Some(Badge::issue(serial, now)), ..self }))
    }

    /// Whatever has ended does not end again, and no badge outlives its accreditation.
    pub(crate) fn end(mut self, end: End, by: Option<&PrincipalName>, now: Timestamp) -> Result<Self, Refusal> {
        self.check_in_force()?;
        let End { state, reason, note_number, decree, ground } = end;
        let (sequence, by) = (self.changes() + 1, by.cloned());
        self.last_change = Some(Change { sequence, state, reason, note_number, decree, ground, by, time: now });
        self.badge = self.badge.map(|badge| badge.void(VoidReason::AccreditationEnded, now));
        Ok(self)
    }
}

/// How an accreditation ends: what a [`Change`] says, apart from its place, its maker and its time.
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

    #[test]
    fn a_withdrawal_ends_it_and_voids_its_badge_in_the_same_moment() {
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

    #[test]
    fn another_badge_takes_the_place_of_the_one_that_an_amendment_voids() {
        let now = at("2019-06-01T00:00:00Z");
        let (old, after) = issued().reissue(9, now).expect("it is in force");
        assert_eq!(old.and_then(|badge| badge.void), Some(Void { reason: VoidReason::Amended, time: now }));
        assert_eq!(after.badge, Some(Badge::issue(9, now)));
        assert_eq!(Accreditation { badge: issued().badge, ..after }, issued());
        let ended = issued().withdraw(withdrawal(), &person("secretary", "p5").principal, now).expect("in force");
        assert_eq!(ended.reissue(9, now).expect_err("it has ended").reason(), "ACCREDITATION_ENDED");
    }

    #[test]
    fn whatever_has_ended_does_not_end_again_however_it_ended() {
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

    #[test]
    fn with_the_observation_it_ends_by_nobody_s_hand_and_without_a_word() {
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
        // A server that knew of no badges has accredited some: these end as well.
        let plain = Accreditation { badge: None, ..issued() };
        assert_eq!(plain.end_by_itself("", now).map(|ended| (ended.state(), ended.badge)), Ok((state, None)));
    }

    #[test]
    fn a_state_reads_as_it_is_kept() {
        use crate::vocabulary::accreditation_state::AccreditationState::{
            Active, Annulled, Ended, Replaced, Revoked, WithdrawnBySender,
        };
        for state in [Active, WithdrawnBySender, Replaced, Revoked, Annulled, Ended] {
            assert_eq!(serde_json::to_value(state).expect("it serializes"), state.as_str());
        }
    }
}
