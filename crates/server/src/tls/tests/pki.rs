//! Authorities, certificates and clients of the tests.

use std::net::SocketAddr;
use std::sync::Arc;

use domain::registry::organization::Organization;
use domain::vocabulary::dated_name::Names;
use domain::vocabulary::role::OrganizationKind;
use jiff::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose, SanType};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_stream::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Limits, TlsFiles};
use crate::tls::rejection::Reason;
use crate::tls::{Acceptor, Anchors, Connection, PROVIDER};

/// An authority that signs certificates.
pub(in crate::tls) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A self-signed authority with a new key. Two of one name differ by their keys only.
    pub(in crate::tls) fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(authority_params(name), key).expect("a certificate"))
    }

    /// An intermediate authority, signed by this one.
    pub(in crate::tls) fn below(&self, name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::signed_by(authority_params(name), key, &self.0).expect("a certificate"))
    }

    pub(in crate::tls) fn pem(&self) -> String {
        self.0.pem()
    }

    pub(in crate::tls) fn der(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    pub(in crate::tls) fn sign(&self, params: &CertificateParams, key: &KeyPair) -> rcgen::Certificate {
        params.signed_by(key, &self.0).expect("a certificate")
    }

    /// A client's configuration, with a certificate for the URI.
    pub(in crate::tls) fn client(&self, uri: &str, server: &Authority) -> Client {
        self.client_with(&uri_params(uri), &KeyPair::generate().expect("a key"), server)
    }

    /// A client with a certificate of this authority, made from these parameters.
    pub(in crate::tls) fn client_with(&self, params: &CertificateParams, key: &KeyPair, server: &Authority) -> Client {
        Client {
            chain: vec![self.sign(params, key).der().clone()],
            key: PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            server: server.der(),
            version: &rustls::version::TLS13,
            alpn: vec![b"h2".to_vec()],
        }
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params
}

/// The parameters of a certificate with one URI.
pub(in crate::tls) fn uri_params(uri: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::URI(uri.try_into().expect("ASCII"))];
    params
}

/// How a client connects: its certificates, version of TLS and protocols.
pub(in crate::tls) struct Client {
    pub(in crate::tls) chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    server: CertificateDer<'static>,
    pub(in crate::tls) version: &'static SupportedProtocolVersion,
    pub(in crate::tls) alpn: Vec<Vec<u8>>,
}

impl Client {
    /// Connects. In TLS 1.3 this can succeed although the server refuses the client.
    pub(in crate::tls) async fn connect(&self, address: SocketAddr) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.server.clone()).expect("an anchor");
        let builder = ClientConfig::builder_with_provider(PROVIDER.clone())
            .with_protocol_versions(&[self.version])
            .expect("a version")
            .with_root_certificates(roots);
        let mut config = match self.chain.is_empty() {
            true => builder.with_no_client_auth(),
            false => {
                builder.with_client_auth_cert(self.chain.clone(), self.key.clone_key()).expect("key and certificate")
            }
        };
        config.alpn_protocols = self.alpn.clone();
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, TcpStream::connect(address).await?).await
    }

    /// What the client is told: in TLS 1.3 it learns of a rejection at its first read.
    pub(in crate::tls) async fn outcome(&self, address: SocketAddr) -> String {
        match self.connect(address).await {
            Err(error) => error.to_string(),
            Ok(mut stream) => match stream.read(&mut [0]).await {
                Err(error) => error.to_string(),
                Ok(_) => "closed".to_owned(),
            },
        }
    }
}

/// A server with two organizations, osce-odihr and cis.
pub(in crate::tls) struct World {
    directory: TempDir,
    pub(in crate::tls) server: Authority,
    pub(in crate::tls) odihr: Authority,
    pub(in crate::tls) cis: Authority,
    pub(in crate::tls) anchors: Arc<Anchors>,
    pub(in crate::tls) acceptor: Arc<Acceptor>,
}

pub(in crate::tls) const SECRETARY: &str = "spiffe://odihr.osce.example/secretary";

