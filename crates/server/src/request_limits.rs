//! Looks at every message of a request before it is decoded: how long it may be, and how many items its lists may have.
//!
//! The limits follow from the rules in `proto/` (`wire::rules::limits`), method by method. A message that is too long is
//! refused by its announced length, before its bytes are kept.

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

/// gRPC's frame before a message: whether it is compressed, and its length.
const HEADER: usize = 5;

/// Lays the limits around every method.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestLimitsLayer {
    /// What no message may exceed, whatever its rules say.
    max_message_bytes: usize,
}

impl RequestLimitsLayer {
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

/// Hands on the messages that are within the limits of their method.
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
        // Paths that are no methods of ours have been refused before, or carry no message that is decoded.
        let Some(limits) = wire::rules::limits(request.uri().path()) else { return self.inner.call(request) };
        if limits.is_streamed && limits.is_flat {
            // A file in chunks: it takes memory as it has reserved some, and is not copied here.
            return self.inner.call(request);
        }
        let max_bytes = limits.max_bytes.min(self.max_message_bytes);
        self.inner.call(request.map(|body| Body::new(Messages::new(body, limits, max_bytes))))
    }
}

/// The messages of a request, each looked at when it is whole.
struct Messages {
    body: Body,
    limits: &'static MethodLimits,
    max_bytes: usize,
    /// What has come and was not handed on yet, from `start` on.
    received: Vec<u8>,
    start: usize,
    messages: usize,
    is_over: bool,
}

impl Messages {
    fn new(body: Body, limits: &'static MethodLimits, max_bytes: usize) -> Self {
        Self { body, limits, max_bytes, received: Vec::new(), start: 0, messages: 0, is_over: false }
    }

    /// The next whole message, framed again with what is read of it.
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
        // Compressed messages are not read; whoever decodes says so.
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

    fn receive(&mut self, data: &[u8]) {
        // Once for each frame that comes, so that many small messages in it are not moved again and again.
        self.received.drain(..self.start);
        self.start = 0;
        self.received.extend_from_slice(data);
    }

    /// What is left of a message that was cut off.
    fn rest(&mut self) -> Bytes {
        let rest = self.received.split_off(self.start);
        (self.received, self.start) = (Vec::new(), 0);
        rest.into()
    }
}

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
                    // Whoever decodes says that it was cut off.
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
                    // Trailers end a body, and a request of gRPC has none that matter.
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

    /// What comes through when the bytes come in pieces of a size.
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
    async fn what_was_cut_off_is_left_to_whoever_decodes() {
        let bytes = vec![0, 0, 0, 0, 9, 1];
        assert_eq!(through("ElectionService/GetElection", bytes.clone(), 2).await.expect("as it came"), bytes);
    }
}
