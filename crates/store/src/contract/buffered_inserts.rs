//! Buffered inserts: many rows are written by one statement, and the command
//! notices no difference.

use domain::outcome::Event;
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::id::EventId;
use domain::vocabulary::log::{EventActor, LogName};
use uuid::Uuid;

use crate::StoreError;
use crate::contract::harness::{TestStore, is_taken, stores};
use crate::contract::permits::registrar;
use crate::contract::shared_commands::event;

command! {
    /// Records events at the next positions of the registry's log. Reads the
    /// length of the log before the last one, which forces the rows that wait
    /// to be written.
    RecordMany { first: u128, count: u128, refused: bool } -> i64, |this, tx| {
        tx.buffer_inserts();
        let start = tx.log_size("registry").await?;
        let mut before_last = start;
        for (position, number) in (start..).zip(this.first..this.first + this.count) {
            before_last = if number + 1 == this.first + this.count { tx.log_size("registry").await? } else { start };
            tx.record_at_position(&registrar(Action::CreateElection), numbered(number), position).await?;
        }
        if this.refused {
            return Err(Refusal::UnknownRulePack.into());
        }
        before_last
    }
}
command! {
    /// Records one event without buffering.
    RecordOne { number: u128 } -> (), |this, tx| {
        tx.record_event(&registrar(Action::CreateElection), numbered(this.number), &[]).await?;
    }
}
command! {
    /// Records an event at a position that may be taken.
    Take { number: u128, position: i64 } -> (), |this, tx| {
        tx.buffer_inserts();
        tx.record_at_position(&registrar(Action::CreateElection), numbered(this.number), this.position).await?;
    }
}

/// An event with a given number.
fn numbered(number: u128) -> Event {
    Event { actor: EventActor::System, ..event(LogName::Registry, EventId(Uuid::from_u128(number))) }
}

/// How many rows each of the three tables has.
async fn rows(store: &TestStore) -> [i64; 3] {
    let (events, entries) = ("SELECT COUNT(*) FROM event", "SELECT COUNT(*) FROM log_entry");
    [
        store.query_number(events).await,
        store.query_number(entries).await,
        store.query_number("SELECT COUNT(*) FROM event_pending").await,
    ]
}

/// The count is above the limit of one statement and no power of two, so
/// several statements of different sizes are needed.
#[tokio::test]
async fn every_row_is_written_once_and_as_it_was_given() {
    for store in stores().await {
        assert_eq!(store.run_ok(RecordMany { first: 1, count: 201, refused: false }).await, 200);
        assert_eq!(rows(&store).await, [201, 201, 0]);
        // Each entry belongs to its own event: no parameters were mixed up.
        let same = "SELECT COUNT(*) FROM event e JOIN log_entry l ON l.event = e.id AND l.leaf = e.leaf";
        assert_eq!(store.query_number(same).await, 201);
        let last = "SELECT l.position FROM event e JOIN log_entry l ON l.event = e.id ORDER BY e.id DESC LIMIT 1";
        assert_eq!(store.query_number(last).await, 200);
    }
}

/// The connection of the writer is reused. Rows of a refused command must not
/// be written by the next one.
#[tokio::test]
async fn a_refusal_drops_buffered_rows_and_ends_buffering() {
    for store in stores().await {
        let refused = store.run_refused(RecordMany { first: 1, count: 70, refused: true }).await;
        assert_eq!(refused, Refusal::UnknownRulePack);
        assert_eq!(rows(&store).await, [0, 0, 0]);
        store.run_ok(RecordOne { number: 1 }).await;
        assert_eq!(rows(&store).await, [1, 0, 1]);
    }
}

/// The unique key fails when the rows are written, not when the command adds
/// them. The transaction must still roll back.
#[tokio::test]
async fn a_taken_position_is_refused_and_nothing_is_kept() {
    for store in stores().await {
        store.run_ok(Take { number: 1, position: 0 }).await;
        let error: StoreError = store.run_failed(Take { number: 2, position: 0 }).await;
        let by_trigger = matches!(&error, StoreError::Database { statement: "insert log_entry", .. });
        assert!(is_taken(&error, "insert log_entry") || by_trigger, "{error}");
        assert_eq!(rows(&store).await, [1, 1, 0]);
    }
}
