//! The embedded store: one file, one writer whose commits are shared, readers beside it.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::migrate::Migrate as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use tokio::sync::{mpsc, oneshot};

use crate::session::Session;
use crate::{Command, CommandError, Keys, StoreError, schema};

mod readers;
mod writer;

use readers::Readers;

/// How many writes may wait; one more is answered `Busy`.
const MAX_QUEUED_WRITES: usize = 4096;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");

/// One file.
#[derive(Clone)]
pub(crate) struct Sqlite {
    write_queue: mpsc::Sender<Box<dyn writer::Job>>,
    readers: Arc<Readers>,
    keys: Arc<Keys>,
    path: Arc<Path>,
}

fn connect_options(path: &Path) -> SqliteConnectOptions {
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
        let mut session = Session::sqlite(connect_options(path).connect().await.map_err(StoreError::Open)?);
        schema::insert_master_key_id(&mut session, keys, now).await
    }

    pub(crate) async fn migrate(path: &Path) -> Result<usize, StoreError> {
        let mut connection = connect_options(path).connect().await.map_err(StoreError::Open)?;
        connection.ensure_migrations_table("_sqlx_migrations").await?;
        let before = connection.list_applied_migrations("_sqlx_migrations").await?.len();
        MIGRATIONS.run(&mut connection).await?;
        Ok(MIGRATIONS.iter().count() - before)
    }

    pub(crate) async fn open(path: &Path, keys: Arc<Keys>) -> Result<Self, StoreError> {
        let mut writer = Session::sqlite(connect_options(path).connect().await.map_err(StoreError::Open)?);
        schema::check_migrations(&mut writer, &MIGRATIONS).await?;
        schema::check_master_key(&mut writer, &keys).await?;
        let readers = Arc::new(Readers::open(path).await?);
        let (write_queue, jobs) = mpsc::channel(MAX_QUEUED_WRITES);
        // On a thread of its own: whoever writes waits for each statement, and not for whatever else the runtime has to do.
        let (runtime, writer_keys) = (tokio::runtime::Handle::current(), keys.clone());
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || runtime.block_on(writer::run(writer, writer_keys, jobs)))
            .map_err(|error| StoreError::Open(sqlx::Error::Io(error)))?;
        Ok(Self { write_queue, readers, keys, path: path.into() })
    }

    pub(crate) async fn run<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(writer::CommandJob { command, outcome: None, reply: Some(reply) });
        self.write_queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    pub(crate) async fn read<C: Command>(&self, command: C, deadline: Instant) -> Result<C::Output, CommandError> {
        self.readers.read(&self.keys, command, deadline).await
    }

    /// Writes the log back into the file and empties it; fails while somebody reads what was before.
    pub(crate) async fn checkpoint_wal(&self) -> Result<(), StoreError> {
        let mut session = Session::sqlite(connect_options(&self.path).connect().await.map_err(StoreError::Open)?);
        let sql = "-- checkpoint
            PRAGMA wal_checkpoint(TRUNCATE)";
        let row = session.fetch_optional(sql, Vec::new()).await?;
        let row = row.ok_or(StoreError::RowCount { statement: "checkpoint", rows: 0, expected: 1 })?;
        if row.flag("busy")? { Err(StoreError::Busy) } else { Ok(()) }
    }

    /// Counts what the planner goes by, where a table has changed much: a sample of rows for each index, so that the writer
    /// waits for milliseconds.
    pub(crate) async fn optimize(&self) -> Result<(), StoreError> {
        let mut session = Session::sqlite(connect_options(&self.path).connect().await.map_err(StoreError::Open)?);
        // Not while it is small: a table that had three rows when it was counted is read from end to end when it has a million.
        let sql = "-- has many events
            SELECT id FROM event LIMIT 1 OFFSET 9999";
        if session.fetch_optional(sql, Vec::new()).await?.is_none() {
            return Ok(());
        }
        session.fetch_optional("-- limit analysis\nPRAGMA analysis_limit = 400", Vec::new()).await?;
        session.fetch_optional("-- optimize\nPRAGMA optimize(0x10002)", Vec::new()).await.map(drop)
    }

    pub(crate) fn connections(&self) -> (u32, usize) {
        let (readers, idle) = self.readers.connection_counts();
        (u32::try_from(readers).unwrap_or(u32::MAX) + 1, idle)
    }
}

/// A boxed future that a job gives back.
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
