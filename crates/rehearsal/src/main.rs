//! The `rehearsal` program: runs two elections against a service that it starts itself, and prints the totals.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;
use rehearsal::accreditation_table::{AccreditationTable, OBSERVERS};
use rehearsal::election_2019::ServerLoss;
use rehearsal::election_2022;
use rehearsal::plan::Plan;
use rehearsal::progress::Progress;
use rehearsal::report::{self, Report};
use rehearsal::world::ELECTION;
use rehearsal::{Options, World, database, election_2019, serve};
use server::{Clock, SystemClock};
use tokio::signal::unix::{SignalKind, signal};

/// Runs the observer accreditation of the election of 9 June 2019, then a small second election.
///
/// The rehearsal starts a service of its own and makes a certificate authority for each organization. It calls the
/// service as every participant would, and fails if the totals of the service differ from the plan.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Command {
    #[command(flatten)]
    rehearsal: Rehearsal,
    #[command(subcommand)]
    hidden: Option<Hidden>,
}

#[derive(Debug, Args)]
struct Rehearsal {
    /// The seed for people and incidents; the same seed gives the same rehearsal
    #[arg(long, default_value_t = 2019)]
    seed: u64,
    /// How many observers are accredited; the table of 2019 is scaled to this number
    #[arg(long, default_value_t = OBSERVERS, value_parser = clap::value_parser!(u32).range(60..=20_000))]
    observers: u32,
    /// The database, as `sqlite:PATH` or `postgres://accreditd@…` [default: a temporary file]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The same PostgreSQL database with the role that owns it [default: role `accreditation` at the same address]
    #[arg(long, value_name = "URL", requires = "database")]
    owner_url: Option<String>,
    /// How many servers share the work; more than one needs PostgreSQL
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    servers: u8,
    /// Kill one of the servers with `kill -9` while applications are filed; it is not started again
    #[arg(long)]
    kill_one: bool,
    /// Keep serving in real time until Ctrl-C, with one more election open; DIR/world.json says how to connect
    #[arg(long, requires = "dir")]
    keep: bool,
    /// The directory for all files [default: a temporary directory]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// The port of the first server; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Hidden {
    /// Serve with a clock that is set through the standard input; the rehearsal starts its servers so.
    #[command(hide = true)]
    Serve {
        #[arg(long)]
        config: PathBuf,
        #[arg(long)]
        time: Option<Timestamp>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Command::parse();
    let result = match command.hidden {
        Some(Hidden::Serve { config, time }) => serve::serve(&config, time).await,
        None => command.rehearsal.run_until_interrupted().await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Rehearsal {
    /// Runs until the end, or until Ctrl-C or SIGTERM. Either way the service ends and temporary files are removed.
    async fn run_until_interrupted(self) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let keep = self.keep;
        let interrupted = async {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        };
        tokio::pin!(interrupted);
        let world = tokio::select! {
            world = self.run() => world?,
            () = &mut interrupted => bail!("interrupted"),
        };
        if keep {
            interrupted.await;
        }
        world.stop().await
    }

    /// Runs both elections and prints the report. The returned world is still running, so that it can be kept.
    async fn run(self) -> anyhow::Result<World> {
        rehearsal::filing::draw_portraits_ahead();
        let plan = Plan::make(AccreditationTable::of_2019()?.scaled(self.observers)?, self.seed);
        let options = Options {
            dir: self.dir.clone(),
            database: self.database.as_deref().map(database::sqlite_or_postgres).transpose()?,
            owner_url: self.owner_url.clone().or_else(|| self.database.as_deref().and_then(database::owner)),
            servers: self.servers.into(),
            port: self.port,
            time: Some(election_2019::START.parse().context("the first day is a timestamp")?),
            binary: None,
            bucket: None,
            ends_verified: false,
        };
        // Checked before anything is started, because starting takes seconds.
        ensure!(self.servers > 1 || !self.kill_one, "--kill-one leaves no server; add --servers 2 or more");
        let on_postgres = options.database.as_deref().is_some_and(|url| url.starts_with("postgres"));
        ensure!(
            self.servers == 1 || on_postgres,
            "--servers {}: several servers need PostgreSQL; add --database postgres://…",
            self.servers
        );
        // The time includes starting the world, as a person at the terminal waits for that too.
        let progress = Progress::on_terminal();
        let start = Instant::now();
        let mut world = World::start(options).await?;
        let loss = if self.kill_one { ServerLoss::OneServer } else { ServerLoss::None };
        let outcome = election_2019::run(&mut world, &plan, &progress, loss).await?;
        let totals_2022 = election_2022::run(&mut world, &progress).await?;
        let took = (world.calls().made(), start.elapsed());
        let report = Report::new(&outcome, totals_2022, world.verify().await?, took)?;
        progress.end();
        // Checked before anything is printed, so that a wrong total never looks like a result.
        report::check(&outcome, &plan)?;
        println!("{}", if self.json { report.json()? } else { report.text() });
        if self.keep {
            keep(&world, &plan).await?;
        }
        Ok(world)
    }
}

/// Prepares the world for use by hand: sets the clock to real time and opens an election that is still to come.
async fn keep(world: &World, plan: &Plan) -> anyhow::Result<()> {
    world.clock().run_in_real_time().await?;
    let progress = Progress::on_terminal();
    let next = election_2019::open_another(world, plan, &progress, SystemClock::new().now()).await?;
    progress.end();
    let manifest = world.write_manifest(&[ELECTION, &next])?;
    eprintln!("serving on {} until Ctrl-C; {} lists who can call, and how", world.address(), manifest.display());
    Ok(())
}
