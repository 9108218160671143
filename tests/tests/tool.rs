//! The tool for people, as a user starts it: one person from DRAFT to ACCREDITED as five principals, against the
//! rehearsal's world and against a service set up by hand as the README says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use rehearsal::World;
use rehearsal::pki::Authority;
use serde_json::Value;
use stories::tool::{binary, flags};
use stories::{Database, Ground};

mod tool {
    pub mod endings;
    mod missions;
    mod paper;
    mod reports;
    mod retention;
}

const ELECTION: &str = "elections/kz-president-2019";

/// A principal at a terminal.
#[derive(Clone)]
struct User {
    flags: Vec<String>,
}

impl User {
    fn new(address: &str, server_ca: &Path, certificate: &Path, key: &Path) -> Self {
        Self { flags: flags(address, server_ca, certificate, key) }
    }

    fn of(world: &World, organization: &str, principal: &str) -> Self {
        let profile = world.profile(organization, principal);
        Self::new(&profile.address, &profile.server_ca, &profile.certificate, &profile.private_key)
    }

    fn run(&self, words: &[&str]) -> anyhow::Result<Output> {
        let mut command = Command::new(binary("accredit")?);
        Ok(command.args(&self.flags).arg("--json").args(words).stdin(Stdio::null()).output()?)
    }

    /// What a command shows to people.
    fn shown(&self, words: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(binary("accredit")?).args(&self.flags).args(words).stdin(Stdio::null()).output()?;
        ensure!(output.status.success(), "accredit {}: {output:?}", words.join(" "));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The first lines of a command that never ends; it is killed when it has done what `until` waits for.
    fn lines(&self, words: &[&str], count: usize, until: impl Fn(&[Value]) -> bool) -> anyhow::Result<Vec<Value>> {
        let mut command = Command::new(binary("accredit")?);
        command.args(&self.flags).arg("--json").args(words).stdin(Stdio::null());
        let mut child = Service(command.stdout(Stdio::piped()).spawn()?);
        let mut output = BufReader::new(child.0.stdout.take().context("a pipe")?).lines();
        let lines = output.by_ref().take(count).map(|line| Ok(serde_json::from_str(&line?)?));
        let lines = lines.collect::<anyhow::Result<Vec<_>>>()?;
        let waited = (0..100).any(|_| until(&lines) || (std::thread::sleep(Duration::from_millis(50)), false).1);
        ensure!(waited, "accredit {} did not come so far within five seconds", words.join(" "));
        Ok(lines)
    }

    fn json(&self, words: &[&str]) -> anyhow::Result<Value> {
        let output = self.run(words)?;
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "accredit {}: {complaint}", words.join(" "));
        serde_json::from_slice(&output.stdout).context("--json prints one JSON value")
    }
}

fn text(value: &Value, member: &str) -> anyhow::Result<String> {
    Ok(value[member].as_str().with_context(|| format!("no {member} in {value}"))?.to_owned())
}

/// The five who take part.
struct Cast {
    secretary: User,
    officer: User,
    reviewer: User,
    adopter: User,
    auditor: User,
}

impl Cast {
    fn of(world: &World) -> Self {
        Self {
            secretary: User::of(world, "osce-odihr", "secretary"),
            officer: User::of(world, "mfa", "officer"),
            reviewer: User::of(world, "cec", "reviewer-1"),
            adopter: User::of(world, "cec", "adopter"),
            auditor: User::of(world, "cec", "auditor"),
        }
    }
}

fn file(cast: &Cast, mission: &str, scans: &Path) -> anyhow::Result<Value> {
    let specimens = rehearsal::filing::write_specimens(scans)?;
    let documents: Vec<_> = specimens.iter().map(|(kind, path)| format!("{kind}={}", path.display())).collect();
    let mut words = vec!["application", "file", mission, "--category", "short-term-observer"];
    words.extend(["--family-name", "MUELLER", "--given-name", "ANNA", "--native-name", "Anna Müller"]);
    words.extend(["--nationality", "DEU", "--birth-date", "1980-02-03", "--sex", "female"]);
    words.extend(["--passport-number", "C01X00T47", "--issuing-state", "DEU", "--expiry-date", "2030-01-01"]);
    for document in &documents {
        words.extend(["--document", document]);
    }
    cast.secretary.json(&words)
}

