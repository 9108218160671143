//! The embedded store: one file, one writer whose commits are shared, readers beside it.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use tokio::sync::{Mutex, Semaphore, mpsc, oneshot};

use crate::session::Session;
use crate::{Command, CommandError, Keys, StoreError, Tx};

mod writer;

/// How many writes may wait; one more is answered `Busy`.
const QUEUE: usize = 4096;
/// How many reads run at once.
const READERS: usize = 4;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");

/// The store, to be shared by everyone.
#[derive(Clone)]
pub struct Store {
    writes: mpsc::Sender<Box<dyn writer::Job>>,
    readers: Arc<Readers>,
    keys: Arc<Keys>,
}

/// Read-only connections; one that is taken is put back by the task that reads, never by its caller.
struct Readers {
    free: Mutex<Vec<Session>>,
    permits: Arc<Semaphore>,
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
        .pragma("trusted_schema", "OFF")
}

impl Store {
    /// Makes a new database; one that exists already is refused.
    pub async fn create(path: &Path, keys: &Keys, now: jiff::Timestamp) -> Result<(), StoreError> {
        std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(|error| StoreError::Open(sqlx::Error::Io(error)))?;
        let mut connection = options(path).connect().await.map_err(StoreError::Open)?;
        MIGRATIONS.run(&mut connection).await?;
        let mut session = Session { connection };
        let sql = "-- insert master_key
            INSERT INTO master_key (key_id, create_time) VALUES ($1, $2)";
        session.execute_one(sql, crate::session::params![keys.id(), now]).await
    }

    /// Opens a database whose schema and master key are exactly those of this version and these keys.
    pub async fn open(path: &Path, keys: Keys) -> Result<Self, StoreError> {
        let mut writer = Session { connection: options(path).connect().await.map_err(StoreError::Open)? };
        check_schema(&mut writer).await?;
        check_key(&mut writer, &keys).await?;
        let mut free = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let connection = options(path).read_only(true).connect().await.map_err(StoreError::Open)?;
            free.push(Session { connection });
        }
        let keys = Arc::new(keys);
        let (writes, jobs) = mpsc::channel(QUEUE);
        tokio::spawn(writer::run(writer, keys.clone(), jobs));
        let readers = Readers { free: Mutex::new(free), permits: Arc::new(Semaphore::new(READERS)) };
        Ok(Self { writes, readers: Arc::new(readers), keys })
    }

    /// Runs a command in a write transaction. The reply leaves after COMMIT; a caller that goes away changes nothing.
    pub async fn run<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(writer::Task { command, outcome: None, reply: Some(reply) });
        self.writes.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a command that only reads, in a read transaction of its own.
    pub async fn read<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        let (readers, keys) = (self.readers.clone(), self.keys.clone());
        let permit = readers.permits.clone().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let task = tokio::spawn(async move {
            let _permit = permit;
            let mut session = readers.free.lock().await.pop().ok_or(StoreError::Busy)?;
            let output = read_in(&mut session, &keys, &command).await;
            readers.free.lock().await.push(session);
            output
        });
        task.await.map_err(|_| StoreError::Closed)?
    }
}

async fn read_in<C: Command>(session: &mut Session, keys: &Keys, command: &C) -> Result<C::Output, CommandError> {
    session.execute("-- begin a read\nBEGIN", Vec::new()).await?;
    let output = attempt(session, keys, command).await;
    session.execute("-- end a read\nROLLBACK", Vec::new()).await?;
    output
}

/// Runs a command; one that panics has failed like any other, so that it takes no connection down with it.
async fn attempt<C: Command>(session: &mut Session, keys: &Keys, command: &C) -> Result<C::Output, CommandError> {
    let mut tx = Tx::new(session, keys);
    let output = AssertUnwindSafe(command.run(&mut tx)).catch_unwind().await;
    output.unwrap_or_else(|_| Err(StoreError::Panicked { command: C::NAME }.into()))
}

/// Startup refuses an older schema, a newer one, and one whose migrations were edited.
async fn check_schema(session: &mut Session) -> Result<(), StoreError> {
    use sqlx::migrate::MigrateError;
    let sql = "-- applied migrations
        SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
    let rows = session.all(sql, Vec::new()).await.map_err(|_| MigrateError::VersionMissing(1))?;
    let mut applied = rows.iter().map(|row| Ok::<_, StoreError>((row.int("version")?, row.bytes("checksum")?)));
    for migration in MIGRATIONS.iter() {
        match applied.next().transpose()? {
            None => return Err(MigrateError::VersionMissing(migration.version).into()),
            Some((version, checksum)) if version == migration.version && checksum == *migration.checksum => {}
            Some((version, _)) => return Err(MigrateError::VersionMismatch(version).into()),
        }
    }
    match applied.next().transpose()? {
        None => Ok(()),
        Some((version, _)) => Err(MigrateError::VersionTooNew(version, MIGRATIONS.iter().count() as i64).into()),
    }
}

async fn check_key(session: &mut Session, keys: &Keys) -> Result<(), StoreError> {
    let sql = "-- lookup master_key
        SELECT key_id FROM master_key ORDER BY create_time DESC LIMIT 1";
    let row = session.optional(sql, Vec::new()).await?;
    let expected = row.map(|row| row.text("key_id")).transpose()?.unwrap_or_default();
    if expected == keys.id() {
        return Ok(());
    }
    Err(StoreError::WrongMasterKey { expected, found: keys.id().to_owned() })
}

/// A boxed future that a job gives back.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
