//! The embedded store: one file, one writer whose commits are shared, readers beside it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::migrate::Migrate as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use tokio::sync::{mpsc, oneshot};

use crate::command::AnyCommand;
use crate::session::Session;
use crate::{CommandError, Keys, StoreError, schema};

mod readers;
mod writer;

use readers::Readers;

/// How many writes may wait; one more is answered `Busy`.
const QUEUE: usize = 4096;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");

/// One file.
#[derive(Clone)]
pub(crate) struct Sqlite {
    writes: mpsc::Sender<writer::Job>,
    readers: Arc<Readers>,
    keys: Arc<Keys>,
    path: Arc<Path>,
}

fn options(path: &Path) -> SqliteConnectOptions {
    // FULL: a commit is on the disk before it is answered. The other value exists to show that a check notices it.
    let synchronous =
        if cfg!(feature = "dangerous-no-sync") { SqliteSynchronous::Off } else { SqliteSynchronous::Full };
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // More than there are: what is not kept is compiled again each time.
        .statement_cache_capacity(400)
        // What is deleted or overwritten is written over with zeros.
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
}

impl Sqlite {
    pub(crate) async fn create(path: &Path, keys: &Keys, now: jiff::Timestamp) -> Result<(), StoreError> {
        std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(|error| StoreError::Open(sqlx::Error::Io(error)))?;
        Self::migrate(path).await?;
        let mut session = Session::sqlite(options(path).connect().await.map_err(StoreError::Open)?);
        schema::insert_key(&mut session, keys, now).await
    }

    pub(crate) async fn migrate(path: &Path) -> Result<usize, StoreError> {
        let mut connection = options(path).connect().await.map_err(StoreError::Open)?;
        connection.ensure_migrations_table("_sqlx_migrations").await?;
        let before = connection.list_applied_migrations("_sqlx_migrations").await?.len();
        MIGRATIONS.run(&mut connection).await?;
        Ok(MIGRATIONS.iter().count() - before)
    }

    pub(crate) async fn open(path: &Path, keys: Arc<Keys>) -> Result<Self, StoreError> {
        let mut writer = Session::sqlite(options(path).connect().await.map_err(StoreError::Open)?);
        schema::check(&mut writer, &MIGRATIONS).await?;
        schema::check_key(&mut writer, &keys).await?;
        let readers = Arc::new(Readers::open(path).await?);
        let (writes, jobs) = mpsc::channel(QUEUE);
        // On a thread of its own: whoever writes waits for each statement, and not for whatever else the runtime has to do.
        let (runtime, writes_with) = (tokio::runtime::Handle::current(), keys.clone());
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || runtime.block_on(writer::run(writer, writes_with, jobs)))
            .map_err(|error| StoreError::Open(sqlx::Error::Io(error)))?;
        Ok(Self { writes, readers, keys, path: path.into() })
    }

    pub(crate) async fn run(&self, command: Arc<dyn AnyCommand>) -> Result<(), CommandError> {
        let (reply, answer) = oneshot::channel();
        let job = writer::Job::new(command, reply);
        self.writes.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    pub(crate) async fn read(&self, command: Arc<dyn AnyCommand>, until: Instant) -> Result<(), CommandError> {
        self.readers.read(&self.keys, command, until).await
    }

    /// Writes the log back into the file and empties it; fails while somebody reads what was before.
    pub(crate) async fn forget(&self) -> Result<(), StoreError> {
        let mut session = Session::sqlite(options(&self.path).connect().await.map_err(StoreError::Open)?);
        let sql = "-- checkpoint
            PRAGMA wal_checkpoint(TRUNCATE)";
        let row = session.optional(sql, Vec::new()).await?;
        let row = row.ok_or(StoreError::RowCount { statement: "checkpoint", rows: 0, expected: 1 })?;
        if row.flag("busy")? { Err(StoreError::Busy) } else { Ok(()) }
    }

    /// Counts what the planner goes by, where a table has changed much: a sample of rows for each index, so that the writer
    /// waits for milliseconds.
    pub(crate) async fn optimize(&self) -> Result<(), StoreError> {
        let mut session = Session::sqlite(options(&self.path).connect().await.map_err(StoreError::Open)?);
        // Not while it is small: a table that had three rows when it was counted is read from end to end when it has a million.
        let sql = "-- has many events
            SELECT id FROM event LIMIT 1 OFFSET 9999";
        if session.optional(sql, Vec::new()).await?.is_none() {
            return Ok(());
        }
        session.optional("-- limit analysis\nPRAGMA analysis_limit = 400", Vec::new()).await?;
        session.optional("-- optimize\nPRAGMA optimize(0x10002)", Vec::new()).await.map(drop)
    }

    pub(crate) fn connections(&self) -> (u32, usize) {
        let (readers, idle) = self.readers.count();
        (u32::try_from(readers).unwrap_or(u32::MAX) + 1, idle)
    }
}
