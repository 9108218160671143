//! From a profile to a channel that connects when it is used.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};

use crate::link::{Link, Watched};
use crate::{Error, Profile};

/// For one server; the next one is tried after it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectFailure {
    #[error("no connection within {} seconds", CONNECT_TIMEOUT.as_secs())]
    Timeout,
    #[error("{0}")]
    Tcp(io::Error),
    #[error("TLS: {0}")]
    Tls(io::Error),
    #[error("the server does not speak HTTP/2")]
    NoHttp2,
}

/// A channel to the profile's service, and what becomes of its connections.
pub(crate) fn channel(profile: &Profile) -> Result<(Channel, Arc<Link>), Error> {
    let link = Arc::new(Link::default());
    let dialer = Dialer {
        servers: Arc::from(profile.servers()?),
        current: Arc::default(),
        tls: TlsConnector::from(Arc::new(profile.tls()?)),
        link: Arc::clone(&link),
    };
    let endpoint = endpoint(profile)?;
    let connector = tower::service_fn(move |_| {
        let dialer = dialer.clone();
        async move { dialer.dial().await }
    });
    Ok((endpoint.connect_with_connector_lazy(connector), link))
}

/// The endpoint's own address says `http`, because the connector does TLS itself; the requests say `https`.
fn endpoint(profile: &Profile) -> Result<Endpoint, Error> {
    let malformed = |error: &dyn std::error::Error| Error::Local {
        what: format!("address {}", profile.address),
        why: error.to_string(),
    };
    // Whichever server it is in the end: they are one service, and none looks at the name.
    let first = profile.address.split(',').next().unwrap_or_default().trim();
    let origin = format!("https://{first}").parse().map_err(|error| malformed(&error))?;
    let endpoint = Endpoint::from_shared(format!("http://{first}")).map_err(|error| malformed(&error))?.origin(origin);
    Ok(endpoint
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true))
}

#[derive(Clone)]
struct Dialer {
    /// Each with the name that its certificate must be valid for.
    servers: Arc<[(String, ServerName<'static>)]>,
    /// The one to begin with: whoever answered the last time.
    current: Arc<AtomicUsize>,
    tls: TlsConnector,
    link: Arc<Link>,
}

impl Dialer {
    /// Connects to the first server that answers, from the one on that answered the last time.
    async fn dial(self) -> Result<TokioIo<Watched<TlsStream<TcpStream>>>, ConnectFailure> {
        let (count, first) = (self.servers.len(), self.current.load(Ordering::Relaxed));
        let mut failure = ConnectFailure::Timeout;
        for index in (first..first + count).map(|index| index % count) {
            let (address, name) = &self.servers[index];
            match timeout(CONNECT_TIMEOUT, self.handshake(address, name)).await {
                Ok(Ok(stream)) => {
                    self.current.store(index, Ordering::Relaxed);
                    return Ok(TokioIo::new(self.link.watch(stream)));
                }
                Ok(Err(error)) => failure = error,
                Err(_) => failure = ConnectFailure::Timeout,
            }
        }
        Err(failure)
    }

    async fn handshake(
        &self,
        address: &str,
        name: &ServerName<'static>,
    ) -> Result<TlsStream<TcpStream>, ConnectFailure> {
        let stream = TcpStream::connect(address).await.map_err(ConnectFailure::Tcp)?;
        stream.set_nodelay(true).map_err(ConnectFailure::Tcp)?;
        let stream = self.tls.connect(name.clone(), stream).await.map_err(ConnectFailure::Tls)?;
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") { Ok(stream) } else { Err(ConnectFailure::NoHttp2) }
    }
}
