//! Makes a channel for each server of a profile. A channel connects when it is first used.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};

use crate::connection_state::{LatestConnection, WatchedStream};
use crate::{Error, Profile};

/// The most time for connecting to one server, including the TLS handshake. Then the next server is tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The interval of HTTP/2 pings. Firewalls forget idle connections, and a dead server would not be noticed.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);
/// The most time for the answer to a ping. After it the connection counts as broken.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Why no connection was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectFailure {
    #[error("no connection within {} seconds", CONNECT_TIMEOUT.as_secs())]
    /// TCP and TLS together took longer than [`CONNECT_TIMEOUT`].
    Timeout,
    #[error("{0}")]
    /// TCP failed, for example because nothing listens.
    Tcp(io::Error),
    #[error("TLS: {0}")]
    /// The TLS handshake failed. The error can hold one of rustls, which `status` looks at.
    Tls(io::Error),
    #[error("the server does not speak HTTP/2")]
    /// TLS worked, but the server did not agree on HTTP/2, so it is not a gRPC server.
    NoHttp2,
}

/// One server of the service: its channel, and the state of its latest connection.
#[derive(Debug)]
pub(crate) struct Server {
    /// The address as the profile has it, for errors.
    pub(crate) address: Arc<str>,
    /// The channel, which connects again by itself after a connection broke.
    pub(crate) channel: Channel,
    pub(crate) link: Arc<LatestConnection>,
}

/// The servers that the profile names. None is connected yet.
pub(crate) fn servers(profile: &Profile) -> Result<Vec<Server>, Error> {
    let tls = TlsConnector::from(Arc::new(profile.tls()?));
    profile.servers()?.into_iter().map(|(address, name)| server(address, name, tls.clone())).collect()
}

/// A server whose channel makes TLS connections itself, so that they can be watched.
fn server(address: String, server_name: ServerName<'static>, tls: TlsConnector) -> Result<Server, Error> {
    let link = Arc::new(LatestConnection::default());
    let endpoint = endpoint(&address)?;
    let address: Arc<str> = Arc::from(address);
    let dialer = Dialer { address: address.clone(), server_name, tls, link: Arc::clone(&link) };
    let connector = tower::service_fn(move |_| {
        let dialer = dialer.clone();
        async move { dialer.dial().await }
    });
    Ok(Server { address, channel: endpoint.connect_with_connector_lazy(connector), link })
}

/// The endpoint of a server. Its own address says `http`, because the connector does TLS itself. Requests say `https`.
fn endpoint(address: &str) -> Result<Endpoint, Error> {
    // The profile has checked the address, so this only fails for characters that a URL does not allow.
    let malformed =
        |error: &dyn std::error::Error| Error::Local { what: format!("address {address}"), why: error.to_string() };
    let origin = format!("https://{address}").parse().map_err(|error| malformed(&error))?;
    let endpoint =
        Endpoint::from_shared(format!("http://{address}")).map_err(|error| malformed(&error))?.origin(origin);
    Ok(endpoint
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true))
}

/// Makes connections to one server.
#[derive(Clone)]
struct Dialer {
    address: Arc<str>,
    server_name: ServerName<'static>,
    tls: TlsConnector,
    link: Arc<LatestConnection>,
}

impl Dialer {
    /// Connects and does the TLS handshake, and starts to watch the connection.
    async fn dial(self) -> Result<TokioIo<WatchedStream<TlsStream<TcpStream>>>, ConnectFailure> {
        let stream = timeout(CONNECT_TIMEOUT, self.handshake()).await.map_err(|_| ConnectFailure::Timeout)??;
        if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
            return Err(ConnectFailure::NoHttp2);
        }
        Ok(TokioIo::new(self.link.watch(stream)))
    }

    /// Connects by TCP and does the TLS handshake. Small messages are sent at once.
    async fn handshake(&self) -> Result<TlsStream<TcpStream>, ConnectFailure> {
        let stream = TcpStream::connect(&*self.address).await.map_err(ConnectFailure::Tcp)?;
        // Without this, a small request can wait for the acknowledgement of the one before.
        stream.set_nodelay(true).map_err(ConnectFailure::Tcp)?;
        self.tls.connect(self.server_name.clone(), stream).await.map_err(ConnectFailure::Tls)
    }
}
