//! Lanes: reads that must not wait for each other have connections of their own.

use std::future::pending;

use tokio_util::sync::{CancellationToken, DropGuard};

/// Which connections a read uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Asks who a caller is: every call waits for it, so it waits for no other.
    Gate,
    /// Reads a few rows, or a page.
    Ordinary,
    /// Reads a whole election, for a report or a list on paper. Few run at once.
    Heavy,
}

/// Something of each lane.
#[derive(Debug, Clone)]
pub(crate) struct PerLane<T> {
    pub(crate) gate: T,
    pub(crate) ordinary: T,
    pub(crate) heavy: T,
}

impl<T> PerLane<T> {
    pub(crate) fn of(&self, lane: Lane) -> &T {
        match lane {
            Lane::Gate => &self.gate,
            Lane::Ordinary => &self.ordinary,
            Lane::Heavy => &self.heavy,
        }
    }
}

/// Tells a task that whoever waited for it has gone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Abandoned(CancellationToken);

impl Abandoned {
    /// Whoever drops this has gone.
    pub(crate) fn guard(self) -> DropGuard {
        self.0.drop_guard()
    }

    /// Acts when that happens, and then never ends.
    pub(crate) async fn watch(self, act: impl FnOnce()) {
        self.0.cancelled().await;
        act();
        pending().await
    }
}
