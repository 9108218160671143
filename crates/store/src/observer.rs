//! What is told of transactions, for logs and metrics.

use std::time::Duration;

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
