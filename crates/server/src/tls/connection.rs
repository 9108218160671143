//! The connection of one client, and the list of those that are open.
//!
//! The registry can close a connection at any time: each has a cancellation token, which its
//! reads watch.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use domain::vocabulary::id::OrganizationCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::Connected;

use super::SpiffeIdentity;

/// Who is at the other end of a connection, as the handshake has proved.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The address it connects from.
    pub address: SocketAddr,
    /// The identity in its certificate.
    pub identity: SpiffeIdentity,
    /// The organization whose anchors verified the certificate.
    pub organization: OrganizationCode,
    /// The certificate's serial number, in hexadecimal.
    pub serial: String,
    /// SHA-256 of the certificate. Events name it.
    pub fingerprint: [u8; 32],
    /// Whether the peer reads what it is sent.
    pub writes: WriteState,
}

/// Whether a connection has bytes that its socket does not take, because the other end does not
/// read.
///
/// Downloads wait for it before they give up their place.
#[derive(Debug, Clone, Default)]
pub struct WriteState(Arc<AtomicBool>);

impl WriteState {
    /// Whether some bytes are still waiting in this process.
    pub fn is_blocked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Simulates a peer that has stopped reading, or reads on.
    #[cfg(test)]
    pub(crate) fn set_blocked(&self, is_blocked: bool) {
        self.0.store(is_blocked, Ordering::Relaxed);
    }

    /// Records the result of a flush.
    fn record<T>(&self, flushed: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.0.store(flushed.is_pending(), Ordering::Relaxed);
        flushed
    }
}

/// An established connection; requests on it find its [`Peer`] in their extensions, as `Arc<Peer>`.
pub struct Connection {
    stream: TlsStream<TcpStream>,
    /// Ready when the registry closes the connection.
    close: Pin<Box<WaitForCancellationFutureOwned>>,
    entry: Entry,
    /// Counts against `limits.max_connections` until the connection ends.
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    /// Joins the stream with its entry in the list. `permit` is held until the connection ends.
    pub(super) fn new(stream: TlsStream<TcpStream>, entry: Entry, permit: OwnedSemaphorePermit) -> Self {
        let close = Box::pin(entry.close.clone().cancelled_owned());
        Self { stream, close, entry, _permit: permit }
    }
}

impl Connected for Connection {
    type ConnectInfo = Arc<Peer>;

    fn connect_info(&self) -> Arc<Peer> {
        self.entry.peer.clone()
    }
}

impl AsyncRead for Connection {
    /// HTTP/2 always has a read pending. So a connection is closed here, also an idle one.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.close.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::ConnectionAborted,
                "closed: the organization was suspended, or the principal was disabled",
            )));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.entry.peer.writes.record(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// The list of open connections.
#[derive(Debug, Default)]
pub(super) struct Connections {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
/// The entries, and the next id.
struct Open {
    next: u64,
    /// The peer of each connection, and the token that closes it.
    by_id: HashMap<u64, (Arc<Peer>, CancellationToken)>,
}

impl Connections {
    /// Adds a connection. `None` if its organization has `limit` of them already.
    pub(super) fn insert(self: &Arc<Self>, peer: Peer, limit: u32) -> Option<Entry> {
        let mut open = self.lock();
        let same = open.by_id.values().filter(|(other, _)| other.organization == peer.organization).count();
        if same >= limit as usize {
            return None;
        }
        let (id, peer, close) = (open.next, Arc::new(peer), CancellationToken::new());
        open.next += 1;
        open.by_id.insert(id, (peer.clone(), close.clone()));
        Some(Entry { id, peer, close, connections: self.clone() })
    }

    /// How many connections are open.
    pub(super) fn count(&self) -> usize {
        self.lock().by_id.len()
    }

    /// Closes the connections that `should_close` picks, and gives how many. They leave the list
    /// when they are dropped.
    pub(super) fn close(&self, should_close: impl Fn(&Peer) -> bool) -> usize {
        let open = self.lock();
        let picked = open.by_id.values().filter(|(peer, _)| should_close(peer));
        picked.map(|(_, close)| close.cancel()).count()
    }

    /// Poisoning is ignored: no code that holds this lock can panic between two changes that belong
    /// together.
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry of a connection in the list. Dropping it removes the connection.
pub(super) struct Entry {
    id: u64,
    peer: Arc<Peer>,
    close: CancellationToken,
    connections: Arc<Connections>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.connections.lock().by_id.remove(&self.id);
        // What was not written is gone with the connection, so downloads need not wait for it.
        self.peer.writes.0.store(false, Ordering::Relaxed);
    }
}
