//! `ReportService`: figures, the public register, and attempts to read what is not there for the
//! caller.

pub(crate) mod report;

pub(crate) use report::{GetReport, GetTotals, ListAccessAttempts, ListRegister};
