//! Tests that a plan keeps to its table, at every scale and for every seed.

use std::collections::HashSet;

use super::*;

fn plan(observers: u32, seed: u64) -> Plan {
    let table = AccreditationTable::of_2019().and_then(|table| table.scaled(observers));
    Plan::make(table.expect("enough observers"), seed)
}

/// Refusals, withdrawals and lapses come on top of the table and take nobody away from it.
#[test]
fn the_accredited_are_those_of_the_table_at_every_scale() {
    for observers in [60, 100, 1013, 2000] {
        let plan = plan(observers, 1);
        for row in &plan.table.rows {
            let accredited = plan.figures()[&row.code].accredited;
            assert_eq!(accredited, i64::from(row.total()), "{} of {observers}", row.code);
        }
        let in_session = |session| {
            let accredited = plan.cases.iter().filter(|case| case.ending == Ending::Accredited);
            accredited.filter(|case| case.session == session).count() as u32
        };
        assert_eq!((0..5).map(in_session).collect::<Vec<_>>(), plan.table.by_session());
    }
}

/// Even a rehearsal of 60 observers must show each incident and each kind of ending.
#[test]
fn every_incident_and_ending_occurs_at_every_scale() {
    for observers in [60, 1013] {
        let plan = plan(observers, 9);
        let any = |test: fn(&Case) -> bool| plan.cases.iter().any(test);
        for incident in incidents::incidents_of_accredited(observers) {
            let mut accredited = plan.cases.iter().filter(|case| case.ending == Ending::Accredited);
            assert!(accredited.any(|case| case.incident == Some(incident)), "{incident:?} of {observers}");
        }
        assert!(any(|case| matches!(case.ending, Ending::Refused(_))));
        assert!(any(|case| matches!(case.ending, Ending::Withdrawn(_))));
        let late = plan.cases.iter().filter(|case| case.ending == Ending::Lapsed(Lapse::OneSecondLate));
        assert_eq!(late.map(|case| case.session).collect::<Vec<_>>(), [4], "of {observers}");
    }
}

#[test]
fn at_full_scale_every_ground_withdrawal_and_lapse_occurs() {
    let plan = plan(1013, 2);
    let any = |ending: Ending| plan.cases.iter().any(|case| case.ending == ending);
    assert!(GROUNDS.iter().all(|ground| any(Ending::Refused(ground))));
    let withdrawals = [Withdrawal::Submitted, Withdrawal::Presented, Withdrawal::Recommended];
    assert!(withdrawals.into_iter().all(|when| any(Ending::Withdrawn(when))));
    let lapses = [Lapse::NeverSubmitted, Lapse::NeverCorrected, Lapse::NeverPresented, Lapse::OneSecondLate];
    assert!(lapses.into_iter().all(|why| any(Ending::Lapsed(why))));
}

#[test]
fn odihr_has_its_core_team_its_long_term_observers_and_the_rest() {
    use v1::Category;
    let plan = plan(1013, 3);
    let count = |category: Category| {
        let accredited = plan.cases.iter().filter(|case| case.ending == Ending::Accredited);
        let odihr = accredited.filter(|case| plan.delegation(case).code == "osce-odihr");
        odihr.filter(|case| case.application.category() == category).count()
    };
    assert_eq!([Category::HeadOfMission, Category::DeputyHead, Category::CoreTeam].map(count), [1, 1, 10]);
    assert_eq!([Category::LongTermObserver, Category::ShortTermObserver].map(count), [22, 288]);
}

#[test]
fn a_seed_makes_the_same_plan_and_another_one_another() {
    assert!(plan(200, 5) == plan(200, 5));
    assert!(plan(200, 5) != plan(200, 6));
}

/// An accidental duplicate would give a finding that the plan does not count.
#[test]
fn nobody_is_filed_twice_except_as_planned() {
    let plan = plan(2000, 4);
    let number = |case: &Case| Some(case.application.person.as_ref()?.passport.as_ref()?.number.clone());
    let numbers: HashSet<_> = plan.cases.iter().map(|case| number(case).expect("a passport")).collect();
    let twice = plan.cases.iter().filter(|case| case.incident == Some(Incident::FiledTwice));
    let pairs: HashSet<_> = twice.clone().map(|case| (number(case), case.session)).collect();
    assert_eq!(twice.clone().count(), 2 * pairs.len(), "both of a pair at one session");
    assert_eq!(twice.filter(|case| case.ending == Ending::Accredited).count(), pairs.len(), "one of a pair");
    assert_eq!(numbers.len() + pairs.len(), plan.cases.len());
}
