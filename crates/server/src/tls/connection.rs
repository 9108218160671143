//! One client's connection, and the list of those that are open.

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

/// Whom a connection's handshake proved at the other end.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Where it connects from.
    pub address: SocketAddr,
    /// Whom its certificate names.
    pub identity: SpiffeIdentity,
    /// Whose anchors vouched for it.
    pub organization: OrganizationCode,
    /// The certificate's serial number, in hexadecimal.
    pub serial: String,
    /// The certificate's SHA-256.
    pub fingerprint: [u8; 32],
    /// Whether it reads what it is sent.
    pub writes: WriteState,
}

/// Whether a connection has bytes that its socket does not take, because the other end does not read them.
#[derive(Debug, Clone, Default)]
pub struct WriteState(Arc<AtomicBool>);

impl WriteState {
    /// Whether some of what the connection was given is still here.
    pub fn is_blocked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// As if the other end had stopped reading, or reads on.
    #[cfg(test)]
    pub(crate) fn set_blocked(&self, is_blocked: bool) {
        self.0.store(is_blocked, Ordering::Relaxed);
    }

    fn note<T>(&self, flushed: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.0.store(flushed.is_pending(), Ordering::Relaxed);
        flushed
    }
}

/// An established connection; requests on it find its [`Peer`] in their extensions, as `Arc<Peer>`.
pub struct Connection {
    stream: TlsStream<TcpStream>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    entry: Entry,
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    pub(super) fn new(stream: TlsStream<TcpStream>, entry: Entry, permit: OwnedSemaphorePermit) -> Self {
        let cut = Box::pin(entry.cut.clone().cancelled_owned());
        Self { stream, cut, entry, _permit: permit }
    }
}

impl Connected for Connection {
    type ConnectInfo = Arc<Peer>;

    fn connect_info(&self) -> Arc<Peer> {
        self.entry.peer.clone()
    }
}

impl AsyncRead for Connection {
    /// HTTP/2 always has a read pending, so this is where a cut takes effect, on an idle connection too.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.cut.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "cut by the registry")));
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
        self.entry.peer.writes.note(flushed)
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

/// The open connections.
#[derive(Debug, Default)]
pub(super) struct Connections {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    by_id: HashMap<u64, (Arc<Peer>, CancellationToken)>,
}

impl Connections {
    /// Lists a connection, unless its organization already has `limit` of them.
    pub(super) fn enter(self: &Arc<Self>, peer: Peer, limit: u32) -> Option<Entry> {
        let mut open = self.lock();
        let same = open.by_id.values().filter(|(other, _)| other.organization == peer.organization).count();
        if same >= limit as usize {
            return None;
        }
        let (id, peer, cut) = (open.next, Arc::new(peer), CancellationToken::new());
        open.next += 1;
        open.by_id.insert(id, (peer.clone(), cut.clone()));
        Some(Entry { id, peer, cut, connections: self.clone() })
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.lock().by_id.len()
    }

    /// Cuts those it picks and says how many.
    pub(super) fn close(&self, doomed: impl Fn(&Peer) -> bool) -> usize {
        let open = self.lock();
        let picked = open.by_id.values().filter(|(peer, _)| doomed(peer));
        picked.map(|(_, cut)| cut.cancel()).count()
    }

    /// A panic while it was held left the list itself whole.
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place in the list, given up when dropped.
pub(super) struct Entry {
    id: u64,
    peer: Arc<Peer>,
    cut: CancellationToken,
    connections: Arc<Connections>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.connections.lock().by_id.remove(&self.id);
        self.peer.writes.0.store(false, Ordering::Relaxed);
    }
}
