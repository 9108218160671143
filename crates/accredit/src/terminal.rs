//! Everything that the commands share: parsing, configuration, input, output and questions.
//!
//! Commands never print, prompt or read arguments by other means. So all of them escape text, treat a missing terminal
//! and choose exit codes in the same way.

pub mod cli;
pub mod config;
pub mod csv_output;
pub mod failure;
pub mod input;
pub mod item_names;
pub mod printer;
pub mod proto_enum;
pub mod session;
pub mod time;
