//! Downloads: what their messages look like, and how long they hold memory and their place.

use std::task::Waker;

use tokio_stream::StreamExt as _;

use super::*;
use crate::transfer::MemoryPool;

/// A download of so many bytes, in a pool of its own.
async fn download(length: usize, writes: Option<WriteState>) -> (Arc<MemoryPool>, Outgoing<Vec<u8>>, Vec<u8>) {
    let pool = Arc::new(MemoryPool::default());
    let reservation = pool.begin(&"osce".parse().expect("a code"), length).expect("not too many");
    reservation.grow_to(length).await;
    let bytes: Vec<u8> = (0..length).map(|index| index.to_le_bytes()[0]).collect();
    let outgoing = Outgoing::new(reservation, writes, Vec::new(), bytes.clone(), <[u8]>::to_vec);
    (pool, outgoing, bytes)
}

#[tokio::test]
async fn a_file_comes_whole_and_its_last_message_is_small() {
    for length in [1, TAIL, TAIL + 1, CHUNK, CHUNK + TAIL, 5 * CHUNK + 7] {
        let (pool, outgoing, bytes) = download(length, None).await;
        let parts: Vec<_> = outgoing.map(|part| part.expect("no error")).collect().await;
        assert_eq!(parts.concat(), bytes);
        assert!(parts.iter().all(|part| part.len() <= CHUNK));
        assert!(parts.last().is_some_and(|part| part.len() <= TAIL), "{length}");
        assert_eq!(pool.usage(), (0, 0), "the memory is free");
    }
}

/// What was sent before the tail is handed on before the tail is asked for: nothing travels in one
/// frame with it.
#[tokio::test]
async fn the_tail_waits_for_what_goes_before() {
    let (_pool, mut outgoing, _) = download(5000, None).await;
    let mut polled = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..5 {
        polled.push(match Pin::new(&mut outgoing).poll_next(&mut context) {
            Poll::Ready(part) => part.map(|part| part.expect("no error").len()),
            Poll::Pending => Some(usize::MAX),
        });
    }
    assert_eq!(polled, [Some(0), Some(5000 - TAIL), Some(usize::MAX), Some(TAIL), None]);
}

#[tokio::test]
async fn memory_is_held_until_the_stream_is_gone_and_its_place_until_the_connection_has_written() {
    let writes = WriteState::default();
    let (pool, mut outgoing, _) = download(CHUNK, Some(writes.clone())).await;
    while outgoing.next().await.is_some() {}
    assert_eq!(pool.usage().0, CHUNK);
    writes.set_blocked(true);
    drop(outgoing);
    assert_eq!(pool.usage().0, 0);
    let under_way = async |count: u32| {
        for _ in 0..200 {
            sleep(Duration::from_millis(10)).await;
            let free: Vec<_> = (0..40).map_while(|_| pool.begin(&"osce".parse().expect("a code"), 1).ok()).collect();
            if free.len() == (super::super::MAX_TRANSFERS - count) as usize {
                return;
            }
        }
        panic!("never {count} under way");
    };
    sleep(4 * SETTLING).await;
    under_way(1).await;
    writes.set_blocked(false);
    under_way(0).await;
}
