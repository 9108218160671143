//! Commands: the work of one transaction, with its types for the caller and
//! without them for the code that runs it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::policy::Scope;
use futures_util::future::BoxFuture;

use crate::{CommandError, Lane, Tx};

/// Work that is done in one transaction: all of it, or nothing.
///
/// `run` takes `&self` because it may be called again. On SQLite that happens
/// when a shared commit failed because of another command. On PostgreSQL it
/// happens when another transaction changed what this one had read, or when the
/// connection broke. So `run` must have no effect outside of the transaction.
pub trait Command: Send + Sync + 'static {
    /// The name in metrics and logs: that of the RPC method, or of the job.
    const NAME: &'static str;
    /// Which connections it uses when it runs through [`crate::Store::read`].
    /// Writes ignore it.
    const LANE: Lane = Lane::Ordinary;
    /// What the caller gets when the transaction has committed.
    type Output: Send + 'static;

    /// The name. A type that stands for many methods overrides it.
    fn name(&self) -> &'static str {
        Self::NAME
    }

    /// The lane. A type that stands for many methods overrides it.
    fn lane(&self) -> Lane {
        Self::LANE
    }

    /// Whose rows the transaction may see. PostgreSQL enforces it by row-level
    /// security, also when a statement forgets its own condition. SQLite has no
    /// such second check.
    fn scope(&self) -> Scope;

    /// Does the work. An error rolls back everything that it wrote.
    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Output, CommandError>> + Send;
}

/// A command without its types. The code that runs transactions is compiled
/// once, and not once for each command and database.
pub(crate) trait AnyCommand: Send + Sync {
    /// As [`Command::name`].
    fn name(&self) -> &'static str;
    /// As [`Command::lane`].
    fn lane(&self) -> Lane;
    /// As [`Command::scope`].
    fn scope(&self) -> Scope;
    /// As [`Command::run`]. The output stays in the command until its
    /// transaction has ended.
    fn run<'a>(&'a self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), CommandError>>;
}

/// A command with the output of its last run and the number of its runs.
pub(crate) struct RunningCommand<C: Command> {
    command: C,
    /// The output of the last run that succeeded.
    output: Mutex<Option<C::Output>>,
    /// How often it ran.
    runs: AtomicU32,
}

impl<C: Command> RunningCommand<C> {
    /// A command that has not run yet.
    pub(crate) fn new(command: C) -> Self {
        Self { command, output: Mutex::new(None), runs: AtomicU32::new(0) }
    }

    /// How often it ran. More than once means that it met a conflict.
    pub(crate) fn runs(&self) -> u32 {
        self.runs.load(Ordering::Relaxed)
    }

    /// The output of the last run, if that succeeded. It must be taken only
    /// after COMMIT: before that, the run may be rolled back and repeated.
    pub(crate) fn take_output(&self) -> Option<C::Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<C: Command> AnyCommand for RunningCommand<C> {
    fn name(&self) -> &'static str {
        self.command.name()
    }

    fn lane(&self) -> Lane {
        self.command.lane()
    }

    fn scope(&self) -> Scope {
        self.command.scope()
    }

    fn run<'a>(&'a self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), CommandError>> {
        Box::pin(async move {
            // Counted before the run: a run that panics counts too.
            self.runs.fetch_add(1, Ordering::Relaxed);
            let output = self.command.run(tx).await?;
            *self.output.lock().unwrap_or_else(PoisonError::into_inner) = Some(output);
            Ok(())
        })
    }
}
