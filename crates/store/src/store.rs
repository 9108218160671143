//! The store: one way in, whatever database is under it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;

use crate::observer::{Counted, Observer, Transaction};
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
        let (command, measured) = self.measure(command, true);
        let done = match &self.driver {
            Driver::Sqlite(driver) => driver.run(command).await,
            Driver::Postgres(driver) => driver.run(command).await,
        };
        measured.end();
        done
    }

    /// Runs a command that only reads, in a read transaction of its own.
    pub async fn read<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        self.read_until(command, Instant::now() + READ_LIMIT).await
    }

    /// The same with a deadline, at which the database itself stops reading; it also does when the caller goes away.
    pub async fn read_until<C: Command>(&self, command: C, deadline: Instant) -> Result<C::Output, CommandError> {
        let (command, measured) = self.measure(command, false);
        let done = match &self.driver {
            Driver::Sqlite(driver) => driver.read(command, deadline).await,
            Driver::Postgres(driver) => driver.read(command, deadline).await,
        };
        measured.end();
        done
    }

    fn measure<C: Command>(&self, command: C, writes: bool) -> (Counted<C>, Measured) {
        let runs = Arc::new(AtomicU32::new(0));
        let measured = Measured {
            observer: self.observer.clone(),
            name: C::NAME,
            writes,
            runs: runs.clone(),
            begin: Instant::now(),
        };
        (Counted { command, runs }, measured)
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

/// A transaction that is under way.
struct Measured {
    observer: Option<Arc<dyn Observer>>,
    name: &'static str,
    writes: bool,
    runs: Arc<AtomicU32>,
    begin: Instant,
}

impl Measured {
    fn end(self) {
        let Self { observer, name, writes, runs, begin } = self;
        if let Some(observer) = observer {
            observer.ended(Transaction { name, writes, runs: runs.load(Ordering::Relaxed), duration: begin.elapsed() });
        }
    }
}

/// Runs a command; one that panics has failed like any other, so that it takes no connection down with it.
pub(crate) async fn attempt<C: Command>(
    session: &mut Session,
    keys: &Keys,
    command: &C,
) -> Result<C::Output, CommandError> {
    let mut tx = Tx::new(session, keys);
    let output = AssertUnwindSafe(command.run(&mut tx)).catch_unwind().await;
    let output = output.unwrap_or_else(|_| Err(StoreError::Panicked { command: C::NAME }.into()));
    match output {
        Ok(output) => session.end_buffering().await.map(|()| output).map_err(CommandError::from),
        refused => {
            session.discard_inserts();
            refused
        }
    }
}
