//! The connections to the bucket's server: one for each attempt, with deadlines and a limit on what is read.
//!
//! The server is trusted to keep documents, and with nothing else. A slow one must not hold a request forever, and a
//! hostile one must not exhaust the memory. No URL is logged or put into an error, because it holds the signature.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ::http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, crypto, version};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use rusty_s3::{Bucket, UrlStyle};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

use crate::{S3, S3Settings, VaultError};

/// How long a connection may take, its TLS handshake included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one attempt may take: 20 MiB over a slow line.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// How often a request is sent until it succeeds.
const MAX_ATTEMPTS: u32 = 3;
/// The pause before the second attempt. The pause before the third is four times as long.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The response to a request.
pub struct Response {
    /// The HTTP status.
    pub status: StatusCode,
    /// The whole body.
    pub body: Vec<u8>,
    /// How often the request was sent. An attempt before the last one may have had its effect, and its response was
    /// lost.
    pub attempts: u32,
}

impl Response {
    /// S3's error code, if the response has one. The response to a HEAD has none.
    ///
    /// Only short words of letters and digits are codes: they get into logs, and the server could write anything.
    pub fn error_code(&self) -> Option<String> {
        let body = String::from_utf8_lossy(&self.body[..self.body.len().min(4096)]);
        let (_, rest) = body.split_once("<Code>")?;
        let (code, _) = rest.split_once("</Code>")?;
        let is_code = (1..=64).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_code.then(|| code.to_owned())
    }

    /// Whether the same request may succeed a moment later.
    fn is_transient_error(&self) -> bool {
        matches!(self.status.as_u16(), 429 | 500 | 502 | 503 | 504)
    }
}

/// The bucket's server.
pub struct Endpoint {
    host: String,
    port: u16,
    /// The value of the `Host` header, exactly as the signature has it.
    pub authority: String,
    /// None for http on loopback.
    tls: Option<TlsConnector>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.authority)
    }
}

/// The text says what was expected.
fn location_error(text: impl Into<String>) -> VaultError {
    VaultError::Location(text.into())
}

impl Endpoint {
    /// Reads the endpoint's URL and its trust anchors. Returns the bucket as `rusty-s3` signs for it, and how to
    /// connect.
    pub fn open(location: &S3) -> Result<(Bucket, Self), VaultError> {
        let settings = &location.settings;
        let region = settings.region.clone().unwrap_or_else(|| "us-east-1".into());
        let url = settings.endpoint.clone().unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com"));
        let tls = check_endpoint(&url, settings)?;
        let expected = |_| location_error("expected an S3 endpoint as in `https://s3.example.org:9000`");
        let bucket = Bucket::new(url.parse().map_err(expected)?, UrlStyle::Path, location.bucket.clone(), region)
            .map_err(|_| location_error("expected an S3 endpoint with a host, as in `https://s3.example.org:9000`"))?;
        let base = bucket.base_url();
        let host = base.host_str().expect("rusty-s3 has checked that there is one");
        // As rusty-s3 writes it into the signature: the port only if it is not the scheme's own.
        let authority = base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let port = base.port_or_known_default().expect("http and https have one");
        let endpoint = Self { host: host.trim_matches(['[', ']']).to_owned(), port, authority, tls };
        Ok((bucket, endpoint))
    }

    /// Sends a request, and repeats it if the connection fails or the server is busy. `sign` makes the request for each
    /// attempt. None is a response of more bytes than `max_response`.
    pub async fn send(
        &self,
        max_response: usize,
        sign: impl Fn() -> Request<Full<Bytes>>,
    ) -> Result<Option<Response>, VaultError> {
        let mut attempts = 1;
        let mut pause = FIRST_PAUSE;
        loop {
            let result = timeout(ATTEMPT_TIMEOUT, self.attempt(sign(), max_response)).await;
            let result = result.unwrap_or_else(|_| Err("no answer in time".into()));
            match result {
                Ok(Some(response)) if response.is_transient_error() && attempts < MAX_ATTEMPTS => {}
                Ok(response) => return Ok(response.map(|response| Response { attempts, ..response })),
                Err(error) if attempts == MAX_ATTEMPTS => return Err(VaultError::Unreachable(error)),
                Err(_) => {}
            }
            sleep(pause).await;
            pause *= 4;
            attempts += 1;
        }
    }

    /// One attempt, on a connection of its own. Uploads are rare and large, so a pool of connections would gain little,
    /// and a connection that the server has closed meanwhile cannot fail a request.
    async fn attempt(&self, request: Request<Full<Bytes>>, max_response: usize) -> Result<Option<Response>, String> {
        let stream = timeout(CONNECT_TIMEOUT, self.connect()).await.map_err(|_| "no connection in time")??;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        // Ends with the sender, or with the connection.
        let driver = tokio::spawn(connection);
        let response = match sender.send_request(request).await {
            Ok(response) => {
                let status = response.status();
                let body = Limited::new(response.into_body(), max_response).collect().await;
                match body {
                    Ok(body) => Ok(Some(Response { status, body: body.to_bytes().to_vec(), attempts: 0 })),
                    Err(error) if error.is::<LengthLimitError>() => Ok(None),
                    Err(error) => Err(error.to_string()),
                }
            }
            Err(error) => Err(error.to_string()),
        };
        // Otherwise a server that keeps the connection open would keep its task.
        driver.abort();
        response
    }

    /// Connects, with TLS unless the endpoint is http on loopback.
    async fn connect(&self) -> Result<Box<dyn Stream>, String> {
        let failed = |error: std::io::Error| error.to_string();
        let tcp = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(failed)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(tcp)) };
        let name =
            ServerName::try_from(self.host.clone()).map_err(|_| "the endpoint's host cannot be in a certificate")?;
        Ok(Box::new(tls.connect(name, tcp).await.map_err(failed)?))
    }
}

/// A connection with or without TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Refuses an endpoint that is more than scheme, host and port. Returns how TLS is made, or None for http on loopback.
fn check_endpoint(url: &str, settings: &S3Settings) -> Result<Option<TlsConnector>, VaultError> {
    let uri: Uri =
        url.parse().map_err(|_| location_error("expected an S3 endpoint as in `https://s3.example.org:9000`"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(location_error("expected an S3 endpoint with its scheme, as in `https://s3.example.org:9000`"));
    };
    if authority.as_str().contains('@') || uri.path_and_query().is_some_and(|rest| rest.as_str() != "/") {
        return Err(location_error("an S3 endpoint is scheme, host and port: no credentials, no path"));
    }
    match scheme {
        "https" => tls(settings.trusted_roots.as_deref()).map(Some),
        "http" if settings.allow_http_on_loopback && is_loopback(authority.host()) => Ok(None),
        _ => Err(location_error("S3 is reached by https; http is for loopback, and only with allow_http_on_loopback")),
    }
}

/// Whether the host is this one. Only `localhost` and addresses: another name could resolve to anything later.
fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// TLS 1.3 alone, with the trust anchors of this file alone.
fn tls(roots: Option<&Path>) -> Result<TlsConnector, VaultError> {
    let path = roots.ok_or_else(|| {
        location_error("S3 by https needs trusted_roots: a PEM file with the authorities of the endpoint's certificate")
    })?;
    let unreadable = |error: &dyn fmt::Display| location_error(format!("cannot read {}: {error}", path.display()));
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
