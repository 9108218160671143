//! The production store: any number of servers on one PostgreSQL, each transaction confined to whose rows it may see.

use std::sync::Arc;
use std::time::Duration;

use domain::policy::Scope;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor as _};
use tokio::sync::Semaphore;

use crate::keys::random;
use crate::session::{Connection, Session};
use crate::store::attempt;
use crate::{Command, CommandError, Database, Keys, StoreError, schema};

mod bell;
mod failure;
mod wall;

pub use bell::Bell;
use failure::Failure;

/// How many commands may wait or run at once; one more is answered `Busy`.
const QUEUE: usize = 4096;
/// How often a command runs at the most, when others change what it had read.
const RUNS: u32 = 12;
/// How long a command waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(10);

/// What every session of the service is bound by. A server that stops in the middle of a transaction loses its locks.
const SETTINGS: [(&str, &str); 3] =
    [("lock_timeout", "10s"), ("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "10s")];

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/postgres");

/// One database of a PostgreSQL server.
#[derive(Clone)]
pub(crate) struct Postgres {
    pool: PgPool,
    queue: Arc<Semaphore>,
    keys: Arc<Keys>,
}

/// How a transaction begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Rows that are read may be changed by others until they are written: every write says what it expects.
    Write,
    /// All statements see the same moment.
    Read,
}

impl Mode {
    /// One message to the server: the tenant is the transaction's own and is gone with it.
    fn begin(self, scope: &Scope) -> String {
        let tenant = scope.organization().map_or("*", |code| code.as_str());
        let level = match self {
            Self::Write => "READ COMMITTED",
            Self::Read => "REPEATABLE READ READ ONLY",
        };
        format!("BEGIN ISOLATION LEVEL {level}; SET LOCAL accreditation.tenant = '{tenant}'")
    }
}

impl Postgres {
    pub(crate) async fn create(
        options: &PgConnectOptions,
        owner: Option<&Database>,
        keys: &Keys,
        now: jiff::Timestamp,
    ) -> Result<(), StoreError> {
        Self::migrate(options, owner).await?;
        let pool = PgPoolOptions::new().max_connections(1).connect_with(settings(options)).await;
        let pool = pool.map_err(StoreError::Open)?;
        let mut session = begin(&pool, Mode::Write, &Scope::All).await?;
        let sql = "-- any master_key
            SELECT key_id FROM master_key LIMIT 1";
        if session.optional(sql, Vec::new()).await?.is_some() {
            return Err(StoreError::NotEmpty);
        }
        schema::insert_key(&mut session, keys, now).await?;
        session.end("-- commit\nCOMMIT").await?;
        drop(session);
        pool.close().await;
        Ok(())
    }

    /// Brings the schema up to date as its owner, and grants the service's role what it needs.
    pub(crate) async fn migrate(options: &PgConnectOptions, owner: Option<&Database>) -> Result<usize, StoreError> {
        let Some(Database::Postgres(owner)) = owner else { return Err(StoreError::NoOwner) };
        let role = options.get_username();
        if role == owner.get_username() {
            return Err(StoreError::Unbound { role: role.to_owned(), problem: "would own the schema" });
        }
        let pool = PgPoolOptions::new().max_connections(1).connect_with((**owner).clone()).await;
        let pool = pool.map_err(StoreError::Open)?;
        let applied = {
            let mut session = Session::postgres(pool.acquire().await.map_err(StoreError::Open)?);
            wall::check_version(&mut session).await?;
            let Connection::Postgres(connection) = &mut session.connection else {
                unreachable!("it was made from a PostgreSQL connection")
            };
            let applied = wall::migrate(connection, &MIGRATIONS).await?;
            wall::grant(&mut session, role).await?;
            applied
        };
        pool.close().await;
        Ok(applied)
    }

    pub(crate) async fn open(
        options: &PgConnectOptions,
        keys: Arc<Keys>,
        connections: u32,
    ) -> Result<Self, StoreError> {
        // One more than asked for: the bell keeps one for itself.
        let pool = PgPoolOptions::new().max_connections(connections + 1).acquire_timeout(ACQUIRE);
        // A dead connection is noticed at BEGIN, which costs no round trip of its own.
        let pool =
            pool.test_before_acquire(false).after_connect(|connection, _| Box::pin(wall::refuse_standby(connection)));
        let pool = pool.connect_with(settings(options)).await.map_err(StoreError::Open)?;
        let mut session = begin(&pool, Mode::Read, &Scope::All).await?;
        wall::check_version(&mut session).await?;
        schema::check(&mut session, &MIGRATIONS).await?;
        wall::check_role(&mut session, options.get_username()).await?;
        wall::warn_of_lost_commits(&mut session).await?;
        schema::check_key(&mut session, &keys).await?;
        session.end("-- end a read\nROLLBACK").await?;
        Ok(Self { pool, queue: Arc::new(Semaphore::new(QUEUE)), keys })
    }

    pub(crate) async fn run<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        self.detached(command, Mode::Write).await
    }

    pub(crate) async fn read<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        self.detached(command, Mode::Read).await
    }

    pub(crate) fn bell(&self) -> Bell {
        Bell::of(self.pool.clone())
    }

    pub(crate) fn connections(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// In a task of its own: whoever called may go away at any moment, the transaction ends all the same.
    async fn detached<C: Command>(&self, command: C, mode: Mode) -> Result<C::Output, CommandError> {
        let place = self.queue.clone().try_acquire_owned().map_err(|_| StoreError::Busy)?;
        let this = self.clone();
        let work = async move {
            let _place = place;
            this.repeated(&command, mode).await
        };
        if cfg!(feature = "dangerous-run-in-caller") {
            return work.await;
        }
        tokio::spawn(work).await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a command until nobody has changed what it had read.
    async fn repeated<C: Command>(&self, command: &C, mode: Mode) -> Result<C::Output, CommandError> {
        let mut runs = 1;
        loop {
            let error = match self.once(command, mode).await {
                Err(CommandError::Store(error)) => error,
                done => return done,
            };
            match failure::of(&error) {
                Failure::Moved | Failure::Conflict | Failure::Gone if runs < RUNS => {
                    tracing::debug!(command = C::NAME, %error, runs, "runs again");
                    pause(runs).await;
                    runs += 1;
                }
                Failure::Overload | Failure::Gone | Failure::Conflict => {
                    tracing::warn!(command = C::NAME, %error, "the database could not be asked");
                    return Err(StoreError::Busy.into());
                }
                Failure::Moved | Failure::Other => return Err(error.into()),
            }
        }
    }

    async fn once<C: Command>(&self, command: &C, mode: Mode) -> Result<C::Output, CommandError> {
        let mut session = begin(&self.pool, mode, &command.scope()).await?;
        let mut outcome = attempt(&mut session, &self.keys, command).await;
        if session.has_failed() && outcome.is_ok() {
            outcome = Err(StoreError::Panicked { command: C::NAME }.into());
        }
        if let Err(CommandError::Store(error)) = &outcome
            && failure::of(error) == Failure::Gone
        {
            // Not given back: it is closed with its session.
            return outcome;
        }
        if cfg!(feature = "dangerous-reply-before-commit") && mode == Mode::Write && outcome.is_ok() {
            tokio::spawn(async move { session.end("-- commit\nCOMMIT").await });
            return outcome;
        }
        let commits = mode == Mode::Write && outcome.is_ok();
        let end = if commits { "-- commit\nCOMMIT" } else { "-- roll back\nROLLBACK" };
        let Err(error) = session.end(end).await else { return outcome };
        match (commits, failure::of(&error)) {
            (true, Failure::Gone) => Err(StoreError::OutcomeUnknown { command: C::NAME }.into()),
            (true, _) => Err(error.into()),
            (false, _) => outcome,
        }
    }
}

fn settings(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().application_name("accreditd").options(SETTINGS)
}

/// A connection in a transaction that sees what the scope opens, and nothing else.
async fn begin(pool: &PgPool, mode: Mode, scope: &Scope) -> Result<Session, StoreError> {
    let sql = mode.begin(scope);
    // After the server has restarted, every connection at hand is dead; each is tried and thrown away.
    let mut left = pool.size() + 1;
    loop {
        let mut connection =
            pool.acquire().await.map_err(|source| StoreError::Database { statement: "connect", source })?;
        match connection.execute(AssertSqlSafe(sql.as_str())).await {
            Ok(_) => return Ok(Session::postgres(connection)),
            Err(source) => {
                connection.close_on_drop();
                let error = StoreError::Database { statement: "begin", source };
                if left == 0 || failure::of(&error) != Failure::Gone {
                    return Err(error);
                }
                left -= 1;
            }
        }
    }
}

/// Longer after every run, and by chance, so that those who met once do not meet again.
async fn pause(runs: u32) {
    let [byte] = random::<1>();
    let most = 1_u64 << runs.min(6);
    tokio::time::sleep(Duration::from_micros(most * 4 * u64::from(byte))).await;
}
