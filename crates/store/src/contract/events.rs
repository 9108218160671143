//! Events: written in the transaction of the change, and never altered.

use std::collections::BTreeMap;

use domain::outcome::Event;
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::id::{EventId, OrganizationCode};
use domain::vocabulary::log::{EventActor, LogName};
use domain::vocabulary::personal::Personal;
use serde_json::Value;
use uuid::Uuid;

use crate::contract::fixtures::{code, now};
use crate::contract::harness::{TestStore, changed_no_row, is_taken, keys, stores};
use crate::contract::permits::registrar;
use crate::contract::shared_commands::{Record, event};
use crate::{RecordedEvent, StoreError};

command! {
    /// Records an event.
    RecordThis { event: Event } -> RecordedEvent, |this, tx| {
        tx.record_event(&registrar(Action::CreateElection), this.event.clone(), &[]).await?
    }
}
command! {
    /// Records an event, then is refused.
    RecordAndRefuse { event: Event } -> RecordedEvent, |this, tx| {
        tx.record_event(&registrar(Action::CreateElection), this.event.clone(), &[]).await?;
        Err(Refusal::UnknownRulePack)?
    }
}
command! {
    /// Assigns positions to pending events.
    Sequence {} -> (), |_this, tx| {
        tx.sequence(100).await?;
    }
}
command! {
    /// Stores the free text of an event.
    Note { event: EventId, note: &'static str } -> (), |this, tx| {
        let (by, organization) = (registrar(Action::CreateElection), OrganizationCode::commission());
        tx.insert_event_note(&by, this.event, &organization, &Personal::new(this.note.to_owned())).await?;
    }
}
command! {
    /// Runs the readiness check.
    Heartbeat {} -> (), |_this, tx| tx.heartbeat(&registrar(Action::CreateElection)).await?
}

/// An event id with a given number.
fn id(number: u128) -> EventId {
    EventId(Uuid::from_u128(number))
}

/// Two events: one by a person, one by the service.
async fn recorded(store: &TestStore) -> Vec<RecordedEvent> {
    let by_person = event(LogName::Registry, id(1));
    let by_clock = Event { actor: EventActor::System, ..event(LogName::Election(code()), id(2)) };
    vec![store.run_ok(RecordThis { event: by_person }).await, store.run_ok(RecordThis { event: by_clock }).await]
}

/// The receipt has the leaf hash. It must be the hash of the stored bytes, or
/// no caller could prove that the event is in the log.
#[tokio::test]
async fn stored_events_hash_to_the_leaf_of_the_receipt() {
    for store in stores().await {
        let done = recorded(&store).await;
        let rows = store.query_directly("SELECT canonical, leaf FROM event ORDER BY id").await;
        assert_eq!(rows.len(), done.len());
        for (row, done) in rows.iter().zip(done) {
            let (canonical, leaf): (Vec<u8>, Vec<u8>) = (row.get("canonical"), row.get("leaf"));
            assert_eq!(evidence::leaf_hash(&evidence::entry(&canonical)), done.leaf);
            assert_eq!(leaf, done.leaf);
        }
    }
}

/// An auditor serializes an event again and must get the same bytes (RFC 8785).
#[tokio::test]
async fn stored_events_are_canonical() {
    for store in stores().await {
        recorded(&store).await;
        let rows = store.query_directly("SELECT canonical FROM event ORDER BY id").await;
        let expected =
            [("registry", "organizations/cec/principals/registrar", "registrar"), ("elections/kz-2019", "system", "")];
        for (number, (row, (log, actor, person))) in (1..).zip(rows.iter().zip(expected)) {
            let canonical: Vec<u8> = row.get("canonical");
            // A `BTreeMap` sorts the members, so writing it again must give the
            // stored bytes.
            let members: BTreeMap<String, Value> = serde_json::from_slice(&canonical).expect("JSON");
            assert_eq!(serde_json::to_vec(&members).expect("JSON"), canonical, "in the order of the names");
            let salt = hex::decode(members["salt"].as_str().expect("a text")).expect("hexadecimal");
            let salt: [u8; 16] = salt.try_into().expect("16 bytes");
            // Request and ETag are in the event as salted hashes. Only who has
            // the salt and the value can match them.
            let salted = |data: &[u8]| hex::encode(evidence::salted(&salt, data));
            let expected = serde_json::json!({
                "action": "ElectionService/CreateElection",
                "actor": actor,
                "certificate": hex::encode([9; 32]),
                "event": "mission-announced",
                "facts": { "format": "«\"EOM\"»\n" },
                "format": 2,
                "id": Uuid::from_u128(number).to_string(),
                "log": log,
                "organization": "cec",
                "person": person,
                "read": salted(b"3-abc"),
                "request": salted(&keys(&store.master_key).request_hash(&[8; 32])),
                "rows": [],
                "salt": hex::encode(salt),
                "seal": members["seal"],
                "subject": "elections/kz-2019",
                "time": "2019-05-10T09:00:00.000000Z",
            });
            assert_eq!(serde_json::to_value(members).expect("JSON"), expected);
        }
    }
}

