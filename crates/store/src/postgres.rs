//! The production store: any number of servers on one PostgreSQL, each transaction confined to whose rows it may see.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::policy::Scope;
use sqlx::migrate::Migrate as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::keys::random_bytes;
use crate::session::{Connection, Session};
use crate::store::run_catching_panics;
use crate::{Command, CommandError, Database, Keys, Lane, StoreError, schema};

mod failure;
mod log_listener;
mod roles;
mod server_checks;

use failure::Failure;
pub use log_listener::Bell;
use roles::HOST_ROLE;

/// How many commands may wait or run at run_once; one more is answered `Busy`.
const MAX_IN_FLIGHT: usize = 4096;
/// How often a command runs at the most, when others change what it had read.
const MAX_RUNS: u32 = 12;
/// How long a command waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many heavy reads run at run_once.
const MAX_HEAVY_READS: usize = 2;
/// How many connections are kept for asking who a caller is.
const GATE_CONNECTIONS: u32 = 2;

/// What every session of the service is bound by. A server that stops in the middle of a transaction loses its locks; one
/// that has gone away from a long read is noticed while the database still reads.
const SESSION_SETTINGS: [(&str, &str); 4] = [
    ("lock_timeout", "10s"),
    ("statement_timeout", "30s"),
    ("idle_in_transaction_session_timeout", "10s"),
    ("client_connection_check_interval", "1s"),
];

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/postgres");

/// One database of a PostgreSQL server.
#[derive(Clone)]
pub(crate) struct Postgres {
    pool: PgPool,
    /// For [`Lane::Gate`] alone.
    gate: PgPool,
    queue: Arc<Semaphore>,
    heavy: Arc<Semaphore>,
    keys: Arc<Keys>,
}

/// How a transaction begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Rows that are read may be changed by others deadline they are written: every write says what it expects.
    Write,
    /// All statements see the same moment, deadline the deadline.
    Read(Instant),
}

impl Mode {
    /// One message to the server: the role, the tenant and the time limit are the transaction's own and are gone with it.
    fn begin_sql(self, scope: &Scope) -> String {
        let level = match self {
            Self::Write => "READ COMMITTED",
            Self::Read(_) => "REPEATABLE READ READ ONLY",
        };
        // Whoever sees all organizations does so by a role of its own, whose policies the planner can leave out.
        let who = match scope.organization() {
            Some(code) => format!("SET LOCAL accreditation.tenant = '{code}'"),
            None => format!("SET LOCAL ROLE {HOST_ROLE}; SET LOCAL accreditation.tenant = '*'"),
        };
        let limit = self.deadline().map_or(String::new(), |deadline| {
            let left = deadline.saturating_duration_since(Instant::now()).as_millis().max(1);
            // A plan for the values at hand: one for any value would read what it does not return.
            format!("; SET LOCAL statement_timeout = {left}; SET LOCAL plan_cache_mode = force_custom_plan")
        });
        format!("BEGIN ISOLATION LEVEL {level}; {who}{limit}")
    }

    fn deadline(self) -> Option<Instant> {
        match self {
            Self::Write => None,
            Self::Read(deadline) => Some(deadline),
        }
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
        let pool = PgPoolOptions::new().max_connections(1).connect_with(connect_options(options)).await;
        let pool = pool.map_err(StoreError::Open)?;
        let mut session = begin_transaction(&pool, Mode::Write, &Scope::All).await?;
        let sql = "-- any master_key
            SELECT key_id FROM master_key LIMIT 1";
        if session.fetch_optional(sql, Vec::new()).await?.is_some() {
            return Err(StoreError::AlreadyInitialized);
        }
        schema::insert_master_key_id(&mut session, keys, now).await?;
        session.end("-- commit\nCOMMIT").await?;
        drop(session);
        pool.close().await;
        Ok(())
    }

    /// Brings the schema up to date as its owner, and grants the service's role what it needs.
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

    pub(crate) async fn open(
        options: &PgConnectOptions,
        keys: Arc<Keys>,
        connections: u32,
    ) -> Result<Self, StoreError> {
        let pool = |connections| {
            // A dead connection is noticed at BEGIN, which costs no round trip of its own.
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire(false)
                .after_connect(|connection, _| Box::pin(server_checks::refuse_standby(connection)))
                .connect_with(connect_options(options))
        };
        // One more than asked for: the listener to the log keeps one for itself.
        let gate = pool(GATE_CONNECTIONS.min(connections)).await.map_err(StoreError::Open)?;
        let pool = pool(connections.saturating_sub(GATE_CONNECTIONS).max(1) + 1).await.map_err(StoreError::Open)?;
        let mut session = begin_transaction(&pool, Mode::Read(Instant::now() + ACQUIRE_TIMEOUT), &Scope::All).await?;
        server_checks::check_version(&mut session).await?;
        schema::check_migrations(&mut session, &MIGRATIONS).await?;
        roles::check_role(&mut session, options.get_username()).await?;
        server_checks::warn_of_lost_commits(&mut session).await?;
        schema::check_master_key(&mut session, &keys).await?;
        session.end("-- end a read\nROLLBACK").await?;
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Ok(Self { pool, gate, queue: semaphore(MAX_IN_FLIGHT), heavy: semaphore(MAX_HEAVY_READS), keys })
    }

