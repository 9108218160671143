//! The store: one way in, whatever database is under it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;

use crate::command::{AnyCommand, Running};
use crate::observer::{Observer, Transaction};
use crate::postgres::{Bell, Postgres};
use crate::session::Session;
use crate::sqlite::Sqlite;
use crate::{Command, CommandError, Database, Keys, StoreError, Tx};

/// How long a read may take that nobody has given a deadline.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// The store, to be shared by everyone.
#[derive(Clone)]
pub struct Store {
    driver: Driver,
    observer: Option<Arc<dyn Observer>>,
}

#[derive(Clone)]
enum Driver {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Makes the schema in a new database, and keeps the id of its master key; one that exists already is refused.
    ///
    /// `owner` owns the schema of a PostgreSQL database, and must not be the role that the service runs as.
    pub async fn create(
        database: &Database,
        owner: Option<&Database>,
        keys: &Keys,
        now: jiff::Timestamp,
    ) -> Result<(), StoreError> {
        match database {
            Database::Sqlite(path) => Sqlite::create(path, keys, now).await,
            Database::Postgres(options) => Postgres::create(options, owner, keys, now).await,
        }
    }

    /// Applies the migrations that a database has not had yet; gives their number.
    pub async fn migrate(database: &Database, owner: Option<&Database>) -> Result<usize, StoreError> {
        match database {
            Database::Sqlite(path) => Sqlite::migrate(path).await,
            Database::Postgres(options) => Postgres::migrate(options, owner).await,
        }
    }

    /// Opens a database whose schema and master key are exactly those of this version and these keys.
    ///
    /// `connections` is how many a PostgreSQL server gives this process at most.
    pub async fn open(database: &Database, keys: Keys, connections: u32) -> Result<Self, StoreError> {
        let keys = Arc::new(keys);
        let driver = match database {
            Database::Sqlite(path) => Driver::Sqlite(Sqlite::open(path, keys).await?),
            Database::Postgres(options) => Driver::Postgres(Postgres::open(options, keys, connections).await?),
        };
        Ok(Self { driver, observer: None })
    }

    /// The store, which tells of every transaction from now on.
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Runs a command in a write transaction. The reply leaves after COMMIT; a caller that goes away changes nothing.
    pub async fn run<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        let command = Arc::new(Running::new(command));
        let begin = Instant::now();
        let done = self.write(command.clone()).await;
        self.tell(command.name(), true, command.runs(), begin);
        done.map(|()| command.take_output().expect("a command that succeeded has an output"))
    }

    /// Runs a command that only reads, in a read transaction of its own.
    pub async fn read<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        self.read_until(command, Instant::now() + READ_LIMIT).await
    }

    /// The same with a deadline, at which the database itself stops reading; it also does when the caller goes away.
    pub async fn read_until<C: Command>(&self, command: C, deadline: Instant) -> Result<C::Output, CommandError> {
        let command = Arc::new(Running::new(command));
        let begin = Instant::now();
        let done = self.read_any(command.clone(), deadline).await;
        self.tell(command.name(), false, command.runs(), begin);
        done.map(|()| command.take_output().expect("a command that succeeded has an output"))
    }

    async fn write(&self, command: Arc<dyn AnyCommand>) -> Result<(), CommandError> {
        match &self.driver {
            Driver::Sqlite(driver) => driver.run(command).await,
            Driver::Postgres(driver) => driver.run(command).await,
        }
    }

    async fn read_any(&self, command: Arc<dyn AnyCommand>, deadline: Instant) -> Result<(), CommandError> {
        match &self.driver {
            Driver::Sqlite(driver) => driver.read(command, deadline).await,
            Driver::Postgres(driver) => driver.read(command, deadline).await,
        }
    }

    fn tell(&self, name: &'static str, writes: bool, runs: u32, begin: Instant) {
        if let Some(observer) = &self.observer {
            observer.ended(Transaction { name, writes, runs, duration: begin.elapsed() });
        }
    }

    /// Has the disk forget what was deleted or overwritten. SQLite keeps it in its log beside the file until that is
    /// written back; PostgreSQL's own vacuum makes room of it in time.
    pub async fn forget(&self) -> Result<(), StoreError> {
        match &self.driver {
            Driver::Sqlite(driver) => driver.forget().await,
            Driver::Postgres(_) => Ok(()),
        }
    }

    /// Has the database count what its planner goes by. PostgreSQL's own autovacuum does.
    pub async fn optimize(&self) -> Result<(), StoreError> {
        match &self.driver {
            Driver::Sqlite(driver) => driver.optimize().await,
            Driver::Postgres(_) => Ok(()),
        }
    }

    /// Rings when another server has added to the log.
    pub fn bell(&self) -> Bell {
        match &self.driver {
            Driver::Sqlite(_) => Bell::silent(),
            Driver::Postgres(driver) => driver.bell(),
        }
    }

    /// How many connections to the database are open, and how many of them idle.
    pub fn connections(&self) -> (u32, usize) {
        match &self.driver {
            Driver::Sqlite(driver) => driver.connections(),
            Driver::Postgres(driver) => driver.connections(),
        }
    }
}

/// Runs a command; one that panics has failed like any other, so that it takes no connection down with it.
pub(crate) async fn attempt(session: &mut Session, keys: &Keys, command: &dyn AnyCommand) -> Result<(), CommandError> {
    let mut tx = Tx::new(session, keys);
    let done = AssertUnwindSafe(command.run(&mut tx)).catch_unwind().await;
    match done.unwrap_or_else(|_| Err(StoreError::Panicked { command: command.name() }.into())) {
        Ok(()) => session.end_buffering().await.map_err(CommandError::from),
        refused => {
            session.discard_inserts();
            refused
        }
    }
}
