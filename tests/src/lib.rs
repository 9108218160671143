//! What the stories are told with: a small world with everyone in it, and the requests that its people make.
//!
//! The stories themselves are in `tests/`, each named after what it shows.

pub mod ask;
mod ground;
pub mod raw;
mod scene;
pub mod tool;

use anyhow::Context as _;

pub use ground::{Database, Ground};
pub use scene::{Reach, Scene, at, eventually, on, timestamp};

/// The most memory that a process has held, in KiB, as the kernel counts it.
pub fn peak_memory_kib(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel tells the peak")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// The refusal of a call that is to be refused with that code for that reason.
///
/// # Panics
///
/// If the call was accepted, or refused otherwise.
#[track_caller]
pub fn refused<T>(answer: Result<T, client::Error>, code: client::Code, reason: &str) -> client::Error {
    let Err(error) = answer else { panic!("it was accepted; it is to be refused with {reason}") };
    assert_eq!((error.code(), error.reason()), (Some(code), Some(reason)), "{error}");
    error
}
