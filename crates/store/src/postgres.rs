//! The PostgreSQL store: any number of servers on one database, each
//! transaction confined to one organization or to the role for work across
//! organizations.
//!
//! Writes run at READ COMMITTED and not at SERIALIZABLE. Under SERIALIZABLE the
//! database would abort transactions that merely read neighbouring rows, and
//! the more servers there are, the more often. Instead, each update names the
//! version of the row that the decision was made on, unique keys stop
//! duplicates, and locks protect rows that a decision only reads. Whatever
//! fails for such a reason runs again on the current data
//! (`docs/adr/0007-many-servers-by-optimistic-locking.md`).
//!
//! Reads run at REPEATABLE READ, so that all statements of a page or report see
//! the same snapshot.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use domain::policy::Scope;
use sqlx::migrate::{Migrate as _, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::command::AnyCommand;
use crate::keys::random_bytes;
use crate::session::{Connection, Session};
use crate::store::run_catching_panics;
use crate::{CommandError, Database, Keys, Lane, StoreError, schema};

mod failure;
mod log_listener;
mod roles;
mod server_checks;

use failure::Failure;
pub use log_listener::LogListener;
use roles::HOST_ROLE;

/// How many commands may wait or run at the same time. One more gets
/// [`StoreError::Busy`] at once.
const MAX_IN_FLIGHT: usize = 4096;
/// How often a command runs at most when other transactions keep changing what
/// it reads.
const MAX_RUNS: u32 = 12;
/// How long a command waits for a connection of the pool.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many reads of [`Lane::Heavy`] run at the same time.
const MAX_HEAVY_READS: usize = 2;
/// How many connections are reserved for authenticating callers
/// ([`Lane::Gate`]).
const GATE_CONNECTIONS: u32 = 2;

/// The limits of every session of the service.
///
/// A server that stops in the middle of a transaction would hold its locks for
/// ever: the idle timeout ends it. A client that disconnects during a long
/// statement is noticed within a second.
const SESSION_SETTINGS: [(&str, &str); 4] = [
    ("lock_timeout", "10s"),
    ("statement_timeout", "30s"),
    ("idle_in_transaction_session_timeout", "10s"),
    ("client_connection_check_interval", "1s"),
];

/// The migrations of this version, compiled in. `cargo xtask tidy` compares
/// their digests.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    schema::migrator(&[
        ("0001_baseline", include_str!("../../../migrations/postgres/0001_baseline.sql")),
        ("0002_walls", include_str!("../../../migrations/postgres/0002_walls.sql")),
    ])
});

/// One database of a PostgreSQL server.
#[derive(Clone)]
pub(crate) struct Postgres {
    /// The connections for everything but [`Lane::Gate`].
    pool: PgPool,
    /// The connections for [`Lane::Gate`] alone.
    gate: PgPool,
    /// One permit for each command that may be in flight.
    queue: Arc<Semaphore>,
    /// One permit for each heavy read that may run.
    heavy: Arc<Semaphore>,
    /// The keys that are derived from the master key.
    keys: Arc<Keys>,
}

/// How a transaction begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// READ COMMITTED. A row that was read may change before it is written. So
    /// every update names the version that it expects, and rows that a decision
    /// rests on are locked.
    Write,
    /// REPEATABLE READ, read-only: all statements see the same snapshot. The
    /// value is the deadline.
    Read(Instant),
}

