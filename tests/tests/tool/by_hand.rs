//! The tool against a service that is set up by hand, as the README says.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::ensure;
use rehearsal::pki::Authority;
use serde_json::Value;
use stories::tool::binary;
use stories::{Database, Ground};

use crate::{Cast, ELECTION, Service, User, accredit_one, check, file, text};

/// A service made as the README says, and the offices that take part.
struct ByHand {
    directory: tempfile::TempDir,
    address: String,
    /// The ports of the loopback listeners.
    health: Vec<u16>,
    _services: Vec<Service>,
    _ground: Ground,
}

const CONFIG: &str = r#"database = "DATABASE"
key_file = "master.key"
listen = "127.0.0.1:LISTEN"
health_listen = "127.0.0.1:HEALTH"

[tls]
certificate = "server/server.pem"
private_key = "server/server.key"

# Connections and watches are made anew all the time, and nobody notices.
[limits]
connection_age_seconds = 2
"#;

/// A port that is free now.
fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// `accreditd` with a command and a configuration.
fn accreditd(directory: &Path, command: &[&str], config: &str) -> anyhow::Result<Command> {
    let mut accreditd = Command::new(binary("accreditd")?);
    accreditd.current_dir(directory).args(command).args(["--config", config]);
    Ok(accreditd)
}

