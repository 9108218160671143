//! The methods about report.

pub(crate) mod report;
