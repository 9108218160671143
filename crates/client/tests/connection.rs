//! Tests the client with a real TLS 1.3 server that refuses certificates, drops connections and comes back.

mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use client::{Client, Code, Error};
use server::{Authority, Pki, Reports, Server};
use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt as _};
use wire::v1;

/// The simplest call.
async fn totals(client: &Client) -> Result<v1::Totals, Error> {
    client.get_totals(v1::GetTotalsRequest { election: "elections/kz-president-2019".to_owned() }).await
}

/// The second call must use the first one's connection.
#[tokio::test]
async fn a_call_goes_through() {
    let pki = Pki::new();
    let server = Server::start(&pki, &pki.clients, Reports::default()).await;
    let client = Client::new(&pki.profile(server.address, &pki.clients)).expect("a good profile");
    assert_eq!(totals(&client).await.expect("served").election, "elections/kz-president-2019");
    totals(&client).await.expect("served again");
    assert_eq!(server.connections(), 1);
}

/// The alert arrives after the client's handshake, which is what makes this case hard to report.
#[tokio::test]
async fn a_refused_certificate_is_reported_and_not_retried() {
    let pki = Pki::new();
    let server = Server::start(&pki, &pki.clients, Reports::default()).await;
    let stranger = Authority::new("CIS");
    let client = Client::new(&pki.profile(server.address, &stranger)).expect("a good profile");
    let error = totals(&client).await.expect_err("signed by another authority");
    assert!(matches!(error, Error::CertificateRefused { .. }), "{error:?}");
    assert!(error.to_string().contains("alert"), "{error}");
    assert_eq!(server.connections(), 1);
}

/// A lost alert looks like a network failure. One retry tells the two apart.
#[tokio::test]
async fn a_connection_closed_without_an_alert_is_retried_once() {
    let pki = Pki::new();
    let server = Server::start_closing(&pki).await;
    let client = Client::new(&pki.profile(server.address, &pki.clients)).expect("a good profile");
    let error = totals(&client).await.expect_err("closed after the handshake");
    assert!(matches!(error, Error::CertificateRefused { .. }), "{error:?}");
    assert_eq!(server.connections(), 2);
}

/// The same certificate would come again, so there must be exactly one connection.
#[tokio::test]
async fn another_servers_certificate_is_not_trusted() {
    let pki = Pki::new();
    let server = Server::start(&pki, &pki.clients, Reports::default()).await;
    let elsewhere = Pki::new();
    let client = Client::new(&elsewhere.profile(server.address, &elsewhere.clients)).expect("a good profile");
    let error = totals(&client).await.expect_err("another authority");
    assert!(matches!(error, Error::ServerUntrusted { .. }), "{error:?}");
    assert_eq!(server.connections(), 1);
}

/// The code must be the one that any gRPC client reports, for callers that only look at codes.
#[tokio::test]
async fn a_port_without_a_listener_is_unreachable() {
    let pki = Pki::new();
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("bound");
    let client = Client::new(&pki.profile(free, &pki.clients)).expect("a good profile");
    let error = totals(&client).await.expect_err("nothing listens");
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert_eq!(error.code(), Some(Code::Unavailable));
}

/// A retry is the same request, so it is safe whatever the first attempt did.
#[tokio::test]
async fn a_busy_server_is_retried_and_a_refusal_is_not() {
    let pki = Pki::new();
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let reports = Reports::answering(move |_| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => Err(Status::unavailable("busy")),
        1 => Err(Status::resource_exhausted("slow down")),
        2 => Ok(()),
        _ => {
            let details = ErrorDetails::with_error_info("ROLE_REQUIRED", "accreditation.v1", []);
            Err(Status::with_error_details(Code::PermissionDenied, "not yours", details))
        }
    });
    let server = Server::start(&pki, &pki.clients, reports).await;
    let client = Client::new(&pki.profile(server.address, &pki.clients)).expect("a good profile");
    totals(&client).await.expect("the third attempt is served");
    let error = totals(&client).await.expect_err("refused");
    assert_eq!((error.reason(), error.code()), (Some("ROLE_REQUIRED"), Some(Code::PermissionDenied)));
    assert_eq!(calls.load(Ordering::SeqCst), 4);
}

/// A server that is restarted breaks its connections, and callers must not notice.
#[tokio::test]
async fn a_connection_that_worked_and_broke_is_made_again() {
    let pki = Pki::new();
    let server = Server::start(&pki, &pki.clients, Reports::default()).await;
    let client = Client::new(&pki.profile(server.address, &pki.clients)).expect("a good profile");
    totals(&client).await.expect("served");
    server.disconnect_on_next_call();
    totals(&client).await.expect("served over a second connection");
    assert_eq!(server.connections(), 2);
}
