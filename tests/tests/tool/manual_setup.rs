//! Runs the tool against servers that are set up with the commands of the README, without the rehearsal.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::ensure;
use rehearsal::pki::Authority;
use serde_json::Value;
use stories::tool::binary;
use stories::{Database, Ground};

use crate::{ChildProcess, ELECTION, User, Users, accredit_one, check, file, text};

/// Servers that are set up as the README says, and their files.
struct ManualSetup {
    directory: tempfile::TempDir,
    /// The addresses of all servers, separated by commas.
    address: String,
    /// The ports of the loopback listeners.
    health: Vec<u16>,
    _services: Vec<ChildProcess>,
    _ground: Ground,
}

/// The configuration of a server. The words in upper case are replaced.
const CONFIG: &str = r#"database = "DATABASE"
key_file = "master.key"
listen = "127.0.0.1:LISTEN"
health_listen = "127.0.0.1:HEALTH"

[tls]
certificate = "server/server.pem"
private_key = "server/server.key"

# Connections and watches end after a short time, and clients open them again without an error.
[limits]
connection_age_seconds = 2
"#;

/// A port that is free at this moment.
fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Runs a command, which must succeed.
fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// The call of `accreditd` with a command and a configuration file.
fn accreditd(directory: &Path, command: &[&str], config: &str) -> anyhow::Result<Command> {
    let mut accreditd = Command::new(binary("accreditd")?);
    accreditd.current_dir(directory).args(command).args(["--config", config]);
    Ok(accreditd)
}

impl ManualSetup {
    /// Sets up several servers on one database and starts them.
    async fn set_up(database: Database, servers: usize) -> anyhow::Result<Self> {
        let ground = Ground::new(database).await?;
        let options = ground.options(servers);
        let directory = tempfile::tempdir()?;
        let path = directory.path();
        let commission = Authority::create(&path.join("cec"), "cec")?;
        Authority::create(&path.join("server"), "server")?.issue_server("server")?;
        let (mut ports, mut health) = (Vec::new(), Vec::new());
        for server in 1..=servers {
            let (listen, health_listen) = (free_port()?, free_port()?);
            let config = CONFIG.replace("LISTEN", &listen.to_string()).replace("HEALTH", &health_listen.to_string());
            let url = options.database.as_deref().unwrap_or("sqlite:accreditd.db");
            std::fs::write(path.join(format!("{server}.toml")), config.replace("DATABASE", url))?;
            ports.push(format!("localhost:{listen}"));
            health.push(health_listen);
        }
        for principal in ["registrar-1", "reviewer-1", "adopter", "auditor"] {
            commission.issue(principal, &format!("spiffe://cec.example/{principal}"))?;
        }
        let registrars =
            ["--registrar", "registrar-1=a.person:A. Person", "--registrar", "registrar-2=b.person:B. Person"];
        let organization = [
            "--name",
            "en=Central Election Commission",
            "--name",
            "kk=Орталық сайлау комиссиясы",
            "--trust-domain",
            "cec.example",
        ];
        let mut init = accreditd(path, &["init"], "1.toml")?;
        init.args(organization).args(["--anchor", "cec/ca.pem"]).args(registrars);
        let mut migrate = accreditd(path, &["migrate"], "1.toml")?;
        if let Some(owner) = &options.owner_url {
            init.args(["--owner-url", owner]);
            migrate.env("ACCREDITD_OWNER_URL", owner);
        }
        run(&mut init)?;
        let migrated = migrate.output()?;
        ensure!(migrated.stdout.starts_with(b"0 migration(s)"), "{migrated:?}");
        ensure!(!init.output()?.status.success(), "init changed a database that was initialized before");
        let mut services = Vec::new();
        for server in 1..=servers {
            let config = format!("{server}.toml");
            run(&mut accreditd(path, &["config", "check"], &config)?)?;
            services.push(ChildProcess(accreditd(path, &["serve"], &config)?.stderr(Stdio::null()).spawn()?));
            let mut healthy = accreditd(path, &["health"], &config)?;
            let answers = (0..100).any(|_| {
                std::thread::sleep(std::time::Duration::from_millis(100));
                healthy.output().is_ok_and(|output| output.status.success())
            });
            ensure!(answers, "the server did not become healthy within ten seconds");
        }
        Ok(Self { address: ports.join(","), directory, health, _services: services, _ground: ground })
    }

    /// The metrics of a server.
    fn metrics(&self, server: usize) -> anyhow::Result<String> {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.health[server]))?;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// The user with the certificate in this file, without its extension.
    fn user(&self, stem: &str) -> User {
        let path = |ending: &str| self.directory.path().join(format!("{stem}.{ending}"));
        User::new(&self.address, &self.directory.path().join("server/ca.pem"), &path("pem"), &path("key"))
    }

    /// Registers an organization with its own certificate authority and one principal.
    fn register_organization(
        &self,
        registrar: &User,
        code: &str,
        kind: &str,
        who: (&str, &str),
    ) -> anyhow::Result<User> {
        let authority = Authority::create(&self.directory.path().join(code), code)?;
        let (anchor, domain) = (authority.files().certificate.display().to_string(), format!("{code}.example"));
        let name = format!("en={code}");
        let new = ["organization", "create", code, "--kind", kind, "--name", &name];
        registrar.json(&[&new[..], &["--trust-domain", &domain, "--anchor", &anchor]].concat())?;
        let (principal, role) = who;
        authority.issue(principal, &format!("spiffe://{domain}/{principal}"))?;
        self.register_person(registrar, code, principal, role)?;
        Ok(self.user(&format!("{code}/{principal}")))
    }

    /// Registers a person and a principal.
    fn register_person(&self, registrar: &User, code: &str, principal: &str, role: &str) -> anyhow::Result<Value> {
        let person = format!("{code}-{principal}");
        let made = registrar.json(&["person", "create", &person, "--full-name", "Somebody New"])?;
        ensure!(registrar.json(&["person", "show", &person])?["fullName"] == "Somebody New");
        let made = text(&made, "name")?;
        let registered = registrar.json(&[
            "principal",
            "create",
            code,
            principal,
            "--kind",
            "person",
            "--person",
            &person,
            "--role",
            role,
        ])?;
        ensure!(text(&registered, "person")? == made);
        Ok(registered)
    }
}

