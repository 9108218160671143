//! Watches a connection, to find out whether the server refused the client's certificate.
//!
//! In TLS 1.3 the client finishes its handshake before the server checks the client's certificate. So a refusal arrives
//! on a connection that seemed to work: as an alert or, if the alert is lost, as a broken pipe. HTTP/2 reports at best
//! a text about it. Without this module, people with a wrong certificate would read "broken pipe".

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use rustls::AlertDescription;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The state of a server's latest connection.
#[derive(Debug, Default)]
pub(crate) struct LatestConnection(Mutex<ConnectionState>);

/// What is known of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ConnectionState {
    /// The server has sent nothing yet.
    #[default]
    NoData,
    /// The server has sent data, so it accepted the certificate.
    Accepted,
    /// The connection ended before the server sent anything.
    ClosedWithoutData,
    /// The server ended the connection with this alert, before it sent anything else.
    Alerted(AlertDescription),
}

impl LatestConnection {
    /// The state of the latest connection.
    pub(crate) fn fate(&self) -> ConnectionState {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the state of the latest connection. A poisoned lock is used all the same, because a copy cannot be half
    /// done.
    fn set(&self, state: ConnectionState) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Watches a connection that has just finished its handshake.
    pub(crate) fn watch<S>(self: &Arc<Self>, stream: S) -> WatchedStream<S> {
        self.set(ConnectionState::NoData);
        WatchedStream { stream, link: Arc::clone(self), state: ConnectionState::NoData }
    }
}

/// A connection that reports its state to a [`LatestConnection`].
pub(crate) struct WatchedStream<S> {
    /// The TLS stream.
    stream: S,
    link: Arc<LatestConnection>,
    state: ConnectionState,
}

impl<S: AsyncRead + Unpin> WatchedStream<S> {
    /// Notes a state. Only the first one counts: an accepted connection can end later for any reason.
    fn note(&mut self, state: ConnectionState) {
        if self.state == ConnectionState::NoData {
            self.state = state;
            self.link.set(state);
        }
    }

    /// Notes a failed write. The alert may be there to be read already, so reading is tried first.
    fn write_failed(&mut self, cx: &mut Context<'_>) {
        if self.state == ConnectionState::NoData {
            // One byte is enough to make TLS read the alert. If data comes, the connection is broken all the same.
            let mut byte = [0];
            let _ = Pin::new(&mut *self).poll_read(cx, &mut ReadBuf::new(&mut byte));
            self.note(ConnectionState::ClosedWithoutData);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WatchedStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        match &polled {
            Poll::Ready(Ok(())) if buffer.filled().len() > before => self.note(ConnectionState::Accepted),
            Poll::Ready(Ok(())) if buffer.remaining() > 0 => self.note(ConnectionState::ClosedWithoutData),
            Poll::Ready(Err(error)) => {
                self.note(alert(error).map_or(ConnectionState::ClosedWithoutData, ConnectionState::Alerted))
            }
            _ => {}
        }
        polled
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WatchedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Err(_)) = polled {
            self.write_failed(cx);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        if let Poll::Ready(Err(_)) = polled {
            self.write_failed(cx);
        }
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The TLS alert in an error, if the server sent one.
pub(crate) fn alert(error: &io::Error) -> Option<AlertDescription> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::AlertReceived(alert) => Some(*alert),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn bytes_from_the_server_mean_that_it_accepted() {
        let link = Arc::new(LatestConnection::default());
        let (near, mut far) = tokio::io::duplex(64);
        let mut near = link.watch(near);
        assert_eq!(link.fate(), ConnectionState::NoData);
        far.write_all(b"settings").await.expect("a duplex takes it");
        near.read_exact(&mut [0; 8]).await.expect("they were written");
        drop(far);
        assert_eq!(near.read(&mut [0; 8]).await.expect("the end"), 0);
        assert_eq!(link.fate(), ConnectionState::Accepted, "a later end does not change that");
    }

    /// This is all that is left of a refusal whose alert was lost.
    #[tokio::test]
    async fn an_end_before_the_first_byte_is_remembered() {
        let link = Arc::new(LatestConnection::default());
        let (near, far) = tokio::io::duplex(64);
        let mut near = link.watch(near);
        drop(far);
        near.write_all(b"preface").await.expect_err("nobody is there");
        assert_eq!(link.fate(), ConnectionState::ClosedWithoutData);
    }

    #[test]
    fn an_alert_is_found_inside_the_error() {
        let error = io::Error::other(rustls::Error::AlertReceived(AlertDescription::UnknownCA));
        assert_eq!(alert(&error), Some(AlertDescription::UnknownCA));
        assert_eq!(alert(&io::Error::from(io::ErrorKind::BrokenPipe)), None);
    }
}
