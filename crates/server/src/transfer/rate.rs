//! The rate at which a transfer has to move.

use std::time::Duration;

use tokio::time::Instant;

/// The least that any transfer moves.
const USUAL: Rate = Rate { bytes_per_second: 16 << 10, seconds: 10 };
/// The least that the holder of the lane moves while another organization waits for it. A sender 250 ms away reaches it
/// with the window that the service grants a stream.
const CONTESTED: Rate = Rate { bytes_per_second: 256 << 10, seconds: 2 };

/// How often a transfer's rate is looked at.
pub(crate) const TICK: Duration = Duration::from_millis(250);

/// So many bytes a second, averaged over so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Bytes a second.
    pub(crate) bytes_per_second: u64,
    /// Over how many seconds they are averaged.
    pub(crate) seconds: u64,
}

/// That a transfer moved less than it has to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooSlow {
    /// What was expected.
    pub(crate) expected: Rate,
}

/// Measures one transfer. Only the time counts in which it waits for the other side.
#[derive(Debug)]
pub(crate) struct RateMeter {
    usual: Window,
    contested: Window,
}

#[derive(Debug)]
struct Window {
    start: Instant,
    moved: u64,
}

impl RateMeter {
    /// Begins to measure.
    pub(crate) fn new(now: Instant) -> Self {
        let window = || Window { start: now, moved: 0 };
        Self { usual: window(), contested: window() }
    }

    /// The transfer has waited for the service, which is not the other side's fault.
    pub(crate) fn pause(&mut self, waited: Duration) {
        self.usual.start += waited;
        self.contested.start += waited;
    }

    /// Looks at what has moved by now, since the beginning.
    ///
    /// # Errors
    ///
    /// [`TooSlow`] if it is not enough.
    pub(crate) fn check(&mut self, now: Instant, moved: u64, is_contested: bool) -> Result<(), TooSlow> {
        if is_contested {
            self.contested.check(now, moved, CONTESTED)?;
        } else {
            self.contested = Window { start: now, moved };
        }
        self.usual.check(now, moved, USUAL)
    }
}

impl Window {
    fn check(&mut self, now: Instant, moved: u64, least: Rate) -> Result<(), TooSlow> {
        // A pause may have moved the start beyond now.
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
    fn whoever_moves_less_than_the_minimum_is_ended_after_one_window() {
        assert_eq!(ends_after(16 << 10, |_| false, 100), None);
        assert_eq!(ends_after((16 << 10) - 1, |_| false, 100), Some(10));
        assert_eq!(ends_after(0, |_| false, 100), Some(10));
    }

    #[test]
    fn who_holds_the_lane_is_measured_from_when_somebody_waits() {
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
        meter.pause(waited);
        assert_eq!(meter.check(begin + waited, 0, true), Ok(()));
        assert!(meter.check(begin + waited + Duration::from_secs(2), 0, true).is_err());
    }
}
