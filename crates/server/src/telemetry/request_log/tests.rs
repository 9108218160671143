//! What the log says of a request, however it ends: with headers, with trailers, with an error,
//! or without an end.

use std::collections::HashMap;
use std::convert::Infallible;

use tonic_types::ErrorDetails;
use tower::{ServiceExt, service_fn};

use super::*;
use crate::telemetry::captured::captured;

/// A body of one data frame, then trailers if there are any.
struct Frames(Vec<Frame<Bytes>>);

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Poll::Ready(self.0.pop().map(Ok))
    }
}

fn success(trailers: Option<&'static str>) -> Response<Body> {
    let mut frames = vec![Frame::data(Bytes::from_static(b"reply"))];
    if let Some(code) = trailers {
        let mut map = HeaderMap::new();
        map.insert("grpc-status", http::HeaderValue::from_static(code));
        frames.insert(0, Frame::trailers(map));
    }
    Response::new(Body::new(Frames(frames)))
}

fn request() -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = "/accreditation.v1.ApplicationService/SubmitApplication".parse().expect("a path");
    let peer = Peer {
        address: ([127, 0, 0, 1], 5).into(),
        identity: crate::tls::SpiffeIdentity {
            trust_domain: "cis.example".parse().expect("valid"),
            principal: "secretary".parse().expect("valid"),
            uri: "spiffe://cis.example/secretary".to_owned(),
        },
        organization: "cis".parse().expect("valid"),
        fingerprint: [0; 32],
        serial: "01".to_owned(),
        writes: crate::tls::WriteState::default(),
    };
    request.extensions_mut().insert(Arc::new(peer));
    request
}

async fn answer(response: fn() -> Response<Body>) -> Response<Body> {
    let inner = service_fn(move |_: Request<Body>| async move { Ok::<_, Infallible>(response()) });
    RequestLogLayer::new(Metrics::new()).layer(inner).oneshot(request()).await.expect("infallible")
}

async fn read(mut body: Body) {
    while std::future::poll_fn(|cx| http_body::Body::poll_frame(Pin::new(&mut body), cx)).await.is_some() {}
}

#[tokio::test]
async fn a_success_is_logged_at_its_trailers_with_its_caller() {
    let (log, _guard) = captured();
    let response = answer(|| success(Some("0"))).await;
    assert!(log.lines().is_empty(), "the outcome is not known yet");
    read(response.into_body()).await;
    let [line] = &log.lines()[..] else { panic!("{:?}", log.lines()) };
    assert_eq!(line["message"], "ApplicationService/SubmitApplication OK");
    assert_eq!(line["method"], "ApplicationService/SubmitApplication");
    assert_eq!((&line["code"], &line["reason"]), (&"OK".into(), &"".into()));
    assert_eq!((&line["organization"], &line["principal"]), (&"cis".into(), &"secretary".into()));
    assert!(line["duration_us"].is_u64());
}

#[tokio::test]
async fn an_error_is_logged_with_its_reason() {
    let (log, _guard) = captured();
    let response = answer(|| {
        let details = ErrorDetails::with_error_info("FOUR_EYES", "accreditation.v1", HashMap::new());
        Status::with_error_details(Code::PermissionDenied, "not by the same person", details).into_http()
    });
    drop(response.await);
    let [line] = &log.lines()[..] else { panic!("{:?}", log.lines()) };
    assert_eq!(line["message"], "ApplicationService/SubmitApplication PERMISSION_DENIED");
    assert_eq!(line["reason"], "FOUR_EYES");
}

#[tokio::test]
async fn a_caller_that_leaves_is_logged_too() {
    let (log, _guard) = captured();
    let inner = service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, Infallible>>());
    let call = RequestLogLayer::new(Metrics::new()).layer(inner).oneshot(request());
    tokio::time::timeout(std::time::Duration::from_millis(1), call).await.expect_err("pending");
    drop(answer(|| success(Some("0"))).await);
    assert_eq!(log.lines().iter().map(|line| line["code"].clone()).collect::<Vec<_>>(), ["CANCELLED", "CANCELLED"]);
}

#[tokio::test]
async fn a_reply_without_a_status_is_unknown() {
    let (log, _guard) = captured();
    read(answer(|| success(None)).await.into_body()).await;
    assert_eq!(log.lines()[0]["code"], "UNKNOWN");
}

#[test]
fn methods_are_short_and_bounded() {
    assert_eq!(short("/grpc.health.v1.Health/Check"), "Health/Check");
    assert_eq!(short("/favicon.ico"), "ico/");
    assert_eq!(short(&"/é".repeat(500)).chars().count(), 100);
}
