//! Uploads against a pool of memory: nothing is read without memory, and only what was announced
//! is accepted.

use std::time::Duration;

use documents::MAX_BYTES;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;

use super::*;
use crate::transfer::MemoryPool;

/// How many bytes a frame of HTTP/2 has.
const FRAME: usize = 16 << 10;

/// A body of zeros, in frames.
struct Zeros(usize);

impl http_body::Body for Zeros {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let length = self.0.min(FRAME);
        self.0 -= length;
        Poll::Ready((length > 0).then(|| Ok(Frame::data(vec![0; length].into()))))
    }
}

/// Reads all that may be read now.
fn read(body: &mut UploadBody) -> usize {
    let mut total = 0;
    while let Poll::Ready(Some(Ok(frame))) =
        http_body::Body::poll_frame(Pin::new(&mut *body), &mut Context::from_waker(std::task::Waker::noop()))
    {
        total += frame.data_ref().expect("data").len();
    }
    total
}

#[tokio::test]
async fn nothing_is_read_for_which_there_is_no_memory() {
    let pool = Arc::new(MemoryPool::default());
    let [osce, cis, sco, who] = ["osce", "cis", "sco", "who"].map(|code| code.parse().expect("a code"));
    let received = ReceivedBytes::default();
    let mut body = UploadBody { body: Body::new(Zeros(4 << 20)), received: received.clone() };
    assert_eq!(read(&mut body), HEADER_BYTES, "before the header is known");
    received.starved().await;

    // Others hold all of it.
    let mut held = Vec::new();
    for (organization, bytes) in [(&cis, 4 << 20), (&sco, 4 << 20), (&who, 4 << 20), (&cis, MAX_BYTES)] {
        let reservation = pool.begin(organization, bytes).expect("not too many");
        reservation.grow_to(bytes).await;
        held.push(reservation);
    }
    let reservation = pool.begin(&osce, 2 << 20).expect("not too many");
    let begin = || Incoming::begin(received.clone(), &reservation, 2 << 20);
    assert!(timeout(Duration::from_millis(20), begin()).await.is_err(), "it waits");
    assert_eq!(read(&mut body), 0);
    assert_eq!(pool.usage().1, 0, "a transfer that stops waiting leaves the queue");
    held.remove(0);
    let mut incoming = begin().await;
    assert_eq!(read(&mut body), UNIT + SLACK, "as much as it has");
    received.starved().await;
    incoming.grow().await.expect("more was announced");
    assert_eq!(read(&mut body), UNIT);
}

#[tokio::test]
async fn what_comes_is_what_was_announced_or_refused() {
    let pool = Arc::new(MemoryPool::default());
    let osce = "osce".parse().expect("a code");
    for (announced, chunks, whole) in [(6, vec!["ple", "dge"], true), (5, vec!["ple", "dge"], false)] {
        let reservation = pool.begin(&osce, announced).expect("not too many");
        let (messages, stream) = mpsc::channel(2);
        let mut stream = ReceiverStream::new(stream);
        for chunk in chunks {
            messages.try_send(Ok(chunk)).expect("there is room");
        }
        drop(messages);
        let mut incoming = Incoming::begin(ReceivedBytes::default(), &reservation, announced).await;
        let mut pushed = Ok(());
        while let Some(chunk) = incoming.next(&mut stream).await.expect("a message") {
            pushed = pushed.and(incoming.push(chunk.as_bytes()));
        }
        assert_eq!(pushed.is_ok(), whole);
        let (bytes, sha256) = incoming.finish();
        assert_eq!(sha256, documents::sha256(&bytes));
        assert_eq!(bytes == b"pledge", whole);
    }
}

/// A body that goes on after all that was announced is not waited for.
#[tokio::test]
async fn a_message_that_is_longer_than_the_document_is_refused_before_it_is_whole() {
    let pool = Arc::new(MemoryPool::default());
    let reservation = pool.begin(&"osce".parse().expect("a code"), 100).expect("not too many");
    let received = ReceivedBytes::default();
    let body = UploadBody { body: Body::new(Zeros(4 << 20)), received: received.clone() };
    let mut incoming = Incoming::begin(received, &reservation, 100).await;
    let mut stream = Unfinished(body);
    assert!(matches!(incoming.next(&mut stream).await, Err(IncomingError::TooMany)));
    assert!(stream.0.received.partial() <= SLACK + UNIT);
}

/// A message that never becomes whole.
struct Unfinished(UploadBody);

impl Stream for Unfinished {
    type Item = Result<(), Status>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        read(&mut self.0);
        Poll::Pending
    }
}
