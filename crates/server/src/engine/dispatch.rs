//! Finds the method for the path of a request, and runs its handler.
//!
//! The names of the methods come from the permission table of the domain. So a method without a
//! permission does not compile, and an unknown path is UNKNOWN_METHOD.
//!
//! The generated gRPC services are not used. gRPC's own code sees bytes only (`BytesCodec`), so
//! it is compiled once and not for each method. `wire` decodes and encodes.

use std::convert::Infallible;
use std::task::{Context, Poll};

use domain::policy::Action;
use tonic::body::Body;
use tonic::codegen::Bytes;
use tonic::server::Grpc;
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tower::{Service, ServiceExt as _, service_fn};
use wire::codec::BytesCodec;
use wire::violations::Violations;

use super::audited_query::AuditedQueryHandler as _;
use super::mutation::{AnyMutation, MutationHandler as _};
use super::query::{AnyQuery, QueryHandler as _};
use super::upload::UploadHandler as _;
use super::{Api, Boxed};
use crate::Limits;
use crate::accreditation::*;
use crate::amendment::*;
use crate::appeal::*;
use crate::application::*;
use crate::decree::*;
use crate::deployment::*;
use crate::document::*;
use crate::election::*;
use crate::gate::Admitted;
use crate::mission::*;
use crate::presentation::*;
use crate::proposal::*;
use crate::registry::*;
use crate::report::*;
use crate::retention::*;
use crate::review::*;
use crate::rule_pack::*;
use crate::status::Failure;
use crate::transparency::*;
use crate::watch_list::*;

/// The reply of a method that is one message each way.
pub(crate) type UnaryReply = Boxed<'static, Result<Response<Bytes>, Status>>;

/// How the engine runs a method. It has none of the types of the method.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// Changes something, in a write transaction.
    Mutation(fn(Bytes) -> Result<Box<dyn AnyMutation>, Failure>),
    /// Only reads, in a read transaction.
    Query(fn(Bytes) -> Result<Box<dyn AnyQuery>, Failure>),
    /// Answers one message with one, in a way of its own.
    Unary(fn(Api, Request<Bytes>) -> UnaryReply),
    /// Streams, one way or the other. The number is the longest message that is read, in bytes.
    Streaming(fn(Api, http::Request<Body>, usize) -> Boxed<'static, http::Response<Body>>),
}

macro_rules! handlers {
    ($($method:ident $service:literal $who:expr, $effect:ident;)+) => {
        /// The handler of an action. `None` for `Tick`, which only the service itself does.
        fn handler(action: Action) -> Option<Handler> {
            match action {
                $(Action::$method => Some($method::HANDLER),)+
                Action::Tick => None,
            }
        }
    };
}

domain::for_each_method!(handlers);

/// Decodes a complete message.
///
/// # Errors
///
/// INVALID_REQUEST if the bytes are no message of this type.
pub(crate) fn decode<M: wire::method::Body>(bytes: Bytes) -> Result<M, Failure> {
    M::from_bytes(bytes).map_err(|_| {
        let mut violations = Violations::default();
        violations.add_if_absent("request", "must be a message of this method in the binary encoding of protobuf");
        Failure::from(violations)
    })
}

/// All methods of the API as one service, for the router.
#[derive(Clone)]
struct Methods {
    /// Given to every handler.
    api: Api,
    /// The longest message that is decoded, in bytes.
    max_message_bytes: usize,
}

impl Service<http::Request<Body>> for Methods {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Boxed<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let Self { api, max_message_bytes } = self.clone();
        Box::pin(async move { Ok(api.dispatch(request, max_message_bytes).await) })
    }
}

impl Api {
    /// The routes of the server: every path goes to [`Api::dispatch`].
    ///
    /// `limits` bounds the size of a message that is decoded.
    pub(crate) fn routes(&self, limits: &Limits) -> Routes {
        let methods = Methods { api: self.clone(), max_message_bytes: limits.max_message_bytes.get() as usize };
        let methods = methods.map_request(|request: http::Request<axum::body::Body>| request.map(Body::new));
        Routes::from(axum::Router::new().fallback_service(methods))
    }

    /// Runs one request. Streams get the body as it is; of all others gRPC reads one message first.
    async fn dispatch(self, request: http::Request<Body>, max_message_bytes: usize) -> http::Response<Body> {
        // What the gate admitted is what runs: the path is not read a second time.
        let action = request.extensions().get::<Admitted>().map(|admitted| admitted.permit.action());
        let Some((action, handler)) = action.and_then(|action| Some((action, handler(action)?))) else {
            return Status::from(Failure::UnknownMethod).into_http();
        };
        // A stream reads its own messages; gRPC must not wait for a complete one first.
        if let Handler::Streaming(run) = handler {
            return run(self, request, max_message_bytes).await;
        }
        let call = service_fn(move |request| self.clone().call(action, handler, request));
        let mut grpc = Grpc::new(BytesCodec).max_decoding_message_size(max_message_bytes);
        grpc.unary(call, request).await
    }

    /// Runs a handler that has one message as its request.
    ///
    /// Each handler is boxed here: as one future, all that a call does would be too deep for the compiler.
    fn call(self, action: Action, handler: Handler, request: Request<Bytes>) -> UnaryReply {
        match handler {
            Handler::Mutation(read) => Box::pin(async move { self.mutate(action, read, request).await }),
            Handler::Query(read) => {
                Box::pin(async move { Ok(Response::new(self.query(action, read, request).await?.to_bytes())) })
            }
            Handler::Unary(run) => run(self, request),
            Handler::Streaming(_) => {
                let failure = Failure::InvariantBroken("a method with streams was called as one without");
                Box::pin(async move { Err(failure.into()) })
            }
        }
    }
}
