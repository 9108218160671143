//! What every store must do, whatever database is under it: each test is a story on one subject, told to each store in
//! turn through `Store::run` and `Store::read`. What only one database can show is in a file of that database's name.

#[macro_use]
mod harness;
mod actors;
mod commands;
mod values;

mod access_attempts;
mod accreditations;
mod application_lists;
mod applications;
mod buffered_inserts;
mod cancellations;
mod decrees;
mod elections;
mod erasing;
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
mod rows;
mod screening;
mod sealing;
mod shared_commits;
mod sqlite;
mod totals;
mod walls;
