//! The stores under test, and direct access to their databases that bypasses
//! the store.

use std::path::{Path, PathBuf};

use domain::refusal::Refusal;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ColumnIndex, ConnectOptions, Connection, Decode, Postgres, Row as _, Sqlite, Type};
use tempfile::TempDir;
use throwaway::{APPLICATION, Cluster, OWNER, SUPERUSER};

use crate::contract::fixtures::at;
use crate::contract::shared_commands::InsertRulePacks;
use crate::{Command, CommandError, Database, Keys, Store, StoreError};

/// Declares a command for a test: its fields, its output and its body. It runs
/// in the scope of all organizations, so that a test about permits does not
/// pass because of row-level security.
macro_rules! command {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? } -> $output:ty, |$this:ident, $tx:ident| $body:expr) => {
        $(#[$doc])*
        pub struct $name {
            $(pub $field: $type),*
        }

        impl crate::Command for $name {
            const NAME: &'static str = stringify!($name);
            type Output = $output;

            fn scope(&self) -> domain::policy::Scope {
                domain::policy::Scope::All
            }

            async fn run(&self, $tx: &mut crate::Tx<'_>) -> Result<$output, crate::CommandError> {
                let $this = self;
                Ok($body)
            }
        }
    };
}

/// A new, empty store with a database of its own.
pub struct TestStore {
    /// The store.
    pub store: Store,
    /// The text of its master key.
    pub master_key: String,
    /// Where its database is.
    pub location: DatabaseLocation,
}

/// Where a store's database is. Dropping it deletes the database.
pub enum DatabaseLocation {
    /// A directory with a SQLite file.
    File(TempDir),
    /// A database on the shared PostgreSQL cluster of the tests.
    Server(throwaway::Database),
}

/// How many PostgreSQL connections a store may have. It is less than the number
/// of parallel callers in these tests, so that they also wait for connections.
const CONNECTIONS: u32 = 8;

impl DatabaseLocation {
    /// The database, with the role that the service uses.
    pub fn database(&self) -> Database {
        self.url(APPLICATION)
    }

    /// The database, with the role that owns its schema; `None` on SQLite.
    pub fn owner(&self) -> Option<Database> {
        matches!(self, Self::Server(_)).then(|| self.url(OWNER))
    }

    /// The database, with a given role.
    fn url(&self, role: &str) -> Database {
        let (url, directory) = match self {
            Self::File(directory) => ("sqlite:store.db".to_owned(), directory.path()),
            Self::Server(database) => (database.url(role), Path::new("")),
        };
        Database::parse(&url, directory).expect("a database's URL")
    }
}

/// One store on each database.
pub async fn stores() -> Vec<TestStore> {
    vec![TestStore::on_sqlite().await, TestStore::on_postgres().await]
}

impl TestStore {
    /// A new store in a SQLite file.
    pub async fn on_sqlite() -> Self {
        Self::at(DatabaseLocation::File(tempfile::tempdir().expect("a directory"))).await
    }

    /// A new store in a PostgreSQL database.
    pub async fn on_postgres() -> Self {
        Self::at(Self::postgres_location().await).await
    }

    /// A new store in a PostgreSQL database, with no row of a resource.
    pub async fn without_rule_packs() -> Self {
        Self::create(Self::postgres_location().await).await
    }

    /// A new database of the shared PostgreSQL server.
    async fn postgres_location() -> DatabaseLocation {
        // Starting the cluster blocks, so it must not run on a thread of the
        // runtime.
        let made = tokio::task::spawn_blocking(|| Cluster::shared().database());
        DatabaseLocation::Server(made.await.expect("no panic").expect("a new database"))
    }

    /// Creates and opens a store with the built-in rule packs.
    async fn at(location: DatabaseLocation) -> Self {
        let test = Self::create(location).await;
        test.run_ok(InsertRulePacks {}).await;
        test
    }

    /// Creates and opens a store.
    async fn create(location: DatabaseLocation) -> Self {
        let master_key = Keys::generate();
        let (database, owner) = (location.database(), location.owner());
        let now = at("2019-04-01T00:00:00Z");
        Store::create(&database, owner.as_ref(), &keys(&master_key), now).await.expect("a new database");
        let store = Store::open(&database, keys(&master_key), CONNECTIONS).await.expect("its database");
        Self { store, master_key, location }
    }

    /// A second server's store on the same database.
    pub async fn open_second_store(&self) -> Store {
        Store::open(&self.location.database(), keys(&self.master_key), CONNECTIONS).await.expect("its database")
    }

