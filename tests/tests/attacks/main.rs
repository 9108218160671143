//! Attacks the server, and measures how long other clients wait and how much memory the server takes.
//!
//! `cargo xtask bench attacks` runs these tests on a release build and reads the lines that begin with `measured`.
//! `cargo test` runs them on a debug build, for a shorter time. A debug build is slow, so its times are compared with
//! those before the attack.

mod certificates;
mod empty_lists;
mod identical_names;
mod other_clients;
mod slow_transfers;

use std::time::Duration;

use tokio::sync::Mutex;

/// Locked by each test. Two attacks at once would disturb each other's measurements.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// How long an attack takes, unless it ends by itself.
const ATTACK_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 6 } else { 30 });
