//! The log: every committed event gets exactly one position, in the order of
//! the commits.

use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::id::{ElectionCode, EventId};
use domain::vocabulary::log::LogName;
use futures_util::future::join_all;
use uuid::Uuid;

use crate::PendingEvents;
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::registrar;
use crate::contract::shared_commands::{Record, event};

command! {
    /// Assigns positions to pending events.
    Sequence { limit: u32 } -> PendingEvents, |this, tx| tx.sequence(this.limit).await?
}
command! {
    /// Reads the length of a log.
    Size { log: String } -> i64, |this, tx| tx.log_size(&this.log).await?
}
command! {
    /// Records an event, then is refused.
    RecordAndRefuse { log: LogName, id: EventId } -> (), |this, tx| {
        tx.record_event(&registrar(Action::CreateElection), event(this.log.clone(), this.id), &[]).await?;
        Err(Refusal::UnknownRulePack)?
    }
}

/// Three logs.
fn logs() -> [LogName; 3] {
    let election = |code: &str| LogName::Election(code.parse::<ElectionCode>().expect("a code"));
    [LogName::Registry, election("kz-2019"), election("kz-2021")]
}

/// The numbers of a log's events by position, after checking that no position
/// is missing.
async fn entries(store: &TestStore, log: &LogName) -> Vec<u128> {
    let rows = store.query_directly("SELECT l.log, l.position, l.event FROM log_entry l ORDER BY l.position").await;
    let of_log = rows.iter().filter(|row| row.get::<String, _>("log") == log.to_string());
    let positions = of_log.clone().map(|row| row.get::<i64, _>("position"));
    assert!(positions.eq(0..of_log.clone().count() as i64), "{log} has a gap");
    assert_eq!(store.read_ok(Size { log: log.to_string() }).await, of_log.clone().count() as i64);
    of_log.map(|row| row.get::<Uuid, _>("event").as_u128()).collect()
}

/// A cursor reads by position. An event that got a lower position later would
/// never be seen.
#[tokio::test]
async fn positions_follow_the_order_of_the_commits_in_each_log() {
    for store in stores().await {
        // The ids decrease while time passes, so an order by id would show.
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

/// The Merkle tree is built from the entries. No event may stay pending once it
/// has a position.
#[tokio::test]
async fn a_log_entry_has_the_leaf_of_its_event() {
    for store in stores().await {
        for number in 1..=3 {
            store.run_ok(Record { log: LogName::Registry, id: EventId(Uuid::from_u128(number)) }).await;
        }
        store.run_ok(Sequence { limit: 100 }).await;
        // The hash in the entry is that of the event.
        let matching = "SELECT COUNT(*) FROM log_entry l JOIN event e ON e.id = l.event
            WHERE l.leaf = e.leaf AND l.log = e.log";
        assert_eq!(store.query_number(matching).await, 3);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event_pending").await, 0);
    }
}

/// Writers, refused commands and the sequencer run in parallel. Each committed
/// event has one position, and no refused one has any.
#[tokio::test]
async fn no_event_is_missing_under_parallel_writes_and_sequencing() {
    for store in stores().await {
        let write = async |number: u128| {
            let (log, id) = (logs()[(number % 3) as usize].clone(), EventId(Uuid::from_u128(number)));
            // Some commands are refused, some sequence in between, most only
            // record.
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