/// Opens an election and announces a mission of the delegation.
fn open_election(registrar: &User, officer: &User, secretary: &User) -> anyhow::Result<()> {
    let code = ELECTION.trim_start_matches("elections/");
    let names = ["--name", "en=Presidential election", "--name", "ru=Выборы Президента"];
    let what = ["--kind", "presidential", "--voting-day", "2099-06-07"];
    let rules = ["--time-zone", "Asia/Almaty", "--rule-pack", "kz-1", "--region-set", "kz-2022"];
    registrar.json(&[&["election", "create", code], &names[..], &what[..], &rules[..]].concat())?;
    let shown = secretary.stdout(&["election", "show", code])?;
    for name in ["Presidential election, since 20", "Выборы Президента, since 20"] {
        ensure!(shown.contains(name), "the output has no {name}: {shown}");
    }
    registrar.json(&["election", "open", code])?;
    officer.json(&["invitation", "create", code, "osce-odihr"])?;
    secretary.json(&["invitation", "accept", &format!("{ELECTION}/invitations/osce-odihr")])?;
    let stay = ["--start-date", "2029-05-01", "--end-date", "2029-07-01"];
    secretary.json(&[&["mission", "create", code, "--format", "EOM"], &stay[..]].concat())?;
    Ok(())
}

/// Registers all users and takes one application from DRAFT to ACCREDITED.
fn check_accreditation(service: &ManualSetup) -> anyhow::Result<Users> {
    let registrar = service.user("cec/registrar-1");
    let officer = service.register_organization(&registrar, "mfa", "foreign-ministry", ("officer", "mfa.officer"))?;
    let sender = ("secretary", "delegation.submitter");
    let secretary = service.register_organization(&registrar, "osce-odihr", "international-organization", sender)?;
    for (principal, role) in [("reviewer-1", "cec.reviewer"), ("adopter", "cec.adopter"), ("auditor", "auditor")] {
        service.register_person(&registrar, "cec", principal, role)?;
    }
    open_election(&registrar, &officer, &secretary)?;
    let (reviewer, adopter) = (service.user("cec/reviewer-1"), service.user("cec/adopter"));
    let users = Users { secretary, officer, reviewer, adopter, auditor: service.user("cec/auditor") };
    let scans = service.directory.path().join("scans");
    check(&accredit_one(&users, &format!("{ELECTION}/missions/osce-odihr"), &scans)?);
    Ok(users)
}

/// Shows that the commands of the README are complete: nothing here comes from the rehearsal.
#[tokio::test]
async fn the_tool_works_with_a_server_that_is_set_up_manually() -> anyhow::Result<()> {
    check_accreditation(&ManualSetup::set_up(Database::Sqlite, 1).await?).map(drop)
}

/// Also checks that watches survive the end of a stream, of a connection and of a server.
#[tokio::test]
async fn the_tool_works_with_two_servers_on_postgres() -> anyhow::Result<()> {
    let mut service = ManualSetup::set_up(Database::Postgres, 2).await?;
    let users = check_accreditation(&service)?;
    let metrics = service.metrics(0)?;
    let counted = "accreditd_requests_total{method=\"ApplicationService/CreateApplication\",code=\"OK\"}";
    assert!(metrics.contains(counted) && metrics.contains("accreditd_log_entries{log=\"elections/"), "{metrics}");

    // An open watch continues after the maximum age of its stream and of its connection.
    let scans = service.directory.path().join("scans");
    let watcher = users.secretary.clone();
    let open = std::thread::spawn(move || watcher.lines(&["watch", ELECTION], 10, |_| true));
    std::thread::sleep(Duration::from_secs(5));
    let filed = text(&file(&users, &format!("{ELECTION}/missions/osce-odihr"), &scans)?, "name")?;
    let lines = open.join().map_err(|_| anyhow::anyhow!("the watch panicked"))??;
    assert_eq!(text(&lines[9]["event"], "subject")?, filed);

    // A watch with --resume continues after the last event, and on the other server if its own has ended.
    let cursor_file = service.directory.path().join("cursor");
    let cursor_is_stored = |lines: &[Value]| {
        let cursor = lines.last().and_then(|line| line["cursor"].as_str()).unwrap_or_default();
        let cursor = cursor.trim_end_matches('=').replace('+', "-").replace('/', "_");
        std::fs::read_to_string(&cursor_file).is_ok_and(|stored| stored == cursor)
    };
    let path = cursor_file.display().to_string();
    let arguments = ["watch", ELECTION, "--resume", &path];
    let lines = users.secretary.lines(&arguments, 10, cursor_is_stored)?;
    assert_eq!(text(&lines[8]["event"], "applicationState")?, "APPLICATION_STATE_ACCREDITED");
    service._services.remove(0);
    let filed = text(&file(&users, &format!("{ELECTION}/missions/osce-odihr"), &scans)?, "name")?;
    let next = users.secretary.lines(&arguments, 1, cursor_is_stored)?;
    assert_eq!(text(&next[0]["event"], "subject")?, filed);
    Ok(())
}
