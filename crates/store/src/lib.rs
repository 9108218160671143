//! Where everything is kept: commands run in transactions, events commit with the change they tell of.
//!
//! The store *demands* a [`domain::policy::Permit`] for every write and never judges who may have one.

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

use domain::policy::Scope;

pub use database::{Database, InvalidDatabase};
pub use error::{CommandError, StoreError};
pub use keys::{KeyError, Keys};
pub use lane::Lane;
pub use observer::{Observer, Transaction};
pub use postgres::Bell;
pub use store::Store;
pub use tx::{
    AccessAttempt, AlikePage, AlikePlace, ApplicationFilter, ApplicationRecord, Compared, CurrentList, Difference,
    Done, HeldAgainst, Likeness, Page, PendingEvents, PendingScreening, QueueFilter, RequestRecord, SealedEntry,
    Series, Sweep, Tally, Tx,
};

/// Something to be done in one transaction, all or nothing.
///
/// `run` takes `&self` because it may run again: when a transaction that it shared with others failed for one of them,
/// or when somebody else changed what it had read.
pub trait Command: Send + Sync + 'static {
    /// Its name in measurements and logs.
    const NAME: &'static str;
    /// Which connections it uses where it only reads.
    const LANE: Lane = Lane::Ordinary;
    /// What it gives.
    type Output: Send + 'static;

    /// Whose rows its transaction sees: the database itself hides all others.
    fn scope(&self) -> Scope;

    /// Does it. A refusal undoes what it did.
    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Output, CommandError>> + Send;
}