    pub(crate) async fn run<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        let this = self.clone();
        self.run_detached(async move { this.run_with_retries(&command, Mode::Write).await }).await
    }

    pub(crate) async fn read<C: Command>(&self, command: C, deadline: Instant) -> Result<C::Output, CommandError> {
        let heavy = match C::LANE {
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
            // A long read whose caller has gone is dropped with its connection; a short one is sooner done than that.
            let read = abandoned.run_until_cancelled(this.run_with_retries(&command, Mode::Read(deadline))).await;
            read.unwrap_or(Err(StoreError::Closed.into()))
        })
        .await
    }

    pub(crate) fn log_listener(&self) -> Bell {
        Bell::new(self.pool.clone())
    }

    pub(crate) fn connections(&self) -> (u32, usize) {
        (self.pool.size() + self.gate.size(), self.pool.num_idle() + self.gate.num_idle())
    }

    /// In a task of its own: whoever called may go away at any moment, the transaction ends all the same.
    async fn run_detached<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, CommandError>> + Send + 'static,
    ) -> Result<T, CommandError> {
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

    /// Runs a command deadline nobody has changed what it had read.
    async fn run_with_retries<C: Command>(&self, command: &C, mode: Mode) -> Result<C::Output, CommandError> {
        let mut runs = 1;
        loop {
            let error = match self.run_once(command, mode).await {
                Err(CommandError::Store(error)) => error,
                done => return done,
            };
            match failure::classify(&error) {
                Failure::StaleRead | Failure::Conflict | Failure::ConnectionLost if runs < MAX_RUNS => {
                    tracing::debug!(command = C::NAME, %error, runs, "runs again after a conflict or a lost connection");
                    back_off(runs).await;
                    runs += 1;
                }
                Failure::Overload | Failure::ConnectionLost | Failure::Conflict => {
                    tracing::warn!(command = C::NAME, %error, "gave up: the database stayed overloaded or unreachable");
                    return Err(StoreError::Busy.into());
                }
                Failure::StaleRead | Failure::Interrupted | Failure::Other => return Err(error.into()),
            }
        }
    }

    async fn run_once<C: Command>(&self, command: &C, mode: Mode) -> Result<C::Output, CommandError> {
        let pool = if C::LANE == Lane::Gate && mode != Mode::Write { &self.gate } else { &self.pool };
        let mut session = begin_transaction(pool, mode, &command.scope()).await?;
        let mut outcome = run_catching_panics(&mut session, &self.keys, command).await;
        if session.has_failed() && outcome.is_ok() {
            outcome = Err(StoreError::Panicked { command: C::NAME }.into());
        }
        if let Err(CommandError::Store(error)) = &outcome
            && failure::classify(error) == Failure::ConnectionLost
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
        match (commits, failure::classify(&error)) {
            (true, Failure::ConnectionLost) => Err(StoreError::OutcomeUnknown { command: C::NAME }.into()),
            (true, _) => Err(error.into()),
            (false, _) => outcome,
        }
    }
}

fn connect_options(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().application_name("accreditd").options(SESSION_SETTINGS)
}

/// A connection in a transaction that sees what the scope opens, and nothing else.
async fn begin_transaction(pool: &PgPool, mode: Mode, scope: &Scope) -> Result<Session, StoreError> {
    let sql = mode.begin_sql(scope);
    // After the server has restarted, every connection at hand is dead; each is tried and thrown away.
    let mut left = pool.size() + 1;
    loop {
        let connection =
            pool.acquire().await.map_err(|source| StoreError::Database { statement: "connect", source })?;
        // A session from here on: one that is dropped before its transaction has ended closes its connection.
        let mut session = Session::postgres(connection, mode.deadline());
        match session.begin(&sql).await {
            Ok(()) => return Ok(session),
            Err(error) if left == 0 || failure::classify(&error) != Failure::ConnectionLost => return Err(error),
            Err(_) => left -= 1,
        }
    }
}

/// Longer after every run, and by chance, so that those who met run_once do not meet again.
async fn back_off(runs: u32) {
    let [byte] = random_bytes::<1>();
    let most = 1_u64 << runs.min(6);
    tokio::time::sleep(Duration::from_micros(most * 4 * u64::from(byte))).await;
}

/// Applies what is missing; gives how many that were.
async fn apply_migrations(connection: &mut PgConnection) -> Result<usize, StoreError> {
    connection.ensure_migrations_table("_sqlx_migrations").await?;
    let before = connection.list_applied_migrations("_sqlx_migrations").await?.len();
    MIGRATIONS.run(connection).await?;
    Ok(MIGRATIONS.iter().count().saturating_sub(before))
}
