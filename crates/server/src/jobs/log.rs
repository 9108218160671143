//! Positions in the logs, and how far these have come.

use std::collections::BTreeMap;

use domain::policy::Scope;
use store::{Command, CommandError, PendingEvents, Tx};

use super::{BATCH, INTERVAL};
use crate::engine::Api;
use crate::logs::Known;

/// Gives committed events their positions, soon after each commit. One server at a time does; the others wait for their
/// turn, and find nothing left or go on where it died.
pub(super) async fn sequence(api: Api) {
    loop {
        match api.store.run(Sequence).await {
            Ok(PendingEvents { sequenced, more }) => {
                if sequenced > 0 {
                    api.metrics.sequenced(sequenced);
                    api.log_grew.notify_one();
                }
                if more {
                    continue;
                }
            }
            Err(error) => tracing::error!(%error, "the sequencer failed"),
        }
        tokio::select! {
            () = api.committed.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

struct Sequence;

impl Command for Sequence {
    const NAME: &'static str = "sequence";
    type Output = PendingEvents;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<PendingEvents, CommandError> {
        Ok(tx.sequence(BATCH).await?)
    }
}

/// Hears when another server has given positions. A task of its own: what it waits for cannot be broken off safely.
pub(super) async fn listen(api: Api) {
    let mut bell = api.store.bell();
    loop {
        bell.rung().await;
        api.log_grew.notify_one();
    }
}

/// Looks how far the logs have come, and wakes those who follow one.
pub(super) async fn look(api: Api, known: Known) {
    loop {
        match api.store.read(Look).await {
            Ok((sizes, pending)) => {
                api.metrics.logs(&sizes, pending);
                if known.see(sizes, "registry") {
                    api.registry_changed.notify_one();
                }
            }
            Err(error) => tracing::error!(%error, "the logs could not be looked at"),
        }
        tokio::select! {
            () = api.log_grew.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

struct Look;

impl Command for Look {
    const NAME: &'static str = "look at the logs";
    type Output = (BTreeMap<String, i64>, i64);

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.log_sizes().await?)
    }
}
