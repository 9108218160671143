//! What every store must do, whatever database is under it: each test is a story on one subject, told to each store in
//! turn through `Store::run` and `Store::read`. What only one database can show is in a file of that database's name.

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
