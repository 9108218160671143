//! Rows and their digests in the log: a change without an event is detected, in
//! each table and column.

use std::collections::BTreeSet;

use domain::policy::Action;
use domain::vocabulary::id::EventId;
use domain::vocabulary::log::LogName;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};
use throwaway::SUPERUSER;
use uuid::Uuid;

use crate::contract::fixtures::code;
use crate::contract::harness::TestStore;
use crate::contract::permits::registrar;
use crate::contract::row_level_security::{as_role, filled_store};
use crate::contract::shared_commands::{Record, event};
use crate::tx::engine::rows::AffectedRows;
use crate::tx::engine::rows::table::TABLES;
use crate::{Compared, Difference};

command! {
    /// Compares the database with its log.
    Compare {} -> Compared, |_this, tx| tx.compare_with_log().await?
}
command! {
    /// Assigns positions to pending events.
    Sequence {} -> (), |_this, tx| {
        tx.sequence(100).await?;
    }
}
command! {
    /// Records an event with the digests of all rows as they are.
    RecordAsTheyAre { keys: Vec<(String, Vec<String>)> } -> (), |this, tx| {
        let table = |name: &str| TABLES.iter().find(|table| table.name == name).expect("a table");
        let affected: BTreeSet<_> =
            this.keys.iter().map(|(name, key)| AffectedRows { table: table(name), key: key.clone() }).collect();
        let rows: Vec<_> = tx.rows_digest_inputs(&affected).await?.into_values().collect();
        let event = event(LogName::Election(code()), EventId(Uuid::from_u128(1)));
        tx.record_event(&registrar(Action::CreateElection), event, &rows).await?;
    }
}

/// The rows that differ from the log, and whether an event records them.
async fn differing_rows(store: &TestStore) -> Vec<(String, Vec<String>, bool)> {
    let compared = store.read_ok(Compare {}).await;
    let differing = compared.differences.into_iter().filter_map(|difference| match difference {
        Difference::Unrecorded { table, key } => Some((table, key, false)),
        Difference::Changed { table, key, .. } => Some((table, key, true)),
        _ => None,
    });
    differing.collect()
}

/// The columns of a table, and an expression that gives another value of the
/// column's type.
async fn columns(superuser: &mut sqlx::PgConnection, table: &str) -> Vec<(String, String)> {
    let sql = format!(
        "SELECT column_name::text, data_type::text FROM information_schema.columns
        WHERE table_name = '{table}' AND table_schema = 'public' ORDER BY ordinal_position"
    );
    let rows = superuser.fetch_all(AssertSqlSafe(sql)).await.expect("a query");
    let columns = rows.iter().map(|row| (row.get::<String, _>(0), row.get::<String, _>(1)));
    let other = |name: &str, kind: &str| match kind {
        "bigint" => format!("COALESCE({name}, 0) + 1000"),
        "bytea" => format!("COALESCE({name}, '') || '\\x00'"),
        "uuid" => "gen_random_uuid()".to_owned(),
        _ => format!("COALESCE({name}, '') || 'x'"),
    };
    columns.map(|(name, kind)| (name.clone(), other(&name, &kind))).collect()
}

/// Tables that are no resources: the log itself, and what the service keeps for
/// its own work.
const NO_RESOURCES: [&str; 14] = [
    "_sqlx_migrations",
    "access_attempt",
    "counter",
    "document_read",
    "event",
    "event_pending",
    "log_entry",
    "master_key",
    "past_state",
    "request",
    "screening_pending",
    "screening_sweep",
    "tally",
    "watch_list_entry",
];

/// A new table must be on one of the two lists. Forgotten on both, its rows
/// could be changed unnoticed.
#[tokio::test]
async fn every_table_is_listed_as_resource_or_technical() {
    let store = filled_store().await;
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let tables: BTreeSet<String> = store.query_directly(sql).await.iter().map(|row| row.get(0)).collect();
    let known = TABLES.iter().map(|table| table.name).chain(NO_RESOURCES);
    assert_eq!(tables, known.map(str::to_owned).collect());
}

/// Changes that somebody could make who controls the database and lacks the
/// master key.
const CHANGES_OF_THE_LOG: [&str; 9] = [
    "UPDATE event SET canonical = convert_to(replace(convert_from(canonical, 'UTF8'), 'announced', 'updated'), 'UTF8')",
    "UPDATE event SET leaf = '\\x00'",
    "UPDATE event SET organization = 'cis'",
    "UPDATE event SET log = 'elections/e1'",
    "UPDATE event SET time = time + 1",
    "UPDATE log_entry SET leaf = '\\x00'",
    "UPDATE log_entry SET organization = 'cis'",
    "UPDATE log_entry SET position = position + 1 WHERE position = 1",
    "DELETE FROM log_entry WHERE position = 0",
];

