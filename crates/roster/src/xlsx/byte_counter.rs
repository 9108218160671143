//! Counts decompressed bytes while they are read. The sizes that an archive states may be false, so they limit nothing.

use std::cell::Cell;
use std::io::{self, Read};

/// Counts the bytes of all parts of an archive, and those of the XML token that is being read.
#[derive(Debug, Default)]
pub(super) struct ByteCounter {
    /// Bytes of all parts so far.
    total: Cell<u64>,
    /// Bytes since the last token ended.
    token: Cell<u64>,
    /// The limit that was exceeded, in words for the secretary.
    exceeded: Cell<Option<&'static str>>,
}

impl ByteCounter {
    /// A reader that fails when all parts together exceed `total` bytes, or one token exceeds `token` bytes.
    pub(super) fn read<R: Read>(&self, inner: R, total: u64, token: u64) -> CountingReader<'_, R> {
        CountingReader { inner, counter: self, total, token }
    }

    /// Bytes of all parts so far.
    pub(super) fn total(&self) -> u64 {
        self.total.get()
    }

    /// Starts to count the next token of XML.
    pub(super) fn next_token(&self) {
        self.token.set(0);
    }

    /// The limit that was exceeded, if any. The reader's own error does not survive the XML parser, so it is kept here.
    pub(super) fn exceeded(&self) -> Option<&'static str> {
        self.exceeded.get()
    }
}

/// A reader that counts its bytes in a [`ByteCounter`].
pub(super) struct CountingReader<'a, R> {
    inner: R,
    counter: &'a ByteCounter,
    /// The most bytes of all parts together.
    total: u64,
    /// The most bytes of one token.
    token: u64,
}

impl<R: Read> Read for CountingReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let bytes = read as u64;
        let counter = self.counter;
        counter.total.set(counter.total.get() + bytes);
        counter.token.set(counter.token.get() + bytes);
        if counter.total.get() > self.total {
            counter.exceeded.set(Some("bytes"));
        } else if counter.token.get() > self.token {
            counter.exceeded.set(Some("one endless piece of text"));
        }
        if counter.exceeded.get().is_some() { Err(io::Error::other("over the limit")) } else { Ok(read) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `bytes` zeros as one token, and compares the limit that was exceeded.
    fn check(bytes: u64, total: u64, token: u64, exceeded: Option<&str>) {
        let counter = ByteCounter::default();
        let mut reader = counter.read(io::repeat(0).take(bytes), total, token);
        let mut buffer = [0; 10];
        while reader.read(&mut buffer).is_ok_and(|read| read > 0) {}
        assert_eq!(counter.exceeded(), exceeded);
        assert!(counter.total() <= total.min(bytes) + 10, "it stops where the limit is");
        counter.next_token();
        assert_eq!(counter.token.get(), 0);
    }

    #[test]
    fn reading_stops_at_the_limit_of_all_bytes_and_of_one_token() {
        check(100, 100, 100, None);
        check(10_000_000_000, 1_000, u64::MAX, Some("bytes"));
        check(500, 1_000, 100, Some("one endless piece of text"));
    }
}
