//! Limits on every message of a request, before it is decoded: its length, and the length of its
//! lists.
//!
//! Decoding a message of protobuf can take many times its size in memory. So the limits that
//! follow from the rules in `proto/` (`wire::rules::limits`) are checked on the encoded bytes,
//! method by method. A message that is too long is refused by its announced length, before its
//! bytes are stored.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Bytes;
use tower::{Layer, Service};
use wire::rules::MethodLimits;
use wire::violations::Violations;

use crate::status::Failure;

/// Bytes of gRPC's header before each message: a flag for compression, and the length.
const HEADER: usize = 5;

/// Layer of [`RequestLimits`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestLimitsLayer {
    /// The limit of the configuration, which no message may exceed.
    max_message_bytes: usize,
}

impl RequestLimitsLayer {
    /// A layer with the limit of the configuration.
    pub(crate) fn new(max_message_bytes: u32) -> Self {
        Self { max_message_bytes: max_message_bytes as usize }
    }
}

impl<S> Layer<S> for RequestLimitsLayer {
    type Service = RequestLimits<S>;

    fn layer(&self, inner: S) -> RequestLimits<S> {
        RequestLimits { inner, max_message_bytes: self.max_message_bytes }
    }
}

/// Passes on messages that are within the limits of their method, and refuses others.
#[derive(Debug, Clone)]
pub(crate) struct RequestLimits<S> {
    inner: S,
    max_message_bytes: usize,
}

impl<S> Service<Request<Body>> for RequestLimits<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // Unknown methods are refused by the gate. Their messages are never decoded.
        let Some(limits) = wire::rules::limits(request.uri().path()) else { return self.inner.call(request) };
        if limits.is_streamed && limits.is_flat {
            // A file in chunks is bounded by its memory reservation, and not copied here.
            return self.inner.call(request);
        }
        let max_bytes = limits.max_bytes.min(self.max_message_bytes);
        self.inner.call(request.map(|body| Body::new(Messages::new(body, limits, max_bytes))))
    }
}

/// A body that checks each message when it is complete, and passes it on.
struct Messages {
    body: Body,
    limits: &'static MethodLimits,
    max_bytes: usize,
    /// Bytes that were received. Those before `start` were passed on.
    received: Vec<u8>,
    start: usize,
    messages: usize,
    is_over: bool,
}

impl Messages {
    fn new(body: Body, limits: &'static MethodLimits, max_bytes: usize) -> Self {
        Self { body, limits, max_bytes, received: Vec::new(), start: 0, messages: 0, is_over: false }
    }

    /// The next complete message, with a new header. `None` if more bytes are needed.
    ///
    /// # Errors
    ///
    /// INVALID_REQUEST if it exceeds a limit, or if a method without a stream gets a second
    /// message.
    fn next_message(&mut self) -> Result<Option<Bytes>, Status> {
        let waiting = &self.received[self.start..];
        let Some((header, waiting)) = waiting.split_first_chunk::<HEADER>() else { return Ok(None) };
        let [compressed, length @ ..] = *header;
        let length = u32::from_be_bytes(length) as usize;
        if length > self.max_bytes {
            return Err(wrong(format!("must have at most {} bytes; this one has {length}", self.max_bytes)));
        }
        let Some(message) = waiting.get(..length) else { return Ok(None) };
        self.messages += 1;
        if self.messages > 1 && !self.limits.is_streamed {
            return Err(wrong("must be one message".to_owned()));
        }
        // Compression is not supported. The decoder answers that, so such a message is passed on as
        // it is.
        let admitted = match compressed {
            0 => self.limits.admit(message).map_err(Failure::from)?,
            _ => message.to_vec(),
        };
        let mut framed = Vec::with_capacity(HEADER + admitted.len());
        framed.push(compressed);
        framed.extend_from_slice(&u32::try_from(admitted.len()).expect("it was not longer before").to_be_bytes());
        framed.extend_from_slice(&admitted);
        self.start += HEADER + length;
        Ok(Some(framed.into()))
    }

