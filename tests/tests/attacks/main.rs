//! What somebody who means no harm notices while the service is attacked, and how much memory it takes.
//!
//! `cargo xtask bench attacks` runs these tests on a release build; the lines that begin with `measured` are for it. Without
//! it a debug build is measured, for a shorter time, and compared with what it does when nobody attacks it.

mod bystander;
mod certificates;
mod crowd;
mod empty_lists;
mod slow_transfers;

use std::time::Duration;

use tokio::sync::Mutex;

/// Two attacks at once would measure each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// How long an attack goes on, where it does not end by itself.
const ATTACK: Duration = Duration::from_secs(if cfg!(debug_assertions) { 6 } else { 30 });