/// Each change is detected by itself, and the log is restored after it.
#[tokio::test]
async fn a_tampered_log_is_detected() {
    let store = TestStore::without_rule_packs().await;
    for number in 1..=2 {
        let id = EventId(Uuid::from_u128(number));
        store.run_ok(Record { log: LogName::Registry, id }).await;
    }
    store.run_ok(Sequence {}).await;
    // Two events and no rows agree with the log.
    let whole = Compared { events: 2, ..Compared::default() };
    assert_eq!(store.read_ok(Compare {}).await, whole);
    let mut superuser = as_role(&store, SUPERUSER).await;
    superuser.execute("SET session_replication_role = replica").await.expect("without triggers and references");
    for table in ["event", "log_entry"] {
        superuser
            .execute(AssertSqlSafe(format!("CREATE TABLE {table}_before AS TABLE {table}")))
            .await
            .expect("a copy");
    }
    for change in CHANGES_OF_THE_LOG {
        superuser.execute(change).await.expect(change);
        assert_ne!(store.read_ok(Compare {}).await.differences, Vec::new(), "{change}");
        let back = "DELETE FROM log_entry; DELETE FROM event;
            INSERT INTO event SELECT id, log, organization, time, canonical, leaf FROM event_before;
            INSERT INTO log_entry TABLE log_entry_before";
        superuser.execute(back).await.expect("as it was");
    }
    // Without the key nobody can make an event, neither a new one nor a copy of
    // an existing one.
    let made =
        "INSERT INTO event SELECT gen_random_uuid(), log, organization, time, canonical, leaf FROM event LIMIT 1";
    superuser.execute(made).await.expect(made);
    let made = "INSERT INTO event_pending (event) SELECT id FROM event WHERE id NOT IN (SELECT id FROM event_before)";
    superuser.execute(made).await.expect(made);
    assert!(matches!(store.read_ok(Compare {}).await.differences[..], [Difference::AlteredEvent(_)]));
}

/// Deletes rows of each table and changes each column in turn. Computed columns
/// are the exception.
#[tokio::test]
async fn a_change_without_event_is_detected_in_each_table_and_column() {
    let store = filled_store().await;
    // The rows were inserted around the store, so no event records them yet.
    let untold = differing_rows(&store).await;
    let tables: BTreeSet<_> = untold.iter().map(|(table, ..)| table.as_str()).collect();
    assert_eq!(tables, TABLES.iter().map(|table| table.name).collect());
    assert!(untold.iter().all(|(.., told)| !told), "{untold:?}");
    store.run_ok(RecordAsTheyAre { keys: untold.into_iter().map(|(table, key, _)| (table, key)).collect() }).await;
    assert_eq!(differing_rows(&store).await, Vec::new());
    let mut superuser = as_role(&store, SUPERUSER).await;
    superuser.execute("SET session_replication_role = replica").await.expect("without triggers and references");
    // Constraints would refuse some of the changes before they could be
    // detected.
    let sql = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'public'::regnamespace";
    for row in superuser.fetch_all(sql).await.expect("a query") {
        superuser.execute(AssertSqlSafe(row.get::<String, _>(0))).await.expect("without checks");
    }
    for table in TABLES {
        let name = table.name;
        superuser.execute(AssertSqlSafe(format!("CREATE TABLE before AS TABLE {name}"))).await.expect("a copy");
        let mut changes = vec![format!("DELETE FROM {name} t WHERE {}", table.condition)];
        for (column, other) in columns(&mut superuser, name).await {
            if !table.computed.contains(&column.as_str()) {
                // Any single row of the table.
                changes.push(format!(
                    "UPDATE {name} SET {column} = {other} WHERE ctid = (SELECT ctid FROM {name} t WHERE {} LIMIT 1)",
                    table.condition
                ));
            }
        }
        for change in changes {
            let done = superuser.execute(AssertSqlSafe(change.clone())).await;
            assert!(done.expect(&change).rows_affected() > 0, "{change}");
            let found = differing_rows(&store).await;
            assert!(!found.is_empty(), "{change}");
            assert!(found.iter().all(|(place, ..)| place == name), "{change}: {found:?}");
            let back = format!("DELETE FROM {name}; INSERT INTO {name} TABLE before");
            superuser.execute(AssertSqlSafe(back)).await.expect("as it was");
        }
        superuser.execute("DROP TABLE before").await.expect("the end");
        assert_eq!(differing_rows(&store).await, Vec::new(), "{name} is as it was");
    }
}
