//! Stories: what the service promises, each shown by people who call it over mutual TLS.
//!
//! A test named `scenario_…` shows the acceptance scenario of that number.

mod cutoffs;
mod decisions;
mod interruptions;
mod lists;
mod precision;
mod repetition;
mod separation;
