//! Helpers of the stories: a running service with everyone who calls it, and the requests that these people make.
//!
//! The stories themselves are in `tests/`, each named after what it shows.

pub mod ask;
mod database;
mod prepared;
pub mod raw;
mod scene;
pub mod tool;

use anyhow::Context as _;

pub use database::{Database, Ground};
pub use scene::{Reach, Scene, at, date, eventually, timestamp};

/// The peak memory of a process in KiB, from `VmHWM` in Linux's `/proc`.
///
/// # Errors
///
/// If the process has ended, or the kernel reports no peak.
pub fn peak_memory_kib(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel reports no peak")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Returns the error of a call that the service must refuse with this code and this reason.
///
/// # Panics
///
/// If the service accepted the call, or refused it with another code or reason.
#[track_caller]
pub fn refused<T>(answer: Result<T, client::Error>, code: client::Code, reason: &str) -> client::Error {
    let Err(error) = answer else { panic!("the service accepted the call; it must refuse it with {reason}") };
    assert_eq!((error.code(), error.reason()), (Some(code), Some(reason)), "{error}");
    error
}
