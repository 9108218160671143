//! The stores under test, and a second way into their databases that goes around the store.

use std::path::{Path, PathBuf};

use domain::refusal::Refusal;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions, Row};
use store::{Command, CommandError, Keys, Store, StoreError};
use tempfile::TempDir;

use crate::values::at;

/// A command of a test: its fields, what it gives, and how.
macro_rules! command {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? } -> $output:ty, |$this:ident, $tx:ident| $body:expr) => {
        $(#[$doc])*
        pub struct $name {
            $(pub $field: $type),*
        }

        impl store::Command for $name {
            const NAME: &'static str = stringify!($name);
            type Output = $output;

            async fn run(&self, $tx: &mut store::Tx<'_>) -> Result<$output, store::CommandError> {
                let $this = self;
                Ok($body)
            }
        }
    };
}

/// A store of its own, with nothing in it.
pub struct TestStore {
    /// The store.
    pub store: Store,
    /// The text of its master key.
    pub master_key: String,
    directory: TempDir,
}

/// One store on each database.
pub async fn stores() -> Vec<TestStore> {
    vec![TestStore::on_sqlite().await]
}

impl TestStore {
    /// A new store in a file of its own.
    pub async fn on_sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("store.db");
        let master_key = Keys::generate();
        Store::create(&path, &keys(&master_key), at("2019-04-01T00:00:00Z")).await.expect("a new database");
        let store = Store::open(&path, keys(&master_key)).await.expect("its database");
        Self { store, master_key, directory }
    }

    /// The same store after it was closed and opened again.
    pub async fn reopened(self) -> Self {
        let Self { store, master_key, directory } = self;
        drop(store);
        let store = Store::open(&directory.path().join("store.db"), keys(&master_key)).await.expect("its own key");
        Self { store, master_key, directory }
    }

    /// The file that it keeps its database in.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("store.db")
    }

    /// Runs a command that must succeed.
    pub async fn done<C: Command>(&self, command: C) -> C::Output {
        self.store.run(command).await.unwrap_or_else(|error| panic!("{}: {error}", C::NAME))
    }

    /// Runs a command that must only read and must succeed.
    pub async fn seen<C: Command>(&self, command: C) -> C::Output {
        self.store.read(command).await.unwrap_or_else(|error| panic!("{}: {error}", C::NAME))
    }

    /// Runs a command that the rules must refuse.
    pub async fn refused<C: Command>(&self, command: C) -> Refusal {
        match self.store.run(command).await {
            Err(CommandError::Refused(refusal)) => refusal,
            Err(CommandError::Store(error)) => panic!("{}: {error}", C::NAME),
            Ok(_) => panic!("{}: nothing refused it", C::NAME),
        }
    }

    /// Runs a command that the store must fail.
    pub async fn failed<C: Command>(&self, command: C) -> StoreError {
        match self.store.run(command).await {
            Err(CommandError::Store(error)) => error,
            Err(CommandError::Refused(refusal)) => panic!("{}: {refusal}", C::NAME),
            Ok(_) => panic!("{}: it succeeded", C::NAME),
        }
    }

    /// Changes rows around the store; gives their number, or what the database says against it.
    pub async fn meddle(&self, sql: &'static str) -> Result<u64, String> {
        let done = sqlx::query(sql).execute(&mut connect(&self.path()).await).await;
        done.map(|done| done.rows_affected()).map_err(|error| error.to_string())
    }

    /// Reads rows around the store.
    pub async fn rows(&self, sql: &'static str) -> Vec<SqliteRow> {
        sqlx::query(sql).fetch_all(&mut connect(&self.path()).await).await.expect("a statement of the test")
    }

    /// Reads one number around the store.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.rows(sql).await[0].get(0)
    }
}

/// A connection to a database's file that knows nothing of the store.
pub async fn connect(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.expect("the database's file")
}

/// The keys of a master key.
pub fn keys(master_key: &str) -> Keys {
    Keys::parse(master_key).expect("a master key")
}

/// Whether a key was taken already.
pub fn is_taken(error: &StoreError, by: &str) -> bool {
    matches!(error, StoreError::KeyTaken { statement } if *statement == by)
}

/// Whether a write met no row to change.
pub fn met_no_row(error: &StoreError, by: &str) -> bool {
    matches!(error, StoreError::RowCount { statement, rows: 0, expected: 1 } if *statement == by)
}
