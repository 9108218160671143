//! Accepts connections. Handshakes run at once, but their number is limited, and none holds up
//! another.
//!
//! A connection counts from the moment it is accepted. A client that sends nothing takes a place
//! only until the timeout of its handshake.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
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
use super::rejection::{Reason, Rejection};
use super::{ALPN, Anchors, Peer, server_config, spiffe_identity};
use crate::config::{Config, Limits, TlsFiles};

/// How long the socket of a refused client stays open, so that it can read the alert.
const LINGER: Duration = Duration::from_millis(500);

/// Turns TCP connections into connections of known peers.
pub struct Acceptor {
    files: TlsFiles,
    limits: Limits,
    anchors: Arc<Anchors>,
    /// The configuration of handshakes to come. A reload replaces it.
    current: ArcSwap<ServerConfig>,
    connections: Arc<Connections>,
    /// One permit for each connection, including those in their handshake.
    total: Arc<Semaphore>,
    /// One permit for each handshake.
    pending: Arc<Semaphore>,
}

impl Acceptor {
    /// Reads the server's certificate and key.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or the two do not belong together.
    pub fn new(config: &Config, anchors: Arc<Anchors>) -> anyhow::Result<Arc<Self>> {
        let current = ArcSwap::from_pointee(server_config(&config.tls, anchors.clone())?);
        let semaphore = |permits: NonZeroU32| Arc::new(Semaphore::new(permits.get() as usize));
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

    /// Reads the server's certificate and key again, for handshakes to come. Open connections stay.
    ///
    /// # Errors
    ///
    /// As [`Acceptor::new`]; the old certificate stays then.
    pub fn reload(&self) -> anyhow::Result<()> {
        let config = server_config(&self.files, self.anchors.clone())?;
        self.current.store(Arc::new(config));
        Ok(())
    }

    /// Closes the open connections that `should_close` picks, with all requests on them. Gives how
    /// many.
    ///
    /// Called after [`Anchors::replace`], it leaves no connection of a suspended organization open.
    pub fn close(&self, should_close: impl Fn(&Peer) -> bool) -> usize {
        self.connections.close(should_close)
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.connections.count()
    }

    /// The stream of established connections, until shutdown. The listener is closed then.
    pub fn incoming(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> ReceiverStream<io::Result<Connection>> {
        let (established, stream) = mpsc::channel(1);
        tokio::spawn(self.accept(listener, shutdown, established));
        ReceiverStream::new(stream)
    }

    /// Accepts until shutdown. Each handshake is a task of its own.
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
                    let handled = self.clone().handle(tcp, address, established.clone());
                    tokio::spawn(shutdown.clone().run_until_cancelled_owned(handled));
                }
                Err(error) => {
                    // Usually no file descriptors are left. Without a pause this would be a busy
                    // loop.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// Performs one handshake, and hands the connection to the server or logs why it was refused.
    async fn handle(
        self: Arc<Self>,
        tcp: TcpStream,
        address: SocketAddr,
        established: mpsc::Sender<io::Result<Connection>>,
    ) {
        match self.connect(tcp, address).await {
            // Sending fails only when the server has ended.
            Ok(connection) => drop(established.send(Ok(connection)).await),
            Err(RejectedSocket { rejection, socket }) => {
                rejection.log(address);
                if let Some((socket, _permits)) = socket {
                    linger(socket).await;
                }
            }
        }
    }

    /// Performs the handshake of one TCP connection.
    pub(super) async fn connect(&self, tcp: TcpStream, address: SocketAddr) -> Result<Connection, RejectedSocket> {
        let total = permit(&self.total, "limits.max_connections is reached")?;
        let pending = permit(&self.pending, "limits.max_pending_handshakes is reached")?;
        // Small replies leave at once (no Nagle). If the option cannot be set, they are only
        // slower.
        let _ = tcp.set_nodelay(true);
        let handshake = TlsAcceptor::from(self.current.load_full()).accept(tcp).into_fallible();
        match tokio::time::timeout(self.limits.handshake_timeout(), handshake).await {
            Ok(Ok(stream)) => Ok(self.establish(stream, address, total)?),
            Ok(Err((error, socket))) => {
                let rejection = Rejection::from_handshake(&error);
                Err(RejectedSocket { rejection, socket: Some((socket, [total, pending])) })
            }
            Err(_) => Err(Rejection::new(Reason::HandshakeTimeout, "the client took too long").into()),
        }
    }

    /// Checks what the handshake has negotiated, and adds the connection to the list of open ones.
    fn establish(
        &self,
        stream: TlsStream<TcpStream>,
        address: SocketAddr,
        permit: OwnedSemaphorePermit,
    ) -> Result<Connection, Rejection> {
        if stream.get_ref().1.alpn_protocol() != Some(ALPN) {
            return Err(Rejection::new(Reason::HandshakeFailed, "the client did not ask for HTTP/2"));
        }
        let peer = self.peer(&stream, address)?;
        let (domain, organization) = (peer.identity.trust_domain.clone(), peer.organization.clone());
        let Some(entry) = self.connections.insert(peer, self.limits.max_connections_per_organization.get()) else {
            let rejection =
                Rejection::new(Reason::TooManyConnections, "limits.max_connections_per_organization is reached");
            return Err(rejection.domain(&domain).organization(&organization));
        };
        // Looked up again now that it is in the list. Either this sees a suspension, or `close`
        // sees the connection.
        if self.anchors.lookup(&domain).is_none_or(|known| known.suspended) {
            let rejection = Rejection::new(Reason::OrganizationSuspended, "suspended during the handshake");
            return Err(rejection.domain(&domain).organization(&organization));
        }
        Ok(Connection::new(stream, entry, permit))
    }

    /// Reads who is at the other end, from the verified certificate.
    fn peer(&self, stream: &TlsStream<TcpStream>, address: SocketAddr) -> Result<Peer, Rejection> {
        let no_id = |detail: &dyn std::fmt::Display| Rejection::new(Reason::NoSpiffeId, detail);
        let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let certificate = certificate.ok_or_else(|| no_id(&"no certificate"))?;
        let identity = spiffe_identity(certificate).map_err(|error| no_id(&error))?;
        let serial = serial(certificate).map_err(|error| no_id(&error))?;
        let Some(known) = self.anchors.lookup(&identity.trust_domain) else {
            return Err(Rejection::new(Reason::UnknownTrustDomain, "removed during the handshake"));
        };
        let (organization, fingerprint) = (known.organization.clone(), fingerprint(certificate));
        Ok(Peer { address, identity, organization, serial, fingerprint, writes: WriteState::default() })
    }
}

/// A rejection, with the socket if its client can still read the alert.
///
/// Its permits are held as long, so that refused clients count against the limits too.
pub(super) struct RejectedSocket {
    pub(super) rejection: Rejection,
    socket: Option<(TcpStream, [OwnedSemaphorePermit; 2])>,
}

impl From<Rejection> for RejectedSocket {
    fn from(rejection: Rejection) -> Self {
        Self { rejection, socket: None }
    }
}

fn permit(semaphore: &Arc<Semaphore>, full: &str) -> Result<OwnedSemaphorePermit, Rejection> {
    semaphore.clone().try_acquire_owned().map_err(|_| Rejection::new(Reason::TooManyConnections, full))
}

/// Closes a socket so that its client can read the alert.
///
/// In TLS 1.3 a refused client has often sent its first request already. If a socket is closed with
/// unread bytes, the kernel resets the connection and discards the alert.
async fn linger(mut socket: TcpStream) {
    use tokio::io::{AsyncWriteExt, copy, sink};
    let read_out = async {
        socket.shutdown().await?;
        copy(&mut socket, &mut sink()).await
    };
    // The connection is refused either way, so the result does not matter.
    let _ = tokio::time::timeout(LINGER, read_out).await;
}