/// Takes one person from DRAFT to ACCREDITED; gives the auditor's view of the accreditation.
fn accredit_one(cast: &Cast, mission: &str, scans: &Path) -> anyhow::Result<Value> {
    let draft = file(cast, mission, scans)?;
    ensure!(draft["state"] == "APPLICATION_STATE_DRAFT", "{draft}");
    let name = text(&draft, "name")?;
    let submitted = cast.secretary.json(&["application", "submit", &name])?;
    ensure!(submitted["state"] == "APPLICATION_STATE_SUBMITTED", "{submitted}");
    ensure!(submitted["receipt"]["leafHash"].is_string(), "a mutation leaves a receipt: {submitted}");
    cast.officer.json(&["presentation", "create", ELECTION, "--note", "12-34", &name])?;
    let claimed = cast.reviewer.json(&["review", "next", ELECTION])?;
    ensure!(claimed["name"] == name.as_str(), "the queue gave {claimed}");
    look_at_passport(cast, &name, scans)?;
    let etag = text(&claimed, "etag")?;
    cast.reviewer.json(&["review", "recommend", &name, "--accredit", "--etag", &etag])?;
    let signed =
        ["--number", "1/1", "--session-date", "2019-05-06", "--chair", "A. Chair", "--secretary", "B. Secretary"];
    let decree = cast.adopter.json(&[&["decree", "create", ELECTION], &signed[..]].concat())?;
    let decree_name = text(&decree, "name")?;
    let listed = cast.adopter.json(&["decree", "add", &decree_name, &name])?;
    cast.adopter.json(&["decree", "adopt", &decree_name, "--etag", &text(&listed, "etag")?])?;
    let decided = cast.secretary.json(&["application", "show", &name])?;
    ensure!(decided["state"] == "APPLICATION_STATE_ACCREDITED", "{decided}");
    cast.auditor.json(&["accreditation", "show", &text(&decided, "accreditation")?])
}

/// The reviewer saves the passport page; the file is the delegation's, nothing is overwritten, and the auditor is told.
fn look_at_passport(cast: &Cast, application: &str, scans: &Path) -> anyhow::Result<()> {
    let list = cast.reviewer.json(&["document", "list", application])?;
    let documents = list["documents"].as_array().context("documents")?;
    let page = documents.iter().find(|document| document["kind"] == "DOCUMENT_KIND_PASSPORT_PAGE").context("a page")?;
    let (name, saved) = (text(page, "name")?, scans.join("saved.pdf"));
    let path = saved.display().to_string();
    let save = ["document", "save", &name, "--purpose", "review", &path];
    cast.reviewer.json(&save)?;
    ensure!(std::fs::read(&saved)? == std::fs::read(scans.join("passport-page.pdf"))?);
    ensure!(cast.reviewer.run(&save)?.status.code() == Some(7), "nothing is overwritten");
    let reads = cast.auditor.json(&["document", "reads", ELECTION, "--of", application])?;
    ensure!(reads["documentReads"].as_array().is_some_and(|reads| reads.len() == 1), "{reads}");
    ensure!(reads["documentReads"][0]["purpose"] == "review", "{reads}");
    Ok(())
}

fn check(accreditation: &Value) {
    assert_eq!(accreditation["name"], format!("{ELECTION}/accreditations/1"));
    assert_eq!(accreditation["recommendedBy"], "organizations/cec/principals/reviewer-1");
    assert_eq!(accreditation["adoptedBy"], "organizations/cec/principals/adopter");
}

#[tokio::test]
async fn the_tool_takes_one_person_from_draft_to_accredited() -> anyhow::Result<()> {
    let world = World::small().await?;
    let cast = Cast::of(&world);
    let accredited = accredit_one(&cast, &format!("{ELECTION}/missions/osce-odihr"), &world.dir().join("scans"))?;
    check(&accredited);
    tool::endings::withdraw(&cast, &accredited)?;

    let denied = cast.officer.run(&["review", "next", ELECTION])?;
    assert_eq!(denied.status.code(), Some(4), "{}", String::from_utf8_lossy(&denied.stderr));
    assert!(String::from_utf8_lossy(&denied.stderr).contains("ROLE_REQUIRED"));
    let missing = cast.secretary.run(&[
        "application",
        "show",
        &format!("{ELECTION}/missions/cis/applications/{}", uuid::Uuid::nil()),
    ])?;
    assert_eq!(missing.status.code(), Some(5), "{}", String::from_utf8_lossy(&missing.stderr));
    Ok(())
}

/// A service that ends with its test.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

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
        let registrars = ["--registrar", "registrar-1=a.person", "--registrar", "registrar-2=b.person"];
        let founding = ["--display-name", "Central Election Commission", "--trust-domain", "cec.example"];
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
        let new = ["organization", "create", code, "--kind", kind, "--display-name", code];
        registrar.json(&[&new[..], &["--trust-domain", &domain, "--anchor", &anchor]].concat())?;
        let (principal, role) = who;
        authority.issue(principal, &format!("spiffe://{domain}/{principal}"))?;
        self.register(registrar, code, principal, role)?;
        Ok(self.user(&format!("{code}/{principal}")))
    }

    fn register(&self, registrar: &User, code: &str, principal: &str, role: &str) -> anyhow::Result<Value> {
        let person = format!("{code}-{principal}");
        registrar.json(&[
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
        ])
    }
}

/// Opens an election in which the delegation takes part.
fn open_election(registrar: &User, officer: &User, secretary: &User) -> anyhow::Result<()> {
    let code = ELECTION.trim_start_matches("elections/");
    let what = ["--display-name", "Presidential election", "--kind", "presidential", "--voting-day", "2099-06-07"];
    let rules = ["--time-zone", "Asia/Almaty", "--rule-pack", "kz/1", "--region-set", "kz-2022"];
    registrar.json(&[&["election", "create", code], &what[..], &rules[..]].concat())?;
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
