//! What the stories are told with: a small world with everyone in it, and the requests that its people make.
//!
//! The stories themselves are in `tests/`, each named after what it shows.

pub mod ask;
mod ground;
mod scene;
pub mod tool;

pub use ground::{Database, Ground};
pub use scene::{Reach, Scene, at, eventually, on, timestamp};

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
