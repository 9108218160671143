//! The clock by which every rule is decided.
//!
//! The domain has no clock. Whatever is decided by time gets the moment as a value, so that
//! tests and rehearsals can set it. `clippy.toml` forbids the system's clock everywhere else.

use jiff::Timestamp;
use tokio::sync::watch;

/// A clock. There is one for each process. A request asks it once, so all of its rules see one
/// moment.
pub trait Clock: Send + Sync + 'static {
    /// The time in microseconds. A finer time would differ from what the store gives back.
    fn now(&self) -> Timestamp;

    /// Changes when somebody sets the clock. Jobs that sleep look again then.
    fn changes(&self) -> watch::Receiver<()>;
}

/// The clock of the operating system.
#[derive(Debug)]
pub struct SystemClock {
    changes: watch::Sender<()>,
}

impl SystemClock {
    /// A clock that reads the time of the operating system.
    pub fn new() -> Self {
        Self { changes: watch::Sender::new(()) }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock from which all others take the time")]
    fn now(&self) -> Timestamp {
        to_microsecond(Timestamp::now())
    }

    /// Never fires: nothing in the process sets this clock.
    fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}

/// Cuts a time to microseconds.
fn to_microsecond(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).expect("a timestamp's own microseconds are in range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_cut_to_the_microsecond() {
        let time: Timestamp = "2019-06-03T12:00:00.123456789Z".parse().expect("a timestamp");
        assert_eq!(to_microsecond(time).to_string(), "2019-06-03T12:00:00.123456Z");
        assert_eq!(SystemClock::new().now().as_nanosecond() % 1000, 0);
    }

    #[test]
    fn the_system_clock_is_never_set() {
        let clock = SystemClock::new();
        let changes = clock.changes();
        assert!(!changes.has_changed().expect("the clock lives"));
    }
}
