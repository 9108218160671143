//! The store: SQL for SQLite and PostgreSQL, behind one API.
//!
//! A caller writes a [`Command`] and hands it to [`Store::run`] or
//! [`Store::read`]. The command runs in one transaction and gets a [`Tx`],
//! which has a method for each statement. The event that a command records
//! commits in the same transaction as the rows that it changes, so the log
//! never tells of a change that did not happen, and no change is missing from
//! the log.
//!
//! The store decides nothing. Every write asks for a
//! [`domain::policy::Permit`], which only the policy of the domain can make,
//! and the rules run before the store is called.
//!
//! The two databases differ in these ways:
//!
//! - SQLite is one file with one writer. Commands that wait at the same time
//!   share a commit. Nothing has to be locked, because nobody else writes.
//! - PostgreSQL serves any number of servers. Writes run at READ COMMITTED:
//!   each statement sees what has committed before it. So a write names the
//!   version that it started from, and a method whose name begins with `lock_`
//!   locks its row until the transaction ends. Row-level security confines each
//!   transaction to one organization, or to all of them in the role
//!   `accreditation_host`.
//! - A command that meets a changed row runs again on PostgreSQL, up to twelve
//!   times.
//!
//! To add a statement:
//!
//! 1. Put it into a method of [`Tx`], in the file of its resource below `tx/`.
//!    Its first line is `-- name`; errors and reviewed plans use that name.
//! 2. Use the same text for both databases if it can be. Otherwise `select_sql`
//!    chooses one of two.
//! 3. What writes a row of a resource is `pub(crate)`, and `save` in
//!    `tx/engine/save.rs` calls it. Then the change has an event. `cargo xtask
//!    tidy` refuses a public writer.
//! 4. Add a test to `contract`, which runs on both databases.
//! 5. Run `cargo xtask plans` and read the plan of the statement in the
//!    difference.

mod command;
#[cfg(test)]
mod contract;
mod database;
mod error;
mod keys;
mod lane;
mod observer;
mod postgres;
mod schema;
mod session;
mod sqlite;
mod store;
mod tx;

pub use command::Command;
pub use database::{Database, InvalidDatabase};
pub use error::{CommandError, StoreError};
pub use keys::{KeyError, Keys};
pub use lane::Lane;
pub use observer::{Observer, Transaction};
pub use postgres::LogListener;
pub use store::Store;
pub use tx::{
    AccessAttempt, ApplicationFilter, ApplicationRecord, Compared, ComparedWith, CurrentList, Difference, Page,
    PendingEvents, PendingScreening, QueueFilter, RecordedEvent, RequestRecord, SealedEntry, Series, SimilarCursor,
    SimilarPage, SimilarityKind, Sweep, Tally, Tx,
};
