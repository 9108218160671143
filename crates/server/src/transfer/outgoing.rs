//! A download: a file that is sent from memory, and holds its memory until it has left.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_stream::Stream;
use tonic::Status;

use super::rate::TICK;
use super::{RateMeter, Reservation, TooSlow};
use crate::status::Failure;
use crate::tls::WriteState;

#[cfg(test)]
mod tests;

/// How many bytes of a file a message has. HTTP/2 takes a message whole, also if the reader's window takes a part of it.
const CHUNK: usize = 64 << 10;
/// How many bytes the last message has at the most. As HTTP/2 takes it when the reader has granted a window for all that
/// went before, no more than this can be left behind by a reader who stops reading.
const TAIL: usize = 1 << 10;
/// How soon after the end of a file it is asked whether the connection could write it.
const SETTLING: Duration = Duration::from_millis(5);

/// The messages of a download: first what it is, then its bytes.
pub(crate) struct Outgoing<P> {
    shared: Arc<Shared>,
    first: Option<P>,
    chunk: fn(&[u8]) -> P,
    position: usize,
    length: usize,
    is_paused: bool,
    is_over: bool,
}

/// What the stream and its [`watch`] share.
struct Shared {
    reservation: Reservation,
    state: Mutex<State>,
    sent: AtomicU64,
    dropped: Notify,
}

struct State {
    bytes: Vec<u8>,
    too_slow: Option<TooSlow>,
    is_dropped: bool,
}

impl<P> Outgoing<P> {
    /// Sends a file whose bytes are reserved. A task of its own ends it when its reader is too slow, because nobody asks
    /// for the next message of a stream that is not read.
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
        tokio::spawn(watch(shared.clone(), writes));
        Self { shared, first: Some(first), chunk, position: 0, length, is_paused: false, is_over: false }
    }

    /// The end of the next chunk. The tail is a message of its own.
    fn next_end(&self) -> usize {
        let body = self.length - self.length.min(TAIL);
        if self.position < body { body.min(self.position + CHUNK) } else { self.length }
    }

    /// Whether to let what was sent before leave first: before the tail, or else it would travel in one frame with it.
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
    /// A panic while it was held left the state itself whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Frees the memory of a download that is too slow, and tells its reader why when it reads on.
    fn end(&self, slow: TooSlow) {
        let mut state = self.state();
        state.bytes = Vec::new();
        state.too_slow = Some(slow);
        drop(state);
        self.reservation.release();
    }
}

/// Ends a download that is too slow. The download counts as under way until its stream is gone, and then until its
/// connection has written what it was given: so much an organization can leave behind at once, and no more.
async fn watch(shared: Arc<Shared>, writes: Option<WriteState>) {
    let mut meter = RateMeter::new(Instant::now());
    let mut due = Instant::now() + TICK;
    let mut is_ended = false;
    while !shared.state().is_dropped {
        tokio::select! {
            () = shared.dropped.notified() => {}
            () = sleep_until(due), if !is_ended => {
                let now = Instant::now();
                // A tick that is late shows that this server had no processor, and could not write either.
                meter.pause(now - due);
                due = now + TICK;
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
        sleep(TICK).await;
    }
}
