//! What only PostgreSQL can show: roles, the schema's owner, and several
//! servers on one database.

use domain::policy::Scope;
use domain::vocabulary::state::StateKind;
use futures_util::future::join_all;
use throwaway::{APPLICATION, OWNER, SUPERUSER};

use crate::contract::fixtures::{BIRTH_DATE, now, passport_number};
use crate::contract::harness::{DatabaseLocation, TestStore, keys};
use crate::{Database, Keys, Store, StoreError};

/// A store and the URL of its database.
async fn postgres() -> (TestStore, String) {
    let store = TestStore::on_postgres().await;
    let DatabaseLocation::Server(database) = &store.location else { panic!("it is on a server") };
    let name = database.url(APPLICATION);
    (store, name)
}

/// Opens a database that must be refused; gives the error.
async fn refused(url: &str, master_key: &str) -> StoreError {
    Store::open(&parse(url), keys(master_key), 2).await.err().expect("it must not open")
}

/// Parses a database URL.
fn parse(url: &str) -> Database {
    Database::parse(url, std::path::Path::new("")).expect("a URL")
}

/// Row-level security does not apply to owners, members of the owner,
/// superusers, or roles that inherit the host role. A server with such a role
/// would show every organization everything.
#[tokio::test]
async fn a_role_that_bypasses_policies_is_refused() {
    let (store, url) = postgres().await;
    for (role, problem) in [(OWNER, "owns tables"), (SUPERUSER, "superuser")] {
        let error = refused(&url.replace(APPLICATION, role), &store.master_key).await;
        assert!(matches!(&error, StoreError::UnsafeRole { problem: found, .. } if found.contains(problem)), "{error}");
    }
    // A member of the owner can become the owner by SET ROLE.
    store.execute_directly("CREATE ROLE member_of_owner LOGIN IN ROLE accreditation").await.expect("a role");
    store.execute_directly("GRANT SELECT ON ALL TABLES IN SCHEMA public TO member_of_owner").await.expect("a grant");
    let error = refused(&url.replace(APPLICATION, "member_of_owner"), &store.master_key).await;
    store.execute_directly("DROP OWNED BY member_of_owner").await.expect("dropped");
    store.execute_directly("DROP ROLE member_of_owner").await.expect("dropped");
    assert!(matches!(error, StoreError::UnsafeRole { .. }), "{error}");
    // INHERIT: the policies for the host role would apply to every transaction.
    store.execute_directly("CREATE ROLE always_host LOGIN INHERIT IN ROLE accreditation_host").await.expect("a role");
    store.execute_directly("GRANT SELECT ON _sqlx_migrations TO always_host").await.expect("a grant");
    let error = refused(&url.replace(APPLICATION, "always_host"), &store.master_key).await;
    store.execute_directly("DROP OWNED BY always_host").await.expect("dropped");
    store.execute_directly("DROP ROLE always_host").await.expect("dropped");
    assert!(error.to_string().contains("NOINHERIT"), "{error}");
}

/// Migrations need an owner that is not the service's role, and running them
/// again changes nothing.
#[tokio::test]
async fn the_schema_needs_an_owner_of_its_own() {
    let (store, url) = postgres().await;
    // The service's own role must not be accepted as the owner.
    let (database, own) = (parse(&url), parse(&url));
    let migrate = |owner| Store::migrate(&database, owner);
    assert!(matches!(migrate(None).await, Err(StoreError::OwnerUrlMissing)));
    assert!(matches!(migrate(Some(&own)).await, Err(StoreError::UnsafeRole { .. })));
    assert_eq!(migrate(store.location.owner().as_ref()).await.expect("nothing to do"), 0);
    let again = Store::create(&database, store.location.owner().as_ref(), &keys(&store.master_key), now()).await;
    assert!(matches!(again, Err(StoreError::AlreadyInitialized)), "{again:?}");
}

/// A server with a wrong key or schema must not start. After the repair it
/// starts again.
#[tokio::test]
async fn another_master_key_and_another_schema_are_refused() {
    let (store, url) = postgres().await;
    let error = refused(&url, &Keys::generate()).await;
    assert!(matches!(error, StoreError::WrongMasterKey { .. }), "{error}");
    for (sql, undo, expected) in [
        (
            "UPDATE _sqlx_migrations SET version = version + 1000",
            "UPDATE _sqlx_migrations SET version = version - 1000",
            "",
        ),
        ("UPDATE _sqlx_migrations SET success = FALSE", "UPDATE _sqlx_migrations SET success = TRUE", ""),
        (
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                VALUES (9999, 'later', TRUE, '', 0)",
            "DELETE FROM _sqlx_migrations WHERE version = 9999",
            "9999",
        ),
    ] {
        store.execute_directly(sql).await.expect("a statement of the test");
        let error = refused(&url, &store.master_key).await;
        assert!(matches!(error, StoreError::Schema(_)) && error.to_string().contains(expected), "{sql}: {error}");
        store.execute_directly(undo).await.expect("a statement of the test");
    }
    store.open_second_store().await;
}

