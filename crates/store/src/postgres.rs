//! The production store: any number of servers on one PostgreSQL, each transaction confined to whose rows it may see.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::policy::Scope;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::command::AnyCommand;
use crate::keys::random;
use crate::session::{Connection, Session};
use crate::store::attempt;
use crate::{CommandError, Database, Keys, Lane, StoreError, schema};

mod bell;
mod failure;
mod wall;

pub use bell::Bell;
use failure::Failure;
use wall::HOST_ROLE;

/// How many commands may wait or run at once; one more is answered `Busy`.
const QUEUE: usize = 4096;
/// How often a command runs at the most, when others change what it had read.
const RUNS: u32 = 12;
/// How long a command waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(10);

/// How many heavy reads run at once.
const HEAVY: usize = 2;
/// How many connections are kept for asking who a caller is.
const GATE: u32 = 2;

/// What every session of the service is bound by. A server that stops in the middle of a transaction loses its locks; one
/// that has gone away from a long read is noticed while the database still reads.
const SETTINGS: [(&str, &str); 4] = [
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
    /// Rows that are read may be changed by others until they are written: every write says what it expects.
    Write,
    /// All statements see the same moment, until the deadline.
    Read(Instant),
}

impl Mode {
    /// One message to the server: the role, the tenant and the time limit are the transaction's own and are gone with it.
    fn begin(self, scope: &Scope) -> String {
        let level = match self {
            Self::Write => "READ COMMITTED",
            Self::Read(_) => "REPEATABLE READ READ ONLY",
        };
        // Whoever sees all organizations does so by a role of its own, whose policies the planner can leave out.
        let who = match scope.organization() {
            Some(code) => format!("SET LOCAL accreditation.tenant = '{code}'"),
            None => format!("SET LOCAL ROLE {HOST_ROLE}; SET LOCAL accreditation.tenant = '*'"),
        };
        let limit = self.until().map_or(String::new(), |until| {
            let left = until.saturating_duration_since(Instant::now()).as_millis().max(1);
            // A plan for the values at hand: one for any value would read what it does not return.
            format!("; SET LOCAL statement_timeout = {left}; SET LOCAL plan_cache_mode = force_custom_plan")
        });
        format!("BEGIN ISOLATION LEVEL {level}; {who}{limit}")
    }

    fn until(self) -> Option<Instant> {
        match self {
            Self::Write => None,
            Self::Read(until) => Some(until),
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
            let mut session = Session::postgres(pool.acquire().await.map_err(StoreError::Open)?, None);
            wall::check_version(&mut session).await?;
            let Connection::Postgres(connection) = &mut session.connection else {
                unreachable!("it was made from a PostgreSQL connection")
            };
            wall::check_host_role(connection).await?;
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
        let pool = |connections| {
            // A dead connection is noticed at BEGIN, which costs no round trip of its own.
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE)
                .test_before_acquire(false)
                .after_connect(|connection, _| Box::pin(wall::refuse_standby(connection)))
                .connect_with(settings(options))
        };
        // One more than asked for: the listener to the log keeps one for itself.
        let gate = pool(GATE.min(connections)).await.map_err(StoreError::Open)?;
        let pool = pool(connections.saturating_sub(GATE).max(1) + 1).await.map_err(StoreError::Open)?;
        let mut session = begin(&pool, Mode::Read(Instant::now() + ACQUIRE), &Scope::All).await?;
        wall::check_version(&mut session).await?;
        schema::check(&mut session, &MIGRATIONS).await?;
        wall::check_role(&mut session, options.get_username()).await?;
        wall::warn_of_lost_commits(&mut session).await?;
        schema::check_key(&mut session, &keys).await?;
        session.end("-- end a read\nROLLBACK").await?;
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Ok(Self { pool, gate, queue: semaphore(QUEUE), heavy: semaphore(HEAVY), keys })
    }

    pub(crate) async fn run(&self, command: Arc<dyn AnyCommand>) -> Result<(), CommandError> {
        let this = self.clone();
        self.detached(async move { this.repeated(command.as_ref(), Mode::Write).await }).await
    }

