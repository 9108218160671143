//! The tool for people, as a user starts it: one person from DRAFT to ACCREDITED as five principals, against the
//! rehearsal's world here, and in `tool/by_hand.rs` against a service set up by hand as the README says.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use rehearsal::World;
use serde_json::Value;
use stories::tool::{binary, flags};

mod tool {
    mod asking;
    mod by_hand;
    mod deciding;
    pub mod endings;
    mod missions;
    mod paper;
    mod reports;
    mod retention;
    mod reviewing;
    mod run_offs;
    mod terminal;
    mod watching;
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

    /// What a command that succeeds says beside that.
    fn told(&self, words: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(binary("accredit")?).args(&self.flags).args(words).stdin(Stdio::null()).output()?;
        ensure!(output.status.success(), "accredit {}: {output:?}", words.join(" "));
        Ok(String::from_utf8(output.stderr)?)
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

/// Takes one person from DRAFT to RECOMMENDED; gives the application's name.
fn recommend_one(cast: &Cast, mission: &str, scans: &Path) -> anyhow::Result<String> {
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
    Ok(name)
}

/// Takes one person from DRAFT to ACCREDITED; gives the auditor's view of the accreditation.
fn accredit_one(cast: &Cast, mission: &str, scans: &Path) -> anyhow::Result<Value> {
    let name = recommend_one(cast, mission, scans)?;
    let signed =
        ["--number", "1/1", "--session-date", "2019-05-06", "--chair", "A. Chair", "--secretary", "B. Secretary"];
    let decree = cast.adopter.json(&[&["decree", "create", ELECTION], &signed[..]].concat())?;
    let decree_name = text(&decree, "name")?;
    postpone_session(cast, &decree)?;
    let listed = cast.adopter.json(&["decree", "add", &decree_name, &name])?;
    cast.adopter.json(&["decree", "adopt", &decree_name, "--etag", &text(&listed, "etag")?])?;
    let (paper, saved) = (scans.join("passport-page.pdf"), scans.join("decree.pdf"));
    let attached = cast.adopter.json(&["decree", "attach-scan", &decree_name, &paper.display().to_string()])?;
    ensure!(attached["scans"][0]["attachedBy"] == "organizations/cec/principals/adopter", "{attached}");
    let save = cast.officer.run(&["decree", "scan", &decree_name, "--out", &saved.display().to_string()])?;
    ensure!(save.status.success() && std::fs::read(&saved)? == std::fs::read(&paper)?, "{save:?}");
    let decided = cast.secretary.json(&["application", "show", &name])?;
    ensure!(decided["state"] == "APPLICATION_STATE_ACCREDITED", "{decided}");
    cast.auditor.json(&["accreditation", "show", &text(&decided, "accreditation")?])
}

/// The session of a draft is on another day, and its secretary another: what no flag names stays. Repeated with the same
/// etag and request id it is the same change.
fn postpone_session(cast: &Cast, draft: &Value) -> anyhow::Result<()> {
    let (name, etag, id) = (text(draft, "name")?, text(draft, "etag")?, rehearsal::calls::request_id());
    let words = ["decree", "update", &name, "--session-date", "2019-05-07", "--secretary", "C. Secretary"];
    let words = [&words[..], &["--etag", &etag, "--request-id", &id]].concat();
    let changed = cast.adopter.json(&words)?;
    let says = |member: &str, expected: &str| changed[member] == expected;
    ensure!(says("sessionDate", "2019-05-07") && says("secretary", "C. Secretary"), "{changed}");
    ensure!(says("decreeNumber", "1/1") && says("chair", "A. Chair") && changed["etag"] != etag.as_str(), "{changed}");
    ensure!(cast.adopter.json(&words)? == changed);
    let nothing = cast.adopter.run(&["decree", "update", &name])?;
    ensure!(String::from_utf8_lossy(&nothing.stderr).contains("--session-date"), "{nothing:?}");
    Ok(())
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
