//! What a cell of each column may hold. A rule takes a cell and answers a value, or what was expected and what to do.

pub(crate) mod dates;
pub(crate) mod names;
pub(crate) mod passport;
pub(crate) mod texts;
