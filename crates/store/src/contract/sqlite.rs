//! What only SQLite can show: its file.

use std::path::Path;

use domain::vocabulary::state::StateKind;

use crate::contract::fixtures::{BIRTH_DATE, now, passport_number};
use crate::contract::harness::{TestStore, connect, keys};
use crate::{Database, Keys, Store, StoreError};

/// A store in a file.
async fn sqlite() -> TestStore {
    TestStore::on_sqlite().await
}

/// Opens a file that must be refused; gives the error.
async fn refused(path: &Path, master_key: &str) -> StoreError {
    Store::open(&Database::Sqlite(path.to_owned()), keys(master_key), 1).await.err().expect("it must not open")
}

/// Changes the file around the store.
async fn alter(path: &Path, sql: &'static str) {
    sqlx::query(sql).execute(&mut connect(path).await).await.expect("a statement of the test");
}

/// Whether the bytes contain the text.
fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A stolen disk must not show identities. Names are stored in the clear and
/// prove that the search works, first in the write-ahead log and then in the
/// file.
#[tokio::test]
async fn no_passport_number_and_no_birth_date_is_in_the_file_or_beside_it() {
    let store = sqlite().await.with_sample_data().await;
    for number in 1..=40 {
        store.file_and_move(number, StateKind::Presented).await;
    }
    let log = store.path().with_extension("db-wal");
    let mut searched = Vec::new();
    for checkpoint in [false, true] {
        if checkpoint {
            alter(&store.path(), "PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
        for entry in std::fs::read_dir(store.path().parent().expect("a directory")).expect("a directory") {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a file");
            for number in 1..=40 {
                assert!(!contains(&bytes, &passport_number(number)), "{} at {}", number, path.display());
            }
            assert!(!contains(&bytes, BIRTH_DATE), "{}", path.display());
            assert!(!contains(&bytes, "DEU640707"), "{}", path.display());
            if contains(&bytes, "MUELLER-40") {
                searched.push(path);
            }
        }
    }
    // The name in the content proves that the search works: it is found first
    // in the write-ahead log, and after a checkpoint in the file.
    assert_eq!(searched, [log, store.path()]);
}

/// The error names the ids of both keys, never a key.
#[tokio::test]
async fn another_master_key_does_not_open_the_database() {
    let store = sqlite().await;
    let other = Keys::generate();
    let error = refused(&store.path(), &other).await;
    let expected = keys(&store.master_key).id().to_owned();
    assert!(
        matches!(&error, StoreError::WrongMasterKey { expected: e, found } if *e == expected && *found == keys(&other).id())
    );
    assert!(!error.to_string().contains(&other) && !error.to_string().contains(&store.master_key));
}

/// Each case gives an error that tells which migration is wrong, where sqlx
/// knows it.
#[tokio::test]
async fn older_newer_and_edited_schemas_are_refused() {
    let check = async |sql: &'static str, expected: &str| {
        let store = sqlite().await;
        alter(&store.path(), sql).await;
        let error = refused(&store.path(), &store.master_key).await;
        assert!(matches!(error, StoreError::Schema(_)), "{sql}: {error}");
        assert!(error.to_string().contains(expected), "{sql}: {error}");
    };
    // Older: a migration is missing, or has not succeeded.
    check("DELETE FROM _sqlx_migrations", "").await;
    check("UPDATE _sqlx_migrations SET success = FALSE", "").await;
    // Edited: the migration that ran is not the one of this version.
    check("UPDATE _sqlx_migrations SET checksum = X'00'", "modified").await;
    check("UPDATE _sqlx_migrations SET version = version + 1000", "").await;
    // Newer: a later release has migrated the database.
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'later', TRUE, X'00', 0)";
    check(newer, "9999").await;
    check("DROP TABLE _sqlx_migrations", "").await;
}

/// `init` must not overwrite data, and a wrong path must not create an empty
/// database.
#[tokio::test]
async fn a_database_is_created_once_and_opened_only_if_it_exists() {
    let store = sqlite().await;
    let database = store.location.database();
    let again = Store::create(&database, None, &keys(&store.master_key), now()).await;
    assert!(matches!(again, Err(StoreError::Open(_))), "{again:?}");
    assert!(Store::open(&database, keys(&store.master_key), 1).await.is_ok(), "nothing was overwritten");
    // A path with no file, and a file that is no database.
    let absent = store.path().with_extension("absent");
    assert!(matches!(refused(&absent, &store.master_key).await, StoreError::Open(_)));
    assert!(!absent.exists());
    std::fs::write(&absent, "not a database").expect("a file");
    assert!(matches!(refused(&absent, &store.master_key).await, StoreError::Open(_) | StoreError::Schema(_)));
}

/// A command that claims to read only cannot write, and the store goes on
/// afterwards.
#[tokio::test]
async fn a_write_through_a_reader_is_refused_by_the_database() {
    let store = sqlite().await;
    let error = store.store.read(crate::contract::shared_commands::CreateSampleData {}).await.expect_err("a reader");
    assert!(error.to_string().contains("readonly"), "{error}");
    store.with_sample_data().await;
}
