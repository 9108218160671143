//! Measurements of transactions, for logs and metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::policy::Scope;

use crate::{Command, CommandError, Lane, Tx};

/// A transaction that has ended, whether it committed or not.
#[derive(Debug, Clone, Copy)]
pub struct Transaction {
    /// The name of the command: the RPC method or the job.
    pub name: &'static str,
    /// Whether it ran through [`crate::Store::run`], which may write.
    pub writes: bool,
    /// How often the command ran. More than 1 means that it met a conflict and
    /// was retried; 0 means that it never got its turn.
    pub runs: u32,
    /// The time from the call to the reply, including the time in the queue and
    /// all retries.
    pub duration: Duration,
}

/// Receives every transaction that ends. It is called on the task that waits
/// for the reply, so it must not block.
pub trait Observer: Send + Sync + 'static {
    /// A transaction has ended: committed, refused or failed.
    fn ended(&self, transaction: Transaction);
}

/// A command with a counter of its runs.
pub(crate) struct CountedCommand<C> {
    pub(crate) command: C,
    /// Shared with the timer, which reports it when the transaction has ended.
    pub(crate) runs: Arc<AtomicU32>,
}

impl<C: Command> Command for CountedCommand<C> {
    const NAME: &'static str = C::NAME;
    const LANE: Lane = C::LANE;
    type Output = C::Output;

    fn scope(&self) -> Scope {
        self.command.scope()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<C::Output, CommandError> {
        // Counted before the run: a run that panics counts too.
        self.runs.fetch_add(1, Ordering::Relaxed);
        self.command.run(tx).await
    }
}
