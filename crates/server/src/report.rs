//! Reports: figures, the public register and refused attempts.

pub(crate) mod report;

pub(crate) use report::{GetReport, GetTotals, ListAccessAttempts, ListRegister};
