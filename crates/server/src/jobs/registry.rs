//! The door, as the registry has it.

use std::sync::Arc;

use domain::name::PrincipalName;
use domain::organization::Organization;
use domain::policy::Scope;
use store::{Command, CommandError, Tx};

use super::INTERVAL;
use crate::rpc::Api;
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

/// Keeps the anchors as the registry has them, and closes the connections of whoever was shut out.
pub(super) async fn follow(api: Api, anchors: Arc<Anchors>, acceptor: Arc<Acceptor>) {
    loop {
        match api.store.read(Door).await {
            Ok((organizations, disabled)) => {
                if let Err(error) = anchors.replace(&organizations) {
                    tracing::error!(%error, "the registry's anchors cannot be used; the old ones stay");
                }
                let closed = acceptor.close(|peer| is_shut_out(peer, &organizations, &disabled));
                if closed > 0 {
                    tracing::info!(closed, "connections closed of those who were shut out");
                }
                api.metrics.connections(acceptor.open());
            }
            Err(error) => tracing::error!(%error, "the registry could not be read"),
        }
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
