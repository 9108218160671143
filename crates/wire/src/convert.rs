//! Conversions between messages and the domain's values, one module for each noun of the API.
//!
//! Every message and every value is destructured in full. So a new field does not compile until somebody decides what
//! happens to it. Fields that only the service sets are ignored in requests.

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
pub mod mission;
pub mod presentation;
pub mod proposal;
pub mod registry;
pub mod report;
pub mod retention;
pub mod rule_pack;
pub mod time;
pub mod transparency;
pub mod watch_list;

/// A count or a number as messages have it. A count above `i32::MAX` becomes `i32::MAX`.
fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

#[cfg(test)]
pub(crate) mod sample;
