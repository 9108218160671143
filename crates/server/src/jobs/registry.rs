//! Keeps the trust anchors and the open connections of this server as the registry has them.
//!
//! - **Woken by:** growth of the registry log, which [`super::transparency_log`] sees. A change
//!   on this server reloads before its reply and does not wait for this job.
//! - **Looks anyway:** every second, because a notification can be lost. So another server acts
//!   on a suspension within about a second.
//! - **Many servers:** each reloads for itself; nothing is written.

use super::INTERVAL;
use crate::engine::Api;

/// Reloads the trust anchors, now and whenever the registry may have changed.
pub(super) async fn follow(api: Api) {
    loop {
        api.trust.reload(&api.store, &api.metrics).await;
        tokio::select! {
            () = api.trust_wakeup.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}