    /// Appends bytes, and drops those that were passed on.
    fn receive(&mut self, data: &[u8]) {
        // Once for each frame. If it were done for each message, many small ones would be moved
        // again and again.
        self.received.drain(..self.start);
        self.start = 0;
        self.received.extend_from_slice(data);
    }

    /// The rest of a message that is not complete.
    fn rest(&mut self) -> Bytes {
        let rest = self.received.split_off(self.start);
        (self.received, self.start) = (Vec::new(), 0);
        rest.into()
    }
}

/// INVALID_REQUEST about the request as a whole.
fn wrong(expected: String) -> Status {
    let mut violations = Violations::default();
    violations.add("request", expected);
    Failure::from(violations).into()
}

impl http_body::Body for Messages {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        loop {
            match this.next_message() {
                Ok(Some(message)) => return Poll::Ready(Some(Ok(Frame::data(message)))),
                Ok(None) if this.is_over => {
                    // The decoder answers that the message is not complete.
                    let rest = this.rest();
                    return Poll::Ready((!rest.is_empty()).then(|| Ok(Frame::data(rest))));
                }
                Ok(None) => {}
                Err(status) => return Poll::Ready(Some(Err(status))),
            }
            match ready!(http_body::Body::poll_frame(Pin::new(&mut this.body), cx)) {
                None => this.is_over = true,
                Some(Err(status)) => return Poll::Ready(Some(Err(status))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.receive(&data),
                    // Trailers end a body. A gRPC request has none with a meaning.
                    Err(_) => this.is_over = true,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use prost::Message as _;

    fn framed(message: &[u8]) -> Vec<u8> {
        let length = u32::try_from(message.len()).expect("short").to_be_bytes();
        [&[0][..], &length, message].concat()
    }

    /// What is passed on when the bytes arrive in pieces of a size.
    async fn through(method: &str, bytes: Vec<u8>, pieces: usize) -> Result<Vec<u8>, Status> {
        let limits = wire::rules::limits(&format!("/accreditation.v1.{method}")).expect("a method");
        let pieces: Vec<_> = bytes.chunks(pieces).map(|piece| Ok(Frame::data(Bytes::copy_from_slice(piece)))).collect();
        let body = http_body_util::StreamBody::new(tokio_stream::iter(pieces));
        let body = Body::new(BodyExt::map_err(body, |never: Infallible| match never {}));
        Messages::new(body, limits, limits.max_bytes).collect().await.map(|body| body.to_bytes().to_vec())
    }

    #[tokio::test]
    async fn a_message_comes_through_whole_however_it_was_cut() {
        let request = wire::v1::GetElectionRequest { name: "elections/e1".to_owned() };
        let bytes = framed(&request.encode_to_vec());
        for pieces in [1, 3, 5, 6, 1000] {
            assert_eq!(through("ElectionService/GetElection", bytes.clone(), pieces).await.expect("fine"), bytes);
        }
    }

    #[tokio::test]
    async fn a_message_that_is_too_long_is_refused_by_its_header_alone() {
        let announced = [&[0][..], &(1_u32 << 30).to_be_bytes()].concat();
        let refused = through("ElectionService/GetElection", announced, 5).await.expect_err("too long");
        assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    }

    #[tokio::test]
    async fn one_message_is_a_request_and_two_are_none() {
        let request = wire::v1::GetElectionRequest { name: "elections/e1".to_owned() };
        let twice = framed(&request.encode_to_vec()).repeat(2);
        let refused = through("ElectionService/GetElection", twice, 1000).await.expect_err("two messages");
        assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    }

    #[tokio::test]
    async fn an_incomplete_message_is_left_to_the_decoder() {
        let bytes = vec![0, 0, 0, 0, 9, 1];
        assert_eq!(through("ElectionService/GetElection", bytes.clone(), 2).await.expect("as it came"), bytes);
    }
}
