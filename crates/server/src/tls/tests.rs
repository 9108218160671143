//! Handshakes over real sockets: who is accepted, and with which reason others are refused.
//!
//! `World` is a server with two organizations. Their authorities have the same name, so only the
//! key tells them apart.

mod chains;
pub(super) mod pki;

use std::time::{Duration, Instant};

use pki::{Authority, SECRETARY, World, uri_params};
use rcgen::{ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::transport::server::Connected;

use super::rejection::Reason;
use crate::config::{Limits, non_zero};
use crate::telemetry::captured::captured;

#[tokio::test]
async fn an_organization_s_own_authority_vouches_for_its_principal() {
    let world = World::new(Limits::default());
    let (connection, client) = world.meet(&world.secretary()).await.expect("accepted");
    let peer = connection.connect_info();
    assert_eq!(peer.organization.as_str(), "osce-odihr");
    assert_eq!(peer.identity.uri, SECRETARY);
    assert!(!peer.serial.is_empty());
    assert_eq!(peer.address, client.get_ref().0.local_addr().expect("connected"));
    let session = client.get_ref().1;
    assert_eq!(session.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
    let group = session.negotiated_key_exchange_group().expect("a key exchange");
    assert_eq!(group.name(), rustls::NamedGroup::X25519MLKEM768);
    assert_eq!(session.tls13_tickets_received(), 0);
}

#[tokio::test]
async fn the_same_key_and_uri_signed_by_another_organization_s_authority_is_an_anchor_mismatch() {
    let world = World::new(Limits::default());
    let (params, key) = (uri_params(SECRETARY), KeyPair::generate().expect("a key"));
    let own = world.odihr.client_with(&params, &key, &world.server);
    world.meet(&own).await.expect("accepted");
    // Registered, registered under the same distinguished name, and not registered at all: all are
    // refused alike.
    for foreign in [&world.cis, &world.server, &Authority::new("authority")] {
        let forged = foreign.client_with(&params, &key, &world.server);
        assert_eq!(world.meet(&forged).await.err(), Some(Reason::AnchorMismatch));
        let mut with_chain = foreign.client_with(&params, &key, &world.server);
        with_chain.chain.push(world.odihr.der());
        assert_eq!(world.meet(&with_chain).await.err(), Some(Reason::AnchorMismatch));
    }
}

#[tokio::test]
async fn certificates_that_name_nobody_are_refused() {
    let world = World::new(Limits::default());
    let refused = async |client| world.meet(&client).await.err();
    let key = KeyPair::generate().expect("a key");
    let stranger = world.odihr.client("spiffe://sco.example/secretary", &world.server);
    assert_eq!(refused(stranger).await, Some(Reason::UnknownTrustDomain));
    let unnamed = world.odihr.client_with(&rcgen::CertificateParams::default(), &key, &world.server);
    assert_eq!(refused(unnamed).await, Some(Reason::NoSpiffeId));
    let mut without = world.secretary();
    without.chain.clear();
    assert_eq!(refused(without).await, Some(Reason::HandshakeFailed));
}

#[tokio::test]
async fn certificates_outside_their_time_or_purpose_are_refused() {
    let world = World::new(Limits::default());
    let key = KeyPair::generate().expect("a key");
    let refused = async |params| world.meet(&world.odihr.client_with(&params, &key, &world.server)).await.err();
    let mut expired = uri_params(SECRETARY);
    expired.not_after = date_time_ymd(2019, 6, 9);
    assert_eq!(refused(expired).await, Some(Reason::CertificateExpired));
    let mut early = uri_params(SECRETARY);
    early.not_before = date_time_ymd(2999, 1, 1);
    assert_eq!(refused(early).await, Some(Reason::CertificateNotYetValid));
    let mut of_a_server = uri_params(SECRETARY);
    of_a_server.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    assert_eq!(refused(of_a_server).await, Some(Reason::HandshakeFailed));
}

#[tokio::test]
async fn a_suspended_organization_is_refused_and_its_connections_are_closed() {
    let world = World::new(Limits::default());
    let (mut open, _client) = world.meet(&world.secretary()).await.expect("accepted");
    let cis = world.cis.client("spiffe://cis.example/secretary", &world.server);
    let (_other, _cis_client) = world.meet(&cis).await.expect("accepted");
    let reading = tokio::spawn(async move { open.read(&mut [0]).await.expect_err("closed") });
    tokio::task::yield_now().await;

    world.register(true);
    assert_eq!(world.acceptor.close(|peer| peer.organization.as_str() == "osce-odihr"), 1);
    assert_eq!(reading.await.expect("no panic").kind(), std::io::ErrorKind::ConnectionAborted);
    assert_eq!(world.meet(&world.secretary()).await.err(), Some(Reason::OrganizationSuspended));
    world.meet(&cis).await.expect("others are accepted");
    assert_eq!(world.acceptor.close(|peer| peer.organization.as_str() == "osce-odihr"), 0, "closed ones are forgotten");

    world.register(false);
    world.meet(&world.secretary()).await.expect("accepted again");
}

#[tokio::test]
async fn older_tls_and_other_protocols_are_refused() {
    let world = World::new(Limits::default());
    let mut client = world.secretary();
    client.version = &rustls::version::TLS12;
    assert_eq!(world.meet(&client).await.err(), Some(Reason::HandshakeFailed));
    for alpn in [vec![], vec![b"http/1.1".to_vec()]] {
        let mut client = world.secretary();
        client.alpn = alpn;
        assert_eq!(world.meet(&client).await.err(), Some(Reason::HandshakeFailed));
    }
}

#[tokio::test]
async fn a_refusal_reaches_the_client_as_an_alert_and_the_log_with_its_reason() {
    let (log, _guard) = captured();
    let world = World::new(Limits::default());
    let (address, _shutdown) = world.serve().await;
    let alert = world.cis.client(SECRETARY, &world.server).outcome(address).await;
    assert!(alert.contains("CertificateUnknown"), "{alert}");
    let stranger = world.cis.client("spiffe://sco.example/secretary", &world.server).outcome(address).await;
    assert_eq!(stranger, alert, "a stranger does not learn who is registered");

    let lines = log.lines();
    let [mismatch, unknown] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(mismatch["message"], "connection refused: ANCHOR_MISMATCH");
    assert_eq!(mismatch["reason"], "ANCHOR_MISMATCH");
    assert_eq!(mismatch["trust_domain"], "odihr.osce.example");
    assert_eq!(mismatch["organization"], "osce-odihr");
    assert!(mismatch["peer"].as_str().is_some_and(|peer| peer.starts_with("127.0.0.1:")));
    assert_eq!(unknown["reason"], "UNKNOWN_TRUST_DOMAIN");
    assert_eq!(unknown["trust_domain"], "sco.example");
    assert!(!format!("{lines:?}").contains("secretary"), "nobody is named");
}

#[tokio::test]
async fn silent_connections_are_bounded_and_time_out_without_holding_others_up() {
    let (log, _guard) = captured();
    let limits =
        Limits { handshake_timeout_seconds: non_zero(1), max_pending_handshakes: non_zero(3), ..Limits::default() };
    let world = World::new(limits);
    let (address, _shutdown) = world.serve().await;
    let mut silent = vec![];
    for _ in 0..2 {
        silent.push(TcpStream::connect(address).await.expect("connected"));
    }
    let start = Instant::now();
    let mut client = world.secretary().connect(address).await.expect("accepted");
    client.write_all(b"ping").await.expect("written");
    client.read_exact(&mut [0; 4]).await.expect("echoed");
    assert!(start.elapsed() < Duration::from_secs(1), "not held up by the silent ones");

    silent.push(TcpStream::connect(address).await.expect("connected"));
    let mut one_too_many = TcpStream::connect(address).await.expect("connected");
    assert_eq!(one_too_many.read(&mut [0]).await.expect("closed"), 0);
    for mut stream in silent {
        assert_eq!(stream.read(&mut [0]).await.expect("closed"), 0);
    }
    let reasons: Vec<_> = log.lines().iter().map(|line| line["reason"].clone()).collect();
    assert_eq!(reasons, ["TOO_MANY_CONNECTIONS", "HANDSHAKE_TIMEOUT", "HANDSHAKE_TIMEOUT", "HANDSHAKE_TIMEOUT"]);
}

#[tokio::test]
async fn connections_are_limited_in_all_and_per_organization() {
    let limits =
        Limits { max_connections: non_zero(3), max_connections_per_organization: non_zero(2), ..Limits::default() };
    let world = World::new(limits);
    let cis = world.cis.client("spiffe://cis.example/secretary", &world.server);
    let first = world.meet(&world.secretary()).await.expect("accepted");
    let _second = world.meet(&world.secretary()).await.expect("accepted");
    assert_eq!(world.meet(&world.secretary()).await.err(), Some(Reason::TooManyConnections));
    let _other = world.meet(&cis).await.expect("another organization has its own share");
    assert_eq!(world.meet(&cis).await.err(), Some(Reason::TooManyConnections), "three in all");
    drop(first);
    world.meet(&world.secretary()).await.expect("a place is free again");
}

#[tokio::test]
async fn reload_changes_the_certificate_of_new_connections_or_nothing() {
    let world = World::new(Limits::default());
    let served = async || {
        let (_connection, client) = world.meet(&world.secretary()).await.expect("accepted");
        client.get_ref().1.peer_certificates().expect("a certificate")[0].clone().into_owned()
    };
    let (mut open, mut client) = world.meet(&world.secretary()).await.expect("accepted");
    let before = served().await;
    world.renew();
    assert_eq!(served().await, before, "not before it is asked to");
    world.acceptor.reload().expect("valid files");
    let after = served().await;
    assert_ne!(after, before);
    client.write_all(b"ping").await.expect("written");
    open.read_exact(&mut [0; 4]).await.expect("open connections stay");

    world.overwrite("server.key", &KeyPair::generate().expect("a key").serialize_pem());
    world.acceptor.reload().expect_err("the key is another's");
    world.overwrite("server.pem", "");
    let error = world.acceptor.reload().expect_err("no certificate");
    assert!(format!("{error:#}").contains("server.pem"), "{error:#}");
    assert_eq!(served().await, after);
}

#[tokio::test]
async fn shutdown_ends_the_stream_and_frees_the_port() {
    let world = World::new(Limits::default());
    let (address, shutdown) = world.serve().await;
    world.secretary().connect(address).await.expect("accepted");
    shutdown.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    TcpStream::connect(address).await.expect_err("nobody listens");
}
