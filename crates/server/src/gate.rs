//! The gate: who calls is read from the registry on every call, and what the policy does not allow is denied.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use domain::outcome::{Acting, Received};
use domain::policy::{Action, Actor, Permit, Scope, permit};
use domain::registry::organization::Principal;
use domain::vocabulary::name::PrincipalName;
use domain::vocabulary::role::OrganizationKind;
use http::{Request, Response};
use jiff::Timestamp;
use store::{Command, CommandError, Lane, Store, Tx};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tower::{Layer, Service};

use crate::deadline::Until;
use crate::status::{Failure, Unauthenticated};
use crate::tls::Peer;

/// Lays the gate around every service.
#[derive(Clone)]
pub(crate) struct GateLayer {
    store: Store,
}

impl GateLayer {
    /// A gate that asks this store.
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate { inner, store: self.store.clone() }
    }
}

/// Lets a call through with its [`Actor`], or answers why not.
#[derive(Clone)]
pub(crate) struct Gate<S> {
    inner: S,
    store: Store,
}

impl<S, B> Service<Request<B>> for Gate<S>
where
    S: Service<Request<B>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let store = self.store.clone();
        Box::pin(async move {
            let peer = request.extensions().get::<Arc<Peer>>().cloned();
            let action = method(request.uri().path()).and_then(Action::find);
            let until = request.extensions().get::<Until>().copied();
            match admit(&store, peer, action, until).await {
                Ok(admitted) => {
                    request.extensions_mut().insert(admitted);
                    inner.call(request).await
                }
                Err(status) => Ok(status.into_http()),
            }
        })
    }
}

/// The method of a path `/accreditation.v1.{Service}/{Method}`.
pub(crate) fn method(path: &str) -> Option<&str> {
    path.strip_prefix("/accreditation.v1.")
}

async fn admit(
    store: &Store,
    peer: Option<Arc<Peer>>,
    action: Option<Action>,
    until: Option<Until>,
) -> Result<Admitted, Status> {
    let peer = peer.ok_or(Failure::Broken("a connection without a peer"))?;
    let Until(until) = until.ok_or(Failure::Broken("a request without a deadline"))?;
    let certificate = peer.fingerprint;
    let caller = store.read_until(Caller { peer }, until).await.map_err(Failure::from)?;
    let actor = caller.map_err(Failure::Unauthenticated)?;
    // A method that is not in the table is answered to those whom the registry knows, and to nobody else.
    let action = action.ok_or(Failure::UnknownMethod)?;
    let permit = permit(&actor, action).map_err(Failure::from)?;
    Ok(Admitted { actor: Arc::new(actor), permit, certificate })
}

/// Who calls, and what the policy allows them: asked once, here.
#[derive(Debug, Clone)]
pub(crate) struct Admitted {
    pub(crate) actor: Arc<Actor>,
    pub(crate) permit: Permit,
    /// The fingerprint of the certificate that they came with.
    pub(crate) certificate: [u8; 32],
}

impl Admitted {
    /// They, as acts take them, at the moment when all of a request of that digest had been read.
    pub(crate) fn acting(&self, now: Timestamp, request: [u8; 32]) -> Acting<'_> {
        let received = Some(Received { request, certificate: self.certificate });
        Acting { actor: &self.actor, permit: &self.permit, now, received }
    }

    /// The same, where they only read.
    pub(crate) fn reading(&self, now: Timestamp) -> Acting<'_> {
        Acting { actor: &self.actor, permit: &self.permit, now, received: None }
    }

    /// Whoever the gate let through with a request of a method.
    pub(crate) fn to(action: Action, extensions: &http::Extensions) -> Result<Self, Status> {
        let admitted = extensions.get::<Self>().filter(|admitted| admitted.permit.action() == action);
        Ok(admitted.cloned().ok_or(Failure::Broken("a call came by without passing the gate"))?)
    }
}

/// A principal, with the kind of its organization and whether that one is suspended.
type Registered = (Principal, OrganizationKind, bool);

fn identify(caller: Option<Registered>) -> Result<Actor, Unauthenticated> {
    let (principal, kind, suspended) = caller.ok_or(Unauthenticated::UnknownPrincipal)?;
    if suspended {
        return Err(Unauthenticated::OrganizationSuspended);
    }
    if principal.disabled {
        return Err(Unauthenticated::PrincipalDisabled);
    }
    let Principal { name, holder, roles, .. } = principal;
    Ok(Actor { principal: name, kind, holder, roles })
}

/// Looks a peer up in the registry, by the organization that vouched for it and the name in its certificate.
struct Caller {
    peer: Arc<Peer>,
}

impl Command for Caller {
    const NAME: &'static str = "caller";
    const LANE: Lane = Lane::Gate;
    type Output = Result<Actor, Unauthenticated>;

    /// The handshake has proved the organization; it is in the registry under its own code.
    fn scope(&self) -> Scope {
        Scope::Organization(self.peer.organization.clone())
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        look_up(tx, &self.peer).await
    }
}

/// Who the registry says a peer is, at this moment.
pub(crate) async fn look_up(tx: &mut Tx<'_>, peer: &Peer) -> Result<Result<Actor, Unauthenticated>, CommandError> {
    let identity = &peer.identity;
    let name = PrincipalName { organization: peer.organization.clone(), principal: identity.principal.clone() };
    let known = tx.lookup_caller(&name).await?.filter(|(principal, ..)| principal.spiffe_id == identity.uri);
    Ok(identify(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::registry::organization::Holder;
    use domain::vocabulary::role::Role;

    fn registered(suspended: bool, disabled: bool) -> Option<Registered> {
        let principal = Principal {
            name: "organizations/cec/principals/a1".parse().expect("a name"),
            spiffe_id: "spiffe://cec.example/a1".to_owned(),
            holder: Holder::System,
            roles: vec![Role::Auditor],
            disabled,
        };
        Some((principal, OrganizationKind::ElectionCommission, suspended))
    }

    #[test]
    fn whoever_is_unknown_suspended_or_disabled_is_nobody() {
        assert_eq!(identify(None), Err(Unauthenticated::UnknownPrincipal));
        assert_eq!(identify(registered(true, false)), Err(Unauthenticated::OrganizationSuspended));
        assert_eq!(identify(registered(false, true)), Err(Unauthenticated::PrincipalDisabled));
        assert!(identify(registered(false, false)).is_ok());
    }

    #[test]
    fn only_paths_of_this_api_name_an_action() {
        assert_eq!(method("/accreditation.v1.RegistryService/WhoAmI").and_then(Action::find), Some(Action::WhoAmI));
        assert_eq!(method("/grpc.health.v1.Health/Check"), None);
        assert_eq!(method("/accreditation.v1.RegistryService/Whoami").and_then(Action::find), None);
    }
}