impl Mode {
    /// The statements that begin a transaction, sent as one message. Role,
    /// organization and time limit are set by SET LOCAL, so they end with the
    /// transaction and never reach the next user of the connection.
    fn begin_sql(self, scope: &Scope) -> String {
        let level = match self {
            Self::Write => "READ COMMITTED",
            Self::Read(_) => "REPEATABLE READ READ ONLY",
        };
        // Work across organizations uses a role of its own. Its policies are
        // constant, so the planner can drop them; a condition on the
        // organization would be checked for every row.
        let who = match scope.organization() {
            Some(code) => format!("SET LOCAL accreditation.tenant = '{code}'"),
            None => format!("SET LOCAL ROLE {HOST_ROLE}; SET LOCAL accreditation.tenant = '*'"),
        };
        let limit = self.deadline().map_or(String::new(), |deadline| {
            let left = deadline.saturating_duration_since(Instant::now()).as_millis().max(1);
            // A plan for the actual values. A generic plan would be chosen
            // after five runs, and read rows that it does not return.
            format!("; SET LOCAL statement_timeout = {left}; SET LOCAL plan_cache_mode = force_custom_plan")
        });
        format!("BEGIN ISOLATION LEVEL {level}; {who}{limit}")
    }

    /// The deadline of a read; `None` for a write.
    fn deadline(self) -> Option<Instant> {
        match self {
            Self::Write => None,
            Self::Read(deadline) => Some(deadline),
        }
    }
}

impl Postgres {
    /// Makes the schema as its owner, and stores the master key's id as the
    /// service's role.
    pub(crate) async fn create(
        options: &PgConnectOptions,
        owner: Option<&Database>,
        keys: &Keys,
        now: jiff::Timestamp,
    ) -> Result<(), StoreError> {
        Self::migrate(options, owner).await?;
        let pool = PgPoolOptions::new().max_connections(1).connect_with(connect_options(options)).await;
        let pool = pool.map_err(StoreError::Open)?;
        let mut session = begin_transaction(&pool, Mode::Write, &Scope::All).await?;
        let sql = "-- any master_key
            SELECT key_id FROM master_key LIMIT 1";
        if session.fetch_optional(sql, Vec::new()).await?.is_some() {
            return Err(StoreError::AlreadyInitialized);
        }
        schema::insert_master_key_id(&mut session, keys, now).await?;
        session.end_transaction("-- commit\nCOMMIT").await?;
        drop(session);
        pool.close().await;
        Ok(())
    }

    /// Brings the schema up to date as its owner, and grants the service's role
    /// what it needs.
    pub(crate) async fn migrate(options: &PgConnectOptions, owner: Option<&Database>) -> Result<usize, StoreError> {
        let Some(Database::Postgres(owner)) = owner else { return Err(StoreError::OwnerUrlMissing) };
        let role = options.get_username();
        if role == owner.get_username() {
            return Err(StoreError::UnsafeRole { role: role.to_owned(), problem: "owns the schema" });
        }
        let pool = PgPoolOptions::new().max_connections(1).connect_with((**owner).clone()).await;
        let pool = pool.map_err(StoreError::Open)?;
        let applied = {
            let mut session = Session::postgres(pool.acquire().await.map_err(StoreError::Open)?, None);
            server_checks::check_version(&mut session).await?;
            let Connection::Postgres(connection) = &mut session.connection else {
                unreachable!("it was made from a PostgreSQL connection")
            };
            roles::check_host_role(connection).await?;
            let applied = apply_migrations(connection).await?;
            roles::grant(&mut session, role).await?;
            applied
        };
        pool.close().await;
        Ok(applied)
    }

