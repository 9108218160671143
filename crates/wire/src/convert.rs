//! Between messages and the domain's values, one module per noun.
//!
//! Every message that comes in and every value that goes out is destructured in full, so that a new field does not
//! compile until somebody has decided what becomes of it. Fields that only the service sets are dropped on the way in.

pub mod accreditation;
pub mod amendment;
pub mod appeal;
pub mod application;
pub mod dated_name;
pub mod decree;
pub mod deployment;
pub mod document;
pub mod election;
pub mod enums;
pub mod event;
pub mod mission;
pub mod organization;
pub mod person;
pub mod presentation;
pub mod proposal;
pub mod register;
pub mod report;
pub mod retention;
pub mod time;
pub mod watch_list;

/// A count or a number of the domain in the type that messages have for it.
fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

#[cfg(test)]
pub(crate) mod sample;
