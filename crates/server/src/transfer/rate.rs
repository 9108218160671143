//! The minimum rate of a transfer.
//!
//! A slow line is no offence as long as nobody waits. So there are two rates: a low one for
//! everybody, and a higher one for the transfer that has the exclusive part of the memory while
//! others wait for it.

use std::time::Duration;

use tokio::time::Instant;

/// The minimum for every transfer.
const MINIMUM: Rate = Rate { bytes_per_second: 16 << 10, seconds: 10 };
/// The minimum for the holder of the exclusive part while another organization waits for it. A
/// sender 250 ms away reaches it with the window that the service grants a stream.
const MINIMUM_WHEN_CONTESTED: Rate = Rate { bytes_per_second: 256 << 10, seconds: 2 };

/// How often the rate of a transfer is checked.
pub(crate) const CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// A rate, averaged over some seconds, so that a short pause ends nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Bytes a second.
    pub(crate) bytes_per_second: u64,
    /// Over how many seconds they are averaged.
    pub(crate) seconds: u64,
}

/// A transfer was slower than it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooSlow {
    /// The rate that it had to reach.
    pub(crate) expected: Rate,
}

/// Measures one transfer. Only the time counts in which the service waits for the other side.
#[derive(Debug)]
pub(crate) struct RateMeter {
    usual: Window,
    contested: Window,
}

#[derive(Debug)]
/// What has moved since a moment.
struct Window {
    start: Instant,
    moved: u64,
}

impl RateMeter {
    /// Begins to measure now.
    pub(crate) fn new(now: Instant) -> Self {
        let window = || Window { start: now, moved: 0 };
        Self { usual: window(), contested: window() }
    }

    /// Leaves a time out in which the transfer waited for the service.
    pub(crate) fn exclude(&mut self, waited: Duration) {
        self.usual.start += waited;
        self.contested.start += waited;
    }

    /// Checks the rate. `moved` is the number of bytes since the beginning.
    ///
    /// # Errors
    ///
    /// [`TooSlow`] with the rate that was missed.
    pub(crate) fn check(&mut self, now: Instant, moved: u64, is_contested: bool) -> Result<(), TooSlow> {
        if is_contested {
            self.contested.check(now, moved, MINIMUM_WHEN_CONTESTED)?;
        } else {
            self.contested = Window { start: now, moved };
        }
        self.usual.check(now, moved, MINIMUM)
    }
}

impl Window {
    fn check(&mut self, now: Instant, moved: u64, least: Rate) -> Result<(), TooSlow> {
        // Leaving time out may have moved the start beyond now.
        if now.saturating_duration_since(self.start) < Duration::from_secs(least.seconds) {
            return Ok(());
        }
        if moved.saturating_sub(self.moved) < least.bytes_per_second * least.seconds {
            return Err(TooSlow { expected: least });
        }
        *self = Self { start: now, moved };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moves so many bytes each second, for as many seconds as are given or until it is too slow.
    fn ends_after(bytes: u64, contested: impl Fn(u64) -> bool, seconds: u64) -> Option<u64> {
        let begin = Instant::now();
        let mut meter = RateMeter::new(begin);
        (1..=4 * seconds).find_map(|quarter| {
            let (now, moved) = (begin + Duration::from_millis(250 * quarter), bytes * quarter / 4);
            meter.check(now, moved, contested(quarter / 4)).err().map(|_| quarter / 4)
        })
    }

    #[test]
    fn a_transfer_below_the_minimum_rate_is_ended_after_one_window() {
        assert_eq!(ends_after(16 << 10, |_| false, 100), None);
        assert_eq!(ends_after((16 << 10) - 1, |_| false, 100), Some(10));
        assert_eq!(ends_after(0, |_| false, 100), Some(10));
    }

    #[test]
    fn the_holder_of_the_exclusive_part_is_measured_from_when_somebody_waits() {
        assert_eq!(ends_after(256 << 10, |_| true, 100), None);
        assert_eq!(ends_after((256 << 10) - 1, |_| true, 100), Some(2));
        assert_eq!(ends_after(100 << 10, |second| second >= 30, 100), Some(31));
        assert_eq!(ends_after(100 << 10, |second| second % 2 == 0, 100), None, "nobody waits for two seconds");
    }

    #[test]
    fn waiting_for_the_service_is_nobody_s_slowness() {
        let begin = Instant::now();
        let mut meter = RateMeter::new(begin);
        let waited = Duration::from_secs(60);
        meter.exclude(waited);
        assert_eq!(meter.check(begin + waited, 0, true), Ok(()));
        assert!(meter.check(begin + waited + Duration::from_secs(2), 0, true).is_err());
    }
}
