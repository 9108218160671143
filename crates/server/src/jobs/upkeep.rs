//! What the database needs from time to time, so that its plans stay as good as they were.

use std::time::Duration;

use crate::engine::Api;

/// How often the database counts its tables: an election grows by a hundred thousand applications in an hour at most.
const INTERVAL: Duration = Duration::from_secs(600);

/// Has the database count its tables, from the start on.
pub(super) async fn optimize(api: Api) {
    loop {
        if let Err(error) = api.store.optimize().await {
            tracing::warn!(%error, "the database could not count its tables; its plans stay as they are");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
