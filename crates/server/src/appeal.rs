//! The methods about appeal.

pub(crate) mod decide_appeal;
pub(crate) mod file_appeal;
