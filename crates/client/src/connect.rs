//! From a profile to a channel for each server, which connects when it is used.

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

/// One server of the service: a channel to it, and what becomes of its connections.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: Arc<str>,
    pub(crate) channel: Channel,
    pub(crate) link: Arc<Link>,
}

/// Every server that the profile names; each is connected to when it is first used.
pub(crate) fn servers(profile: &Profile) -> Result<Vec<Server>, Error> {
    let tls = TlsConnector::from(Arc::new(profile.tls()?));
    profile.servers()?.into_iter().map(|(address, name)| server(address, name, tls.clone())).collect()
}

fn server(address: String, server_name: ServerName<'static>, tls: TlsConnector) -> Result<Server, Error> {
    let link = Arc::new(Link::default());
    let endpoint = endpoint(&address)?;
    let address: Arc<str> = Arc::from(address);
    let dialer = Dialer { address: address.clone(), server_name, tls, link: Arc::clone(&link) };
    let connector = tower::service_fn(move |_| {
        let dialer = dialer.clone();
        async move { dialer.dial().await }
    });
    Ok(Server { address, channel: endpoint.connect_with_connector_lazy(connector), link })
}

/// The endpoint's own address says `http`, because the connector does TLS itself; the requests say `https`.
fn endpoint(address: &str) -> Result<Endpoint, Error> {
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

#[derive(Clone)]
struct Dialer {
    address: Arc<str>,
    server_name: ServerName<'static>,
    tls: TlsConnector,
    link: Arc<Link>,
}

impl Dialer {
    async fn dial(self) -> Result<TokioIo<Watched<TlsStream<TcpStream>>>, ConnectFailure> {
        let stream = timeout(CONNECT_TIMEOUT, self.handshake()).await.map_err(|_| ConnectFailure::Timeout)??;
        if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
            return Err(ConnectFailure::NoHttp2);
        }
        Ok(TokioIo::new(self.link.watch(stream)))
    }

    async fn handshake(&self) -> Result<TlsStream<TcpStream>, ConnectFailure> {
        let stream = TcpStream::connect(&*self.address).await.map_err(ConnectFailure::Tcp)?;
        stream.set_nodelay(true).map_err(ConnectFailure::Tcp)?;
        self.tls.connect(self.server_name.clone(), stream).await.map_err(ConnectFailure::Tls)
    }
}
