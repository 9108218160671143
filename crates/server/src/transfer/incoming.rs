//! An upload: its bytes are read only when there is memory for them.
//!
//! What is not read stays with the sender. HTTP/2 grants a stream one window, and the next one
//! only as bytes are read. So a sender that has to wait costs the server one window and no more.
//!
//! The body and the receiver share [`ReceivedBytes`]: the body counts what it reads and stops at
//! the limit, the receiver raises the limit as it gets memory.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use aws_lc_rs::digest;
use http::Request;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use tokio_stream::{Stream, StreamExt as _};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Bytes;
use tower::{Layer, Service};

use super::allocator::UNIT;
use super::rate::CHECK_INTERVAL;
use super::{RateMeter, Reservation, TooSlow};
use crate::deadline::is_upload;

#[cfg(test)]
mod tests;

/// How many bytes of an upload are read before it has memory reserved. They must hold its header.
const HEADER_BYTES: usize = 16 << 10;
/// How many bytes are read beyond what is reserved: the framing of a message, and the rest of an
/// HTTP/2 frame.
const SLACK: usize = 16 << 10;

/// How many bytes of the body of an upload were read, and how many may be. Cheap to clone; all
/// clones count together.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedBytes(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    /// Bytes that the body has given.
    read: AtomicUsize,
    /// The value of `read` when the last message was complete.
    at_message: AtomicUsize,
    /// The value of `read` at which the body stops.
    allowed: AtomicUsize,
    /// Whether the body has stopped because it has reached `allowed`.
    is_starved: AtomicBool,
}

impl Default for ReceivedBytes {
    fn default() -> Self {
        let zero = AtomicUsize::default;
        let allowed = AtomicUsize::new(HEADER_BYTES);
        Self(Arc::new(Counts { read: zero(), at_message: zero(), allowed, is_starved: AtomicBool::new(false) }))
    }
}

impl ReceivedBytes {
    /// Whether more may be read. If not, the body gives nothing until [`ReceivedBytes::allow`].
    pub(super) fn may_read(&self) -> bool {
        let may_read = self.0.read.load(Ordering::Relaxed) < self.0.allowed.load(Ordering::Relaxed);
        self.0.is_starved.store(!may_read, Ordering::Relaxed);
        may_read
    }

