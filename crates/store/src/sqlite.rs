//! The SQLite store: one file, one writer whose commits are shared, and readers
//! beside it.
//!
//! SQLite runs in WAL mode, so readers see the last commit and do not wait for
//! the writer.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::migrate::{Migrate as _, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use tokio::sync::{mpsc, oneshot};

use crate::command::AnyCommand;
use crate::session::Session;
use crate::{CommandError, Keys, StoreError, schema};

mod readers;
mod writer;

use readers::Readers;

/// How many writes may wait. One more gets [`StoreError::Busy`] at once,
/// instead of a queue that grows until every caller has timed out.
const MAX_QUEUED_WRITES: usize = 4096;

/// The migrations of this version, compiled in. `cargo xtask tidy` compares
/// their digests.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    schema::migrator(&[("0001_baseline", include_str!("../../../migrations/sqlite/0001_baseline.sql"))])
});

/// One SQLite file: the queue of the writer and the connections of the readers.
#[derive(Clone)]
pub(crate) struct Sqlite {
    /// The queue of the writer.
    write_queue: mpsc::Sender<writer::Job>,
    /// The connections of the readers.
    readers: Arc<Readers>,
    keys: Arc<Keys>,
    /// The file, for connections that checkpoint and optimize.
    path: Arc<Path>,
}

/// The settings of every connection.
fn connect_options(path: &Path) -> SqliteConnectOptions {
    // FULL: a commit is on the disk before it is acknowledged. The durability
    // tests switch it off to show that they notice a lost commit.
    let synchronous =
        if cfg!(feature = "dangerous-no-sync") { SqliteSynchronous::Off } else { SqliteSynchronous::Full };
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // More than there are statements. A statement that falls out of the
        // cache is compiled again each time.
        .statement_cache_capacity(400)
        // Deleted and overwritten content is overwritten with zeros: erased
        // data must not stay in the file.
        .pragma("secure_delete", "ON")
        // Functions in a tampered schema must not run.
        .pragma("trusted_schema", "OFF")
}

impl Sqlite {
    /// Makes the file, the schema and the row of the master key. Fails if the
    /// file exists.
    pub(crate) async fn create(path: &Path, keys: &Keys, now: jiff::Timestamp) -> Result<(), StoreError> {
        // `create_new` fails if the file exists; SQLite itself would open it.
        std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(|error| StoreError::Open(sqlx::Error::Io(error)))?;
        Self::migrate(path).await?;
        let mut session = Session::sqlite(connect_options(path).connect().await.map_err(StoreError::Open)?);
        schema::insert_master_key_id(&mut session, keys, now).await
    }

    /// Applies the missing migrations; gives how many they were.
    pub(crate) async fn migrate(path: &Path) -> Result<usize, StoreError> {
        let mut connection = connect_options(path).connect().await.map_err(StoreError::Open)?;
        connection.ensure_migrations_table("_sqlx_migrations").await?;
        let before = connection.list_applied_migrations("_sqlx_migrations").await?.len();
        MIGRATIONS.run(&mut connection).await?;
        Ok(MIGRATIONS.iter().count() - before)
    }

    /// Opens the file, checks schema and key, and starts the writer.
    pub(crate) async fn open(path: &Path, keys: Arc<Keys>) -> Result<Self, StoreError> {
        let mut writer = Session::sqlite(connect_options(path).connect().await.map_err(StoreError::Open)?);
        schema::check_migrations(&mut writer, &MIGRATIONS).await?;
        schema::check_master_key(&mut writer, &keys).await?;
        let readers = Arc::new(Readers::open(path).await?);
        let (write_queue, jobs) = mpsc::channel(MAX_QUEUED_WRITES);
        // A thread of its own: the writer waits for the disk, and would hold up
        // other tasks of the runtime.
        let (runtime, writer_keys) = (tokio::runtime::Handle::current(), keys.clone());
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || runtime.block_on(writer::run(writer, writer_keys, jobs)))
            .map_err(|error| StoreError::Open(sqlx::Error::Io(error)))?;
        Ok(Self { write_queue, readers, keys, path: path.into() })
    }

    /// Queues a command for the writer and waits for its reply, which comes
    /// after COMMIT.
    pub(crate) async fn run(&self, command: Arc<dyn AnyCommand>) -> Result<(), CommandError> {
        let (reply, answer) = oneshot::channel();
        let job = writer::Job::new(command, reply);
        self.write_queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a command that only reads, on a connection of its lane.
    pub(crate) async fn read(&self, command: Arc<dyn AnyCommand>, deadline: Instant) -> Result<(), CommandError> {
        self.readers.read(&self.keys, command, deadline).await
    }

    /// Writes the write-ahead log back into the file and truncates it. Gives
    /// [`StoreError::Busy`] while a reader still reads from the log.
    pub(crate) async fn checkpoint_wal(&self) -> Result<(), StoreError> {
        let mut session = Session::sqlite(connect_options(&self.path).connect().await.map_err(StoreError::Open)?);
        let sql = "-- checkpoint
            PRAGMA wal_checkpoint(TRUNCATE)";
        let row = session.fetch_optional(sql, Vec::new()).await?;
        let row = row.ok_or(StoreError::RowCount { statement: "checkpoint", rows: 0, expected: 1 })?;
        if row.flag("busy")? { Err(StoreError::Busy) } else { Ok(()) }
    }

    /// Refreshes the statistics of tables that have changed much. It samples
    /// some rows of each index, so the writer waits for milliseconds.
    pub(crate) async fn optimize(&self) -> Result<(), StoreError> {
        let mut session = Session::sqlite(connect_options(&self.path).connect().await.map_err(StoreError::Open)?);
        // Not for small tables: the planner would believe that a table of three
        // rows stays that small, and scan it when it has a million.
        let sql = "-- has many events
            SELECT id FROM event LIMIT 1 OFFSET 9999";
        if session.fetch_optional(sql, Vec::new()).await?.is_none() {
            return Ok(());
        }
        session.fetch_optional("-- limit analysis\nPRAGMA analysis_limit = 400", Vec::new()).await?;
        session.fetch_optional("-- optimize\nPRAGMA optimize(0x10002)", Vec::new()).await.map(drop)
    }

    /// The number of open connections, the writer's included, and how many
    /// readers are idle.
    pub(crate) fn connections(&self) -> (u32, usize) {
        let (readers, idle) = self.readers.connection_counts();
        (u32::try_from(readers).unwrap_or(u32::MAX) + 1, idle)
    }
}