impl World {
    pub(in crate::tls) fn new(limits: Limits) -> Self {
        let directory = TempDir::new().expect("a directory");
        let [server, odihr, cis] = ["server authority", "authority", "authority"].map(Authority::new);
        write_server_certificate(&directory, &server);
        let anchors = Arc::new(Anchors::new());
        let acceptor = Acceptor::new(&config(&directory, limits), anchors.clone()).expect("an acceptor");
        let world = Self { directory, server, odihr, cis, anchors, acceptor };
        world.register(false);
        world
    }

    /// Replaces the anchors, as a change of the registry does.
    pub(in crate::tls) fn register(&self, odihr_suspended: bool) {
        let mut odihr = organization("osce-odihr", "odihr.osce.example", &self.odihr);
        odihr.suspended = odihr_suspended;
        self.anchors.replace(&[odihr, organization("cis", "cis.example", &self.cis)]).expect("anchors");
    }

    /// A client of osce-odihr that is accepted.
    pub(in crate::tls) fn secretary(&self) -> Client {
        self.odihr.client(SECRETARY, &self.server)
    }

    /// Gives the server a new certificate of the same authority.
    pub(in crate::tls) fn renew(&self) {
        write_server_certificate(&self.directory, &self.server);
    }

    /// Overwrites one of the files that a reload reads.
    pub(in crate::tls) fn overwrite(&self, file: &str, text: &str) {
        std::fs::write(self.directory.path().join(file), text).expect("written");
    }

    /// Both ends of one connection, or why the server refused it.
    pub(in crate::tls) async fn meet(&self, client: &Client) -> Result<(Connection, TlsStream<TcpStream>), Reason> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let accepting = async {
            let (tcp, peer) = listener.accept().await.expect("a connection");
            self.acceptor.connect(tcp, peer).await
        };
        match tokio::join!(accepting, client.connect(address)) {
            (Ok(connection), connected) => Ok((connection, connected.expect("the server has accepted"))),
            (Err(refused), _) => Err(refused.rejection.reason),
        }
    }

    /// Serves: established connections are echoed from a task of their own.
    pub(in crate::tls) async fn serve(&self) -> (SocketAddr, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shutdown = CancellationToken::new();
        let mut incoming = self.acceptor.clone().incoming(listener, shutdown.clone());
        tokio::spawn(async move {
            while let Some(connection) = incoming.next().await {
                let (mut read, mut write) = tokio::io::split(connection.expect("no error"));
                tokio::spawn(async move { tokio::io::copy(&mut read, &mut write).await });
            }
        });
        (address, shutdown)
    }
}

/// An organization with one anchor.
pub(in crate::tls) fn organization(code: &str, domain: &str, authority: &Authority) -> Organization {
    let name = format!("en={code}").parse().expect("a name");
    Organization {
        code: code.parse().expect("a code"),
        kind: OrganizationKind::InternationalOrganization,
        names: Names::register(vec![name], "names", Timestamp::UNIX_EPOCH).expect("names"),
        state: None,
        trust_domain: domain.parse().expect("a domain"),
        anchors: vec![authority.pem()],
        suspended: false,
        create_time: Timestamp::UNIX_EPOCH,
    }
}

fn write_server_certificate(directory: &TempDir, authority: &Authority) {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let files = files(directory);
    std::fs::write(files.certificate, authority.sign(&params, &key).pem()).expect("written");
    std::fs::write(files.private_key, key.serialize_pem()).expect("written");
}

fn files(directory: &TempDir) -> TlsFiles {
    let path = directory.path();
    TlsFiles { certificate: path.join("server.pem"), private_key: path.join("server.key") }
}

fn config(directory: &TempDir, limits: Limits) -> Config {
    Config {
        database: "sqlite:unused.db".to_owned(),
        key_file: "unused.key".into(),
        documents: "dir:unused".to_owned(),
        s3: documents::S3Settings::default(),
        listen: ([127, 0, 0, 1], 0).into(),
        health_listen: ([127, 0, 0, 1], 0).into(),
        tls: files(directory),
        limits,
    }
}
