//! `ReportService`: figures, the public register, and attempts to read what is not there for the
//! caller.

pub(crate) mod figures;

pub(crate) use figures::{GetReport, GetTotals, ListAccessAttempts, ListRegister};
