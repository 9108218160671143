//! Tests the command-line tool as users run it. Five principals take one application from DRAFT to ACCREDITED.
//!
//! The server is a rehearsal here. In `tool/manual_setup.rs` it is set up with the commands of the README.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use rehearsal::World;
use serde_json::Value;
use stories::tool::{binary, flags};
use stories::{Database, Scene};

mod tool {
    pub mod accreditation_ends;
    mod confirmations;
    mod decisions;
    mod manual_setup;
    mod missions;
    mod paper_filings;
    mod reports;
    mod retention;
    mod review_queue;
    mod run_offs;
    mod terminal;
    mod watch_programs;
}

/// The election of the rehearsal.
const ELECTION: &str = "elections/kz-president-2019";

/// A principal who runs the tool.
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

    /// Runs a command with `--json`. Returns its outputs and its exit code.
    fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = Command::new(binary("accredit")?);
        Ok(command.args(&self.flags).arg("--json").args(arguments).stdin(Stdio::null()).output()?)
    }

    /// Runs a command without `--json`, which must succeed. Returns its standard output.
    fn stdout(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output =
            Command::new(binary("accredit")?).args(&self.flags).args(arguments).stdin(Stdio::null()).output()?;
        ensure!(output.status.success(), "accredit {}: {output:?}", arguments.join(" "));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs a command without `--json`, which must succeed. Returns its standard error.
    fn stderr(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output =
            Command::new(binary("accredit")?).args(&self.flags).args(arguments).stdin(Stdio::null()).output()?;
        ensure!(output.status.success(), "accredit {}: {output:?}", arguments.join(" "));
        Ok(String::from_utf8(output.stderr)?)
    }

    /// Reads the first lines of a command that does not end. The command is killed when `until` is true for them.
    fn lines(&self, arguments: &[&str], count: usize, until: impl Fn(&[Value]) -> bool) -> anyhow::Result<Vec<Value>> {
        let mut command = Command::new(binary("accredit")?);
        command.args(&self.flags).arg("--json").args(arguments).stdin(Stdio::null());
        let mut child = ChildProcess(command.stdout(Stdio::piped()).spawn()?);
        let mut output = BufReader::new(child.0.stdout.take().context("a pipe")?).lines();
        let lines = output.by_ref().take(count).map(|line| Ok(serde_json::from_str(&line?)?));
        let lines = lines.collect::<anyhow::Result<Vec<_>>>()?;
        let waited = (0..100).any(|_| until(&lines) || (std::thread::sleep(Duration::from_millis(50)), false).1);
        ensure!(waited, "accredit {} did not do what the test waits for within five seconds", arguments.join(" "));
        Ok(lines)
    }

    /// Runs a command with `--json`, which must succeed. Returns its JSON value.
    fn json(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let output = self.run(arguments)?;
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "accredit {}: {error}", arguments.join(" "));
        serde_json::from_slice(&output.stdout).context("--json prints one JSON value")
    }
}

/// A text member of a JSON object. Fails if it is missing.
fn text(value: &Value, member: &str) -> anyhow::Result<String> {
    Ok(value[member].as_str().with_context(|| format!("no {member} in {value}"))?.to_owned())
}

/// The five users who take part in an accreditation.
struct Users {
    secretary: User,
    officer: User,
    reviewer: User,
    adopter: User,
    auditor: User,
}

