//! `accredit`: the command line tool for delegations, the ministry, the commission and auditors.
//!
//! There is one module for each noun of the API. It holds the commands, and how its messages are printed.

mod accreditation;
mod amendment;
mod appeal;
mod application;
mod decree;
mod deployment;
mod document;
mod election;
mod mission;
mod presentation;
mod proposal;
mod registry;
mod report;
mod retention;
mod review;
mod rule_pack;
mod transparency;
mod watch_list;

// The command line itself: parsing, configuration, printing and questions. The modules above share it.
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    terminal::cli::run(terminal::cli::Cli::parse()).await
}
