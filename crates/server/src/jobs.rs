//! What the service does by itself: checking what was presented, lapsing what a cutoff has overtaken, ending what is in
//! force when the observation is over, erasing what was kept for long enough, removing watch lists that were replaced, adding
//! up what reports count, giving events their positions and looking how far the logs have come, and keeping the door as the
//! registry has it. Any number of servers do this beside each other.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::engine::Api;
use crate::logs::Known;

mod clock;
mod ending;
mod log;
mod registry;
mod retention;
mod screening;
mod tally;
mod upkeep;
mod watch_lists;

/// How many applications or events one transaction takes.
const BATCH: u32 = 200;
/// How often each looks by itself, when nobody rings.
const INTERVAL: Duration = Duration::from_secs(1);

/// Starts every job; each ends when the service does.
pub(crate) fn start(api: &Api, known: Known, end: &CancellationToken) {
    tokio::spawn(end.clone().run_until_cancelled_owned(clock::tick(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(ending::end(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(log::sequence(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(log::listen(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(log::look(api.clone(), known)));
    tokio::spawn(end.clone().run_until_cancelled_owned(screening::screen(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(retention::erase(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(retention::sweep(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(watch_lists::remove(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(registry::follow(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(tally::add_up(api.clone())));
    tokio::spawn(end.clone().run_until_cancelled_owned(upkeep::optimize(api.clone())));
}
