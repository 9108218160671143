//! Measurements of transactions, for logs and metrics.

use std::time::Duration;

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
