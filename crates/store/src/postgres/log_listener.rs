//! Wakes a server when another one has added to the log.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::postgres::{PgListener, PgPool};

/// The channel of NOTIFY that the sequencer uses.
pub(crate) const CHANNEL: &str = "accreditation_log";

/// Listens for log entries that other servers have added.
///
/// A wake-up may come too often, and too late while the connection is broken.
/// So it is a hint: a caller that waits for it must also look at the log from time to
/// time.
pub struct LogListener {
    pool: Option<PgPool>,
    listener: Option<PgListener>,
}

impl LogListener {
    /// A listener that never wakes up: with SQLite there is no other server.
    pub(crate) fn disabled() -> Self {
        Self { pool: None, listener: None }
    }

    /// A listener that takes one connection of the pool at the first wait.
    pub(crate) fn new(pool: PgPool) -> Self {
        Self { pool: Some(pool), listener: None }
    }

    /// Returns when another server has added to the log, or may have.
    pub fn notified(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let Some(pool) = &self.pool else { return std::future::pending().await };
            match &mut self.listener {
                Some(listener) => {
                    // A broken connection counts as a wake-up: a notification may
                    // have been missed.
                    if let Err(error) = listener.try_recv().await {
                        tracing::warn!(%error, "the connection that listens for log notifications broke; connecting again");
                        self.listener = None;
                    }
                }
                // The first wait returns at once, because entries may have been
                // added before this server listened.
                None => match listen(pool).await {
                    Ok(listener) => self.listener = Some(listener),
                    Err(error) => {
                        tracing::warn!(%error, "cannot listen for log notifications; the log is polled meanwhile");
                        // Not more than one attempt a second while the database is
                        // unreachable.
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                },
            }
        })
    }
}

/// Connects and subscribes to the channel.
async fn listen(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
