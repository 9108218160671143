//! Starts a world: makes certificates, initializes the database and starts the servers.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};
use tokio::sync::Mutex;
use wire::v1;

use super::election::{CEC, REGISTRAR};
use super::names::COMMISSION;
use super::process;
use super::registry::{full_name, trust_domain};
use super::servers::Servers;
use super::{Options, RegisteredOrganization, World};
use crate::calls::Calls;
use crate::pki::Authority;

/// The principals that exist from the start, each with the id of the person behind it.
const REGISTRARS: [(&str, &str); 2] = [(REGISTRAR, "registrar-1"), ("registrar-2", "registrar-2")];

/// Where a world has the authority of its servers.
pub(super) const SERVER_AUTHORITY: &str = "pki/server";

impl World {
    /// Makes a public key infrastructure, initializes the database as `accreditd init` does, and starts the servers.
    ///
    /// # Errors
    ///
    /// Fails if the directory already holds a world, if the port is taken, or if a server does not start.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let binary = options.binary.clone().map_or_else(process::get_binary, Ok)?;
        check_port(options.port)?;
        let temporary = if options.dir.is_none() { Some(tempfile::tempdir()?) } else { None };
        let dir = match (&options.dir, &temporary) {
            (Some(dir), _) => create_world_directory(dir)?,
            (None, temporary) => temporary.as_ref().context("a directory was made")?.path().to_owned(),
        };
        create_server_authority(&dir)?;
        let authority = Authority::create(&dir.join("pki/cec"), "Central Election Commission")?;
        let servers = start_servers(binary, &dir, &options, Some(&authority)).await?;
        let kind = v1::OrganizationKind::ElectionCommission;
        let commission = RegisteredOrganization { kind, trust_domain: trust_domain(CEC), authority };
        let mut world = Self {
            servers,
            time: Mutex::new(options.time),
            dir,
            organizations: BTreeMap::from([(CEC.to_owned(), commission)]),
            actors: BTreeMap::new(),
            people: REGISTRARS.map(|(_, person)| person.to_owned()).into(),
            calls: Arc::new(Calls::new()),
            ends_verified: options.ends_verified.into(),
            _temporary: temporary,
        };
        for (principal, _) in REGISTRARS {
            world.issue(CEC, principal, &["cec.registrar"])?;
        }
        Ok(world)
    }
}

/// Makes the authority of a world's servers, and their certificate.
pub(super) fn create_server_authority(dir: &Path) -> anyhow::Result<()> {
    let authority = Authority::create(&dir.join(SERVER_AUTHORITY), "Server of the rehearsal")?;
    authority.issue_server("server").map(drop)
}

/// Starts every server. Before the first one it initializes the database, with this authority for the commission, unless
/// the database is there already.
pub(super) async fn start_servers(
    binary: PathBuf,
    dir: &Path,
    options: &Options,
    authority: Option<&Authority>,
) -> anyhow::Result<Servers> {
    let mut servers = Servers::new(binary);
    for number in 1..=options.servers {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let config = dir.join(format!("accreditd{suffix}.toml"));
        let log = dir.join(format!("server{suffix}.log"));
        let mut attempts = 1;
        let (address, health) = loop {
            let health = free_port()?;
            write_config(&config, options, if number == 1 { options.port } else { 0 }, health)?;
            if let (1, 1, Some(authority)) = (number, attempts, authority) {
                // Once, before the first server starts; all servers share the database.
                initialize(&config, options, authority).await?;
            }
            match servers.add(config.clone(), log.clone(), options.time).await {
                Ok(address) => break (address, health),
                // Another program took the free port first.
                Err(error) if attempts < 5 && error.to_string().contains("Address already in use") => attempts += 1,
                Err(error) => return Err(error),
            }
        };
        // The configuration gets the chosen port, so that a restarted server keeps its address.
        write_config(&config, options, address.port(), health)?;
    }
    Ok(servers)
}

/// Makes the directory, unless it holds a world.
fn create_world_directory(dir: &Path) -> anyhow::Result<std::path::PathBuf> {
    fs::create_dir_all(dir).with_context(|| format!("cannot make the directory {}", dir.display()))?;
    for file in ["accreditd.toml", "accreditd.db", "world.json", "pki"] {
        let there = dir.join(file);
        ensure!(
            !there.exists(),
            "{} is there already; remove that world, or choose another directory",
            there.display()
        );
    }
    dir.canonicalize().with_context(|| format!("cannot use the directory {}", dir.display()))
}

/// Fails early if the port is taken. The server's own message would only be in its log.
fn check_port(port: u16) -> anyhow::Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("cannot listen on port {port} of 127.0.0.1"))?;
    Ok(())
}

/// A port that is free now. Another program can take it before the server does, so starting is tried again.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Writes the configuration file of one server.
fn write_config(path: &Path, options: &Options, port: u16, health: u16) -> anyhow::Result<()> {
    // A JSON string is a TOML string as well.
    let database = serde_json::to_string(options.database.as_deref().unwrap_or("sqlite:accreditd.db"))?;
    let (documents, s3) =
        options.bucket.as_ref().map_or_else(|| ("dir:documents".to_owned(), String::new()), bucket_config);
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let health = SocketAddr::from((Ipv4Addr::LOCALHOST, health));
    let text = format!(
        "database = {database}\n\
         key_file = \"master.key\"\n\
         documents = \"{documents}\"\n\
         listen = \"{listen}\"\n\
         health_listen = \"{health}\"\n\
         \n\
         [tls]\n\
         certificate = \"pki/server/server.pem\"\n\
         private_key = \"pki/server/server.key\"\n\
         {s3}"
    );
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The configuration of a bucket: its location, and the table with its endpoint and credentials.
fn bucket_config(bucket: &documents::S3) -> (String, String) {
    let documents::S3 { bucket, prefix, settings } = bucket;
    let documents::S3Settings { endpoint, region, trusted_roots: _, allow_http_on_loopback, credentials } = settings;
    let mut table = format!("\n[s3]\nallow_http_on_loopback = {allow_http_on_loopback}\n");
    let mut line = |key: &str, value: &str| table.push_str(&format!("{key} = {value:?}\n"));
    line("endpoint", endpoint.as_deref().unwrap_or_default());
    line("region", region.as_deref().unwrap_or("us-east-1"));
    let documents::Credentials { access_key_id_file, secret_access_key_file, session_token_file: _ } = credentials;
    for (key, file) in [("access_key_id_file", access_key_id_file), ("secret_access_key_file", secret_access_key_file)]
    {
        let file = file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
        line(&format!("credentials.{key}"), &file);
    }
    (format!("s3://{bucket}/{prefix}"), table)
}

/// Does what `accreditd init` does: makes the schema, the commission and its two registrars.
async fn initialize(config: &Path, options: &Options, authority: &Authority) -> anyhow::Result<()> {
    // Two registrars, as in the procedure of docs/operations.md.
    let registrar = |(principal, person): (&str, &str)| server::Registrar {
        principal: principal.to_owned(),
        person: person.to_owned(),
        full_name: full_name(person),
    };
    let names = ["en", "ru", "kk"].into_iter().zip(COMMISSION);
    let names = names.map(|(language, text)| format!("{language}={text}").parse()).collect::<Result<_, String>>();
    let bootstrap = server::Bootstrap {
        names: names.map_err(anyhow::Error::msg)?,
        trust_domain: trust_domain(CEC),
        anchors: vec![authority.anchor().to_owned()],
        registrars: REGISTRARS.map(registrar).to_vec(),
    };
    server::init(&server::Config::load(config)?, options.owner_url.as_deref(), &bootstrap).await
}
