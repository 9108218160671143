//! The log: every committed event gets one position in its log, in the order of the commits.

use domain::policy::Action;
use domain::refusal::Refusal;
use domain::transparency::event::LogName;
use domain::vocabulary::id::{ElectionCode, EventId};
use futures_util::future::join_all;
use uuid::Uuid;

use crate::PendingEvents;
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::registrar;
use crate::contract::shared_commands::{Record, event};

command! {
    Sequence { limit: u32 } -> PendingEvents, |this, tx| tx.sequence(this.limit).await?
}
command! {
    Size { log: String } -> i64, |this, tx| tx.log_size(&this.log).await?
}
command! {
    RecordAndRefuse { log: LogName, id: EventId } -> (), |this, tx| {
        tx.record_event(&registrar(Action::CreateElection), event(this.log.clone(), this.id), &[]).await?;
        Err(Refusal::UnknownRulePack)?
    }
}

fn logs() -> [LogName; 3] {
    let election = |code: &str| LogName::Election(code.parse::<ElectionCode>().expect("a code"));
    [LogName::Registry, election("kz-2019"), election("kz-2021")]
}

/// The numbers that the test gave to a log's events, by position, after checking that no position is missing.
async fn entries(store: &TestStore, log: &LogName) -> Vec<u128> {
    let rows = store.query_directly("SELECT l.log, l.position, l.event FROM log_entry l ORDER BY l.position").await;
    let of_log = rows.iter().filter(|row| row.get::<String, _>("log") == log.to_string());
    let positions = of_log.clone().map(|row| row.get::<i64, _>("position"));
    assert!(positions.eq(0..of_log.clone().count() as i64), "{log} has a gap");
    assert_eq!(store.read_ok(Size { log: log.to_string() }).await, of_log.clone().count() as i64);
    of_log.map(|row| row.get::<Uuid, _>("event").as_u128()).collect()
}

#[tokio::test]
async fn positions_follow_the_order_of_the_commits_in_each_log() {
    for store in stores().await {
        // The ids fall while time passes: the order is that of the commits, not of the ids.
        for number in (1..=9_u128).rev() {
            let log = logs()[(number % 3) as usize].clone();
            store.run_ok(Record { log, id: EventId(Uuid::from_u128(number)) }).await;
        }
        let sequence = |limit| store.run_ok(Sequence { limit });
        assert_eq!(sequence(4).await, PendingEvents { sequenced: 4, more: true });
        assert_eq!(sequence(4).await, PendingEvents { sequenced: 4, more: true });
        assert_eq!(sequence(4).await, PendingEvents { sequenced: 1, more: false });
        assert_eq!(sequence(4).await, PendingEvents { sequenced: 0, more: false });
        for (rest, log) in logs().iter().enumerate() {
            let expected: Vec<_> = (1..=9).rev().filter(|number| number % 3 == rest as u128).collect();
            assert_eq!(entries(&store, log).await, expected, "{log}");
        }
    }
}

#[tokio::test]
async fn an_entry_has_its_events_leaf_and_nothing_stays_pending() {
    for store in stores().await {
        for number in 1..=3 {
            store.run_ok(Record { log: LogName::Registry, id: EventId(Uuid::from_u128(number)) }).await;
        }
        store.run_ok(Sequence { limit: 100 }).await;
        let matching = "SELECT COUNT(*) FROM log_entry l JOIN event e ON e.id = l.event
            WHERE l.leaf = e.leaf AND l.log = e.log";
        assert_eq!(store.query_number(matching).await, 3);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event_pending").await, 0);
    }
}

#[tokio::test]
async fn no_event_is_missing_when_many_write_refuse_and_sequence_at_once() {
    for store in stores().await {
        let write = async |number: u128| {
            let (log, id) = (logs()[(number % 3) as usize].clone(), EventId(Uuid::from_u128(number)));
            match number % 7 {
                0 => drop(store.run_refused(RecordAndRefuse { log, id }).await),
                1 => {
                    store.run_ok(Record { log, id }).await;
                    store.run_ok(Sequence { limit: 5 }).await;
                }
                _ => drop(store.run_ok(Record { log, id }).await),
            }
        };
        join_all((1..=200).map(write)).await;
        while store.run_ok(Sequence { limit: 16 }).await.more {}
        let mut sequenced = Vec::new();
        for log in &logs() {
            let found = entries(&store, log).await;
            assert!(found.iter().all(|number| logs()[(number % 3) as usize] == *log), "{log}");
            sequenced.extend(found);
        }
        sequenced.sort_unstable();
        assert!(sequenced.into_iter().eq((1..=200).filter(|number| number % 7 != 0)));
    }
}
