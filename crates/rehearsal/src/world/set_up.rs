//! From an empty directory to a service that answers.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use tokio::sync::Mutex;
use wire::v1;

use super::election::{CEC, REGISTRAR};
use super::process::{self, Process};
use super::registry::trust_domain;
use super::{Options, Party, World};
use crate::calls::Calls;
use crate::pki::Authority;

/// The principals that are there from the first start, with the human behind each.
const REGISTRARS: [(&str, &str); 2] = [(REGISTRAR, "registrar-1"), ("registrar-2", "registrar-2")];

impl World {
    /// Makes a public key infrastructure, does what `accreditd init` does, and starts a service.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let binary = options.binary.clone().map_or_else(process::binary, Ok)?;
        check_port(options.port)?;
        let temporary = if options.dir.is_none() { Some(tempfile::tempdir()?) } else { None };
        let dir = match (&options.dir, &temporary) {
            (Some(dir), _) => take_directory(dir)?,
            (None, temporary) => temporary.as_ref().context("a directory was made")?.path().to_owned(),
        };
        let server = Authority::create(&dir.join("pki/server"), "Server of the rehearsal")?;
        server.issue_server("server")?;
        let authority = Authority::create(&dir.join("pki/cec"), "Central Election Commission")?;
        let (config, log) = (dir.join("accreditd.toml"), dir.join("server.log"));
        write_config(&config, &options, options.port)?;
        initialize(&config, &authority).await?;
        let process = Process::start(&binary, &config, options.time, &log).await?;
        // Started again, the service is to be found where it was.
        write_config(&config, &options, process.address.port())?;
        let kind = v1::OrganizationKind::ElectionCommission;
        let commission = Party { kind, trust_domain: trust_domain(CEC), authority };
        let mut world = Self {
            address: process.address,
            process: Some(process),
            binary,
            time: Mutex::new(options.time),
            dir,
            parties: BTreeMap::from([(CEC.to_owned(), commission)]),
            actors: BTreeMap::new(),
            calls: Arc::new(Calls::new()),
            _temporary: temporary,
        };
        for (principal, _) in REGISTRARS {
            world.issue(CEC, principal, &["cec.registrar"])?;
        }
        Ok(world)
    }
}

/// Makes the directory, unless there is a world in it.
fn take_directory(dir: &Path) -> anyhow::Result<std::path::PathBuf> {
    fs::create_dir_all(dir).with_context(|| format!("cannot make the directory {}", dir.display()))?;
    for file in ["accreditd.toml", "accreditd.db", "world.json", "pki"] {
        let there = dir.join(file);
        ensure!(!there.exists(), "{} is there already: remove that world, or take another directory", there.display());
    }
    dir.canonicalize().with_context(|| format!("cannot use the directory {}", dir.display()))
}

fn check_port(port: u16) -> anyhow::Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("cannot listen on port {port} of 127.0.0.1"))?;
    Ok(())
}

/// A port that nobody else has right now.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn write_config(path: &Path, options: &Options, port: u16) -> anyhow::Result<()> {
    let database = options.database.as_deref().unwrap_or(Path::new("accreditd.db"));
    // A JSON string is a TOML string as well.
    let database = serde_json::to_string(&format!("sqlite:{}", database.display()))?;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let health = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let text = format!(
        "database = {database}\n\
         key_file = \"master.key\"\n\
         listen = \"{listen}\"\n\
         health_listen = \"{health}\"\n\
         \n\
         [tls]\n\
         certificate = \"pki/server/server.pem\"\n\
         private_key = \"pki/server/server.key\"\n"
    );
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

async fn initialize(config: &Path, authority: &Authority) -> anyhow::Result<()> {
    let registrar = |(principal, person): (&str, &str)| server::Registrar {
        principal: principal.to_owned(),
        person: person.to_owned(),
    };
    let bootstrap = server::Bootstrap {
        display_name: "Central Election Commission".to_owned(),
        trust_domain: trust_domain(CEC),
        anchors: vec![authority.anchor().to_owned()],
        registrars: REGISTRARS.map(registrar).to_vec(),
    };
    server::init(&server::Config::load(config)?, &bootstrap).await
}
