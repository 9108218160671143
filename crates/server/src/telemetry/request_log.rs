//! One log line for each request, written when its outcome is known.
//!
//! The outcome of a gRPC call is in the trailers, at the end of the body. A call can also end
//! without one: the caller goes away, or a layer fails. So the line is written when it is
//! dropped, and that happens exactly once.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use domain::policy::Action;
use http::{HeaderMap, Request, Response};
use http_body::{Frame, SizeHint};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Bytes};
use tonic::{Code, Status};
use tonic_types::StatusExt;
use tower::{Layer, Service};

use crate::metrics::Metrics;
use crate::tls::Peer;

/// Layer of [`RequestLog`]. It is the outermost layer, so that it sees the answers of all others.
#[derive(Clone)]
pub struct RequestLogLayer {
    metrics: Arc<Metrics>,
}

impl RequestLogLayer {
    /// A layer that also counts in these metrics.
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self { metrics }
    }
}

impl<S> Layer<S> for RequestLogLayer {
    type Service = RequestLog<S>;

    fn layer(&self, inner: S) -> RequestLog<S> {
        RequestLog { inner, metrics: self.metrics.clone() }
    }
}

/// Logs and counts method, outcome, caller and duration of every request.
#[derive(Clone)]
pub struct RequestLog<S> {
    inner: S,
    metrics: Arc<Metrics>,
}

impl<S, B> Service<Request<B>> for RequestLog<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let mut line = Line::new(&request, self.metrics.clone());
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await;
            match answer {
                Ok(response) if line.learn(response.headers()) => Ok(response),
                Ok(response) => Ok(response.map(|body| Body::new(LoggedBody { body, line }))),
                Err(error) => {
                    line.end(Code::Internal);
                    Err(error)
                }
            }
        })
    }
}

/// A body that reads the outcome from its trailers.
struct LoggedBody {
    body: Body,
    line: Line,
}

impl http_body::Body for LoggedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    self.line.learn(trailers);
                }
            }
            Some(Err(status)) => self.line.end(status.code()),
            None => self.line.end(Code::Unknown),
        }
        Poll::Ready(frame)
    }

    /// False until the trailers were read. Otherwise hyper would skip them, and the line would have
    /// no outcome.
    fn is_end_stream(&self) -> bool {
        self.line.known && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The line of one request. Dropping it writes it.
struct Line {
    method: String,
    /// The caller, if the connection has one.
    peer: Option<Arc<Peer>>,
    start: Instant,
    code: Code,
    /// The reason of the `ErrorInfo`; empty if the call succeeded.
    reason: String,
    /// Whether the outcome is known.
    known: bool,
    metrics: Arc<Metrics>,
}

impl Line {
    /// A line with outcome CANCELLED. It stays so if the caller goes away before the answer.
    fn new<B>(request: &Request<B>, metrics: Arc<Metrics>) -> Self {
        Self {
            method: short(request.uri().path()),
            peer: request.extensions().get::<Arc<Peer>>().cloned(),
            start: Instant::now(),
            code: Code::Cancelled,
            reason: String::new(),
            known: false,
            metrics,
        }
    }

    /// Reads the outcome from headers or trailers. Gives whether it is known now.
    fn learn(&mut self, headers: &HeaderMap) -> bool {
        if let Some(status) = Status::from_header_map(headers) {
            self.known = true;
            self.code = status.code();
            if status.code() != Code::Ok {
                self.reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
            }
        }
        self.known
    }

    /// Sets the outcome of a request that ended without one.
    fn end(&mut self, code: Code) {
        if !self.known {
            self.known = true;
            self.code = code;
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let peer = self.peer.as_deref();
        let code = code_name(self.code);
        // An unknown path is a text that the caller chose, so it must not become a label.
        let counted = Action::find(&self.method).map_or("unknown", Action::method);
        self.metrics.request(counted, code, self.start.elapsed());
        tracing::info!(
            method = self.method,
            code,
            reason = self.reason,
            organization = peer.map(|peer| peer.organization.as_str()),
            principal = peer.map(|peer| peer.identity.principal.as_str()),
            duration_us = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX),
            "{} {code}",
            self.method
        );
    }
}

/// `Service/Method` without the package. At most 100 characters, because the caller chooses the
/// path.
fn short(path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (service, method) = path.split_once('/').unwrap_or((path, ""));
    let service = service.rsplit('.').next().unwrap_or(service);
    format!("{service}/{method}").chars().take(100).collect()
}

/// The name of a code, as the documentation of gRPC has it.
fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests;
