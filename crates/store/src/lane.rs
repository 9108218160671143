//! Lanes: groups of connections for reads that must not wait for each other.
//!
//! A report that takes seconds would otherwise occupy every connection, and the
//! check of who a caller is would wait behind it. So each lane has its own
//! limit.

use std::future::pending;

use tokio_util::sync::{CancellationToken, DropGuard};

/// Which connections a read uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Authenticates a caller. Every call waits for this read, so it waits for
    /// no other kind.
    Gate,
    /// Reads a few rows or one page.
    Ordinary,
    /// Reads a whole election, for a report or a printed list. Few run at the
    /// same time.
    Heavy,
}

/// One value for each lane.
#[derive(Debug, Clone)]
pub(crate) struct PerLane<T> {
    /// For [`Lane::Gate`].
    pub(crate) gate: T,
    /// For [`Lane::Ordinary`].
    pub(crate) ordinary: T,
    /// For [`Lane::Heavy`].
    pub(crate) heavy: T,
}

impl<T> PerLane<T> {
    /// The value for a lane.
    pub(crate) fn get(&self, lane: Lane) -> &T {
        match lane {
            Lane::Gate => &self.gate,
            Lane::Ordinary => &self.ordinary,
            Lane::Heavy => &self.heavy,
        }
    }
}

/// Tells a task on another thread that its caller has gone, for example because
/// the client disconnected. The task then stops reading.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallerCancellation(CancellationToken);

impl CallerCancellation {
    /// The caller keeps this guard. Dropping it cancels the task.
    pub(crate) fn cancel_on_drop(self) -> DropGuard {
        self.0.drop_guard()
    }

    /// Waits for the cancellation, runs `act`, and then never returns. It is
    /// one branch of a `select!` whose other branch ends the task.
    pub(crate) async fn run_when_cancelled(self, act: impl FnOnce()) {
        self.0.cancelled().await;
        act();
        pending().await
    }
}
