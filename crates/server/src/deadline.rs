//! Every request ends in time: at the caller's `grpc-timeout` or at the server's limit,
//! the earlier one.
//!
//! A cutoff relies on it. Applications lapse one minute after a cutoff; by then every request
//! that came in time must have ended.
//!
//! Reads stop at the deadline, because nobody hears the answer. Writes go on in the store: a
//! commit that has begun takes effect, and the client finds it by repeating the request.

use std::collections::HashMap;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http::{HeaderMap, Request, Response};
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
use tower::{Layer, Service};

/// Methods whose request is a file or a long list. They have the longer limit, for slow lines.
const UPLOADS: [&str; 3] = ["/UploadDocument", "/ReplaceWatchList", "/AttachDecreeScan"];
/// Those of them whose request is a file.
const FILES: [&str; 2] = ["/UploadDocument", "/AttachDecreeScan"];
/// Methods whose answer is a file. They may wait for memory before the first byte.
const DOWNLOADS: [&str; 2] = ["/DownloadDocument", "/DownloadDecreeScan"];

/// Whether the method of this path receives a file.
pub(crate) fn is_upload(path: &str) -> bool {
    FILES.iter().any(|method| path.ends_with(method))
}

/// Whether the method of this path sends a file.
fn is_download(path: &str) -> bool {
    DOWNLOADS.iter().any(|method| path.ends_with(method))
}

/// The moment when a request must have been answered. Reads for it stop then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestDeadline(pub(crate) Instant);

/// Layer of [`Deadline`].
///
/// It is outside of every layer that waits. tonic has a timer of its own for `grpc-timeout`; if
/// that were first, the status would have no reason.
#[derive(Debug, Clone, Copy)]
pub struct DeadlineLayer {
    limit: Duration,
    transfer: Duration,
}

impl DeadlineLayer {
    /// `limit` is for most requests, `transfer` for those with a file. Both end when the answer
    /// begins.
    pub fn new(limit: Duration, transfer: Duration) -> Self {
        Self { limit, transfer }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Deadline<S> {
        Deadline { inner, limits: *self }
    }
}

/// Answers DEADLINE_EXCEEDED when the inner service has not answered in time, and drops its work.
#[derive(Debug, Clone)]
pub struct Deadline<S> {
    inner: S,
    limits: DeadlineLayer,
}

impl<S, B> Service<Request<B>> for Deadline<S>
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

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let asked = grpc_timeout(request.headers());
        let path = request.uri().path();
        // By the end of the path: the deadline layer is outside of the one that knows the methods.
        let is_transfer = UPLOADS.iter().any(|method| path.ends_with(method)) || is_download(path);
        let limit = if is_transfer { self.limits.transfer } else { self.limits.limit };
        let limit = asked.map_or(limit, |asked| asked.min(limit));
        request.extensions_mut().insert(RequestDeadline(Instant::now() + limit));
        // The timer starts here, not when the future is first polled: see [`DeadlineLayer`].
        let answer = tokio::time::timeout(limit, self.inner.call(request));
        Box::pin(async move { answer.await.unwrap_or_else(|_| Ok(exceeded().into_http())) })
    }
}

/// DEADLINE_EXCEEDED. It does not say that nothing happened: a commit may be under way.
pub(crate) fn exceeded() -> Status {
    let details = ErrorDetails::with_error_info("DEADLINE_EXCEEDED", "accreditation.v1", HashMap::new());
    let message = "the deadline passed before the request was answered; it may still take effect";
    Status::with_error_details(Code::DeadlineExceeded, message, details)
}

/// The caller's time limit: at most eight digits and a unit, as gRPC defines it. Anything else is
/// ignored, as if it were not there.
fn grpc_timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use tower::{ServiceExt, service_fn};

    async fn call(limit: Duration, header: Option<&str>, work: Duration) -> Response<Body> {
        let inner = service_fn(move |_: Request<Body>| async move {
            tokio::time::sleep(work).await;
            Ok::<_, Infallible>(Response::new(Body::empty()))
        });
        let mut request = Request::new(Body::empty());
        if let Some(header) = header {
            request.headers_mut().insert("grpc-timeout", header.parse().expect("a header value"));
        }
        DeadlineLayer::new(limit, limit).layer(inner).oneshot(request).await.expect("infallible")
    }

    #[tokio::test]
    async fn the_shorter_deadline_ends_the_request_with_a_reason() {
        let (short, long) = (Duration::from_millis(5), Duration::from_secs(60));
        for (limit, header) in [(short, None), (short, Some("60S")), (long, Some("5m")), (short, Some("5x"))] {
            let start = Instant::now();
            let response = call(limit, header, long).await;
            assert!(start.elapsed() < long / 10);
            let status = Status::from_header_map(response.headers()).expect("a status in the headers");
            assert_eq!(status.code(), Code::DeadlineExceeded);
            let info = status.get_details_error_info().expect("an ErrorInfo");
            assert_eq!((info.reason.as_str(), info.domain.as_str()), ("DEADLINE_EXCEEDED", "accreditation.v1"));
        }
    }

    #[test]
    fn every_method_that_takes_a_stream_has_the_time_of_an_upload() {
        let services: Vec<_> = wire::DESCRIPTOR_POOL.services().collect();
        let methods = services.iter().flat_map(|service| service.methods());
        let streamed = methods.filter(|method| method.is_client_streaming());
        let mut streamed: Vec<_> = streamed.map(|method| format!("/{}", method.name())).collect();
        streamed.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(streamed, UPLOADS);
    }

    #[tokio::test]
    async fn an_answer_in_time_is_passed_on() {
        let response = call(Duration::from_secs(60), Some("60S"), Duration::ZERO).await;
        assert!(Status::from_header_map(response.headers()).is_none());
    }

    #[test]
    fn only_well_formed_timeouts_count() {
        let parse = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", text.parse().expect("a header value"));
            grpc_timeout(&headers)
        };
        assert_eq!(parse("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        assert_eq!(parse("2M"), Some(Duration::from_secs(120)));
        assert_eq!(parse("7u"), Some(Duration::from_micros(7)));
        assert_eq!(parse("0n"), Some(Duration::ZERO));
        for bad in ["", "S", "5", "100000000S", "-1S", "+1S", "1.5S", "1 S", "1s"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(grpc_timeout(&HeaderMap::new()), None);
    }
}
