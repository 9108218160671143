//! What every command goes through: remembered request ids, saving an outcome,
//! and the digests of rows in the log.

pub(crate) mod request;
pub(crate) mod rows;
pub(crate) mod save;
