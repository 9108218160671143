//! `accreditd`: the program of the server. Its commands set the service up, check it, and run
//! it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use domain::vocabulary::dated_name::NameDraft;
use server::{Bootstrap, Config, Registrar, SystemClock, telemetry};

mod probe;

/// Accreditation of international election observers: the server.
#[derive(Parser)]
#[command(name = "accreditd", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Creates the schema, the master key, the commission and its first registrars. Run it once
    Init(Init),
    /// Applies the migrations that the database has not had. Servers of the previous version can
    /// keep running
    Migrate(Migrate),
    /// Compares every row with the last event that changed it. Exit status 0 if all agree, 1 if not
    Verify(ConfigFile),
    /// Checks the configuration file and every file that it names
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Serves until SIGTERM. SIGHUP reloads the server's certificate and the credentials of the
    /// bucket
    Serve(ConfigFile),
    /// Asks the running server whether it is healthy. Exit status 0 if it is, 1 if not
    Health(ConfigFile),
}

#[derive(Args)]
struct ConfigFile {
    /// The configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Needs no database and starts nothing. Exit status 0 if a server can start with this file
    Check(ConfigFile),
}

#[derive(Args)]
struct Owner {
    /// PostgreSQL only: the database as the role that owns its schema, as in
    /// postgres://accreditation@localhost/accreditation
    #[arg(long, value_name = "URL", env = "ACCREDITD_OWNER_URL")]
    owner_url: Option<String>,
}

#[derive(Args)]
struct Migrate {
    #[command(flatten)]
    file: ConfigFile,
    #[command(flatten)]
    owner: Owner,
}

#[derive(Args)]
struct Init {
    #[command(flatten)]
    file: ConfigFile,
    #[command(flatten)]
    owner: Owner,
    /// Name of the commission in one language (kk, ru or en), as in "en=Central Election
    /// Commission". At least one
    #[arg(long = "name", value_name = "LANGUAGE=TEXT", required = true)]
    names: Vec<NameDraft>,
    /// Trust domain of the commission's certificates, as in cec.example
    #[arg(long, value_name = "DOMAIN")]
    trust_domain: String,
    /// Certificate (PEM) of the authority that signs certificates of this trust domain. Several
    /// during a rotation
    #[arg(long = "anchor", value_name = "FILE", required = true)]
    anchors: Vec<PathBuf>,
    /// First registrar, with the id and the full name of the person who holds its key. At least
    /// two, of two people
    #[arg(long = "registrar", value_name = "NAME=PERSON:FULL NAME", required = true, value_parser = registrar)]
    registrars: Vec<Registrar>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    telemetry::init();
    match cli.command {
        Command::Init(arguments) => init(arguments).await,
        Command::Migrate(arguments) => migrate(&arguments).await,
        Command::Verify(file) => verify(&file.config).await,
        Command::Config(ConfigCommand::Check(file)) => check(&file.config),
        Command::Serve(file) => serve(&file.config).await,
        Command::Health(file) => probe::probe(Config::load(&file.config)?.health_listen).await,
    }
}

async fn init(arguments: Init) -> anyhow::Result<()> {
    let config = Config::load(&arguments.file.config)?;
    let anchors = arguments.anchors.iter().map(|path| read(path)).collect::<anyhow::Result<_>>()?;
    let bootstrap = Bootstrap {
        names: arguments.names,
        trust_domain: arguments.trust_domain,
        anchors,
        registrars: arguments.registrars,
    };
    server::init(&config, arguments.owner.owner_url.as_deref(), &bootstrap).await
}

async fn migrate(arguments: &Migrate) -> anyhow::Result<()> {
    let config = Config::load(&arguments.file.config)?;
    let applied = server::migrate(&config, arguments.owner.owner_url.as_deref()).await?;
    println!("{applied} migration(s) applied");
    Ok(())
}

async fn verify(path: &Path) -> anyhow::Result<()> {
    let compared = server::verify(&Config::load(path)?).await?;
    for difference in &compared.differences {
        println!("{difference}");
    }
    let (rows, events) = (compared.rows, compared.events);
    match compared.differences.len() {
        0 => println!("{rows} rows and lists of rows agree with {events} events"),
        differing => bail!("{differing} differences among {rows} rows and lists of rows and {events} events"),
    }
    Ok(())
}

fn check(path: &Path) -> anyhow::Result<()> {
    server::check(&Config::load(path)?)?;
    println!("{} is complete", path.display());
    Ok(())
}

async fn serve(path: &Path) -> anyhow::Result<()> {
    let config = Config::load(path)?;
    // The address is for tests that bind port 0. Here the log has it.
    let (ready, _address) = tokio::sync::oneshot::channel();
    server::run(config, Arc::new(SystemClock::new()), ready).await
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Parses `NAME=PERSON:FULL NAME`. The full name may contain colons and spaces.
fn registrar(text: &str) -> Result<Registrar, String> {
    let parts = || {
        let (principal, rest) = text.split_once('=')?;
        let (person, full_name) = rest.split_once(':')?;
        let parts = [principal, person, full_name.trim()];
        parts.iter().all(|part| !part.is_empty()).then_some(parts)
    };
    let expected = "expected NAME=PERSON:FULL NAME, as in registrar-1=aliya:\"Aliya Omarova\"";
    let [principal, person, full_name] = parts().ok_or(expected)?.map(str::to_owned);
    Ok(Registrar { principal, person, full_name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registrar_is_given_with_a_person_and_a_full_name() {
        let read = registrar("registrar-1=aliya:Aliya  Omarova: J.").expect("all of it is there");
        let parts = (&*read.principal, &*read.person, &*read.full_name);
        assert_eq!(parts, ("registrar-1", "aliya", "Aliya  Omarova: J."));
        for text in
            ["registrar-1", "registrar-1=aliya", "registrar-1=aliya:", "registrar-1=aliya: ", "=aliya:A", "r=:A"]
        {
            let refused = registrar(text).map(|_| ()).expect_err(text);
            assert!(refused.contains("NAME=PERSON:FULL NAME"), "{text}: {refused}");
        }
    }
}