    /// Opens the pools and checks release, schema, roles, settings and master
    /// key before serving.
    pub(crate) async fn open(
        options: &PgConnectOptions,
        keys: Arc<Keys>,
        connections: u32,
    ) -> Result<Self, StoreError> {
        let pool = |connections| {
            // A dead connection fails at BEGIN and is replaced there. Testing
            // it before would cost another round trip for each transaction.
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire(false)
                .after_connect(|connection, _| Box::pin(server_checks::refuse_standby(connection)))
                .connect_with(connect_options(options))
        };
        // One more than configured: the log listener keeps one for itself.
        let gate = pool(GATE_CONNECTIONS.min(connections)).await.map_err(StoreError::Open)?;
        let pool = pool(connections.saturating_sub(GATE_CONNECTIONS).max(1) + 1).await.map_err(StoreError::Open)?;
        let mut session = begin_transaction(&pool, Mode::Read(Instant::now() + ACQUIRE_TIMEOUT), &Scope::All).await?;
        server_checks::check_version(&mut session).await?;
        schema::check_migrations(&mut session, &MIGRATIONS).await?;
        roles::check_role(&mut session, options.get_username()).await?;
        server_checks::warn_of_lost_commits(&mut session).await?;
        schema::check_master_key(&mut session, &keys).await?;
        session.end_transaction("-- end a read\nROLLBACK").await?;
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Ok(Self { pool, gate, queue: semaphore(MAX_IN_FLIGHT), heavy: semaphore(MAX_HEAVY_READS), keys })
    }

    /// Runs a command in a write transaction, again after each conflict.
    pub(crate) async fn run(&self, command: Arc<dyn AnyCommand>) -> Result<(), CommandError> {
        let this = self.clone();
        self.run_detached(async move { this.run_with_retries(command.as_ref(), Mode::Write).await }).await
    }

    /// Runs a command in a read-only transaction.
    pub(crate) async fn read(&self, command: Arc<dyn AnyCommand>, deadline: Instant) -> Result<(), CommandError> {
        let heavy = match command.lane() {
            Lane::Gate | Lane::Ordinary => None,
            Lane::Heavy => {
                let left = deadline.saturating_duration_since(Instant::now());
                let permit = tokio::time::timeout(left, self.heavy.clone().acquire_owned()).await;
                Some(permit.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Closed)?)
            }
        };
        let abandoned = CancellationToken::new();
        let _gone = heavy.is_some().then(|| abandoned.clone().drop_guard());
        let this = self.clone();
        self.run_detached(async move {
            let _heavy = heavy;
            // The connection of a long read whose caller has gone is closed,
            // which stops the statement. A short read ends sooner than closing
            // a connection pays off.
            let read =
                abandoned.run_until_cancelled(this.run_with_retries(command.as_ref(), Mode::Read(deadline))).await;
            read.unwrap_or(Err(StoreError::Closed.into()))
        })
        .await
    }

    /// A listener for log entries that other servers have added.
    pub(crate) fn log_listener(&self) -> LogListener {
        LogListener::new(self.pool.clone())
    }

    /// How many connections are open, and how many of them are idle.
    pub(crate) fn connections(&self) -> (u32, usize) {
        (self.pool.size() + self.gate.size(), self.pool.num_idle() + self.gate.num_idle())
    }

    /// Runs work in a task of its own. The caller may go away at any moment;
    /// the transaction still ends properly, so its connection can be used
    /// again.
    async fn run_detached(
        &self,
        work: impl Future<Output = Result<(), CommandError>> + Send + 'static,
    ) -> Result<(), CommandError> {
        let permit = self.queue.clone().try_acquire_owned().map_err(|_| StoreError::Busy)?;
        let work = async move {
            let _permit = permit;
            work.await
        };
        if cfg!(feature = "dangerous-run-in-caller") {
            return work.await;
        }
        tokio::spawn(work).await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a command until no other transaction has interfered, at most
    /// [`MAX_RUNS`] times.
    async fn run_with_retries(&self, command: &dyn AnyCommand, mode: Mode) -> Result<(), CommandError> {
        let mut runs = 1;
        loop {
            let error = match self.run_once(command, mode).await {
                Err(CommandError::Store(error)) => error,
                done => return done,
            };
            match failure::classify(&error) {
                // Nothing has committed, so the command can run again with the
                // same effect.
                Failure::StaleRead | Failure::Conflict | Failure::ConnectionLost if runs < MAX_RUNS => {
                    tracing::debug!(command = command.name(), %error, runs, "runs again after a conflict or a lost connection");
                    back_off(runs).await;
                    runs += 1;
                }
                // The caller is told to retry later. More load now would make
                // it worse.
                Failure::Overload | Failure::ConnectionLost | Failure::Conflict => {
                    tracing::warn!(command = command.name(), %error, "gave up: the database stayed overloaded or unreachable");
                    return Err(StoreError::Busy.into());
                }
                Failure::StaleRead | Failure::Interrupted | Failure::Other => return Err(error.into()),
            }
        }
    }

    /// Runs a command in one transaction and ends it.
    async fn run_once(&self, command: &dyn AnyCommand, mode: Mode) -> Result<(), CommandError> {
        let pool = if command.lane() == Lane::Gate && mode != Mode::Write { &self.gate } else { &self.pool };
        let mut session = begin_transaction(pool, mode, &command.scope()).await?;
        let mut outcome = run_catching_panics(&mut session, &self.keys, command).await;
        // The command hid a failed statement. PostgreSQL would roll back at
        // COMMIT without an error.
        if session.has_failed() && outcome.is_ok() {
            outcome = Err(StoreError::Panicked { command: command.name() }.into());
        }
        if let Err(CommandError::Store(error)) = &outcome
            && failure::classify(error) == Failure::ConnectionLost
        {
            // The connection is closed with the session and not given back.
            return outcome;
        }
        if cfg!(feature = "dangerous-reply-before-commit") && mode == Mode::Write && outcome.is_ok() {
            tokio::spawn(async move { session.end_transaction("-- commit\nCOMMIT").await });
            return outcome;
        }
        let commits = mode == Mode::Write && outcome.is_ok();
        let end = if commits { "-- commit\nCOMMIT" } else { "-- roll back\nROLLBACK" };
        let Err(error) = session.end_transaction(end).await else { return outcome };
        // A connection that broke during COMMIT leaves the outcome open.
        // Running again could do the work twice.
        match (commits, failure::classify(&error)) {
            (true, Failure::ConnectionLost) => Err(StoreError::OutcomeUnknown { command: command.name() }.into()),
            (true, _) => Err(error.into()),
            (false, _) => outcome,
        }
    }
}

