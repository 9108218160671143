//! Follows the registry: trust anchors, suspended organizations, disabled principals.

use super::INTERVAL;
use crate::engine::Api;

/// Reloads the trust anchors every second, and at once when another server has changed the registry.
pub(super) async fn follow(api: Api) {
    loop {
        api.trust.reload(&api.store, &api.metrics).await;
        tokio::select! {
            () = api.registry_changed.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}
