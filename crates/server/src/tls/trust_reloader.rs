//! Keeps the trust anchors and the open connections of this server as the registry has them.
//!
//! It runs after a registry call on this server, before the reply, and from the job
//! `jobs::registry`.

use std::sync::Arc;

use domain::policy::Scope;
use domain::registry::organization::Organization;
use domain::vocabulary::name::PrincipalName;
use store::{Command, CommandError, Store, Tx};
use tokio::sync::Mutex;

use super::{Acceptor, Anchors, Peer};
use crate::metrics::Metrics;

/// Reads every organization with its trust anchors, and every disabled principal, as of one moment.
pub(crate) struct ReadTrust;

impl Command for ReadTrust {
    const NAME: &'static str = "read trust anchors";
    type Output = (Vec<Organization>, Vec<PrincipalName>);

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok((tx.all_organizations().await?, tx.disabled_principals().await?))
    }
}

/// Reloads the trust anchors from the registry, one reload at a time: two at once could put the
/// older anchors over the newer ones.
pub(crate) struct TrustReloader {
    reload: Mutex<()>,
    anchors: Arc<Anchors>,
    acceptor: Arc<Acceptor>,
}

impl TrustReloader {
    /// A reloader for the anchors of handshakes to come, and for the connections of an acceptor.
    pub(crate) fn new(anchors: Arc<Anchors>, acceptor: Arc<Acceptor>) -> Self {
        Self { reload: Mutex::new(()), anchors, acceptor }
    }

    /// Loads the anchors that the registry has now, and closes the connections of suspended
    /// organizations and disabled principals. On failure the old anchors stay and the next reload
    /// tries again.
    pub(crate) async fn reload(&self, store: &Store, metrics: &Metrics) {
        let _one_at_a_time = self.reload.lock().await;
        match store.read(ReadTrust).await {
            Ok((organizations, disabled)) => {
                if let Err(error) = self.anchors.replace(&organizations) {
                    tracing::error!(%error, "the registry's anchors cannot be used; the old ones stay");
                }
                let closed = self.acceptor.close(|peer| is_disabled(peer, &organizations, &disabled));
                if closed > 0 {
                    tracing::info!(closed, "closed the connections of suspended organizations and disabled principals");
                }
                metrics.connections(self.acceptor.open());
            }
            // The anchors stay as they are. A suspension is late until the next reload succeeds.
            Err(error) => tracing::error!(%error, "the registry could not be read"),
        }
    }
}

/// Whether the registry takes away the access of a peer.
fn is_disabled(peer: &Peer, organizations: &[Organization], disabled: &[PrincipalName]) -> bool {
    let suspended = organizations.iter().any(|known| known.code == peer.organization && known.suspended);
    let is_peer =
        |name: &PrincipalName| name.organization == peer.organization && name.principal == peer.identity.principal;
    suspended || disabled.iter().any(is_peer)
}
