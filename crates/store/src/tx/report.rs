//! Reports: counts of applications, the public register, and refused access
//! attempts.

pub(crate) mod access_attempt;
pub(crate) mod figures;
pub(crate) mod register;
pub(crate) mod tally;
