//! Elections.

use domain::election::{Election, ElectionState, Ending, EndingScope, Reschedule, ScheduleEntry, ScheduleKind};
use domain::policy::{Action, Permit};
use domain::vocabulary::id::ElectionCode;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::contract::fixtures::{ELECTION, at, code, election};
use crate::contract::harness::{changed_no_row, is_taken, stores};
use crate::contract::permits::registrar;
use crate::{Page, Series};

/// The usual election, open.
fn opened() -> Election {
    Election { state: ElectionState::Open, ..election(ELECTION) }
}

command! {
    /// Inserts an election.
    Register { new: Election } -> (), |this, tx| {
        tx.insert_election(&registrar(Action::CreateElection), &this.new).await?
    }
}
command! {
    /// Opens an election.
    Open { election: Election } -> (), |this, tx| {
        tx.update_election_state(&registrar(Action::OpenElection), &this.election).await?
    }
}
command! {
    /// Looks up an election.
    Find { code: ElectionCode } -> Option<Election>, |this, tx| tx.lookup_election(&this.code).await?
}
command! {
    /// Moves voting day and adds the schedule entry.
    Move { changed: Election, before: Date, entry: ScheduleEntry } -> (), |this, tx| {
        let by = registrar(Action::PostponeElection);
        tx.update_voting_day(&by, &this.changed, this.before).await?;
        tx.insert_schedule_entry(&by, &this.changed.code, &this.entry).await?
    }
}
command! {
    /// Reads a schedule.
    Schedule { code: ElectionCode } -> Vec<ScheduleEntry>, |this, tx| tx.schedule(&this.code).await?
}
command! {
    /// Reads a page of elections.
    List { page: Page<ElectionCode> } -> Vec<Election>, |this, tx| tx.list_elections(&this.page).await?
}

command! {
    /// Records when the results were published.
    Publish { time: Timestamp } -> (), |this, tx| {
        let election = tx.lookup_election(&code()).await?.expect("it is there");
        let published = Election { results_time: Some(this.time), ..election };
        tx.update_results_time(&registrar(Action::PublishResults), &published).await?
    }
}
command! {
    /// Takes one number of a series.
    Take { series: Series } -> u32, |this, tx| {
        tx.take_numbers(&Permit::for_the_service(), &code(), this.series, 1).await?
    }
}
command! {
    /// Reads the elections in which accreditations may have to end.
    ToEnd {} -> Vec<(Election, i64)>, |_this, tx| tx.elections_to_end().await?
}
command! {
    /// Records that everything up to these numbers has ended.
    Ended { cause: Timestamp, numbers: i64 } -> (), |this, tx| {
        tx.take_turn_to_end().await?;
        let ending = Ending { cause: this.cause, scope: EndingScope::Everyone };
        tx.record_all_ended(&Permit::for_the_service(), &code(), &ending, this.numbers).await?
    }
}

/// An accreditation or badge that is issued while the job runs takes a number.
/// So the job must see the election again; otherwise that accreditation would
/// never end.
#[tokio::test]
async fn the_ending_job_sees_an_election_until_all_has_ended_and_again_after_new_numbers() {
    for store in stores().await {
        store.run_ok(Register { new: election("kz-2019") }).await;
        store.run_ok(Register { new: election("kz-2021") }).await;
        let found = async || {
            let found = store.read_ok(ToEnd {}).await;
            found.into_iter().map(|(election, numbers)| (election.code, numbers)).collect::<Vec<_>>()
        };
        store.run_ok(Take { series: Series::Accreditation }).await;
        // Nothing ends before the results are published or a run-off is called.
        assert_eq!(found().await, [], "the results are not published");
        let (first, second) = (at("2019-06-10T06:00:00Z"), at("2019-06-10T07:00:00Z"));
        store.run_ok(Publish { time: first }).await;
        assert_eq!(found().await, [(code(), 2)]);
        store.run_ok(Ended { cause: first, numbers: 2 }).await;
        assert_eq!(found().await, []);
        store.run_ok(Take { series: Series::Decree }).await;
        assert_eq!(found().await, [], "nothing has come into force by that");
        // A badge or an accreditation that is issued later makes the job look
        // again.
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

/// The rules are those of the pack with which the election was registered, so a
/// later pack does not change a running election.
#[tokio::test]
async fn an_election_reads_back_with_its_rules_and_opens() {
    for store in stores().await {
        let new = election("kz-2019");
        assert_eq!(store.read_ok(Find { code: code() }).await, None);
        store.run_ok(Register { new: new.clone() }).await;
        assert_eq!(store.read_ok(Find { code: code() }).await.as_ref(), Some(&new));
        store.run_ok(Open { election: opened() }).await;
        assert_eq!(store.read_ok(Find { code: code() }).await, Some(new.open()));
    }
}

/// A second election with the same code is refused by the key, and an unknown
/// one changes no row.
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

/// The extra row tells the caller that another page follows.
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

/// A trigger adds the first entry. Entries are append-only: they justify which
/// cutoff applied when.
#[tokio::test]
async fn a_schedule_has_the_first_voting_day_and_every_later_one() {
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
