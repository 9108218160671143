//! Counts what is inflated, while it is inflated: what an archive says of its sizes may be a lie.

use std::cell::Cell;
use std::io::{self, Read};

/// What was taken so far, of all parts and of the piece of XML that is being read.
#[derive(Debug, Default)]
pub(super) struct Meter {
    total: Cell<u64>,
    piece: Cell<u64>,
    over: Cell<Option<&'static str>>,
}

impl Meter {
    /// A reader that stops when all parts together exceed `total` bytes or one piece exceeds `piece`.
    pub(super) fn read<R: Read>(&self, inner: R, total: u64, piece: u64) -> Metered<'_, R> {
        Metered { inner, meter: self, total, piece }
    }

    /// Bytes of all parts so far.
    pub(super) fn total(&self) -> u64 {
        self.total.get()
    }

    /// A piece of XML ends here.
    pub(super) fn next_piece(&self) {
        self.piece.set(0);
    }

    /// What was exceeded.
    pub(super) fn over(&self) -> Option<&'static str> {
        self.over.get()
    }
}

/// A reader that counts.
pub(super) struct Metered<'a, R> {
    inner: R,
    meter: &'a Meter,
    total: u64,
    piece: u64,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let bytes = read as u64;
        let meter = self.meter;
        meter.total.set(meter.total.get() + bytes);
        meter.piece.set(meter.piece.get() + bytes);
        if meter.total.get() > self.total {
            meter.over.set(Some("bytes"));
        } else if meter.piece.get() > self.piece {
            meter.over.set(Some("one endless piece of text"));
        }
        if meter.over.get().is_some() { Err(io::Error::other("over the limit")) } else { Ok(read) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a meter lets so much through in one piece.
    fn check(bytes: u64, total: u64, piece: u64, over: Option<&str>) {
        let meter = Meter::default();
        let mut reader = meter.read(io::repeat(0).take(bytes), total, piece);
        let mut buffer = [0; 10];
        while reader.read(&mut buffer).is_ok_and(|read| read > 0) {}
        assert_eq!(meter.over(), over);
        assert!(meter.total() <= total.min(bytes) + 10, "it stops where the limit is");
        meter.next_piece();
        assert_eq!(meter.piece.get(), 0);
    }

    #[test]
    fn what_comes_is_counted_whatever_was_announced() {
        check(100, 100, 100, None);
        check(10_000_000_000, 1_000, u64::MAX, Some("bytes"));
        check(500, 1_000, 100, Some("one endless piece of text"));
    }
}
