//! Accreditations.

use domain::accreditation::Accreditation;
use domain::accreditation::badge::{Badge, Void, VoidReason};
use domain::election::Election;
use domain::policy::View;
use domain::vocabulary::accreditation_state::AccreditationState;
use domain::vocabulary::name::DecreeName;

use super::enums::Enumerated as _;
use super::time::timestamp;
use crate::v1;

/// The accreditation as a reader may see it. A delegation sees no names of principals.
pub fn to_message(accreditation: &Accreditation, view: View) -> v1::Accreditation {
    let Accreditation {
        name,
        application,
        category,
        decree,
        recommended_by,
        adopted_by,
        accredit_time,
        badge,
        last_change,
        replaced_by,
        confirm_time,
    } = accreditation;
    let decree_name = |number: u32| DecreeName { election: name.election.clone(), number }.to_string();
    let state_time = last_change.as_ref().map_or(*accredit_time, |last| last.time);
    // A reinstated accreditation does not show why it had ended.
    let last_end = last_change.as_ref().filter(|last| last.state != AccreditationState::Active);
    let (end_reason, end_note_number, end_ground) = match last_end {
        Some(last) => (last.reason.expose().clone(), last.note_number.clone(), last.ground.clone()),
        None => Default::default(),
    };
    let end_decree = last_end.and_then(|last| last.decree).map(decree_name).unwrap_or_default();
    let shows_people = match view {
        View::Delegation => false,
        View::Ministry | View::Commission | View::Registrar | View::CommissionAndRegistrar => true,
    };
    let person = |principal: &domain::vocabulary::name::PrincipalName| {
        if shows_people { principal.to_string() } else { String::new() }
    };
    v1::Accreditation {
        name: name.to_string(),
        application: application.to_string(),
        category: category.number(),
        state: accreditation.state().number(),
        decree: decree_name(*decree),
        recommended_by: person(recommended_by),
        adopted_by: person(adopted_by),
        accredit_time: Some(timestamp(*accredit_time)),
        state_time: Some(timestamp(state_time)),
        end_reason,
        end_note_number,
        badge: badge.as_ref().map(badge_to_message),
        replaced_by: replaced_by.as_ref().map(ToString::to_string).unwrap_or_default(),
        end_decree,
        end_ground,
        confirm_time: confirm_time.map(timestamp),
        former_badges: Vec::new(),
        receipt: None,
    }
}

/// How many of a mission's accreditations are confirmed for a run-off, and which are not.
pub fn confirmed_to_message(election: &Election, of: &[Accreditation]) -> v1::ConfirmAccreditationsResponse {
    let confirmed = |one: &&Accreditation| one.state() == AccreditationState::Active && one.confirm_time.is_some();
    v1::ConfirmAccreditationsResponse {
        confirmed: i32::try_from(of.iter().filter(confirmed).count()).unwrap_or(i32::MAX),
        unconfirmed: election.unconfirmed(of).iter().map(|one| one.name.to_string()).collect(),
        receipt: None,
    }
}

/// A badge.
pub fn badge_to_message(badge: &Badge) -> v1::Badge {
    let Badge { serial, issue_time, void } = badge;
    let issued = v1::Badge {
        serial: i64::from(*serial),
        state: v1::BadgeState::Active.into(),
        issue_time: Some(timestamp(*issue_time)),
        ..Default::default()
    };
    let Some(Void { reason, time }) = void else { return issued };
    let reason = match reason {
        VoidReason::AccreditationEnded => v1::BadgeVoidReason::AccreditationEnded,
        VoidReason::Amended => v1::BadgeVoidReason::Amended,
    };
    v1::Badge {
        state: v1::BadgeState::Void.into(),
        void_reason: reason.into(),
        void_time: Some(timestamp(*time)),
        ..issued
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn only_a_delegation_does_not_learn_who_decided() {
        let accreditation = sample::accreditation();
        let full = to_message(&accreditation, View::Commission);
        let expected = v1::Accreditation {
            name: "elections/kz-2019/accreditations/12".to_owned(),
            application: sample::APPLICATION.to_owned(),
            category: v1::Category::ShortTermObserver.into(),
            state: v1::AccreditationState::Active.into(),
            decree: "elections/kz-2019/decrees/4".to_owned(),
            recommended_by: "organizations/cec/principals/reviewer".to_owned(),
            adopted_by: "organizations/cec/principals/adopter".to_owned(),
            accredit_time: Some(timestamp(accreditation.accredit_time)),
            state_time: Some(timestamp(accreditation.accredit_time)),
            badge: Some(v1::Badge {
                serial: 13,
                state: v1::BadgeState::Active.into(),
                issue_time: Some(timestamp(accreditation.accredit_time)),
                ..Default::default()
            }),
            ..Default::default()
        };
        assert_eq!(full, expected);
        assert_eq!(to_message(&accreditation, View::Ministry), expected);
        let nobody = v1::Accreditation { recommended_by: String::new(), adopted_by: String::new(), ..expected };
        assert_eq!(to_message(&accreditation, View::Delegation), nobody);
    }

    #[test]
    fn every_reader_sees_how_it_ended_and_that_its_badge_is_void() {
        let (by, ended) = (sample::accreditation().adopted_by, "2019-06-01T00:00:00Z".parse().expect("a time"));
        let reason = domain::vocabulary::personal::Personal::new("Anna fell ill.".to_owned());
        let withdrawal = domain::accreditation::Withdrawal { reason, note_number: "12-3/456".to_owned() };
        let after = sample::accreditation().withdraw(withdrawal, &by, ended).expect("it is in force");
        for view in [View::Delegation, View::Ministry, View::Commission, View::Registrar] {
            let told = to_message(&after, view);
            assert_eq!(told.state(), v1::AccreditationState::WithdrawnBySender);
            assert_eq!((&*told.end_reason, &*told.end_note_number), ("Anna fell ill.", "12-3/456"));
            assert_eq!(told.state_time, Some(timestamp(ended)));
            let badge = told.badge.expect("a badge");
            assert_eq!((badge.serial, badge.state()), (13, v1::BadgeState::Void));
            assert_eq!(badge.void_reason(), v1::BadgeVoidReason::AccreditationEnded);
            assert_eq!(badge.void_time, Some(timestamp(ended)));
            assert!(!format!("{told:?}{after:?}").contains("Anna"));
        }
    }
}
