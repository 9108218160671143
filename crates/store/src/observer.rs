//! What is told of transactions, for logs and metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::policy::Scope;

use crate::{Command, CommandError, Lane, Tx};

/// A transaction that has ended.
#[derive(Debug, Clone, Copy)]
pub struct Transaction {
    /// The command's name: that of a method, or what a job does.
    pub name: &'static str,
    /// Whether it may write.
    pub writes: bool,
    /// How often the command ran until it was over: more than once if somebody else had changed what it had read.
    pub runs: u32,
    /// How long it took, waiting included.
    pub duration: Duration,
}

/// Is told of every transaction.
pub trait Observer: Send + Sync + 'static {
    /// One has ended, whichever way.
    fn ended(&self, transaction: Transaction);
}

/// A command whose runs are counted.
pub(crate) struct Counted<C> {
    pub(crate) command: C,
    pub(crate) runs: Arc<AtomicU32>,
}

impl<C: Command> Command for Counted<C> {
    const NAME: &'static str = C::NAME;
    const LANE: Lane = C::LANE;
    type Output = C::Output;

    fn scope(&self) -> Scope {
        self.command.scope()
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<C::Output, CommandError> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        self.command.run(tx).await
    }
}