    /// Counts bytes that the body has given.
    pub(super) fn add(&self, bytes: usize) {
        self.0.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Waits until the body has stopped at its limit.
    ///
    /// It registers no waker. The same task polls the body just before this, so it is polled again
    /// whenever that can change.
    pub(crate) async fn starved(&self) {
        std::future::poll_fn(|_| match self.0.is_starved.load(Ordering::Relaxed) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }

    /// A message is complete. From here on its bytes are counted by the receiver.
    fn end_message(&self) {
        self.0.at_message.store(self.0.read.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// How many bytes of the current, incomplete message have come.
    fn partial(&self) -> usize {
        self.0.read.load(Ordering::Relaxed) - self.0.at_message.load(Ordering::Relaxed)
    }

    /// Lets the current message have so many bytes in all.
    fn allow(&self, bytes: usize) {
        self.0.allowed.store(self.0.at_message.load(Ordering::Relaxed) + bytes + SLACK, Ordering::Relaxed);
        self.0.is_starved.store(false, Ordering::Relaxed);
    }
}

/// Why an upload fails.
#[derive(Debug)]
pub(crate) enum IncomingError {
    /// The stream broke, or has something that is no message.
    Stream(Status),
    /// The sender is too slow.
    TooSlow(TooSlow),
    /// More bytes come than the header announced.
    TooMany,
}

impl From<TooSlow> for IncomingError {
    fn from(slow: TooSlow) -> Self {
        Self::TooSlow(slow)
    }
}

/// One upload that is being received.
pub(crate) struct Incoming<'a> {
    received: ReceivedBytes,
    reservation: &'a Reservation,
    /// How many bytes of memory it has.
    capacity: usize,
    /// How many bytes the header announced.
    announced: usize,
    bytes: Vec<u8>,
    digest: digest::Context,
    meter: RateMeter,
    ticks: Interval,
}

impl<'a> Incoming<'a> {
    /// Waits for the first unit of memory. Only then the sender's time begins: it must not be
    /// blamed for waiting.
    pub(crate) async fn begin(received: ReceivedBytes, reservation: &'a Reservation, announced: usize) -> Self {
        reservation.grow_to(UNIT.min(announced)).await;
        let now = Instant::now();
        let mut ticks = interval(CHECK_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        received.end_message();
        let incoming = Self {
            received,
            reservation,
            capacity: reservation.capacity(),
            announced,
            bytes: Vec::new(),
            digest: digest::Context::new(&digest::SHA256),
            meter: RateMeter::new(now),
            ticks,
        };
        incoming.allow();
        incoming
    }

    /// Receives the next message. `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// See [`IncomingError`]. While it waits for memory, the rate is not measured.
    pub(crate) async fn next<P>(
        &mut self,
        stream: &mut (impl Stream<Item = Result<P, Status>> + Unpin),
    ) -> Result<Option<P>, IncomingError> {
        loop {
            tokio::select! {
                // What has come is looked at first. Otherwise a late tick could end a sender that
                // was fast enough.
                biased;
                part = stream.next() => {
                    self.received.end_message();
                    self.allow();
                    return part.transpose().map_err(IncomingError::Stream);
                }
                () = self.received.starved() => self.grow().await?,
                due = self.ticks.tick() => {
                    let moved = u64::try_from(self.bytes.len() + self.received.partial()).unwrap_or(u64::MAX);
                    let now = Instant::now();
                    // A late tick shows that this server had no processor, so it could not read
                    // either.
                    self.meter.exclude(now - due);
                    self.meter.check(now, moved, self.reservation.is_contested())?;
                }
            }
        }
    }

    /// Appends the bytes of a message.
    ///
    /// # Errors
    ///
    /// [`IncomingError::TooMany`] if there are more now than were announced.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> Result<(), IncomingError> {
        let missing = self.announced - self.bytes.len();
        if chunk.len() > missing {
            return Err(IncomingError::TooMany);
        }
        // Grows with what has come. To announce a large file costs nothing, so memory must not
        // follow the announcement.
        if self.bytes.capacity() - self.bytes.len() < chunk.len() {
            self.bytes.reserve_exact(chunk.len().max(self.bytes.len()).min(missing));
        }
        self.digest.update(chunk);
        self.bytes.extend_from_slice(chunk);
        self.allow();
        Ok(())
    }

    /// All bytes that came, and their SHA-256.
    pub(crate) fn finish(self) -> (Vec<u8>, [u8; 32]) {
        let sha256 = self.digest.finish();
        (self.bytes, sha256.as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }

    /// Waits for one more unit of memory. A body that stops with all announced memory reserved is
    /// too long.
    async fn grow(&mut self) -> Result<(), IncomingError> {
        if self.capacity >= self.announced {
            return Err(IncomingError::TooMany);
        }
        let begin = Instant::now();
        self.reservation.grow_to(self.capacity + UNIT).await;
        self.meter.exclude(begin.elapsed());
        self.capacity = self.reservation.capacity();
        self.allow();
        Ok(())
    }

    /// Lets the body give as many bytes as there is memory left for.
    fn allow(&self) {
        self.received.allow(self.capacity.saturating_sub(self.bytes.len()));
    }
}

/// Layer of [`UploadBodies`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct UploadBodyLayer;

impl<S> Layer<S> for UploadBodyLayer {
    type Service = UploadBodies<S>;

    fn layer(&self, inner: S) -> UploadBodies<S> {
        UploadBodies { inner }
    }
}

/// Wraps the body of an upload so that it stops at its limit, and puts the [`ReceivedBytes`] into
/// the extensions of the request.
///
/// Other requests pass unchanged: `request_limits` bounds those.
#[derive(Debug, Clone)]
pub(crate) struct UploadBodies<S> {
    inner: S,
}

impl<S> Service<Request<Body>> for UploadBodies<S>
where
    S: Service<Request<Body>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> S::Future {
        if is_upload(request.uri().path()) {
            let received = ReceivedBytes::default();
            request.extensions_mut().insert(received.clone());
            request = request.map(|body| Body::new(UploadBody { body, received }));
        }
        self.inner.call(request)
    }
}

/// A body that counts what it gives, and stops at the limit.
struct UploadBody {
    body: Body,
    received: ReceivedBytes,
}

impl http_body::Body for UploadBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if !self.received.may_read() {
            return Poll::Pending;
        }
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.received.add(data.len());
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