/// Timestamps have microseconds in the database. The receipt must not show more
/// than that.
#[tokio::test]
async fn the_caller_gets_what_the_database_keeps() {
    for store in stores().await {
        let done = store.run_ok(Record { log: LogName::Election(code()), id: id(7) }).await;
        assert_eq!((done.event, done.log.as_str(), done.time), (id(7), "elections/kz-2019", now()));
        let row = &store.query_directly("SELECT id, log, organization, time FROM event").await[0];
        assert_eq!(row.get::<Uuid, _>("id"), done.event.0);
        assert_eq!(row.get::<String, _>("log"), done.log);
        assert_eq!(row.get::<String, _>("organization"), "cec");
        assert_eq!(row.get::<i64, _>("time"), done.time.as_microsecond());
    }
}

/// An event without its change would put something into the log that did not
/// happen.
#[tokio::test]
async fn a_refused_command_leaves_no_event() {
    for store in stores().await {
        store.run_refused(RecordAndRefuse { event: event(LogName::Registry, id(1)) }).await;
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event").await, 0);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event_pending").await, 0);
        store.run_ok(RecordThis { event: event(LogName::Registry, id(1)) }).await;
    }
}

/// Triggers guard the log also against the owner of the schema, who could
/// otherwise rewrite history by mistake.
#[tokio::test]
async fn the_database_refuses_to_change_or_remove_events() {
    for store in stores().await {
        recorded(&store).await;
        store.run_ok(Sequence {}).await;
        // REPLACE deletes the old row without firing the delete trigger, so it
        // needs a guard of its own.
        let by_sqlite = [
            "INSERT OR REPLACE INTO event SELECT id, log, 'cis', time, canonical, leaf FROM event",
            "INSERT OR REPLACE INTO event (rowid, id, log, organization, time, canonical, leaf)
             SELECT rowid, X'00', log, organization, time, canonical, leaf FROM event",
        ];
        // TRUNCATE and an upsert bypass row triggers for DELETE and INSERT.
        let by_postgres = [
            "TRUNCATE event CASCADE",
            "INSERT INTO event SELECT id, log, organization, time, canonical, leaf FROM event
            ON CONFLICT (id) DO UPDATE SET organization = 'cis'",
        ];
        let by_either = [
            store.select_sql("UPDATE event SET canonical = X'00'", "UPDATE event SET canonical = ''"),
            "UPDATE event SET organization = 'cis' WHERE log = 'registry'",
            "DELETE FROM event",
        ];
        for sql in by_either.into_iter().chain(store.select_sql(by_sqlite, by_postgres)) {
            let error = store.execute_directly(sql).await.expect_err(sql);
            assert!(error.contains("events are never"), "{sql}: {error}");
        }
        for sql in [
            "UPDATE log_entry SET position = position + 10",
            "DELETE FROM log_entry WHERE log = 'registry'",
            store.select_sql(
                "INSERT OR REPLACE INTO log_entry SELECT log, position, 'cis', event, X'00' FROM log_entry",
                "TRUNCATE log_entry",
            ),
        ] {
            let error = store.execute_directly(sql).await.expect_err(sql);
            assert!(error.contains("log entries are never"), "{sql}: {error}");
        }
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event e JOIN log_entry l ON l.event = e.id").await, 2);
    }
}

/// Free text may name people. It is erased after retention, so it must not be
/// in the hashed bytes.
#[tokio::test]
async fn free_text_is_stored_beside_its_event() {
    for store in stores().await {
        recorded(&store).await;
        store.run_ok(Note { event: id(1), note: "The observer fell ill." }).await;
        let kept = "SELECT COUNT(*) FROM event_note n JOIN event e ON e.id = n.event
            WHERE n.note = 'The observer fell ill.' AND e.log = 'registry'";
        assert_eq!(store.query_number(kept).await, 1);
        // One note for each event, and none without an event.
        let error = store.run_failed(Note { event: id(1), note: "Another." }).await;
        assert!(is_taken(&error, "insert event_note"), "{error}");
        let error = store.run_failed(Note { event: id(9), note: "Of nothing." }).await;
        assert!(matches!(error, StoreError::Database { statement: "insert event_note", .. }), "{error}");
    }
}

/// The readiness check runs every few seconds for years. It must leave no rows
/// behind.
#[tokio::test]
async fn a_heartbeat_changes_nothing() {
    for store in stores().await {
        let before = store.query_number("SELECT create_time FROM master_key").await;
        store.run_ok(Heartbeat {}).await;
        assert_eq!(store.query_number("SELECT create_time FROM master_key").await, before);
        // The check must fail if the database is not the one that it should be.
        store.execute_directly("DELETE FROM master_key").await.expect("nothing is sealed yet");
        let error = store.run_failed(Heartbeat {}).await;
        assert!(changed_no_row(&error, "heartbeat"), "{error}");
    }
}