impl Users {
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

/// Files an application with documents. Returns the draft.
fn file(users: &Users, mission: &str, scans: &Path) -> anyhow::Result<Value> {
    let specimens = rehearsal::filing::write_specimens(scans)?;
    let documents: Vec<_> = specimens.iter().map(|(kind, path)| format!("{kind}={}", path.display())).collect();
    let mut arguments = vec!["application", "file", mission, "--category", "short-term-observer"];
    arguments.extend(["--family-name", "MUELLER", "--given-name", "ANNA", "--native-name", "Anna Müller"]);
    arguments.extend(["--nationality", "DEU", "--birth-date", "1980-02-03", "--sex", "female"]);
    arguments.extend(["--passport-number", "C01X00T47", "--issuing-state", "DEU", "--expiry-date", "2030-01-01"]);
    for document in &documents {
        arguments.extend(["--document", document]);
    }
    users.secretary.json(&arguments)
}

/// Takes one application from DRAFT to RECOMMENDED. Returns its name.
fn recommend_one(users: &Users, mission: &str, scans: &Path) -> anyhow::Result<String> {
    let draft = file(users, mission, scans)?;
    ensure!(draft["state"] == "APPLICATION_STATE_DRAFT", "{draft}");
    let name = text(&draft, "name")?;
    let submitted = users.secretary.json(&["application", "submit", &name])?;
    ensure!(submitted["state"] == "APPLICATION_STATE_SUBMITTED", "{submitted}");
    ensure!(submitted["receipt"]["leafHash"].is_string(), "the answer has no receipt: {submitted}");
    users.officer.json(&["presentation", "create", ELECTION, "--note", "12-34", &name])?;
    let claimed = users.reviewer.json(&["review", "next", ELECTION])?;
    ensure!(claimed["name"] == name.as_str(), "the reviewer claimed another application: {claimed}");
    save_passport(users, &name, scans)?;
    let etag = text(&claimed, "etag")?;
    users.reviewer.json(&["review", "recommend", &name, "--accredit", "--etag", &etag])?;
    Ok(name)
}

/// Takes one application from DRAFT to ACCREDITED. Returns the accreditation as the auditor reads it.
fn accredit_one(users: &Users, mission: &str, scans: &Path) -> anyhow::Result<Value> {
    let name = recommend_one(users, mission, scans)?;
    let signed =
        ["--number", "1/1", "--session-date", "2019-05-06", "--chair", "A. Chair", "--secretary", "B. Secretary"];
    let decree = users.adopter.json(&[&["decree", "create", ELECTION], &signed[..]].concat())?;
    let decree_name = text(&decree, "name")?;
    postpone_session(users, &decree)?;
    let listed = users.adopter.json(&["decree", "add", &decree_name, &name])?;
    users.adopter.json(&["decree", "adopt", &decree_name, "--etag", &text(&listed, "etag")?])?;
    let (paper, saved) = (scans.join("passport-page.pdf"), scans.join("decree.pdf"));
    let attached = users.adopter.json(&["decree", "attach-scan", &decree_name, &paper.display().to_string()])?;
    ensure!(attached["scans"][0]["attachedBy"] == "organizations/cec/principals/adopter", "{attached}");
    let save = users.officer.run(&["decree", "scan", &decree_name, "--out", &saved.display().to_string()])?;
    ensure!(save.status.success() && std::fs::read(&saved)? == std::fs::read(&paper)?, "{save:?}");
    let decided = users.secretary.json(&["application", "show", &name])?;
    ensure!(decided["state"] == "APPLICATION_STATE_ACCREDITED", "{decided}");
    users.auditor.json(&["accreditation", "show", &text(&decided, "accreditation")?])
}

/// Changes the session date and the secretary of a draft. Fields without a flag must stay. Repeated with the same etag
/// and request id, the command must return the same answer.
fn postpone_session(users: &Users, draft: &Value) -> anyhow::Result<()> {
    let (name, etag, id) = (text(draft, "name")?, text(draft, "etag")?, rehearsal::calls::request_id());
    let arguments = ["decree", "update", &name, "--session-date", "2019-05-07", "--secretary", "C. Secretary"];
    let arguments = [&arguments[..], &["--etag", &etag, "--request-id", &id]].concat();
    let changed = users.adopter.json(&arguments)?;
    let has = |member: &str, expected: &str| changed[member] == expected;
    ensure!(has("sessionDate", "2019-05-07") && has("secretary", "C. Secretary"), "{changed}");
    ensure!(has("decreeNumber", "1/1") && has("chair", "A. Chair") && changed["etag"] != etag.as_str(), "{changed}");
    ensure!(users.adopter.json(&arguments)? == changed);
    let nothing = users.adopter.run(&["decree", "update", &name])?;
    ensure!(String::from_utf8_lossy(&nothing.stderr).contains("--session-date"), "{nothing:?}");
    Ok(())
}

/// The reviewer saves the passport page. The bytes are those of the delegation, no file is overwritten, and the auditor
/// can see the read.
fn save_passport(users: &Users, application: &str, scans: &Path) -> anyhow::Result<()> {
    let list = users.reviewer.json(&["document", "list", application])?;
    let documents = list["documents"].as_array().context("documents")?;
    let page = documents.iter().find(|document| document["kind"] == "DOCUMENT_KIND_PASSPORT_PAGE").context("a page")?;
    let (name, saved) = (text(page, "name")?, scans.join("saved.pdf"));
    let path = saved.display().to_string();
    let save = ["document", "save", &name, "--purpose", "review", &path];
    users.reviewer.json(&save)?;
    ensure!(std::fs::read(&saved)? == std::fs::read(scans.join("passport-page.pdf"))?);
    ensure!(users.reviewer.run(&save)?.status.code() == Some(7), "an existing file was overwritten");
    let reads = users.auditor.json(&["document", "reads", ELECTION, "--of", application])?;
    ensure!(reads["documentReads"].as_array().is_some_and(|reads| reads.len() == 1), "{reads}");
    ensure!(reads["documentReads"][0]["purpose"] == "review", "{reads}");
    Ok(())
}

/// Checks who recommended and who adopted the first accreditation.
fn check(accreditation: &Value) {
    assert_eq!(accreditation["name"], format!("{ELECTION}/accreditations/1"));
    assert_eq!(accreditation["recommendedBy"], "organizations/cec/principals/reviewer-1");
    assert_eq!(accreditation["adoptedBy"], "organizations/cec/principals/adopter");
}

#[tokio::test]
async fn the_tool_takes_one_application_from_draft_to_accredited() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let users = Users::of(world);
    let accredited = accredit_one(&users, &format!("{ELECTION}/missions/osce-odihr"), &world.dir().join("scans"))?;
    check(&accredited);
    tool::accreditation_ends::withdraw(&users, &accredited)?;

    let denied = users.officer.run(&["review", "next", ELECTION])?;
    assert_eq!(denied.status.code(), Some(4), "{}", String::from_utf8_lossy(&denied.stderr));
    assert!(String::from_utf8_lossy(&denied.stderr).contains("ROLE_REQUIRED"));
    let missing = users.secretary.run(&[
        "application",
        "show",
        &format!("{ELECTION}/missions/cis/applications/{}", uuid::Uuid::nil()),
    ])?;
    assert_eq!(missing.status.code(), Some(5), "{}", String::from_utf8_lossy(&missing.stderr));
    Ok(())
}

/// A process that is killed when this value is dropped.
struct ChildProcess(Child);

impl Drop for ChildProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
