//! The bell: another server has added to the log.

use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool};

/// What the sequencer notifies.
pub(crate) const CHANNEL: &str = "accreditation_log";

/// Rings when another server has added to the log. It may ring too often and, while its connection is broken, too late:
/// whoever waits for it looks by itself from time to time.
pub struct Bell {
    pool: Option<PgPool>,
    listener: Option<PgListener>,
}

impl Bell {
    /// One that never rings: no other server is there.
    pub(crate) fn disabled() -> Self {
        Self { pool: None, listener: None }
    }

    pub(crate) fn new(pool: PgPool) -> Self {
        Self { pool: Some(pool), listener: None }
    }

    /// Returns when it has rung, or may have.
    pub async fn rung(&mut self) {
        let Some(pool) = &self.pool else { return std::future::pending().await };
        match &mut self.listener {
            Some(listener) => {
                // A connection that broke and came back is a ring as well: one may have been missed.
                if let Err(error) = listener.try_recv().await {
                    tracing::warn!(%error, "the connection that listens for log notifications broke; connecting again");
                    self.listener = None;
                }
            }
            // Whatever was rung for before it could listen is not to be missed: it returns at once.
            None => match listen(pool).await {
                Ok(listener) => self.listener = Some(listener),
                Err(error) => {
                    tracing::warn!(%error, "cannot listen for log notifications; the log is polled meanwhile");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            },
        }
    }
}

async fn listen(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
