//! The workspace's own chores: `cargo xtask test` checks everything, `cargo xtask tidy` the house rules alone.

mod bench;
mod command;
mod deploy;
mod durability;
mod many_servers;
mod measured;
mod plans;
mod postgres;
mod proto;
mod python;
mod steps;
mod tally;
mod test;
mod tidy;
mod tools;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Checks everything: style, lints, dependencies, proto, tests, and a foreign client against a running world.
    Test,
    /// Kills the service again and again, also with faults put in, and checks that nothing acknowledged is lost.
    Durability {
        /// How many times.
        #[arg(long, default_value_t = 20)]
        kills: u32,
    },
    /// Races, cuts and kills many servers on one PostgreSQL, also with faults put in. Takes a while.
    ManyServers(many_servers::Sizes),
    /// Measures on release builds, and fails where a limit is exceeded.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Checks what stands in `deploy/`, and that the checks notice faults.
    Deploy,
    /// Runs all tests, writes down the statements that they run, and writes the reviewed files of plans anew.
    Plans,
    /// Checks the protocol, also against the image of what was accepted.
    Proto {
        /// Writes the image anew, as what is accepted from now on.
        #[arg(long)]
        accept: bool,
    },
    /// Starts a PostgreSQL with an empty database to play with, and prints its URL.
    Postgres,
    /// Checks the house rules that a compiler does not know.
    Tidy,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().chore {
        Chore::Test => test::run(&root()),
        Chore::Durability { kills } => {
            test::target(&root()).and_then(|target| durability::run_all(&root(), &target, kills))
        }
        Chore::Bench(bench) => test::target(&root()).and_then(|target| bench::run(&root(), &target, &bench)),
        Chore::Deploy => test::target(&root()).and_then(|target| deploy::run(&root(), target)),
        Chore::ManyServers(sizes) => {
            test::target(&root()).and_then(|target| many_servers::run_all(&root(), &target, &sizes))
        }
        Chore::Plans => test::target(&root()).and_then(|target| plans::update(&root(), target)),
        Chore::Proto { accept } => test::target(&root()).and_then(|target| proto::run(&root(), &target, accept)),
        Chore::Postgres => postgres::run(),
        Chore::Tidy => tidy::run(&root()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's root, two levels above this crate.
fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("the crate stands in crates/xtask of the workspace").to_path_buf()
}