impl ByHand {
    /// So many servers on one database.
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
        let founding = [
            "--name",
            "en=Central Election Commission",
            "--name",
            "kk=Орталық сайлау комиссиясы",
            "--trust-domain",
            "cec.example",
        ];
        let mut init = accreditd(path, &["init"], "1.toml")?;
        init.args(founding).args(["--anchor", "cec/ca.pem"]).args(registrars);
        let mut migrate = accreditd(path, &["migrate"], "1.toml")?;
        if let Some(owner) = &options.owner_url {
            init.args(["--owner-url", owner]);
            migrate.env("ACCREDITD_OWNER_URL", owner);
        }
        succeed(&mut init)?;
        let nothing_to_do = migrate.output()?;
        ensure!(nothing_to_do.stdout.starts_with(b"0 migration(s)"), "{nothing_to_do:?}");
        ensure!(!init.output()?.status.success(), "init touches a database that has been set up");
        let mut services = Vec::new();
        for server in 1..=servers {
            let config = format!("{server}.toml");
            succeed(&mut accreditd(path, &["config", "check"], &config)?)?;
            services.push(Service(accreditd(path, &["serve"], &config)?.stderr(Stdio::null()).spawn()?));
            let mut healthy = accreditd(path, &["health"], &config)?;
            let answers = (0..100).any(|_| {
                std::thread::sleep(std::time::Duration::from_millis(100));
                healthy.output().is_ok_and(|output| output.status.success())
            });
            ensure!(answers, "the service did not become healthy within ten seconds");
        }
        Ok(Self { address: ports.join(","), directory, health, _services: services, _ground: ground })
    }

    /// What a server tells of itself.
    fn metrics(&self, server: usize) -> anyhow::Result<String> {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.health[server]))?;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    fn user(&self, stem: &str) -> User {
        let path = |ending: &str| self.directory.path().join(format!("{stem}.{ending}"));
        User::new(&self.address, &self.directory.path().join("server/ca.pem"), &path("pem"), &path("key"))
    }

    /// Registers an organization with an authority of its own and one principal.
    fn join(&self, registrar: &User, code: &str, kind: &str, who: (&str, &str)) -> anyhow::Result<User> {
        let authority = Authority::create(&self.directory.path().join(code), code)?;
        let (anchor, domain) = (authority.files().certificate.display().to_string(), format!("{code}.example"));
        let name = format!("en={code}");
        let new = ["organization", "create", code, "--kind", kind, "--name", &name];
        registrar.json(&[&new[..], &["--trust-domain", &domain, "--anchor", &anchor]].concat())?;
        let (principal, role) = who;
        authority.issue(principal, &format!("spiffe://{domain}/{principal}"))?;
        self.register(registrar, code, principal, role)?;
        Ok(self.user(&format!("{code}/{principal}")))
    }

    fn register(&self, registrar: &User, code: &str, principal: &str, role: &str) -> anyhow::Result<Value> {
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

/// Opens an election in which the delegation takes part.
fn open_election(registrar: &User, officer: &User, secretary: &User) -> anyhow::Result<()> {
    let code = ELECTION.trim_start_matches("elections/");
    let names = ["--name", "en=Presidential election", "--name", "ru=Выборы Президента"];
    let what = ["--kind", "presidential", "--voting-day", "2099-06-07"];
    let rules = ["--time-zone", "Asia/Almaty", "--rule-pack", "kz/1", "--region-set", "kz-2022"];
    registrar.json(&[&["election", "create", code], &names[..], &what[..], &rules[..]].concat())?;
    let shown = secretary.shown(&["election", "show", code])?;
    for name in ["Presidential election, since 20", "Выборы Президента, since 20"] {
        ensure!(shown.contains(name), "{name} is not in {shown}");
    }
    registrar.json(&["election", "open", code])?;
    officer.json(&["invitation", "create", code, "osce-odihr"])?;
    secretary.json(&["invitation", "accept", &format!("{ELECTION}/invitations/osce-odihr")])?;
    let stay = ["--start-date", "2029-05-01", "--end-date", "2029-07-01"];
    secretary.json(&[&["mission", "create", code, "--format", "EOM"], &stay[..]].concat())?;
    Ok(())
}

/// One person from DRAFT to ACCREDITED.
fn check_by_hand(service: &ByHand) -> anyhow::Result<Cast> {
    let registrar = service.user("cec/registrar-1");
    let officer = service.join(&registrar, "mfa", "foreign-ministry", ("officer", "mfa.officer"))?;
    let sender = ("secretary", "delegation.submitter");
    let secretary = service.join(&registrar, "osce-odihr", "international-organization", sender)?;
    for (principal, role) in [("reviewer-1", "cec.reviewer"), ("adopter", "cec.adopter"), ("auditor", "auditor")] {
        service.register(&registrar, "cec", principal, role)?;
    }
    open_election(&registrar, &officer, &secretary)?;
    let (reviewer, adopter) = (service.user("cec/reviewer-1"), service.user("cec/adopter"));
    let cast = Cast { secretary, officer, reviewer, adopter, auditor: service.user("cec/auditor") };
    let scans = service.directory.path().join("scans");
    check(&accredit_one(&cast, &format!("{ELECTION}/missions/osce-odihr"), &scans)?);
    Ok(cast)
}

#[tokio::test]
async fn the_tool_does_the_same_against_a_service_set_up_by_hand() -> anyhow::Result<()> {
    check_by_hand(&ByHand::set_up(Database::Sqlite, 1).await?).map(drop)
}

#[tokio::test]
async fn the_tool_does_the_same_against_a_pair_of_servers_on_postgres() -> anyhow::Result<()> {
    let mut service = ByHand::set_up(Database::Postgres, 2).await?;
    let cast = check_by_hand(&service)?;
    let metrics = service.metrics(0)?;
    let counted = "accreditd_requests_total{method=\"ApplicationService/CreateApplication\",code=\"OK\"}";
    assert!(metrics.contains(counted) && metrics.contains("accreditd_log_entries{log=\"elections/"), "{metrics}");

    // One that is open goes on beyond the age of its stream and of its connection.
    let scans = service.directory.path().join("scans");
    let follower = cast.secretary.clone();
    let open = std::thread::spawn(move || follower.lines(&["watch", ELECTION], 10, |_| true));
    std::thread::sleep(Duration::from_secs(5));
    let filed = text(&file(&cast, &format!("{ELECTION}/missions/osce-odihr"), &scans)?, "name")?;
    let told = open.join().map_err(|_| anyhow::anyhow!("the watch panicked"))??;
    assert_eq!(text(&told[9]["event"], "subject")?, filed);

    // A watch of the tool's goes on where it was interrupted, and on the other server when its own is gone.
    let place = service.directory.path().join("place");
    let kept = |lines: &[Value]| {
        let cursor = lines.last().and_then(|line| line["cursor"].as_str()).unwrap_or_default();
        let cursor = cursor.trim_end_matches('=').replace('+', "-").replace('/', "_");
        std::fs::read_to_string(&place).is_ok_and(|kept| kept == cursor)
    };
    let path = place.display().to_string();
    let words = ["watch", ELECTION, "--resume", &path];
    let told = cast.secretary.lines(&words, 10, kept)?;
    assert_eq!(text(&told[8]["event"], "applicationState")?, "APPLICATION_STATE_ACCREDITED");
    service._services.remove(0);
    let filed = text(&file(&cast, &format!("{ELECTION}/missions/osce-odihr"), &scans)?, "name")?;
    let next = cast.secretary.lines(&words, 1, kept)?;
    assert_eq!(text(&next[0]["event"], "subject")?, filed);
    Ok(())
}
