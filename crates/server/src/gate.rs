//! The gate: authenticates and authorizes every call, before its message is read.
//!
//! 1. The handshake has proved which principal of which organization is at the other end.
//! 2. One read finds the principal in the registry. It is read on every call, so a suspension
//!    takes effect at once.
//! 3. The policy of the domain says whether its roles allow the method. A method that the policy
//!    does not know is refused.
//!
//! What it finds goes with the request as [`Admitted`]. A method takes it from there. So a
//! method cannot run without it, and cannot ask for more than was allowed.
//!
//! The read has connections of its own ([`Lane::Gate`]): it must not wait behind the reports of
//! others.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use domain::outcome::{CallContext, Received};
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

use crate::deadline::RequestDeadline;
use crate::status::{Failure, Unauthenticated};
use crate::tls::Peer;

/// Layer of [`Gate`].
#[derive(Clone)]
pub(crate) struct GateLayer {
    store: Store,
}

impl GateLayer {
    /// A gate that looks callers up in this store.
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

/// Passes a call on with its [`Admitted`], or answers why not.
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
        // The usual pattern of tower: the instance that was polled ready is used, and its clone
        // stays for the next call.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let store = self.store.clone();
        Box::pin(async move {
            let peer = request.extensions().get::<Arc<Peer>>().cloned();
            let action = method(request.uri().path()).and_then(Action::find);
            let until = request.extensions().get::<RequestDeadline>().copied();
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

/// The method of a path `/accreditation.v1.{Service}/{Method}`. `None` for paths of other packages.
fn method(path: &str) -> Option<&str> {
    path.strip_prefix("/accreditation.v1.")
}

/// Looks the caller up and asks the policy.
async fn admit(
    store: &Store,
    peer: Option<Arc<Peer>>,
    action: Option<Action>,
    until: Option<RequestDeadline>,
) -> Result<Admitted, Status> {
    let peer = peer.ok_or(Failure::InvariantBroken("a request has no peer"))?;
    let RequestDeadline(until) = until.ok_or(Failure::InvariantBroken("a request has no deadline"))?;
    let certificate = peer.fingerprint;
    let caller = store.read_until(LookupCaller { peer }, until).await.map_err(Failure::from)?;
    let actor = caller.map_err(Failure::Unauthenticated)?;
    // After the look-up: only callers that the registry knows learn which methods exist.
    let action = action.ok_or(Failure::UnknownMethod)?;
    let permit = permit(&actor, action).map_err(Failure::from)?;
    Ok(Admitted { actor: Arc::new(actor), permit, certificate })
}

/// A caller that was let through, with what the policy allows it for this call.
#[derive(Debug, Clone)]
pub(crate) struct Admitted {
    /// The caller, with its roles and its person.
    pub(crate) actor: Arc<Actor>,
    /// What the policy allows: the action, whose rows, and how much of them.
    pub(crate) permit: Permit,
    /// SHA-256 of the certificate. Events name it.
    pub(crate) certificate: [u8; 32],
}

impl Admitted {
    /// The caller of an act. `now` is when the request was complete, `request` its digest.
    pub(crate) fn acting(&self, now: Timestamp, request: [u8; 32]) -> CallContext<'_> {
        let received = Some(Received { request, certificate: self.certificate });
        CallContext { actor: &self.actor, permit: &self.permit, now, received }
    }

    /// The caller of a query, which records nothing.
    pub(crate) fn reading(&self, now: Timestamp) -> CallContext<'_> {
        CallContext { actor: &self.actor, permit: &self.permit, now, received: None }
    }

    /// Takes the caller from the extensions of a request.
    ///
    /// # Errors
    ///
    /// INTERNAL if the request did not pass the gate for this action. Then a layer is missing.
    pub(crate) fn from_extensions(action: Action, extensions: &http::Extensions) -> Result<Self, Status> {
        let admitted = extensions.get::<Self>().filter(|admitted| admitted.permit.action() == action);
        Ok(admitted
            .cloned()
            .ok_or(Failure::InvariantBroken("a request reached its method without passing the gate"))?)
    }
}

/// A principal, with the kind of its organization and whether that one is suspended.
type Registered = (Principal, OrganizationKind, bool);

/// Refuses a caller that is unknown, suspended or disabled.
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

/// Looks a peer up in the registry, by its organization and the name in its certificate.
struct LookupCaller {
    peer: Arc<Peer>,
}

impl Command for LookupCaller {
    const NAME: &'static str = "caller";
    const LANE: Lane = Lane::Gate;
    type Output = Result<Actor, Unauthenticated>;

    /// The organization that the handshake has proved. No other rows are needed.
    fn scope(&self) -> Scope {
        Scope::Organization(self.peer.organization.clone())
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        lookup_actor(tx, &self.peer).await
    }
}

/// Reads who a peer is, as of this moment. Watches ask again for every batch, so a suspension ends
/// them.
///
/// The SPIFFE id must be that of the principal. So a certificate of an old trust domain is refused.
pub(crate) async fn lookup_actor(tx: &mut Tx<'_>, peer: &Peer) -> Result<Result<Actor, Unauthenticated>, CommandError> {
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
    fn an_unknown_suspended_or_disabled_caller_is_not_identified() {
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
