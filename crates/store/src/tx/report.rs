//! What reports count, the public register, and the attempts that were refused.

pub(crate) mod access_attempt;
pub(crate) mod figures;
pub(crate) mod register;
pub(crate) mod tally;