/// The options of every connection of the service, with its session limits.
fn connect_options(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().application_name("accreditd").options(SESSION_SETTINGS)
}

/// Takes a connection and begins a transaction that sees what the scope allows,
/// and nothing else.
async fn begin_transaction(pool: &PgPool, mode: Mode, scope: &Scope) -> Result<Session, StoreError> {
    let sql = mode.begin_sql(scope);
    // After a restart of the server every pooled connection is dead. Each one
    // is tried and thrown away, so the caller does not see the restart.
    let mut left = pool.size() + 1;
    loop {
        let connection =
            pool.acquire().await.map_err(|source| StoreError::Database { statement: "connect", source })?;
        // From here on a session: if it is dropped before its transaction has
        // ended, its connection is closed.
        let mut session = Session::postgres(connection, mode.deadline());
        match session.begin(&sql).await {
            Ok(()) => return Ok(session),
            Err(error) if left == 0 || failure::classify(&error) != Failure::ConnectionLost => return Err(error),
            Err(_) => left -= 1,
        }
    }
}

/// Waits before the next run: longer after each one, and for a random time, so
/// that two commands which conflicted do not meet again.
async fn back_off(runs: u32) {
    let [byte] = random_bytes::<1>();
    let most = 1_u64 << runs.min(6);
    tokio::time::sleep(Duration::from_micros(most * 4 * u64::from(byte))).await;
}

/// Applies the missing migrations; gives how many they were.
async fn apply_migrations(connection: &mut PgConnection) -> Result<usize, StoreError> {
    connection.ensure_migrations_table("_sqlx_migrations").await?;
    let before = connection.list_applied_migrations("_sqlx_migrations").await?.len();
    MIGRATIONS.run(connection).await?;
    Ok(MIGRATIONS.iter().count().saturating_sub(before))
}
