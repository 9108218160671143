//! The server process of a rehearsal: the same service as `accreditd serve`, with a clock that the rehearsal sets.
//!
//! The rehearsal starts its own binary again with the command `serve`. The two talk over the standard input and output,
//! one line each way:
//!
//! * The process first prints `ready {address}`.
//! * `set {microseconds since 1970}` stops the clock at that time. The answer is `ok`.
//! * `real` lets the clock run in real time. The answer is `ok`.
//!
//! When the input ends, the rehearsal has ended, so the process ends too. No server outlives a killed test this way.

use std::io::{BufRead, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use jiff::Timestamp;
use rustix::process::{Signal, getpid, kill_process};
use server::{Clock, Config, SystemClock};
use tokio::sync::{oneshot, watch};

/// Serves until SIGTERM, or until the standard input ends. The clock runs in real time if no time is given.
pub async fn serve(config: &Path, time: Option<Timestamp>) -> anyhow::Result<()> {
    server::telemetry::init();
    let config = Config::load(config)?;
    let clock = Arc::new(ControlledClock::new(time));
    let (ready, address) = oneshot::channel();
    tokio::spawn(announce(address));
    let controlled = Arc::clone(&clock);
    // A separate thread, because a read of the standard input cannot be interrupted and would keep the runtime alive.
    std::thread::spawn(move || {
        // An error ends the process like the end of the input: nobody is left to read a message.
        let _ = read_commands(&controlled);
        let _ = kill_process(getpid(), Signal::TERM);
    });
    server::run(config, clock, ready).await
}

/// Prints the address on which the service listens, as soon as it listens.
async fn announce(address: oneshot::Receiver<SocketAddr>) {
    if let Ok(address) = address.await {
        // If this fails, the reader has ended. Then the standard input ends too, and with it this process.
        let _ = write_line(&format!("ready {address}"));
    }
}

/// Carries out the commands on the standard input until it ends.
fn read_commands(clock: &ControlledClock) -> anyhow::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let time = match line?.split_once(' ') {
            None => None,
            Some((_, time)) => Some(Timestamp::from_microsecond(time.parse().context("a number of microseconds")?)?),
        };
        clock.set(time);
        write_line("ok")?;
    }
    Ok(())
}

/// Writes a line and flushes it, because the other process waits for it.
fn write_line(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A clock that is stopped at a set time, or runs in real time.
struct ControlledClock {
    /// The time at which the clock is stopped; `None` while it runs.
    fixed_time: Mutex<Option<Timestamp>>,
    system: SystemClock,
    changes: watch::Sender<()>,
}

impl ControlledClock {
    fn new(time: Option<Timestamp>) -> Self {
        Self { fixed_time: Mutex::new(time), system: SystemClock::new(), changes: watch::Sender::new(()) }
    }

    /// Stops the clock at a time, or lets it run if there is none. Waiting jobs are woken in both cases.
    fn set(&self, time: Option<Timestamp>) {
        *self.fixed_time.lock().unwrap_or_else(PoisonError::into_inner) = time;
        self.changes.send_replace(());
    }
}

impl Clock for ControlledClock {
    fn now(&self) -> Timestamp {
        let fixed_time = *self.fixed_time.lock().unwrap_or_else(PoisonError::into_inner);
        fixed_time.unwrap_or_else(|| self.system.now())
    }

    /// Wakes up jobs that wait for a time, whenever the clock is set.
    fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_stopped_until_it_is_set_and_reports_each_change() {
        let start: Timestamp = "2019-05-01T00:00:00Z".parse().expect("a timestamp");
        let cutoff: Timestamp = "2019-06-03T12:00:00Z".parse().expect("a timestamp");
        let clock = ControlledClock::new(Some(start));
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
