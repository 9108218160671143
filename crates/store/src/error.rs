//! Why a command had no effect: the rules refused it, it rolled itself back, or
//! the store failed.
//!
//! The texts are read by operators, in the log. A caller never sees them: the
//! service answers with a reason of `docs/errors.md`. No text may hold personal
//! data, because logs are kept and copied.

use domain::refusal::Refusal;

/// Why a command had no effect.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A rule refuses it. The caller gets this refusal as the answer.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The command rolled itself back. It was a dry run, or what it had read
    /// had become stale.
    #[error("the command rolled its transaction back by itself; nothing was changed")]
    RolledBack,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A failure of the store itself. Its text is for the operator's log, never for
/// a caller.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed a statement.
    #[error("statement `{statement}` failed: {source}")]
    Database {
        /// The statement's name: the first line of its SQL.
        statement: &'static str,
        /// The database's own error.
        source: sqlx::Error,
    },
    /// The database could not be opened: the file, the server or the login is
    /// wrong.
    #[error("cannot open the database: {0}")]
    Open(#[source] sqlx::Error),
    /// The schema is not the one that this version was built with: it is older,
    /// newer or edited.
    #[error(
        "the schema of the database does not match this version: {0}; if the schema is older, run `accreditd migrate`; \
         if it is newer, run the release that made it"
    )]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// A column holds a value that this version cannot read. It was written by
    /// another version, or by somebody who bypassed the service.
    #[error("statement `{statement}`: column `{column}` holds an invalid value: {problem}")]
    InvalidColumn {
        /// The name of the statement that read it.
        statement: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong with it. It never repeats the value, which may be
        /// personal data.
        problem: String,
    },
    /// A write changed another number of rows than it must. With 0 rows,
    /// another transaction has changed or removed the row since it was read.
    #[error("statement `{statement}` changed {rows} row(s), expected {expected}")]
    RowCount {
        /// The statement's name.
        statement: &'static str,
        /// How many rows it changed.
        rows: u64,
        /// How many rows it must change.
        expected: u64,
    },
    /// A row with the same unique key exists. Another transaction may have
    /// inserted it just now.
    #[error("statement `{statement}`: a row with this unique key exists already")]
    DuplicateKey {
        /// The statement's name.
        statement: &'static str,
    },
    /// A sealed value cannot be decrypted: the key or the context is another
    /// one, or the bytes were altered.
    #[error("cannot unseal a value: it was sealed with another key or for another row, or it was altered")]
    CannotUnseal,
    /// The database was initialized with another master key. What it holds
    /// could not be unsealed.
    #[error(
        "the database was initialized with the master key {expected}, but the configured key is {found}: \
         configure the key file that was written by `accreditd init`"
    )]
    WrongMasterKey {
        /// The id of the database's master key.
        expected: String,
        /// The id of the configured master key.
        found: String,
    },
    /// The command panicked. This is a defect; the panic itself is in the log
    /// before this line.
    #[error("command `{command}` panicked")]
    Panicked {
        /// The command's name.
        command: &'static str,
    },
    /// Another call with the same request id committed first. The command runs
    /// again, finds the remembered request and gives the same answer.
    #[error("another call with the same request id committed first")]
    Overtaken,
    /// The database is initialized already.
    #[error("the database is initialized already; `init` never changes an existing database")]
    AlreadyInitialized,
    /// PostgreSQL needs a role that owns the schema, beside the one that the
    /// service runs as.
    #[error("the role that owns the schema is not known: add --owner-url, as in postgres://accreditation@…")]
    OwnerUrlMissing,
    /// The role for work across organizations is missing, or the schema's owner
    /// is no member of it.
    #[error(
        "the role accreditation_host is missing, or the schema's owner is no member of it; as the database's administrator: \
         CREATE ROLE accreditation_host NOLOGIN; GRANT accreditation_host TO the owner and the service's role \
         (deploy/postgresql/roles.sql)"
    )]
    HostRoleMissing,
    /// A role may change or see more than the service is allowed to. Row-level
    /// security would not confine it.
    #[error(
        "the role {role} {problem}: run the service as a role that owns nothing and that every row-level security \
         policy applies to"
    )]
    UnsafeRole {
        /// The role.
        role: String,
        /// What it could do.
        problem: &'static str,
    },
    /// The PostgreSQL release is older than the schema's policies and functions
    /// need.
    #[error("PostgreSQL {found} is too old: upgrade to 15 or later")]
    PostgresTooOld {
        /// The release of the server.
        found: String,
    },
    /// The connection broke during COMMIT. The transaction may have committed
    /// or not. A caller that repeats the call with the same request id learns
    /// which.
    #[error("command `{command}`: the connection broke during COMMIT, so the transaction may have committed or not")]
    OutcomeUnknown {
        /// The command's name.
        command: &'static str,
    },
    /// A read was stopped at its deadline, or because its caller has gone.
    #[error("statement `{statement}` was stopped: its deadline has passed, or its caller has gone")]
    Interrupted {
        /// The statement's name.
        statement: &'static str,
    },
    /// Too many commands are waiting. The same call may succeed a moment later.
    #[error("too many commands are waiting for the database; try again")]
    Busy,
    /// The store has been closed: the process is shutting down.
    #[error("the store is closed: the process is shutting down")]
    Closed,
}

impl StoreError {
    /// Whether the same call may succeed a moment later, so that the caller
    /// should retry.
    ///
    /// After [`StoreError::OutcomeUnknown`] the retry must use the same request
    /// id. Then it has one effect, whatever became of the first transaction.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Closed | Self::OutcomeUnknown { .. })
    }
}
