//! Where everything is kept: commands run in transactions, events commit with the change they tell of.
//!
//! The store *demands* a [`domain::policy::Permit`] for every write and never judges who may have one.

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
pub use postgres::Bell;
pub use store::Store;
pub use tx::{
    AccessAttempt, AlikePage, AlikePlace, ApplicationFilter, ApplicationRecord, Compared, CurrentList, Difference,
    Done, HeldAgainst, Likeness, Page, PendingEvents, PendingScreening, QueueFilter, RequestRecord, SealedEntry,
    Series, Sweep, Tally, Tx,
};

/// A boxed future.
type Boxed<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
