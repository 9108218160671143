//! Lets SQLite update the statistics by which it plans its statements.
//!
//! An election grows from nothing to a hundred thousand applications. With the statistics of an
//! empty table SQLite would choose the wrong index. PostgreSQL does this by itself (autovacuum),
//! so there the job does nothing.

use std::time::Duration;

use crate::engine::Api;

/// How often. An election grows by a hundred thousand applications in an hour at most.
const INTERVAL: Duration = Duration::from_secs(600);

/// Updates the statistics, now and every ten minutes. A failure costs speed only.
pub(super) async fn optimize(api: Api) {
    loop {
        if let Err(error) = api.store.optimize().await {
            tracing::warn!(%error, "the statistics of the database could not be updated; query plans stay as they are");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
