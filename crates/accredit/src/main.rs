//! `accredit`: the accreditation service at the command line, for delegations, the ministry, the commission and auditors.

mod accreditation;
mod amendment;
mod appeal;
mod application;
mod cli;
mod config;
mod decree;
mod document;
mod election;
mod failure;
mod hold;
mod input;
mod invitation;
mod mission;
mod named;
mod organization;
mod paper;
mod person;
mod presentation;
mod principal;
mod proposal;
mod register;
mod report;
mod review;
mod roster;
mod screen;
mod session;
mod sheet;
mod subject;
mod watch;
mod watch_list;
mod words;

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    cli::run(cli::Cli::parse()).await
}
