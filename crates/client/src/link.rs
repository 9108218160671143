//! What became of the connection.
//!
//! In TLS 1.3 the client has finished its handshake before the server has looked at the client's certificate. A refusal
//! therefore arrives on a connection that seemed fine: as an alert, or, when the alert is lost, as a broken pipe. What
//! HTTP/2 reports of it is a text at best, so this module watches the bytes instead.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use rustls::AlertDescription;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The latest connection of a client.
#[derive(Debug, Default)]
pub(crate) struct Link(Mutex<Fate>);

/// What is known of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing has come over it yet.
    #[default]
    Fresh,
    /// The server has sent something: it accepted the certificate.
    Accepted,
    /// It ended before the server sent anything.
    Stillborn,
    /// The server ended it with this alert, before it sent anything else.
    Alerted(AlertDescription),
}

impl Link {
    /// What is known of the latest connection.
    pub(crate) fn fate(&self) -> Fate {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, fate: Fate) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fate;
    }

    /// Watches a connection that has just finished its handshake.
    pub(crate) fn watch<S>(self: &Arc<Self>, stream: S) -> Watched<S> {
        self.set(Fate::Fresh);
        Watched { stream, link: Arc::clone(self), fate: Fate::Fresh }
    }
}

/// A connection that tells its [`Link`] what became of it.
pub(crate) struct Watched<S> {
    stream: S,
    link: Arc<Link>,
    fate: Fate,
}

impl<S: AsyncRead + Unpin> Watched<S> {
    fn now(&mut self, fate: Fate) {
        if self.fate == Fate::Fresh {
            self.fate = fate;
            self.link.set(fate);
        }
    }

    /// A write that fails may have overtaken the alert, which then still waits to be read.
    fn write_failed(&mut self, cx: &mut Context<'_>) {
        if self.fate == Fate::Fresh {
            let mut byte = [0];
            let _ = Pin::new(&mut *self).poll_read(cx, &mut ReadBuf::new(&mut byte));
            self.now(Fate::Stillborn);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        match &polled {
            Poll::Ready(Ok(())) if buffer.filled().len() > before => self.now(Fate::Accepted),
            Poll::Ready(Ok(())) if buffer.remaining() > 0 => self.now(Fate::Stillborn),
            Poll::Ready(Err(error)) => self.now(alert(error).map_or(Fate::Stillborn, Fate::Alerted)),
            _ => {}
        }
        polled
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<S> {
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

/// The alert inside an error of the TLS layer.
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
        let link = Arc::new(Link::default());
        let (near, mut far) = tokio::io::duplex(64);
        let mut near = link.watch(near);
        assert_eq!(link.fate(), Fate::Fresh);
        far.write_all(b"settings").await.expect("a duplex takes it");
        near.read_exact(&mut [0; 8]).await.expect("they were written");
        drop(far);
        assert_eq!(near.read(&mut [0; 8]).await.expect("the end"), 0);
        assert_eq!(link.fate(), Fate::Accepted, "a later end does not change that");
    }

    #[tokio::test]
    async fn an_end_before_the_first_byte_is_remembered() {
        let link = Arc::new(Link::default());
        let (near, far) = tokio::io::duplex(64);
        let mut near = link.watch(near);
        drop(far);
        near.write_all(b"preface").await.expect_err("nobody is there");
        assert_eq!(link.fate(), Fate::Stillborn);
    }

    #[test]
    fn an_alert_is_found_inside_the_error() {
        let error = io::Error::other(rustls::Error::AlertReceived(AlertDescription::UnknownCA));
        assert_eq!(alert(&error), Some(AlertDescription::UnknownCA));
        assert_eq!(alert(&io::Error::from(io::ErrorKind::BrokenPipe)), None);
    }
}
