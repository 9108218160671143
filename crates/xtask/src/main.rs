//! The developer commands of this workspace. `cargo xtask test` checks everything, `cargo xtask tidy` only the rules of
//! the code base.

mod bench;
mod command;
mod deploy;
mod durability;
mod many_servers;
mod plans;
mod postgres;
mod proto;
mod python;
mod running_rehearsal;
mod steps;
mod tally;
mod test;
mod test_figures;
mod tidy;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Developer commands of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

/// The commands. The comments of the variants are the help texts.
#[derive(Subcommand)]
enum Task {
    /// Runs everything that must pass before a merge: formatting, lints, dependencies, proto, deploy, tests and
    /// clients.
    Test,
    /// Kills the service many times and checks that no acknowledged change is lost, also with injected faults.
    Durability {
        /// Number of kills on each database.
        #[arg(long, default_value_t = 20)]
        kills: u32,
    },
    /// Tests four servers on one PostgreSQL with races, disconnects and kills, also with injected faults. Takes 15
    /// minutes.
    ManyServers(many_servers::Sizes),
    /// Measures release builds and fails if a limit is exceeded.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Checks the files of `deploy/`, and that the checks notice injected faults.
    Deploy,
    /// Runs all tests, records their SQL statements and writes the reviewed query plans again.
    Plans,
    /// Lints the protocol and compares it with the image that was last accepted.
    Proto {
        /// Writes a new image: accepts the protocol as it is now.
        #[arg(long)]
        accept: bool,
    },
    /// Starts a temporary PostgreSQL with an empty database and prints its URL.
    Postgres,
    /// Checks the rules of the code base that no compiler knows.
    Tidy,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Test => test::run(&root()),
        Task::Durability { kills } => {
            test::target(&root()).and_then(|target| durability::run_all(&root(), &target, kills))
        }
        Task::Bench(bench) => test::target(&root()).and_then(|target| bench::run(&root(), &target, &bench)),
        Task::Deploy => test::target(&root()).and_then(|target| deploy::run(&root(), target)),
        Task::ManyServers(sizes) => {
            test::target(&root()).and_then(|target| many_servers::run_all(&root(), &target, &sizes))
        }
        Task::Plans => test::target(&root()).and_then(|target| plans::update(&root(), target)),
        Task::Proto { accept } => test::target(&root()).and_then(|target| proto::run(&root(), &target, accept)),
        Task::Postgres => postgres::run(),
        Task::Tidy => tidy::run(&root()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The root directory of the workspace, two levels above this crate.
fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("the crate is in crates/xtask of the workspace").to_path_buf()
}
