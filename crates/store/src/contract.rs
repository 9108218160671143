//! The contract of the store: what it must do on either database.
//!
//! Each test is about one subject. Most run on both databases, through
//! `Store::run` and `Store::read`, as the service does. What only one database
//! can show is in `sqlite`, `postgres`, `cancellations`, `row_level_security`
//! and `erasure_function`.
//!
//! Start with `harness` (the stores under test), `fixtures` (values), `permits`
//! (who may do what) and `shared_commands` (sample data).
//!
//! A new test declares its commands with `command!` and loops over `stores()`.
//! It reads the result through the store, and around the store where the
//! database itself is the subject. The tests start a PostgreSQL cluster of
//! their own; nothing has to be installed for them but its programs.

#[macro_use]
mod harness;
mod fixtures;
mod permits;
mod shared_commands;

mod access_attempts;
mod accreditations;
mod application_lists;
mod applications;
mod buffered_inserts;
mod cancellations;
mod decrees;
mod elections;
mod erasure_function;
mod events;
mod figures;
mod interruptions;
mod log;
mod missions;
mod numbering;
mod paper;
mod people;
mod plans;
mod postgres;
mod presentations;
mod queue;
mod registry;
mod requests;
mod retention;
mod row_level_security;
mod rows;
mod screening;
mod sealing;
mod shared_commits;
mod sqlite;
mod totals;
