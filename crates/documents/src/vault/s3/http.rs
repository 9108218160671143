//! Calls to the bucket's server: one connection each, within their time, and again if it makes sense.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ::http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use rustls::{ClientConfig, RootCertStore, crypto, version};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

use super::sign::Key;
use super::{Header, MAX_ANSWER, text_of};
use crate::{S3Settings, VaultError};

/// How long a connection may take, its handshake included.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long an attempt may take: 20 MiB over a slow line.
const ATTEMPT: Duration = Duration::from_secs(30);
/// How often a call is tried, and how long it waits before the second time; before the third, four times as long.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// What is asked.
pub struct Call {
    pub method: Method,
    /// From the first slash; has only letters that need no escape.
    pub path: String,
    /// Sorted by name.
    pub query: Vec<(&'static str, String)>,
    /// Those that are not signed.
    pub headers: Vec<Header>,
    pub body: Bytes,
    /// How many bytes are read of the answer.
    pub max_answer: usize,
}

impl Call {
    pub fn new(method: Method, path: String) -> Self {
        Self { method, path, query: Vec::new(), headers: Vec::new(), body: Bytes::new(), max_answer: MAX_ANSWER }
    }

    /// The query as it is sent and signed.
    pub fn query_string(&self) -> String {
        let pairs = self.query.iter().map(|(name, value)| format!("{name}={}", escape(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") }).collect()
}

/// What was answered.
pub struct Answer {
    pub status: StatusCode,
    pub body: Vec<u8>,
    /// Which attempt it answers, from 1.
    pub attempts: u32,
}

impl Answer {
    /// S3's word for an error; a HEAD has none. Only letters of it, since it goes into logs.
    pub fn code(&self) -> String {
        let body = String::from_utf8_lossy(&self.body[..self.body.len().min(4096)]);
        let code: String = text_of(&body, "Code").unwrap_or_default().chars().take(64).collect();
        let known = !code.is_empty() && code.chars().all(|letter| letter.is_ascii_alphanumeric());
        if known { code } else { "no reason given".into() }
    }

    /// Whether the server may say something else in a moment.
    fn is_passing(&self) -> bool {
        matches!(self.status.as_u16(), 429 | 500 | 502 | 503 | 504)
    }
}

/// The bucket's server.
pub struct Endpoint {
    host: String,
    port: u16,
    /// As in a `Host` header.
    authority: String,
    tls: Option<TlsConnector>,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Endpoint({})", self.authority)
    }
}

fn wrong(text: impl Into<String>) -> VaultError {
    VaultError::Location(text.into())
}

impl Endpoint {
    /// Reads the endpoint's URL and the roots that vouch for it.
    pub fn open(settings: &S3Settings, region: &str) -> Result<Self, VaultError> {
        let url = settings.endpoint.clone().unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com"));
        let uri: Uri = url.parse().map_err(|_| wrong("expected an S3 endpoint as in `https://s3.example.org:9000`"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong("expected an S3 endpoint with its scheme, as in `https://s3.example.org:9000`"));
        };
        if authority.as_str().contains('@') || uri.path_and_query().is_some_and(|rest| rest.as_str() != "/") {
            return Err(wrong("an S3 endpoint is scheme, host and port: no credentials, no path"));
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let tls = match scheme {
            "https" => Some(tls(settings.trusted_roots.as_deref())?),
            "http" if settings.allow_http_on_loopback && is_loopback(&host) => None,
            _ => {
                return Err(wrong(
                    "S3 is reached by https; http is for loopback, and only with allow_http_on_loopback",
                ));
            }
        };
        let port = authority.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
        Ok(Self { host, port, authority: authority.to_string(), tls })
    }

    /// Makes the call, again if the connection fails or the server says that it is busy. None is an answer of more bytes
    /// than are read.
    pub async fn send(&self, key: &Key, call: Call) -> Result<Option<Answer>, VaultError> {
        let mut attempts = 1;
        let mut pause = PAUSE;
        loop {
            let result = timeout(ATTEMPT, self.attempt(key, &call)).await;
            let result = result.unwrap_or_else(|_| Err("no answer in time".into()));
            match result {
                Ok(Some(answer)) if answer.is_passing() && attempts < ATTEMPTS => {}
                Ok(answer) => return Ok(answer.map(|answer| Answer { attempts, ..answer })),
                Err(error) if attempts == ATTEMPTS => return Err(VaultError::Unreachable(error)),
                Err(_) => {}
            }
            sleep(pause).await;
            pause *= 4;
            attempts += 1;
        }
    }

    async fn attempt(&self, key: &Key, call: &Call) -> Result<Option<Answer>, String> {
        let stream = timeout(CONNECTING, self.connect()).await.map_err(|_| "no connection in time")??;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        // Ends with the sender, or with the connection.
        let driver = tokio::spawn(connection);
        let answer = match sender.send_request(self.request(key, call)).await {
            Ok(response) => {
                let status = response.status();
                let body = Limited::new(response.into_body(), call.max_answer).collect().await;
                match body {
                    Ok(body) => Ok(Some(Answer { status, body: body.to_bytes().to_vec(), attempts: 0 })),
                    Err(error) if error.is::<LengthLimitError>() => Ok(None),
                    Err(error) => Err(error.to_string()),
                }
            }
            Err(error) => Err(error.to_string()),
        };
        driver.abort();
        answer
    }

    /// Signed anew at each attempt: a signature is good for a quarter of an hour.
    #[expect(clippy::disallowed_methods, reason = "a signature names the real time, and decides nothing of the domain")]
    fn request(&self, key: &Key, call: &Call) -> Request<Full<Bytes>> {
        let query = call.query_string();
        let question = if query.is_empty() { "" } else { "?" };
        let mut request = Request::builder().method(&call.method).uri(format!("{}{question}{query}", call.path));
        for (name, value) in key.sign(call, &self.authority, Timestamp::now()) {
            request = request.header(name, value);
        }
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(call.body.clone()));
        request.expect("paths, queries and credentials were checked for what a request cannot carry")
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, String> {
        let failed = |error: std::io::Error| error.to_string();
        let tcp = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(failed)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(tcp)) };
        let name =
            ServerName::try_from(self.host.clone()).map_err(|_| "the endpoint's host cannot be in a certificate")?;
        Ok(Box::new(tls.connect(name, tcp).await.map_err(failed)?))
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn tls(roots: Option<&Path>) -> Result<TlsConnector, VaultError> {
    let path =
        roots.ok_or(wrong("S3 by https needs trusted_roots: the PEM file of those who vouch for the endpoint"))?;
    let unreadable = |error: &dyn std::fmt::Display| wrong(format!("cannot read {}: {error}", path.display()));
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))? {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        store.add(certificate).map_err(|error| unreadable(&error))?;
    }
    if store.is_empty() {
        return Err(unreadable(&"there is no certificate in it"));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&version::TLS13])
        .expect("aws-lc-rs has TLS 1.3")
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