command! {
    /// Reads all elections.
    Elections {} -> usize, |_this, tx| tx.list_elections(&crate::Page { after: None, size: 10 }).await?.len()
}

/// In a rolling upgrade the migration runs while servers of the previous
/// version have prepared statements. These must survive a new column.
#[tokio::test]
async fn a_column_added_later_does_not_break_running_servers() {
    let (store, _) = postgres().await;
    let store = store.with_sample_data().await;
    for _ in 0..32 {
        assert_eq!(store.read_ok(Elections {}).await, 2);
    }
    store
        .execute_directly("ALTER TABLE election ADD COLUMN later TEXT NOT NULL DEFAULT ''")
        .await
        .expect("a migration");
    for _ in 0..32 {
        assert_eq!(store.read_ok(Elections {}).await, 2);
    }
}

/// An administrator who grants too much would let the service rewrite the log.
/// Startup checks it.
#[tokio::test]
async fn a_role_with_excessive_grants_is_refused() {
    let (store, url) = postgres().await;
    for (grant, revoke) in [
        ("GRANT UPDATE ON request TO accreditd", "REVOKE UPDATE ON request FROM accreditd"),
        ("GRANT DELETE ON event TO accreditd", "REVOKE DELETE ON event FROM accreditd"),
        ("GRANT UPDATE (note) ON event_note TO accreditd", "REVOKE UPDATE (note) ON event_note FROM accreditd"),
    ] {
        store.execute_directly(grant).await.expect("granted");
        let error = refused(&url, &store.master_key).await;
        assert!(matches!(&error, StoreError::UnsafeRole { problem, .. } if problem.contains("append-only")), "{error}");
        store.execute_directly(revoke).await.expect("revoked");
    }
    store.open_second_store().await;
}

/// Backups are copied to other places, so they must not contain identities in
/// the clear. The search is verified with a name, which is stored in the clear.
#[tokio::test]
async fn no_passport_number_and_no_birth_date_is_in_a_dump() {
    let (store, _) = postgres().await;
    let store = store.with_sample_data().await;
    for number in 1..=10 {
        store.file_and_move(number, StateKind::Presented).await;
    }
    let DatabaseLocation::Server(database) = &store.location else { panic!("it is on a server") };
    let dump = database.dump().expect("pg_dump");
    assert!(dump.contains("MUELLER-10"), "the search finds what is there: the name in the content");
    for number in 1..=10 {
        assert!(!dump.contains(&passport_number(number)), "{number}");
    }
    assert!(!dump.contains(BIRTH_DATE) && !dump.contains("DEU640707"));
}

command! {
    /// Assigns positions to pending events.
    Sequence {} -> u64, |_this, tx| tx.sequence(50).await?.sequenced
}
command! {
    /// Reads the positions of a log.
    Entries {} -> Vec<i64>, |_this, tx| {
        let page = crate::Page { after: None, size: 10_000 };
        let entries = tx.log_entries(&Scope::All, "registry", &page).await?;
        entries.iter().map(|entry| entry.position).collect()
    }
}

/// Every server runs a sequencer. An advisory lock lets one of them work at a
/// time.
#[tokio::test]
async fn parallel_sequencers_assign_each_position_once() {
    let (store, _) = postgres().await;
    // Four servers on one database.
    let servers = [
        store.open_second_store().await,
        store.open_second_store().await,
        store.open_second_store().await,
        store.store.clone(),
    ];
    let record = |number: u128| {
        let (log, id) = (
            domain::vocabulary::log::LogName::Registry,
            domain::vocabulary::id::EventId(uuid::Uuid::from_u128(number)),
        );
        crate::contract::shared_commands::Record { log, id }
    };
    let work = (0..400_u128).map(|number| {
        let server = &servers[(number % 4) as usize];
        async move {
            server.run(record(number + 1)).await.expect("recorded");
            server.run(Sequence {}).await.expect("sequenced")
        }
    });
    // Each event is sequenced by exactly one of the runs.
    let given: u64 = join_all(work).await.into_iter().sum();
    let last = store.run_ok(Sequence {}).await;
    assert_eq!(given + last, 400);
    assert_eq!(store.read_ok(Entries {}).await, (0..400).collect::<Vec<_>>());
    assert_eq!(store.query_number("SELECT COUNT(*) FROM event_pending").await, 0);
}

/// Clients may watch the log through any server. Each must learn of new entries
/// without polling.
#[tokio::test]
async fn every_server_is_notified_when_one_assigns_positions() {
    let (store, _) = postgres().await;
    let other = store.open_second_store().await;
    let mut listener = other.log_listener();
    // The first wait starts to listen and returns at once, because something
    // may have been missed.
    listener.notified().await;
    let record = crate::contract::shared_commands::Record {
        log: domain::vocabulary::log::LogName::Registry,
        id: domain::vocabulary::id::EventId(uuid::Uuid::from_u128(1)),
    };
    store.run_ok(record).await;
    assert_eq!(store.run_ok(Sequence {}).await, 1);
    tokio::time::timeout(std::time::Duration::from_secs(5), listener.notified()).await.expect("a notification");
}
