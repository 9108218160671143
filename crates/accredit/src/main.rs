//! `accredit`: the accreditation service at the command line, for delegations, the ministry, the commission and auditors.

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
mod transparency;
mod watch_list;

// The command line itself, its configuration, and what it prints.
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    terminal::cli::run(terminal::cli::Cli::parse()).await
}