    /// The same store after a restart of the process.
    pub async fn reopened(self) -> Self {
        let Self { store, master_key, location } = self;
        drop(store);
        let store = Store::open(&location.database(), keys(&master_key), CONNECTIONS).await.expect("its own key");
        Self { store, master_key, location }
    }

    /// The SQLite file. Panics on PostgreSQL.
    pub fn path(&self) -> PathBuf {
        match &self.location {
            DatabaseLocation::File(directory) => directory.path().join("store.db"),
            DatabaseLocation::Server(_) => panic!("this story is about a file"),
        }
    }

    /// The value for this store's database, where a test needs different SQL.
    pub fn select_sql<T>(&self, sqlite: T, postgres: T) -> T {
        match self.location {
            DatabaseLocation::File(_) => sqlite,
            DatabaseLocation::Server(_) => postgres,
        }
    }

    /// Runs a command that must succeed.
    pub async fn run_ok<C: Command>(&self, command: C) -> C::Output {
        self.store.run(command).await.unwrap_or_else(|error| panic!("{}: {error}", C::NAME))
    }

    /// Runs a read that must succeed.
    pub async fn read_ok<C: Command>(&self, command: C) -> C::Output {
        self.store.read(command).await.unwrap_or_else(|error| panic!("{}: {error}", C::NAME))
    }

    /// Runs a command that a rule must refuse. Gives the refusal.
    pub async fn run_refused<C: Command>(&self, command: C) -> Refusal {
        match self.store.run(command).await {
            Err(CommandError::Refused(refusal)) => refusal,
            Err(error) => panic!("{}: {error}", C::NAME),
            Ok(_) => panic!("{}: nothing refused it", C::NAME),
        }
    }

    /// Runs a command that the store must fail. Gives the error.
    pub async fn run_failed<C: Command>(&self, command: C) -> StoreError {
        match self.store.run(command).await {
            Err(CommandError::Store(error)) => error,
            Err(error) => panic!("{}: {error}", C::NAME),
            Ok(_) => panic!("{}: it succeeded", C::NAME),
        }
    }

    /// Changes rows around the store. Gives how many, or the error of the
    /// database.
    pub async fn execute_directly(&self, sql: &'static str) -> Result<u64, String> {
        let done = match &self.location {
            DatabaseLocation::File(_) => {
                let done = sqlx::query(sql).execute(&mut connect(&self.path()).await).await;
                done.map(|done| done.rows_affected())
            }
            DatabaseLocation::Server(database) => {
                let done = sqlx::query(sql).execute(&mut connect_as(database, SUPERUSER).await).await;
                done.map(|done| done.rows_affected())
            }
        };
        done.map_err(|error| error.to_string())
    }

    /// Reads rows around the store.
    pub async fn query_directly(&self, sql: &'static str) -> Vec<Row> {
        const OF_THE_TEST: &str = "a statement of the test";
        match &self.location {
            DatabaseLocation::File(_) => {
                let rows = sqlx::query(sql).fetch_all(&mut connect(&self.path()).await).await;
                rows.expect(OF_THE_TEST).into_iter().map(Row::Sqlite).collect()
            }
            DatabaseLocation::Server(database) => {
                let rows = sqlx::query(sql).fetch_all(&mut connect_as(database, SUPERUSER).await).await;
                rows.expect(OF_THE_TEST).into_iter().map(Row::Postgres).collect()
            }
        }
    }

    /// Reads one number around the store.
    pub async fn query_number(&self, sql: &'static str) -> i64 {
        self.query_directly(sql).await[0].get(0)
    }
}

/// A connection to a SQLite file, around the store.
pub async fn connect(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.expect("the database's file")
}

/// A connection to a PostgreSQL database with a given role, around the store.
pub async fn connect_as(database: &throwaway::Database, role: &str) -> PgConnection {
    PgConnection::connect(&database.url(role)).await.expect("the test's own cluster")
}

/// A row of either database.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// A column's value.
    pub fn get<'r, T, I>(&'r self, column: I) -> T
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
        I: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        match self {
            Self::Sqlite(row) => row.get(column),
            Self::Postgres(row) => row.get(column),
        }
    }
}

/// Parses a master key.
pub fn keys(master_key: &str) -> Keys {
    Keys::parse(master_key).expect("a master key")
}

/// Whether statement `by` failed because a unique key was taken.
pub fn is_taken(error: &StoreError, by: &str) -> bool {
    matches!(error, StoreError::DuplicateKey { statement } if *statement == by)
}

/// Whether statement `by` found no row to change: somebody had changed it
/// before.
pub fn changed_no_row(error: &StoreError, by: &str) -> bool {
    matches!(error, StoreError::RowCount { statement, rows: 0, expected: 1 } if *statement == by)
}
