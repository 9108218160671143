//! One line for each request, written once its outcome is known.

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

/// Layer of [`RequestLog`]; the outermost, so that it sees what every other layer answers.
#[derive(Clone)]
pub struct RequestLogLayer {
    metrics: Arc<Metrics>,
}

impl RequestLogLayer {
    /// Counts into these metrics as well.
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

/// A body whose trailers complete the line.
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

    /// False until the trailers are out: whoever skips them would leave the line without its outcome.
    fn is_end_stream(&self) -> bool {
        self.line.known && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// What will be logged when it is dropped: then the request is over, one way or the other.
struct Line {
    method: String,
    peer: Option<Arc<Peer>>,
    start: Instant,
    code: Code,
    reason: String,
    known: bool,
    metrics: Arc<Metrics>,
}

impl Line {
    /// A request whose outcome nobody waits for was cancelled by its caller.
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

    /// Takes the outcome from headers or trailers, if it is there.
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

    /// The request ended without saying how it went, unless it did.
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
        // A path that nobody serves is its caller's choice, and must not become a label.
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

/// `ApplicationService/SubmitApplication`, without the package; never more of a path nobody serves.
fn short(path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (service, method) = path.split_once('/').unwrap_or((path, ""));
    let service = service.rsplit('.').next().unwrap_or(service);
    format!("{service}/{method}").chars().take(100).collect()
}

/// The code's name as gRPC documents it.
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
