//! The door, as the registry has it.

use std::sync::Arc;

use domain::policy::Scope;
use domain::registry::organization::Organization;
use domain::vocabulary::name::PrincipalName;
use store::{Command, CommandError, Store, Tx};
use tokio::sync::Mutex;

use super::INTERVAL;
use crate::engine::Api;
use crate::metrics::Metrics;
use crate::tls::{Acceptor, Anchors, Peer};

/// Reads what the door needs to know: every organization, and every principal that was shut out.
pub(crate) struct Door;

impl Command for Door {
    const NAME: &'static str = "door";
    type Output = (Vec<Organization>, Vec<PrincipalName>);

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok((tx.all_organizations().await?, tx.disabled_principals().await?))
    }
}

/// Who holds the door: one at a time reads the registry, so that nothing older is put over something newer.
pub(crate) struct Porter {
    turn: Mutex<()>,
    anchors: Arc<Anchors>,
    acceptor: Arc<Acceptor>,
}

impl Porter {
    pub(crate) fn new(anchors: Arc<Anchors>, acceptor: Arc<Acceptor>) -> Self {
        Self { turn: Mutex::new(()), anchors, acceptor }
    }

    /// Takes the anchors as the registry has them, and closes the connections of whoever was shut out.
    pub(crate) async fn look(&self, store: &Store, metrics: &Metrics) {
        let _turn = self.turn.lock().await;
        match store.read(Door).await {
            Ok((organizations, disabled)) => {
                if let Err(error) = self.anchors.replace(&organizations) {
                    tracing::error!(%error, "the registry's anchors cannot be used; the old ones stay");
                }
                let closed = self.acceptor.close(|peer| is_shut_out(peer, &organizations, &disabled));
                if closed > 0 {
                    tracing::info!(closed, "connections closed of those who were shut out");
                }
                metrics.connections(self.acceptor.open());
            }
            Err(error) => tracing::error!(%error, "the registry could not be read"),
        }
    }
}

/// Keeps the door as the registry has it, also when another server has changed it.
pub(super) async fn follow(api: Api) {
    loop {
        api.porter.look(&api.store, &api.metrics).await;
        tokio::select! {
            () = api.registry_changed.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

fn is_shut_out(peer: &Peer, organizations: &[Organization], disabled: &[PrincipalName]) -> bool {
    let suspended = organizations.iter().any(|known| known.code == peer.organization && known.suspended);
    let is_peer =
        |name: &PrincipalName| name.organization == peer.organization && name.principal == peer.identity.principal;
    suspended || disabled.iter().any(is_peer)
}
