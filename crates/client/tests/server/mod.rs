//! A throwaway PKI and a TLS 1.3 server of one small service.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use client::Profile;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tonic::{Request, Response, Status};
use wire::v1;
use wire::v1::report_service_server::{ReportService, ReportServiceServer};

/// An authority that issues certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate"))
    }

    fn issue(&self) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("a valid name");
        (params.signed_by(&key, &self.0).expect("a certificate"), key)
    }
}

/// The server's authority and that of its clients.
pub struct Pki {
    server: Authority,
    pub clients: Authority,
    directory: TempDir,
}

impl Pki {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        Self { server: Authority::new("server"), clients: Authority::new("clients"), directory }
    }

    /// A client whose certificate `issuer` signs.
    pub fn profile(&self, address: SocketAddr, issuer: &Authority) -> Profile {
        let (certificate, key) = issuer.issue();
        Profile {
            address: address.to_string(),
            server_ca: self.write("ca.pem", &self.server.0.pem()),
            certificate: self.write("client.pem", &certificate.pem()),
            private_key: self.write("client.key", &key.serialize_pem()),
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).expect("the directory is ours");
        path
    }

    fn acceptor(&self, clients: &Authority) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(clients.0.der().clone()).expect("an authority");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let (certificate, key) = self.server.issue();
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .with_client_cert_verifier(verifier.build().expect("a root"))
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )
            .expect("the key fits");
        config.alpn_protocols = vec![b"h2".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }
}

type Answer = dyn Fn(&v1::GetTotalsRequest) -> Result<(), Status> + Send + Sync;

/// Answers `GetTotals` with the election asked for, if its rule lets it.
#[derive(Clone)]
pub struct Reports {
    answer: Arc<Answer>,
    hang_up: Arc<HangUp>,
}

#[derive(Default)]
struct HangUp {
    wanted: AtomicBool,
    now: Notify,
}

impl Default for Reports {
    fn default() -> Self {
        Self::answering(|_| Ok(()))
    }
}

impl Reports {
    pub fn answering(answer: impl Fn(&v1::GetTotalsRequest) -> Result<(), Status> + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), hang_up: Arc::default() }
    }
}

#[tonic::async_trait]
impl ReportService for Reports {
    async fn get_totals(&self, request: Request<v1::GetTotalsRequest>) -> Result<Response<v1::Totals>, Status> {
        assert!(request.metadata().contains_key("grpc-timeout"), "every call has a deadline");
        if self.hang_up.wanted.swap(false, Ordering::SeqCst) {
            self.hang_up.now.notify_one();
            std::future::pending::<()>().await;
        }
        (self.answer)(request.get_ref())?;
        Ok(Response::new(v1::Totals { election: request.into_inner().election, ..Default::default() }))
    }

    async fn get_report(&self, _: Request<v1::GetReportRequest>) -> Result<Response<v1::Report>, Status> {
        Err(Status::unimplemented("not part of these tests"))
    }

    async fn list_register(
        &self,
        _: Request<v1::ListRegisterRequest>,
    ) -> Result<Response<v1::ListRegisterResponse>, Status> {
        Err(Status::unimplemented("not part of these tests"))
    }

    async fn list_access_attempts(
        &self,
        _: Request<v1::ListAccessAttemptsRequest>,
    ) -> Result<Response<v1::ListAccessAttemptsResponse>, Status> {
        Err(Status::unimplemented("not part of these tests"))
    }
}

/// A running server.
pub struct Server {
    pub address: SocketAddr,
    connections: Arc<AtomicU32>,
    hang_up: Arc<HangUp>,
}

impl Server {
    /// Serves clients that `clients` vouches for.
    pub async fn start(pki: &Pki, clients: &Authority, reports: Reports) -> Self {
        let (listener, server) = Self::bind(Arc::clone(&reports.hang_up)).await;
        let (acceptor, connections) = (pki.acceptor(clients), Arc::clone(&server.connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (acceptor, reports) = (acceptor.clone(), reports.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(stream, reports).await;
                    }
                });
            }
        });
        server
    }

    /// Finishes each handshake and closes the connection.
    pub async fn start_closing(pki: &Pki) -> Self {
        let (listener, server) = Self::bind(Arc::default()).await;
        let (acceptor, connections) = (pki.acceptor(&pki.clients), Arc::clone(&server.connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                drop(acceptor.accept(stream).await);
            }
        });
        server
    }

    async fn bind(hang_up: Arc<HangUp>) -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        (listener, Self { address, connections: Arc::default(), hang_up })
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Closes the connection on which the next call arrives, without an answer.
    pub fn hang_up_on_next_call(&self) {
        self.hang_up.wanted.store(true, Ordering::SeqCst);
    }
}

/// Serves one connection until it ends or is hung up.
async fn serve(mut stream: TlsStream<TcpStream>, reports: Reports) {
    let hang_up = Arc::clone(&reports.hang_up);
    let (mut near, far) = tokio::io::duplex(64 * 1024);
    let service = tonic::transport::Server::builder()
        .add_service(ReportServiceServer::new(reports))
        .serve_with_incoming(tokio_stream::once(Ok::<_, std::io::Error>(far)));
    tokio::spawn(service);
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut stream, &mut near) => {}
        () = hang_up.now.notified() => {}
    }
}
