//! What can go wrong below the rules.

use domain::refusal::Refusal;

/// Why a command had no effect.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It was to see what it would do, and to do nothing.
    #[error("undone, as it asked to be")]
    Undone,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A failure of the store itself. Its text is for the operator's log, never for a caller.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("{statement}: {source}")]
    Database {
        /// The statement's name.
        statement: &'static str,
        /// The database's own error.
        source: sqlx::Error,
    },
    /// The database could not be opened.
    #[error("cannot open the database: {0}")]
    Open(#[source] sqlx::Error),
    /// The schema is not the one that this version was built with.
    #[error("the database's schema does not fit this version: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// A row holds what it cannot hold.
    #[error("{statement}: column {column} holds an impossible value: {problem}")]
    BadRow {
        /// The statement that read it.
        statement: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong with it, without the value.
        problem: String,
    },
    /// A write changed another number of rows than it must.
    #[error("{statement}: {rows} row(s) changed, expected {expected}")]
    RowCount {
        /// The statement.
        statement: &'static str,
        /// How many changed.
        rows: u64,
        /// How many must.
        expected: u64,
    },
    /// A row with the same key is there already.
    #[error("{statement}: the key is taken")]
    KeyTaken {
        /// The statement.
        statement: &'static str,
    },
    /// A sealed value does not open.
    #[error("a sealed value does not open: wrong key, or altered")]
    Unsealable,
    /// The database was made with another master key.
    #[error("the database was made with the master key {expected}, this one is {found}")]
    WrongMasterKey {
        /// The database's key.
        expected: String,
        /// The key at hand.
        found: String,
    },
    /// The command panicked: a defect, of which the log tells more.
    #[error("{command} panicked")]
    Panicked {
        /// The command's name.
        command: &'static str,
    },
    /// The same request was carried out meanwhile: run again, and answer what it left behind.
    #[error("the same request was carried out at the same time")]
    Overtaken,
    /// The database has been set up already.
    #[error("the database has been set up already; init never touches an existing one")]
    NotEmpty,
    /// PostgreSQL needs a role for the schema beside the one for the service.
    #[error("the role that owns the schema is not known: give --owner-url, as in postgres://accreditation@…")]
    NoOwner,
    /// The role that host work is done in is not there, or the schema's owner is no member of it.
    #[error(
        "the role accreditation_host is missing, or the schema's owner is no member of it; as the database's administrator: \
         CREATE ROLE accreditation_host NOLOGIN; GRANT accreditation_host TO the owner and the service's role \
         (deploy/postgresql/roles.sql)"
    )]
    NoHostRole,
    /// The service's role could change or see what it must not.
    #[error("the role {role} {problem}: the service must run as a role that owns nothing and is bound by every policy")]
    Unbound {
        /// The role.
        role: String,
        /// What it could do.
        problem: &'static str,
    },
    /// PostgreSQL is too old.
    #[error("PostgreSQL {found} is too old: 15 or later is needed")]
    TooOld {
        /// Its version.
        found: String,
    },
    /// The connection broke while a commit was under way: it may have taken effect or not.
    #[error("{command}: the connection broke during COMMIT; it may have taken effect")]
    OutcomeUnknown {
        /// The command's name.
        command: &'static str,
    },
    /// A read was stopped at its deadline, or because nobody waits for it any more.
    #[error("{statement}: stopped at the deadline")]
    Interrupted {
        /// The statement's name.
        statement: &'static str,
    },
    /// Too much is waiting; try again.
    #[error("too much is waiting")]
    Busy,
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether the same call may well succeed a moment later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Closed | Self::OutcomeUnknown { .. })
    }
}
