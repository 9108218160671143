//! `rehearsal`: plays the accreditation of 9 June 2019 against a service that it starts itself.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;
use rehearsal::plan::Plan;
use rehearsal::play::Loss;
use rehearsal::progress::Progress;
use rehearsal::report::{self, Report};
use rehearsal::second;
use rehearsal::table::{OBSERVERS, Table};
use rehearsal::world::ELECTION;
use rehearsal::{Options, World, database, play, serve};
use server::{Clock, SystemClock};
use tokio::signal::unix::{SignalKind, signal};

/// Plays the observer accreditation of the election of 9 June 2019, and what can follow a decree in a second election, with a service and an authority for every
/// organization made for the occasion.
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
    /// The seed from which people and mishaps are made.
    #[arg(long, default_value_t = 2019)]
    seed: u64,
    /// How many observers are accredited; the table of 2019 is scaled to them.
    #[arg(long, default_value_t = OBSERVERS, value_parser = clap::value_parser!(u32).range(60..=20_000))]
    observers: u32,
    /// The database, as `sqlite:PATH` or `postgres://accreditd@…`; without it, a file that is thrown away.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// A PostgreSQL database as the role that owns it; without it, the role `accreditation` at the same place.
    #[arg(long, value_name = "URL", requires = "database")]
    owner_url: Option<String>,
    /// How many servers share the work; more than one needs PostgreSQL.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    servers: u8,
    /// In the middle of the play kills one of the servers with `kill -9`; it does not come back.
    #[arg(long)]
    kill_one: bool,
    /// Afterwards keep serving on real time until Ctrl-C, with another election open, as DIR/world.json says.
    #[arg(long, requires = "dir")]
    keep: bool,
    /// Where everything is kept; without it, in a directory that is thrown away.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// The port to serve on; without it, a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Hidden {
    /// What the rehearsal starts: a service whose clock the standard input moves.
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
    /// Ctrl-C or SIGTERM drops everything: the service ends, and what is temporary is removed.
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

    /// Plays, reports, and leaves the world as it is to be kept.
    async fn run(self) -> anyhow::Result<World> {
        rehearsal::filing::draw_ahead();
        let plan = Plan::make(Table::of_2019()?.scaled(self.observers)?, self.seed);
        let options = Options {
            dir: self.dir.clone(),
            database: self.database.as_deref().map(database::sqlite_or_postgres).transpose()?,
            owner_url: self.owner_url.clone().or_else(|| self.database.as_deref().and_then(database::owner)),
            servers: self.servers.into(),
            port: self.port,
            time: Some(play::START.parse().context("the first day is a timestamp")?),
            binary: None,
            bucket: None,
            ends_verified: false,
        };
        ensure!(self.servers > 1 || !self.kill_one, "--kill-one leaves no server; add --servers 2 or more");
        let on_postgres = options.database.as_deref().is_some_and(|url| url.starts_with("postgres"));
        ensure!(self.servers == 1 || on_postgres, "--servers {}: several servers need PostgreSQL", self.servers);
        let progress = Progress::on_terminal();
        let start = Instant::now();
        let mut world = World::start(options).await?;
        let loss = if self.kill_one { Loss::OneServer } else { Loss::None };
        let outcome = play::play(&mut world, &plan, &progress, loss).await?;
        let sequel = second::play(&mut world, &progress).await?;
        let took = (world.calls().made(), start.elapsed());
        let report = Report::new(&outcome, sequel, world.verify().await?, took)?;
        progress.end();
        report::check(&outcome, &plan)?;
        println!("{}", if self.json { report.json()? } else { report.text() });
        if self.keep {
            keep(&world, &plan).await?;
        }
        Ok(world)
    }
}

/// From now on on real time, with an election that is still to come.
async fn keep(world: &World, plan: &Plan) -> anyhow::Result<()> {
    world.clock().run_in_real_time().await?;
    let progress = Progress::on_terminal();
    let next = play::open_another(world, plan, &progress, SystemClock::new().now()).await?;
    progress.end();
    let manifest = world.write_manifest(&[ELECTION, &next])?;
    eprintln!("serving on {} until Ctrl-C; {} says who can call, and how", world.address(), manifest.display());
    Ok(())
}
