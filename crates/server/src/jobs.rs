//! What the service does by itself.
//!
//! | Job | What it does | Woken by | Looks anyway every | |---|---|---|---|
//! | `screening` | checks applications and amendments | a commit | second |
//! | `overdue` | lapses, ends leases and questions | a clock that is set | second |
//! | `ending` | ends accreditations | a clock that is set | second |
//! | `transparency_log` | gives positions, publishes sizes of logs | a commit, a notification | second |
//! | `registry` | reloads the trust anchors | growth of the registry log | second |
//! | `retention` | erases data, cleans the vault | the end of a hold, results or an appeal | minute, hour |
//! | `watch_lists` | deletes entries of replaced lists | nothing | second |
//! | `tally` | updates the summary from which reports start | nothing | ten minutes |
//! | `optimize` | lets SQLite update its statistics | nothing | ten minutes |
//!
//! **Many servers.** Every server runs every job. Where two must not work at once, the
//! transaction takes an advisory lock of PostgreSQL that ends with it. Otherwise the rows decide
//! who was first. SQLite has one process and one writer.
//!
//! **A server that dies** loses nothing: all state of a job is in the database, and each
//! transaction is complete in itself. Another server, or this one after its restart, goes on
//! with what is left.
//!
//! **A wake-up is only a hint.** It makes a job start at once and says nothing about the work.
//! So one that is lost costs at most the interval.
//!
//! **Errors** are logged, and the job tries again after its interval. No job ends before the
//! service does.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::engine::{Api, Boxed};
use crate::log_sizes::LogSizesSender;

mod ending;
mod optimize;
mod overdue;
mod registry;
mod retention;
mod screening;
mod tally;
mod transparency_log;
mod watch_lists;

/// How many applications or events one transaction takes. Few enough that other writes do not wait
/// long.
const BATCH: u32 = 200;
/// How often a job looks for work when nothing wakes it.
const INTERVAL: Duration = Duration::from_secs(1);

/// Starts every job in a task of its own. `end` stops them all.
///
/// A job that is stopped in the middle drops its future. The store runs transactions in tasks of
/// their own, so none of them is left half done.
pub(crate) fn start(api: &Api, log_sizes: LogSizesSender, end: &CancellationToken) {
    // Boxed, so that the code of a task is compiled once and not for each job.
    let jobs: [Boxed<'static, ()>; 12] = [
        Box::pin(overdue::move_overdue(api.clone())),
        Box::pin(ending::end(api.clone())),
        Box::pin(transparency_log::sequence(api.clone())),
        Box::pin(transparency_log::listen(api.clone())),
        Box::pin(transparency_log::publish_log_sizes(api.clone(), log_sizes)),
        Box::pin(screening::screen(api.clone())),
        Box::pin(retention::erase(api.clone())),
        Box::pin(retention::sweep(api.clone())),
        Box::pin(watch_lists::remove(api.clone())),
        Box::pin(registry::follow(api.clone())),
        Box::pin(tally::update_tallies(api.clone())),
        Box::pin(optimize::optimize(api.clone())),
    ];
    for job in jobs {
        tokio::spawn(end.clone().run_until_cancelled_owned(job));
    }
}
