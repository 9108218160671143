//! What a plan may contain. Each test breaks one rule of an otherwise valid plan.

use super::*;
use crate::vocabulary::personal::Personal;

fn name(number: u32) -> ApplicationName {
    let text = format!("elections/kz-2019/missions/cis/applications/0190b0a0-0000-7000-8000-{number:012}");
    text.parse().expect("a name")
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn mission() -> Mission {
    Mission {
        name: name(1).mission(),
        format: "EOM".to_owned(),
        head: Personal::default(),
        headquarters: String::new(),
        start_date: day("2019-05-10"),
        end_date: day("2019-06-20"),
        version: 1,
        create_time: Timestamp::UNIX_EPOCH,
        withdrawal: None,
    }
}

fn visit(region: &str, from: &str, to: &str) -> Visit {
    Visit { place: Place::Region(region.to_owned()), start_date: day(from), end_date: day(to) }
}

/// A team of two observers and a driver.
fn team(number: i32, observers: [u32; 2], driver: u32, visits: Vec<Visit>) -> Team {
    let observers = observers.map(name).to_vec();
    Team { number, observers, reason: Personal::default(), support: vec![name(driver)], visits }
}

/// Ten observers, 1 to 10, and five drivers, 11 to 15. Application 9 was refused, and 10 is a draft.
fn members() -> BTreeMap<ApplicationName, Member> {
    let member = |number| {
        let category = if number > 10 { Category::Driver } else { Category::LongTermObserver };
        let state = match number {
            9 => StateKind::Refused,
            10 => StateKind::Draft,
            _ => StateKind::Accredited,
        };
        (name(number), Member { category, state })
    };
    (1..=15).map(member).collect()
}

/// The problems of a plan, as pairs of field and text.
#[track_caller]
fn problems(teams: &[Team]) -> Vec<(String, String)> {
    let regions = RegionSet::find("kz-2019").expect("it is bundled");
    match check(teams, &mission(), regions, &members()) {
        Ok(()) => Vec::new(),
        Err(Refusal::InvalidPlan { problems }) => problems.into_iter().map(|one| (one.field, one.problem)).collect(),
        Err(other) => panic!("{other}"),
    }
}

/// Checks that a plan has exactly this problem.
#[track_caller]
fn check_one(teams: &[Team], field: &str, problem: &str) {
    let found = problems(teams);
    let [(at, what)] = &found[..] else { panic!("not one problem: {found:?}") };
    assert_eq!(at, field);
    assert!(what.contains(problem), "{what}");
}

const FROM: &str = "2019-06-07";
const TO: &str = "2019-06-10";

/// A valid plan, also with somebody who changes teams, and an empty one.
#[test]
fn a_plan_of_pairs_in_several_regions_is_valid() {
    let first = team(1, [1, 2], 11, vec![visit("KZ-11", "2019-05-10", "2019-06-06"), visit("KZ-75", FROM, TO)]);
    let second = team(2, [3, 10], 12, vec![visit("KZ-79", FROM, TO), visit("KZ-61", FROM, TO)]);
    let later = team(3, [1, 3], 12, vec![visit("KZ-71", "2019-06-11", "2019-06-20")]);
    assert_eq!(problems(&[first, second, later]), []);
    assert_eq!(problems(&[]), [], "nobody is deployed any more");
}

/// Regions come from the election's own set, so that a region of a later reform is unknown.
#[test]
fn a_region_is_in_the_region_set_of_the_election() {
    let unknown = "there is no such region; the set kz-2019 has KZ-11, KZ-15";
    check_one(&[team(1, [1, 2], 11, vec![visit("KZ-62", FROM, TO)])], "plan.teams[0].visits[0].region", unknown);
    let place = Place::Commission { region: "KZ-99".to_owned(), label: "17".to_owned() };
    let at_commission = Visit { place, ..visit("", FROM, TO) };
    let visits = vec![visit("KZ-75", FROM, TO), at_commission];
    check_one(&[team(1, [1, 2], 11, visits)], "plan.teams[0].visits[1].commission.region", unknown);
    let place = Place::Abroad { country: "DEU".to_owned(), city: "Berlin".to_owned() };
    assert_eq!(problems(&[team(1, [1, 2], 11, vec![Visit { place, ..visit("", FROM, TO) }])]), []);
}

/// Nobody can be deployed outside of the days of the mission.
#[test]
fn a_visit_lies_within_the_mission() {
    let within = "the mission lasts from 2019-05-10 to 2019-06-20";
    let one = |from, to| [team(1, [1, 2], 11, vec![visit("KZ-75", from, to)])];
    check_one(&one("2019-05-09", TO), "plan.teams[0].visits[0].start_date", within);
    check_one(&one(FROM, "2019-06-21"), "plan.teams[0].visits[0].end_date", within);
    check_one(&one(TO, FROM), "plan.teams[0].visits[0].end_date", "must not be before start_date");
    assert_eq!(problems(&one("2019-05-10", "2019-06-20")), []);
    assert_eq!(problems(&one("2019-05-10", "2019-05-10")), []);
}

/// One person cannot be at two places on one day.
#[test]
fn nobody_is_in_two_teams_on_one_day() {
    let two = |from| {
        [team(1, [1, 2], 11, vec![visit("KZ-75", FROM, TO)]), team(2, [3, 2], 12, vec![visit("KZ-79", from, TO)])]
    };
    check_one(&two("2019-06-09"), "plan.teams[1].observers[1]", "is in team 1 on 2019-06-09 too");
    check_one(&two(TO), "plan.teams[1].observers[1]", "is in team 1 on 2019-06-10 too");
    let driver = [
        team(1, [1, 2], 11, vec![visit("KZ-75", FROM, TO)]),
        team(2, [3, 4], 11, vec![visit("KZ-79", "2019-06-01", FROM)]),
    ];
    check_one(&driver, "plan.teams[1].support[0]", "is in team 1 on 2019-06-07 too");
}

/// The hosts must not wait for somebody who will not come.
#[test]
fn members_are_open_applications_of_the_mission() {
    let with = |observers: [u32; 2], driver| [team(1, observers, driver, vec![visit("KZ-75", FROM, TO)])];
    check_one(&with([1, 99], 11), "plan.teams[0].observers[1]", "the mission has no such application");
    check_one(&with([9, 1], 11), "plan.teams[0].observers[0]", "the application is REFUSED");
    check_one(&with([1, 12], 11), "plan.teams[0].observers[1]", "is support staff");
    check_one(&with([1, 2], 3), "plan.teams[0].support[0]", "is an observer");
    check_one(&with([1, 1], 11), "plan.teams[0].observers[1]", "is in this team twice");
}

/// Observers work in pairs; an exception needs a reason.
#[test]
fn a_single_observer_needs_a_reason_and_team_numbers_are_unique() {
    let mut alone = team(1, [1, 2], 11, vec![visit("KZ-75", FROM, TO)]);
    alone.observers.pop();
    check_one(&[alone.clone()], "plan.teams[0].reason", "observers work in pairs");
    alone.reason = Personal::new("The head of mission visits headquarters alone.".to_owned());
    assert_eq!(problems(&[alone.clone()]), []);
    let same = team(1, [3, 4], 12, vec![visit("KZ-75", FROM, TO)]);
    check_one(&[alone, same], "plan.teams[1].number", "there is a team 1 before this one");
}

/// A delegation sees all problems in one answer.
#[test]
fn every_problem_is_found_at_once() {
    let wrong = team(1, [9, 99], 1, vec![visit("KZ-00", "2019-01-01", "2019-12-31")]);
    let fields: Vec<_> = problems(&[wrong.clone(), wrong]).into_iter().map(|(field, _)| field).collect();
    let of_one = ["visits[0].region", "visits[0].start_date", "visits[0].end_date", "observers[0]", "observers[1]"];
    let mut expected: Vec<_> = of_one.iter().map(|field| format!("plan.teams[0].{field}")).collect();
    expected.push("plan.teams[0].support[0]".to_owned());
    expected.push("plan.teams[1].number".to_owned());
    expected.extend(of_one.iter().map(|field| format!("plan.teams[1].{field}")));
    expected.extend(["plan.teams[1].support[0]".to_owned(), "plan.teams[1].support[0]".to_owned()]);
    assert_eq!(fields, expected);
}

/// Two secretaries must not overwrite each other's plan.
#[test]
fn a_plan_is_replaced_with_the_current_etag() {
    let name = DeploymentPlanName { mission: mission().name };
    let now = Timestamp::UNIX_EPOCH;
    let replace = |before: Option<&DeploymentPlan>, etag: &str| {
        DeploymentPlan::replace(name.clone(), before, etag, Vec::new(), now)
    };
    assert_eq!(replace(None, "1"), Err(Refusal::EtagMismatch));
    let first = replace(None, "").expect("the first");
    assert_eq!(first.etag(), "1");
    assert_eq!(replace(Some(&first), ""), Err(Refusal::EtagMismatch));
    assert_eq!(replace(Some(&first), "1").expect("it was read").version, 2);
}

/// Reports count a person in every area that one of their teams visits.
#[test]
fn a_person_is_in_every_area_of_their_teams() {
    let region = |code: &str| Area::Region(code.to_owned());
    let mut both = visit("KZ-75", "2019-06-09", "2019-06-09");
    both.place = Place::Commission { region: "KZ-71".to_owned(), label: "57".to_owned() };
    let mut abroad = visit("KZ-75", "2019-06-10", "2019-06-10");
    abroad.place = Place::Abroad { country: "DEU".to_owned(), city: "Berlin".to_owned() };
    let teams = [
        team(1, [1, 2], 11, vec![visit("KZ-75", "2019-06-01", "2019-06-02"), both]),
        team(2, [1, 3], 12, vec![abroad, visit("KZ-75", "2019-06-11", "2019-06-11")]),
    ];
    let (first, second) = (BTreeSet::from([region("KZ-71"), region("KZ-75")]), [Area::Abroad, region("KZ-75")]);
    let second = BTreeSet::from(second);
    let everywhere: BTreeSet<_> = first.union(&second).cloned().collect();
    let expected = [(1, everywhere), (2, first.clone()), (3, second.clone()), (11, first), (12, second)];
    assert_eq!(areas(&teams), expected.map(|(number, areas)| (name(number).id, areas)).into());
    assert_eq!(areas([]), BTreeMap::new());
}
