//! Gives events their positions in the logs, and publishes how many entries each log has.
//!
//! A transaction that records an event gives it no position: two transactions would wait for
//! each other until they commit. So committed events wait in a list, and this job numbers them
//! in the order in which they were inserted there.
//!
//! - **Woken by:** every commit on this server. On PostgreSQL a notification tells the other
//!   servers that a log has grown.
//! - **Looks anyway:** every second, for events of a server that died before its sequencer ran.
//! - **Many servers:** an advisory lock lets one server give positions at a time. The others
//!   wait for it, and then find nothing left.
//! - **Dies halfway:** positions commit as a whole, so no log ever has a gap.

use std::collections::BTreeMap;

use domain::policy::Scope;
use store::{Command, CommandError, PendingEvents, Tx};

use super::{BATCH, INTERVAL};
use crate::engine::Api;
use crate::log_sizes::LogSizesSender;

/// Gives committed events their positions, batch by batch, then waits for a wake-up or for the
/// interval.
pub(super) async fn sequence(api: Api) {
    loop {
        match api.store.run(Sequence).await {
            Ok(PendingEvents { sequenced, more }) => {
                // Other servers hear of it by a notification, which the transaction has sent.
                if sequenced > 0 {
                    api.metrics.sequenced(sequenced);
                    api.log_sizes_wakeup.notify_one();
                }
                if more {
                    continue;
                }
            }
            Err(error) => tracing::error!(%error, "the sequencer failed"),
        }
        tokio::select! {
            () = api.sequencer_wakeup.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Gives positions to one batch of events.
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

/// Waits for notifications that another server has given positions.
///
/// A task of its own: reading from the connection cannot be cancelled safely, so it must not be a
/// branch of a `select!`. On SQLite nothing ever comes.
pub(super) async fn listen(api: Api) {
    let mut log_listener = api.store.log_listener();
    loop {
        log_listener.notified().await;
        api.log_sizes_wakeup.notify_one();
    }
}

/// Reads the sizes of the logs and publishes them, which wakes the watches of a log that has grown.
///
/// If the registry log has grown, another server may have changed the registry. Then the job of the
/// trust anchors is woken.
pub(super) async fn publish_log_sizes(api: Api, sender: LogSizesSender) {
    loop {
        match api.store.read(ReadLogSizes).await {
            Ok((sizes, pending)) => {
                api.metrics.set_log_sizes(&sizes, pending);
                if sender.publish(sizes, "registry") {
                    api.trust_wakeup.notify_one();
                }
            }
            Err(error) => tracing::error!(%error, "cannot read the sizes of the logs; watches hear of events later"),
        }
        tokio::select! {
            () = api.log_sizes_wakeup.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Reads the size of every log, and how many events wait for a position.
struct ReadLogSizes;

impl Command for ReadLogSizes {
    const NAME: &'static str = "look at the logs";
    type Output = (BTreeMap<String, i64>, i64);

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.log_sizes().await?)
    }
}
