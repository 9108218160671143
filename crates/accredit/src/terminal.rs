//! The command line: its grammar, the configuration, what is read from it and what is printed.

pub mod cli;
pub mod config;
pub mod failure;
pub mod input;
pub mod named;
pub mod screen;
pub mod session;
pub mod sheet;
pub mod words;
