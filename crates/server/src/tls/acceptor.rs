//! Accepting connections: handshakes at once but not without bounds, and never in each other's way.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use super::connection::{Connection, Connections, WriteState};
use super::identity::{fingerprint, serial};
use super::refusal::{Reason, Refusal};
use super::{ALPN, Anchors, Peer, server_config, spiffe_identity};
use crate::config::{Config, Limits, TlsFiles};

/// How long a refused client may take to read why.
const LINGER: Duration = Duration::from_millis(500);

/// Turns TCP connections into those of known peers.
pub struct Acceptor {
    files: TlsFiles,
    limits: Limits,
    anchors: Arc<Anchors>,
    current: ArcSwap<ServerConfig>,
    connections: Arc<Connections>,
    total: Arc<Semaphore>,
    pending: Arc<Semaphore>,
}

impl Acceptor {
    /// Reads the server's certificate and key.
    pub fn new(config: &Config, anchors: Arc<Anchors>) -> anyhow::Result<Arc<Self>> {
        let current = ArcSwap::from_pointee(server_config(&config.tls, anchors.clone())?);
        let semaphore = |permits: u32| Arc::new(Semaphore::new(permits as usize));
        Ok(Arc::new(Self {
            files: config.tls.clone(),
            anchors,
            current,
            connections: Arc::default(),
            total: semaphore(config.limits.max_connections),
            pending: semaphore(config.limits.max_pending_handshakes),
            limits: config.limits.clone(),
        }))
    }

    /// Reads the server's certificate and key again, for handshakes to come. On an error the old ones stay.
    pub fn reload(&self) -> anyhow::Result<()> {
        let config = server_config(&self.files, self.anchors.clone())?;
        self.current.store(Arc::new(config));
        Ok(())
    }

    /// Cuts the open connections that it picks, with all requests on them, and says how many.
    ///
    /// Called after [`Anchors::replace`], it leaves none of a suspended organization open.
    pub fn close(&self, doomed: impl Fn(&Peer) -> bool) -> usize {
        self.connections.close(doomed)
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.connections.count()
    }

    /// The connections that come in, until shutdown.
    pub fn incoming(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> ReceiverStream<io::Result<Connection>> {
        let (established, stream) = mpsc::channel(1);
        tokio::spawn(self.accept(listener, shutdown, established));
        ReceiverStream::new(stream)
    }

    async fn accept(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: CancellationToken,
        established: mpsc::Sender<io::Result<Connection>>,
    ) {
        loop {
            let accepted = tokio::select! {
                () = shutdown.cancelled() => return,
                () = established.closed() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((tcp, address)) => {
                    let admitted = self.clone().admit(tcp, address, established.clone());
                    tokio::spawn(shutdown.clone().run_until_cancelled_owned(admitted));
                }
                Err(error) => {
                    // Out of file descriptors, as a rule: trying again at once would only spin.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn admit(
        self: Arc<Self>,
        tcp: TcpStream,
        address: SocketAddr,
        established: mpsc::Sender<io::Result<Connection>>,
    ) {
        match self.connect(tcp, address).await {
            // The receiver is gone only when the server is.
            Ok(connection) => drop(established.send(Ok(connection)).await),
            Err(Refused { refusal, socket }) => {
                refusal.log(address);
                if let Some((socket, _permits)) = socket {
                    linger(socket).await;
                }
            }
        }
    }

    /// From a TCP connection to one of a known peer.
    pub(super) async fn connect(&self, tcp: TcpStream, address: SocketAddr) -> Result<Connection, Refused> {
        let total = permit(&self.total, "limits.max_connections is reached")?;
        let pending = permit(&self.pending, "limits.max_pending_handshakes is reached")?;
        // Small replies are not held back for an acknowledgement; a socket that cannot is merely slower.
        let _ = tcp.set_nodelay(true);
        let handshake = TlsAcceptor::from(self.current.load_full()).accept(tcp).into_fallible();
        match tokio::time::timeout(self.limits.handshake_timeout(), handshake).await {
            Ok(Ok(stream)) => Ok(self.establish(stream, address, total)?),
            Ok(Err((error, socket))) => {
                let refusal = Refusal::from_handshake(&error);
                Err(Refused { refusal, socket: Some((socket, [total, pending])) })
            }
            Err(_) => Err(Refusal::new(Reason::HandshakeTimeout, "the client took too long").into()),
        }
    }

    fn establish(
        &self,
        stream: TlsStream<TcpStream>,
        address: SocketAddr,
        permit: OwnedSemaphorePermit,
    ) -> Result<Connection, Refusal> {
        if stream.get_ref().1.alpn_protocol() != Some(ALPN) {
            return Err(Refusal::new(Reason::HandshakeFailed, "the client did not ask for HTTP/2"));
        }
        let peer = self.peer(&stream, address)?;
        let (domain, organization) = (peer.identity.trust_domain.clone(), peer.organization.clone());
        let Some(entry) = self.connections.enter(peer, self.limits.max_connections_per_organization) else {
            let refusal =
                Refusal::new(Reason::TooManyConnections, "limits.max_connections_per_organization is reached");
            return Err(refusal.domain(&domain).organization(&organization));
        };
        // Looked up again once listed: either this sees a suspension, or `close` sees the connection.
        if self.anchors.of(&domain).is_none_or(|known| known.suspended) {
            let refusal = Refusal::new(Reason::OrganizationSuspended, "suspended during the handshake");
            return Err(refusal.domain(&domain).organization(&organization));
        }
        Ok(Connection::new(stream, entry, permit))
    }

    fn peer(&self, stream: &TlsStream<TcpStream>, address: SocketAddr) -> Result<Peer, Refusal> {
        let no_id = |detail: &dyn std::fmt::Display| Refusal::new(Reason::NoSpiffeId, detail);
        let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let certificate = certificate.ok_or_else(|| no_id(&"no certificate"))?;
        let identity = spiffe_identity(certificate).map_err(|error| no_id(&error))?;
        let serial = serial(certificate).map_err(|error| no_id(&error))?;
        let Some(known) = self.anchors.of(&identity.trust_domain) else {
            return Err(Refusal::new(Reason::UnknownTrustDomain, "removed during the handshake"));
        };
        let (organization, fingerprint) = (known.organization.clone(), fingerprint(certificate));
        Ok(Peer { address, identity, organization, serial, fingerprint, writes: WriteState::default() })
    }
}

/// A refusal, with the socket whose client has yet to read the alert; its permits are held as long.
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    socket: Option<(TcpStream, [OwnedSemaphorePermit; 2])>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, socket: None }
    }
}

fn permit(semaphore: &Arc<Semaphore>, full: &str) -> Result<OwnedSemaphorePermit, Refusal> {
    semaphore.clone().try_acquire_owned().map_err(|_| Refusal::new(Reason::TooManyConnections, full))
}

/// Closes gently. In TLS 1.3 a refused client has often sent its first request already, and closing on unread bytes
/// would make the kernel reset the connection and throw the alert away.
async fn linger(mut socket: TcpStream) {
    use tokio::io::{AsyncWriteExt, copy, sink};
    let read_out = async {
        socket.shutdown().await?;
        copy(&mut socket, &mut sink()).await
    };
    // Whether it worked is the client's affair.
    let _ = tokio::time::timeout(LINGER, read_out).await;
}