    pub(crate) async fn read(&self, command: Arc<dyn AnyCommand>, until: Instant) -> Result<(), CommandError> {
        let heavy = match command.lane() {
            Lane::Gate | Lane::Ordinary => None,
            Lane::Heavy => {
                let left = until.saturating_duration_since(Instant::now());
                let permit = tokio::time::timeout(left, self.heavy.clone().acquire_owned()).await;
                Some(permit.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Closed)?)
            }
        };
        let abandoned = CancellationToken::new();
        let _gone = heavy.is_some().then(|| abandoned.clone().drop_guard());
        let this = self.clone();
        self.detached(async move {
            let _heavy = heavy;
            // A long read whose caller has gone is dropped with its connection; a short one is sooner done than that.
            let read = abandoned.run_until_cancelled(this.repeated(command.as_ref(), Mode::Read(until))).await;
            read.unwrap_or(Err(StoreError::Closed.into()))
        })
        .await
    }

    pub(crate) fn bell(&self) -> Bell {
        Bell::of(self.pool.clone())
    }

    pub(crate) fn connections(&self) -> (u32, usize) {
        (self.pool.size() + self.gate.size(), self.pool.num_idle() + self.gate.num_idle())
    }

    /// In a task of its own: whoever called may go away at any moment, the transaction ends all the same.
    async fn detached(
        &self,
        work: impl Future<Output = Result<(), CommandError>> + Send + 'static,
    ) -> Result<(), CommandError> {
        let place = self.queue.clone().try_acquire_owned().map_err(|_| StoreError::Busy)?;
        let work = async move {
            let _place = place;
            work.await
        };
        if cfg!(feature = "dangerous-run-in-caller") {
            return work.await;
        }
        tokio::spawn(work).await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a command until nobody has changed what it had read.
    async fn repeated(&self, command: &dyn AnyCommand, mode: Mode) -> Result<(), CommandError> {
        let mut runs = 1;
        loop {
            let error = match self.once(command, mode).await {
                Err(CommandError::Store(error)) => error,
                done => return done,
            };
            match failure::of(&error) {
                Failure::Moved | Failure::Conflict | Failure::Gone if runs < RUNS => {
                    tracing::debug!(command = command.name(), %error, runs, "runs again");
                    pause(runs).await;
                    runs += 1;
                }
                Failure::Overload | Failure::Gone | Failure::Conflict => {
                    tracing::warn!(command = command.name(), %error, "the database could not be asked");
                    return Err(StoreError::Busy.into());
                }
                Failure::Moved | Failure::Interrupted | Failure::Other => return Err(error.into()),
            }
        }
    }

    async fn once(&self, command: &dyn AnyCommand, mode: Mode) -> Result<(), CommandError> {
        let pool = if command.lane() == Lane::Gate && mode != Mode::Write { &self.gate } else { &self.pool };
        let mut session = begin(pool, mode, &command.scope()).await?;
        let mut outcome = attempt(&mut session, &self.keys, command).await;
        if session.has_failed() && outcome.is_ok() {
            outcome = Err(StoreError::Panicked { command: command.name() }.into());
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
            (true, Failure::Gone) => Err(StoreError::OutcomeUnknown { command: command.name() }.into()),
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
        let connection =
            pool.acquire().await.map_err(|source| StoreError::Database { statement: "connect", source })?;
        // A session from here on: one that is dropped before its transaction has ended closes its connection.
        let mut session = Session::postgres(connection, mode.until());
        match session.begin(&sql).await {
            Ok(()) => return Ok(session),
            Err(error) if left == 0 || failure::of(&error) != Failure::Gone => return Err(error),
            Err(_) => left -= 1,
        }
    }
}

/// Longer after every run, and by chance, so that those who met once do not meet again.
async fn pause(runs: u32) {
    let [byte] = random::<1>();
    let most = 1_u64 << runs.min(6);
    tokio::time::sleep(Duration::from_micros(most * 4 * u64::from(byte))).await;
}
