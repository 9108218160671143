//! The serving process: what `accreditd serve` runs, on a clock that the rehearsal moves.
//!
//! The rehearsal starts its own binary again and speaks to it through its standard input and output, one line each way:
//! `set {microseconds since 1970}` and `real` are answered `ok`. The first line out is `ready {address}`. When the
//! input ends, the rehearsal is gone, and so is the service.

use std::io::{BufRead, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use jiff::Timestamp;
use rustix::process::{Signal, getpid, kill_process};
use server::{Clock, Config, SystemClock};
use tokio::sync::{oneshot, watch};

/// Serves until SIGTERM, or until the standard input ends; on real time if no time is given.
pub async fn serve(config: &Path, time: Option<Timestamp>) -> anyhow::Result<()> {
    server::telemetry::init();
    let config = Config::load(config)?;
    let clock = Arc::new(DrivenClock::new(time));
    let (ready, address) = oneshot::channel();
    tokio::spawn(announce(address));
    let driven = Arc::clone(&clock);
    // A thread of its own: nothing could interrupt a runtime's read of the standard input, and it would not end.
    std::thread::spawn(move || {
        // An error is an end as well: there is no one left to tell.
        let _ = follow(&driven);
        let _ = kill_process(getpid(), Signal::TERM);
    });
    server::run(config, clock, ready).await
}

/// Says where the service listens, once it does.
async fn announce(address: oneshot::Receiver<SocketAddr>) {
    if let Ok(address) = address.await {
        // If this fails, the reader is gone, and the end of the input will end this process.
        let _ = say(&format!("ready {address}"));
    }
}

/// Does what the lines of the standard input say, until they end.
fn follow(clock: &DrivenClock) -> anyhow::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let time = match line?.split_once(' ') {
            None => None,
            Some((_, time)) => Some(Timestamp::from_microsecond(time.parse().context("a number of microseconds")?)?),
        };
        clock.set(time);
        say("ok")?;
    }
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A clock that stands still until it is set, or runs with the system's.
struct DrivenClock {
    /// The time at which it stands, if it does.
    stands: Mutex<Option<Timestamp>>,
    system: SystemClock,
    changes: watch::Sender<()>,
}

impl DrivenClock {
    fn new(time: Option<Timestamp>) -> Self {
        Self { stands: Mutex::new(time), system: SystemClock::new(), changes: watch::Sender::new(()) }
    }

    /// Stands at that time from now on, or runs if there is none.
    fn set(&self, time: Option<Timestamp>) {
        *self.stands.lock().unwrap_or_else(PoisonError::into_inner) = time;
        self.changes.send_replace(());
    }
}

impl Clock for DrivenClock {
    fn now(&self) -> Timestamp {
        let stands = *self.stands.lock().unwrap_or_else(PoisonError::into_inner);
        stands.unwrap_or_else(|| self.system.now())
    }

    fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_still_until_it_is_set_and_says_that_it_was() {
        let start: Timestamp = "2019-05-01T00:00:00Z".parse().expect("a timestamp");
        let cutoff: Timestamp = "2019-06-03T12:00:00Z".parse().expect("a timestamp");
        let clock = DrivenClock::new(Some(start));
        let mut changes = clock.changes();
        assert_eq!((clock.now(), changes.has_changed().expect("the clock lives")), (start, false));
        clock.set(Some(cutoff));
        assert!(changes.has_changed().expect("the clock lives"));
        changes.mark_unchanged();
        assert_eq!(clock.now(), cutoff);
        clock.set(None);
        assert!(clock.now() > cutoff, "real time is later than 2019");
    }
}
