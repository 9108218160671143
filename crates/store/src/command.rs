//! What runs in a transaction, with its types and without them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::policy::Scope;

use crate::{Boxed, CommandError, Lane, Tx};

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

    /// Its name, where one type stands for many methods.
    fn name(&self) -> &'static str {
        Self::NAME
    }

    /// Its connections, where one type stands for many methods.
    fn lane(&self) -> Lane {
        Self::LANE
    }

    /// Whose rows its transaction sees: the database itself hides all others.
    fn scope(&self) -> Scope;

    /// Does it. A refusal undoes what it did.
    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Output, CommandError>> + Send;
}

/// A command without its types. The code that runs transactions is compiled once for all commands, and not once for each
/// command and database.
pub(crate) trait AnyCommand: Send + Sync {
    /// As [`Command::name`].
    fn name(&self) -> &'static str;
    /// As [`Command::lane`].
    fn lane(&self) -> Lane;
    /// As [`Command::scope`].
    fn scope(&self) -> Scope;
    /// As [`Command::run`]; the output stays in the command until its transaction has ended.
    fn run<'a>(&'a self, tx: &'a mut Tx<'_>) -> Boxed<'a, Result<(), CommandError>>;
}

/// A command on its way, with what its last run gave.
pub(crate) struct Running<C: Command> {
    command: C,
    output: Mutex<Option<C::Output>>,
    runs: AtomicU32,
}

impl<C: Command> Running<C> {
    pub(crate) fn new(command: C) -> Self {
        Self { command, output: Mutex::new(None), runs: AtomicU32::new(0) }
    }

    /// How often it ran.
    pub(crate) fn runs(&self) -> u32 {
        self.runs.load(Ordering::Relaxed)
    }

    /// What its last run gave, if that succeeded. Taken only after COMMIT: before, a run may still be undone and repeated.
    pub(crate) fn take_output(&self) -> Option<C::Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<C: Command> AnyCommand for Running<C> {
    fn name(&self) -> &'static str {
        self.command.name()
    }

    fn lane(&self) -> Lane {
        self.command.lane()
    }

    fn scope(&self) -> Scope {
        self.command.scope()
    }

    fn run<'a>(&'a self, tx: &'a mut Tx<'_>) -> Boxed<'a, Result<(), CommandError>> {
        Box::pin(async move {
            self.runs.fetch_add(1, Ordering::Relaxed);
            let output = self.command.run(tx).await?;
            *self.output.lock().unwrap_or_else(PoisonError::into_inner) = Some(output);
            Ok(())
        })
    }
}
