//! A download: a file that is sent from memory, and that holds its memory until it has left.
//!
//! Nobody polls a stream whose reader has stopped reading. So a task of its own,
//! [`enforce_rate`], measures it and takes the memory away.
//!
//! HTTP/2 buffers what it was given. A reader could ask for many files, read nothing, and leave
//! the buffers full. So a download counts as under way until its connection has written
//! everything, and the last message is small.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_stream::Stream;
use tonic::Status;

use super::rate::CHECK_INTERVAL;
use super::{RateMeter, Reservation, TooSlow};
use crate::status::Failure;
use crate::tls::WriteState;

#[cfg(test)]
mod tests;

/// How many bytes of a file one message has. HTTP/2 takes a message as a whole, also if the
/// reader's window has room for a part only.
const CHUNK: usize = 64 << 10;
/// How many bytes the last message has at most.
///
/// HTTP/2 takes it only when the reader has granted a window for everything before it. So a reader
/// that stops reading leaves no more than this behind.
const TAIL: usize = 1 << 10;
/// How long after the end of a file the connection is asked whether it has written everything.
const SETTLING: Duration = Duration::from_millis(5);

/// The messages of a download: the first one describes the file, the others have its bytes.
pub(crate) struct Outgoing<P> {
    shared: Arc<Shared>,
    /// The first message, until it was sent.
    first: Option<P>,
    /// Makes a message of some bytes.
    chunk: fn(&[u8]) -> P,
    /// How many bytes were sent.
    position: usize,
    length: usize,
    /// Whether it has paused once before the tail.
    is_paused: bool,
    is_over: bool,
}

/// What the stream and its [`enforce_rate`] share.
struct Shared {
    /// The memory, and the place among the transfers of the organization.
    reservation: Reservation,
    state: Mutex<State>,
    /// How many bytes HTTP/2 has taken. The rate is measured by it.
    sent: AtomicU64,
    /// Wakes the task when the stream is dropped.
    dropped: Notify,
}

/// What both sides change.
struct State {
    /// The file. Empty once the download has ended.
    bytes: Vec<u8>,
    /// Why the task has ended it, until the reader is told.
    too_slow: Option<TooSlow>,
    /// Whether the stream is gone.
    is_dropped: bool,
}

impl<P> Outgoing<P> {
    /// Sends a file. `reservation` has the memory for its bytes; `writes` says whether the
    /// connection has written them.
    pub(crate) fn new(
        reservation: Reservation,
        writes: Option<WriteState>,
        first: P,
        bytes: Vec<u8>,
        chunk: fn(&[u8]) -> P,
    ) -> Self {
        let length = bytes.len();
        let state = Mutex::new(State { bytes, too_slow: None, is_dropped: false });
        let shared = Shared { reservation, state, sent: AtomicU64::new(0), dropped: Notify::new() };
        let shared = Arc::new(shared);
        tokio::spawn(enforce_rate(shared.clone(), writes));
        Self { shared, first: Some(first), chunk, position: 0, length, is_paused: false, is_over: false }
    }

    /// Where the next message ends. The tail is a message of its own.
    fn next_end(&self) -> usize {
        let body = self.length - self.length.min(TAIL);
        if self.position < body { body.min(self.position + CHUNK) } else { self.length }
    }

    /// Whether to pause once before the tail, so that what went before leaves first. Otherwise
    /// HTTP/2 would put both into one frame.
    fn pauses(&mut self, cx: &Context<'_>) -> bool {
        let before_tail = self.position > 0 && self.position == self.length - self.length.min(TAIL);
        if before_tail && !self.is_paused {
            self.is_paused = true;
            cx.waker().wake_by_ref();
            return true;
        }
        false
    }
}

impl<P: Unpin> Stream for Outgoing<P> {
    type Item = Result<P, Status>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.is_over {
            return Poll::Ready(None);
        }
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if this.pauses(cx) {
            return Poll::Pending;
        }
        let end = this.next_end();
        let mut state = this.shared.state();
        if let Some(slow) = state.too_slow.take() {
            this.is_over = true;
            return Poll::Ready(Some(Err(Failure::TooSlow(slow).into())));
        }
        if this.position == this.length {
            this.is_over = true;
            return Poll::Ready(None);
        }
        let message = (this.chunk)(&state.bytes[this.position..end]);
        this.shared.sent.fetch_add((end - this.position) as u64, Ordering::Relaxed);
        this.position = end;
        Poll::Ready(Some(Ok(message)))
    }
}

impl<P> Drop for Outgoing<P> {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.bytes = Vec::new();
        state.is_dropped = true;
        drop(state);
        self.shared.reservation.release();
        self.shared.dropped.notify_one();
    }
}

impl Shared {
    /// Poisoning is ignored: no code that holds this lock can panic between two changes that belong
    /// together.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Frees the memory of a download that is too slow. Its reader gets TRANSFER_TOO_SLOW if it
    /// reads on.
    fn end(&self, slow: TooSlow) {
        let mut state = self.state();
        state.bytes = Vec::new();
        state.too_slow = Some(slow);
        drop(state);
        self.reservation.release();
    }
}

/// Ends a download that is too slow.
///
/// The reservation lives as long as this task: until the stream is gone and the connection has
/// written what it was given. So the limit on transfers bounds what an organization can leave in
/// the buffers.
async fn enforce_rate(shared: Arc<Shared>, writes: Option<WriteState>) {
    let mut meter = RateMeter::new(Instant::now());
    let mut due = Instant::now() + CHECK_INTERVAL;
    let mut is_ended = false;
    while !shared.state().is_dropped {
        tokio::select! {
            () = shared.dropped.notified() => {}
            () = sleep_until(due), if !is_ended => {
                let now = Instant::now();
                // A late tick shows that this server had no processor, so it could not write
                // either.
                meter.exclude(now - due);
                due = now + CHECK_INTERVAL;
                let sent = shared.sent.load(Ordering::Relaxed);
                if let Err(slow) = meter.check(now, sent, shared.reservation.is_contested()) {
                    shared.end(slow);
                    is_ended = true;
                }
            }
        }
    }
    let Some(writes) = writes else { return };
    sleep(SETTLING).await;
    while writes.is_blocked() {
        sleep(CHECK_INTERVAL).await;
    }
}
