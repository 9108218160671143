//! The store: one API over SQLite and PostgreSQL.
//!
//! Futures that reach a driver are boxed. The code of an async function is compiled again in every crate that awaits it,
//! with all that it awaits: each caller would compile both drivers.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, LocalBoxFuture};

use crate::command::{AnyCommand, RunningCommand};
use crate::observer::{Observer, Transaction};
use crate::postgres::{LogListener, Postgres};
use crate::session::Session;
use crate::sqlite::Sqlite;
use crate::{Command, CommandError, Database, Keys, StoreError, Tx};

/// The deadline of a read whose caller sets none. Nobody waits longer, and an
/// endless read would hold back vacuum on PostgreSQL and the checkpoint on
/// SQLite.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// The store. Cloning it is cheap and shares the connections.
#[derive(Clone)]
pub struct Store {
    driver: Driver,
    observer: Option<Arc<dyn Observer>>,
}

/// The database underneath.
#[derive(Clone)]
enum Driver {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Makes the schema in a new database and stores the id of its master key.
    ///
    /// `owner` is the role that owns the schema of a PostgreSQL database; it
    /// must not be the role that the service runs as. SQLite ignores it. Fails
    /// with [`StoreError::AlreadyInitialized`] (PostgreSQL) or
    /// [`StoreError::Open`] (SQLite) if the database exists already, so `init`
    /// can never overwrite one.
    pub fn create<'a>(
        database: &'a Database,
        owner: Option<&'a Database>,
        keys: &'a Keys,
        now: jiff::Timestamp,
    ) -> LocalBoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            match database {
                Database::Sqlite(path) => Sqlite::create(path, keys, now).await,
                Database::Postgres(options) => Postgres::create(options, owner, keys, now).await,
            }
        })
    }

    /// Applies the missing migrations and gives how many they were. On
    /// PostgreSQL they run as `owner`, and the service's role is granted what
    /// it needs afterwards.
    pub fn migrate<'a>(
        database: &'a Database,
        owner: Option<&'a Database>,
    ) -> LocalBoxFuture<'a, Result<usize, StoreError>> {
        Box::pin(async move {
            match database {
                Database::Sqlite(path) => Sqlite::migrate(path).await,
                Database::Postgres(options) => Postgres::migrate(options, owner).await,
            }
        })
    }

    /// Opens a database. Fails unless its schema is the one of this version and
    /// its master key is `keys`.
    ///
    /// `connections` limits how many connections this process opens to
    /// PostgreSQL. SQLite ignores it.
    pub fn open(database: &Database, keys: Keys, connections: u32) -> BoxFuture<'_, Result<Self, StoreError>> {
        Box::pin(async move {
            let keys = Arc::new(keys);
            let driver = match database {
                Database::Sqlite(path) => Driver::Sqlite(Sqlite::open(path, keys).await?),
                Database::Postgres(options) => Driver::Postgres(Postgres::open(options, keys, connections).await?),
            };
            Ok(Self { driver, observer: None })
        })
    }

    /// The same store, which reports every transaction to `observer` from now
    /// on.
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Runs a command in a write transaction. It returns after COMMIT, so a
    /// reply is never sent for a change that a crash could lose.
    ///
    /// A caller that stops waiting changes nothing: the transaction runs to its
    /// end in a task of its own.
    pub async fn run<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        let command = Arc::new(RunningCommand::new(command));
        let begin = Instant::now();
        let done = self.write(command.clone()).await;
        self.report(command.name(), true, command.runs(), begin);
        done.map(|()| command.take_output().expect("a command that succeeded has an output"))
    }

    /// Runs a command that only reads, in a transaction that sees one snapshot.
    /// Its deadline is 30 seconds.
    ///
    /// PostgreSQL and SQLite both refuse a write in it.
    pub async fn read<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        self.read_until(command, Instant::now() + READ_LIMIT).await
    }

    /// Runs a command that only reads, until `deadline`. The database itself
    /// stops the statement then, and also when the caller goes away. Gives
    /// [`StoreError::Interrupted`] in both cases.
    pub async fn read_until<C: Command>(&self, command: C, deadline: Instant) -> Result<C::Output, CommandError> {
        let command = Arc::new(RunningCommand::new(command));
        let begin = Instant::now();
        let done = self.read_any(command.clone(), deadline).await;
        self.report(command.name(), false, command.runs(), begin);
        done.map(|()| command.take_output().expect("a command that succeeded has an output"))
    }

    /// Runs a command in a write transaction of the driver.
    fn write(&self, command: Arc<dyn AnyCommand>) -> BoxFuture<'_, Result<(), CommandError>> {
        Box::pin(async move {
            match &self.driver {
                Driver::Sqlite(driver) => driver.run(command).await,
                Driver::Postgres(driver) => driver.run(command).await,
            }
        })
    }

    /// Runs a command in a read transaction of the driver.
    fn read_any(&self, command: Arc<dyn AnyCommand>, deadline: Instant) -> BoxFuture<'_, Result<(), CommandError>> {
        Box::pin(async move {
            match &self.driver {
                Driver::Sqlite(driver) => driver.read(command, deadline).await,
                Driver::Postgres(driver) => driver.read(command, deadline).await,
            }
        })
    }

    /// Tells the observer that a transaction has ended.
    fn report(&self, name: &'static str, writes: bool, runs: u32, begin: Instant) {
        if let Some(observer) = &self.observer {
            observer.ended(Transaction { name, writes, runs, duration: begin.elapsed() });
        }
    }

    /// Truncates the write-ahead log, so that erased data is gone from the
    /// disk.
    ///
    /// SQLite keeps the old content of pages in the file beside the database
    /// until a checkpoint has written them back and the log is truncated. Gives
    /// [`StoreError::Busy`] while a reader still needs the log. PostgreSQL
    /// needs nothing here: vacuum reuses the space of old rows in time.
    pub fn forget(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            match &self.driver {
                Driver::Sqlite(driver) => driver.checkpoint_wal().await,
                Driver::Postgres(_) => Ok(()),
            }
        })
    }

    /// Refreshes the statistics that SQLite's planner uses. PostgreSQL's
    /// autovacuum does it by itself.
    pub fn optimize(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            match &self.driver {
                Driver::Sqlite(driver) => driver.optimize().await,
                Driver::Postgres(_) => Ok(()),
            }
        })
    }

    /// A listener that wakes up when another server has added to the log. With
    /// SQLite there is no other server, so it never wakes up.
    pub fn log_listener(&self) -> LogListener {
        match &self.driver {
            Driver::Sqlite(_) => LogListener::disabled(),
            Driver::Postgres(driver) => driver.log_listener(),
        }
    }

    /// How many connections to the database are open, and how many of these are
    /// idle.
    pub fn connections(&self) -> (u32, usize) {
        match &self.driver {
            Driver::Sqlite(driver) => driver.connections(),
            Driver::Postgres(driver) => driver.connections(),
        }
    }
}

/// Runs a command once, in a transaction that has begun. The caller commits or
/// rolls back.
///
/// A panic becomes [`StoreError::Panicked`]. Without this, one defect would end
/// the writer thread of SQLite or leave a PostgreSQL connection inside a
/// transaction. Buffered inserts are written after success and dropped after an
/// error.
pub(crate) async fn run_catching_panics(
    session: &mut Session,
    keys: &Keys,
    command: &dyn AnyCommand,
) -> Result<(), CommandError> {
    let mut tx = Tx::new(session, keys);
    // After a panic the transaction is rolled back, so no half-changed state
    // can be observed.
    let done = AssertUnwindSafe(command.run(&mut tx)).catch_unwind().await;
    match done.unwrap_or_else(|_| Err(StoreError::Panicked { command: command.name() }.into())) {
        Ok(()) => session.flush_and_stop_buffering().await.map_err(CommandError::from),
        refused => {
            session.discard_inserts();
            refused
        }
    }
}
