//! Elections.

use domain::election::{Election, ElectionState, Ending, Reschedule, ScheduleEntry, ScheduleKind, Whom};
use domain::policy::{Action, Permit};
use domain::vocabulary::id::ElectionCode;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::contract::fixtures::{ELECTION, at, code, election};
use crate::contract::harness::{changed_no_row, is_taken, stores};
use crate::contract::permits::registrar;
use crate::{Page, Series};

/// The election, open.
fn opened() -> Election {
    Election { state: ElectionState::Open, ..election(ELECTION) }
}

command! {
    Register { new: Election } -> (), |this, tx| {
        tx.insert_election(&registrar(Action::CreateElection), &this.new).await?
    }
}
command! {
    Open { election: Election } -> (), |this, tx| {
        tx.update_election_state(&registrar(Action::OpenElection), &this.election).await?
    }
}
command! {
    Find { code: ElectionCode } -> Option<Election>, |this, tx| tx.lookup_election(&this.code).await?
}
command! {
    Move { changed: Election, before: Date, entry: ScheduleEntry } -> (), |this, tx| {
        let by = registrar(Action::PostponeElection);
        tx.update_voting_day(&by, &this.changed, this.before).await?;
        tx.insert_schedule_entry(&by, &this.changed.code, &this.entry).await?
    }
}
command! {
    Schedule { code: ElectionCode } -> Vec<ScheduleEntry>, |this, tx| tx.schedule(&this.code).await?
}
command! {
    List { page: Page<ElectionCode> } -> Vec<Election>, |this, tx| tx.list_elections(&this.page).await?
}

command! {
    Publish { time: Timestamp } -> (), |this, tx| {
        let election = tx.lookup_election(&code()).await?.expect("it is there");
        let published = Election { results_time: Some(this.time), ..election };
        tx.update_results_time(&registrar(Action::PublishResults), &published).await?
    }
}
command! {
    Take { series: Series } -> u32, |this, tx| {
        tx.take_numbers(&Permit::for_the_service(), &code(), this.series, 1).await?
    }
}
command! {
    ToEnd {} -> Vec<(Election, i64)>, |_this, tx| tx.elections_to_end().await?
}
command! {
    Ended { cause: Timestamp, numbers: i64 } -> (), |this, tx| {
        tx.take_turn_to_end().await?;
        let ending = Ending { cause: this.cause, whom: Whom::Everyone };
        tx.everything_has_ended(&Permit::for_the_service(), &code(), &ending, this.numbers).await?
    }
}

#[tokio::test]
async fn an_election_is_looked_at_until_everything_has_ended_and_again_when_something_may_have_come_into_force() {
    for store in stores().await {
        store.run_ok(Register { new: election("kz-2019") }).await;
        store.run_ok(Register { new: election("kz-2021") }).await;
        let found = async || {
            let found = store.read_ok(ToEnd {}).await;
            found.into_iter().map(|(election, numbers)| (election.code, numbers)).collect::<Vec<_>>()
        };
        store.run_ok(Take { series: Series::Accreditation }).await;
        assert_eq!(found().await, [], "the results are not published");
        let (first, second) = (at("2019-06-10T06:00:00Z"), at("2019-06-10T07:00:00Z"));
        store.run_ok(Publish { time: first }).await;
        assert_eq!(found().await, [(code(), 2)]);
        store.run_ok(Ended { cause: first, numbers: 2 }).await;
        assert_eq!(found().await, []);
        store.run_ok(Take { series: Series::Decree }).await;
        assert_eq!(found().await, [], "nothing has come into force by that");
        for (series, numbers) in [(Series::Badge, 4), (Series::Accreditation, 5)] {
            store.run_ok(Take { series }).await;
            assert_eq!(found().await, [(code(), numbers)], "{series:?}");
            store.run_ok(Ended { cause: first, numbers }).await;
            assert_eq!(found().await, []);
        }
        store.run_ok(Publish { time: second }).await;
        assert_eq!(found().await, [(code(), 5)], "a correction is another cause");
    }
}

#[tokio::test]
async fn an_election_reads_back_with_the_rules_it_was_registered_under_and_opens() {
    for store in stores().await {
        let new = election("kz-2019");
        assert_eq!(store.read_ok(Find { code: code() }).await, None);
        store.run_ok(Register { new: new.clone() }).await;
        assert_eq!(store.read_ok(Find { code: code() }).await.as_ref(), Some(&new));
        store.run_ok(Open { election: opened() }).await;
        assert_eq!(store.read_ok(Find { code: code() }).await, Some(new.open()));
    }
}

#[tokio::test]
async fn a_code_belongs_to_one_election_and_only_a_registered_one_opens() {
    for store in stores().await {
        store.run_ok(Register { new: election("kz-2019") }).await;
        let error = store.run_failed(Register { new: election("kz-2019") }).await;
        assert!(is_taken(&error, "insert election"), "{error}");
        let error = store
            .run_failed(Open { election: Election { code: "kz-2021".parse().expect("a code"), ..opened() } })
            .await;
        assert!(changed_no_row(&error, "update election state"), "{error}");
    }
}

#[tokio::test]
async fn elections_are_listed_page_by_page_with_one_more() {
    for store in stores().await {
        for code in ["kz-2021", "kz-2019", "kz-2022"] {
            store.run_ok(Register { new: election(code) }).await;
        }
        let check = async |after: Option<&str>, expected: &[&str]| {
            let page = Page { after: after.map(|code| code.parse().expect("a code")), size: 1 };
            let found = store.read_ok(List { page }).await;
            assert_eq!(found.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(), expected);
        };
        check(None, &["kz-2019", "kz-2021"]).await;
        check(Some("kz-2021"), &["kz-2022"]).await;
        check(Some("kz-2022"), &[]).await;
    }
}

#[tokio::test]
async fn a_schedule_begins_with_the_registration_and_grows_by_what_voting_day_is_moved_to() {
    for store in stores().await {
        let new = election("kz-2019");
        store.run_ok(Register { new: new.clone() }).await;
        let (reason, act) = (String::new(), String::new());
        let Election { voting_day, cutoffs, create_time: time, .. } = new.clone();
        let set = ScheduleEntry { kind: ScheduleKind::Set, voting_day, cutoffs, reason, act, time };
        assert_eq!(store.read_ok(Schedule { code: code() }).await, std::slice::from_ref(&set));

        let to = Reschedule {
            expected: voting_day,
            voting_day: "2019-06-16".parse().expect("a date"),
            reason: "A flood.".to_owned(),
            act: "Decree 7".to_owned(),
        };
        let now = at("2019-06-05T00:00:00Z");
        let changed = new.postpone(&to, now).expect("before voting day");
        let entry = changed.scheduled(ScheduleKind::Postponed, &to, now);
        let moved = |before| Move { changed: changed.clone(), before, entry: entry.clone() };
        store.run_ok(moved(voting_day)).await;
        assert_eq!(store.read_ok(Find { code: code() }).await.as_ref(), Some(&changed));
        assert_eq!(store.read_ok(Schedule { code: code() }).await, [set, entry.clone()]);
        let error = store.run_failed(moved(voting_day)).await;
        assert!(changed_no_row(&error, "update voting day"), "{error}");
        let earlier = Move { changed: election("kz-2019"), before: changed.voting_day, entry: entry.clone() };
        assert!(store.run_failed(earlier).await.to_string().contains("earlier"), "the database itself refuses");
    }
}
