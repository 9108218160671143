//! What every command goes through: the memory of request ids, the rows of an act, their digests in the log.

pub(crate) mod request;
pub(crate) mod rows;
pub(crate) mod save;
