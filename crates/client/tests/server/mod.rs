//! A throwaway public key infrastructure, and a TLS 1.3 server with one small service.

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

/// A certificate authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate"))
    }

    /// A new key, with a certificate for 127.0.0.1.
    fn issue(&self) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("a valid name");
        (params.signed_by(&key, &self.0).expect("a certificate"), key)
    }
}

/// The authority of the server, and that of its clients.
pub struct Pki {
    /// Signs the server's certificate.
    server: Authority,
    /// Signs the certificates of clients that the server accepts.
    pub clients: Authority,
    directory: TempDir,
}

impl Pki {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        Self { server: Authority::new("server"), clients: Authority::new("clients"), directory }
    }

    /// The profile of a client with a new certificate, signed by `issuer`.
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

    /// The TLS side of a server that requires client certificates.
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

/// Decides whether a call is answered.
type Answer = dyn Fn(&v1::GetTotalsRequest) -> Result<(), Status> + Send + Sync;

/// A report service that answers `GetTotals` with the requested election, or fails as its function says.
#[derive(Clone)]
pub struct Reports {
    answer: Arc<Answer>,
    disconnect: Arc<Disconnect>,
}

/// Tells a connection to close during a call.
#[derive(Default)]
struct Disconnect {
    wanted: AtomicBool,
    now: Notify,
}

impl Default for Reports {
    fn default() -> Self {
        Self::answering(|_| Ok(()))
    }
}

impl Reports {
    /// A service whose calls succeed or fail as `answer` says.
    pub fn answering(answer: impl Fn(&v1::GetTotalsRequest) -> Result<(), Status> + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), disconnect: Arc::default() }
    }
}

#[tonic::async_trait]
impl ReportService for Reports {
    async fn get_totals(&self, request: Request<v1::GetTotalsRequest>) -> Result<Response<v1::Totals>, Status> {
        assert!(request.metadata().contains_key("grpc-timeout"), "every call has a deadline");
        if self.disconnect.wanted.swap(false, Ordering::SeqCst) {
            self.disconnect.now.notify_one();
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
    disconnect: Arc<Disconnect>,
}

impl Server {
    /// Serves clients whose certificates `clients` signed.
    pub async fn start(pki: &Pki, clients: &Authority, reports: Reports) -> Self {
        let (listener, server) = Self::bind(Arc::clone(&reports.disconnect)).await;
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

    /// Finishes each handshake and then closes the connection, as a server whose alert is lost.
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

    async fn bind(disconnect: Arc<Disconnect>) -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        (listener, Self { address, connections: Arc::default(), disconnect })
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Closes the connection of the next call, without an answer.
    pub fn disconnect_on_next_call(&self) {
        self.disconnect.wanted.store(true, Ordering::SeqCst);
    }
}

/// Serves one connection until it ends or the test disconnects it.
///
/// The service is behind an in-memory pipe, so that the TLS connection can be cut while a call waits.
async fn serve(mut stream: TlsStream<TcpStream>, reports: Reports) {
    let disconnect = Arc::clone(&reports.disconnect);
    let (mut near, far) = tokio::io::duplex(64 * 1024);
    let service = tonic::transport::Server::builder()
        .add_service(ReportServiceServer::new(reports))
        .serve_with_incoming(tokio_stream::once(Ok::<_, std::io::Error>(far)));
    tokio::spawn(service);
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut stream, &mut near) => {}
        () = disconnect.now.notified() => {}
    }
}
