//! A watch runs a program for each event.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::ensure;
use rehearsal::World;
use serde_json::Value;
use stories::tool::binary;
use stories::{Database, Scene};

use crate::{ChildProcess, ELECTION, User, Users, file, text};

/// The program. It stores each event in the file `events`. Then it does what other files say:
///
/// - `hang`: it hangs once.
/// - `failures`: it fails that many times.
/// - `hold`: it waits with the event of this number.
const PROGRAM: &str = r#"read -r event
env -0 >> environments
printf '%s\n' "$event" >> events
tr '\0' '\n' < /proc/$$/cmdline >> arguments
if [ -e hang ]; then rm hang; sleep 600 & echo $! > sleeper; wait; fi
left=$(cat failures 2> /dev/null || echo 0)
if [ "$left" -gt 0 ]; then echo $((left - 1)) > failures; exit 3; fi
while [ "$(cat hold 2> /dev/null)" = "$(wc -l < events)" ]; do sleep 0.05; done
"#;

/// The working directory of the program.
struct ProgramDirectory(PathBuf);

impl ProgramDirectory {
    /// Creates the directory and writes the program.
    fn new(world: &World, name: &str) -> anyhow::Result<Self> {
        let directory = Self(world.dir().join(name));
        fs::create_dir(&directory.0)?;
        fs::write(directory.0.join("program"), PROGRAM)?;
        Ok(directory)
    }

    /// The contents of a file. Empty if there is no such file.
    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap_or_default()
    }

    /// The events that the program received, in order.
    fn received(&self) -> anyhow::Result<Vec<Value>> {
        self.text("events").lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// Runs the watch until `until` is true, and kills it. Returns its standard error.
    fn watch_until(&self, user: &User, until: impl Fn(&Self) -> bool) -> anyhow::Result<String> {
        let (out, errors) = (fs::File::create(self.0.join("out"))?, fs::File::create(self.0.join("errors"))?);
        let mut command = Command::new(binary("accredit")?);
        command.args(&user.flags).args(["watch", ELECTION, "--resume", "cursor", "--exec-timeout", "2"]);
        command.args(["--exec", "/bin/sh", "program", "--json", "$HOME"]);
        command.current_dir(&self.0).stdin(Stdio::null()).stdout(out).stderr(errors);
        let watch = ChildProcess(command.spawn()?);
        wait_for(|| until(self))?;
        drop(watch);
        ensure!(
            self.text("out").is_empty(),
            "the watch printed events although a program receives them: {}",
            self.text("out")
        );
        Ok(self.text("errors"))
    }
}

/// Waits up to 30 seconds until a condition is true.
fn wait_for(condition: impl Fn() -> bool) -> anyhow::Result<()> {
    let is_true = (0..600).any(|_| condition() || (std::thread::sleep(Duration::from_millis(50)), false).1);
    ensure!(is_true, "the watch did not do what the test waits for within 30 seconds");
    Ok(())
}

/// The ids of events.
fn ids(events: &[Value]) -> anyhow::Result<Vec<String>> {
    events.iter().map(|event| text(event, "eventId")).collect()
}

/// Starts a rehearsal with some events. Returns all events that the secretary receives.
async fn world_with_events() -> anyhow::Result<(Scene, Users, Vec<Value>)> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let users = Users::of(world);
    let (mission, scans) = (format!("{ELECTION}/missions/osce-odihr"), world.dir().join("scans"));
    let name = text(&file(&users, &mission, &scans)?, "name")?;
    users.secretary.json(&["application", "submit", &name])?;
    let withdrawn = users.secretary.json(&["application", "withdraw", &name, "--reason", "A trial."])?;
    let last = text(&withdrawn["receipt"], "eventId")?;
    let mut count = 1;
    loop {
        let lines = users.secretary.lines(&["watch", ELECTION], count, |_| true)?;
        if lines.last().is_some_and(|line| line["event"]["eventId"] == last.as_str()) {
            let events = lines.into_iter().map(|line| line["event"].clone()).collect();
            return Ok((scene, users, events));
        }
        count += 1;
    }
}

/// A partner's program may fail for a moment. No event may be lost then, or overtaken by a later one.
#[tokio::test]
async fn a_watch_runs_the_program_for_each_event_in_order_until_it_succeeds() -> anyhow::Result<()> {
    let (scene, users, events) = world_with_events().await?;
    let (directory, count) = (ProgramDirectory::new(&scene.world, "directory")?, events.len());
    fs::write(directory.0.join("failures"), "2")?;
    let errors =
        directory.watch_until(&users.secretary, |directory| directory.text("events").lines().count() == count + 2)?;
    let first = &ids(&events)?[0];
    let again = |seconds: u32| format!("/bin/sh: exit status: 3; retrying event {first} in {seconds} s");
    ensure!(errors.lines().eq([again(1), again(2)]), "{errors}");
    let expected: Vec<_> = [&events[..1], &events[..1], &events[..]].concat();
    ensure!(directory.received()? == expected, "{:?}, not {expected:?}", directory.received()?);

    // No shell changed the arguments. Other users of the machine can see arguments and environment, so both have no
    // personal data.
    let arguments = directory.text("arguments");
    ensure!(arguments.lines().take(4).eq(["/bin/sh", "program", "--json", "$HOME"]), "{arguments}");
    let environments = directory.text("environments");
    for personal in ["MUELLER", "ANNA", "Müller", "1980-02-03", "C01X00T47"] {
        ensure!(!environments.contains(personal) && !arguments.contains(personal), "{personal}");
    }
    let variables: BTreeSet<_> = environments.split('\0').filter(|line| line.starts_with("ACCREDIT_EVENT_")).collect();
    let variables_of = |event: &Value| {
        let word = |member: &str| event[member].as_str().unwrap_or_default().to_owned();
        let state = word("applicationState").trim_start_matches("APPLICATION_STATE_").to_owned();
        [("ID", word("eventId")), ("ACTION", word("action")), ("SUBJECT", word("subject")), ("STATE", state)]
            .map(|(name, value)| format!("ACCREDIT_EVENT_{name}={value}"))
    };
    let expected: BTreeSet<_> = events.iter().flat_map(variables_of).collect();
    ensure!(variables.iter().copied().eq(expected.iter().map(String::as_str)), "{variables:?}, not {expected:?}");
    Ok(())
}

/// The cursor is stored only after the program has succeeded. So a killed watch repeats an event, and never skips one.
#[tokio::test]
async fn a_killed_watch_repeats_the_event_and_a_watch_kills_a_program_that_hangs() -> anyhow::Result<()> {
    let (scene, users, events) = world_with_events().await?;
    let directory = ProgramDirectory::new(&scene.world, "directory")?;
    let expected = ids(&events)?;
    // The watch is killed while the program runs: twice with the first event, then with the second.
    for (line, is_kept) in [(1, false), (2, false), (4, true)] {
        fs::write(directory.0.join("hold"), line.to_string())?;
        directory.watch_until(&users.secretary, |directory| directory.text("events").lines().count() == line)?;
        ensure!(
            directory.0.join("cursor").exists() == is_kept,
            "the cursor is stored after the program ends, and not before"
        );
    }
    fs::remove_file(directory.0.join("hold"))?;
    // A program that takes too long is killed with the processes that it started, and runs again for the same event.
    fs::write(directory.0.join("hang"), "")?;
    let done =
        |directory: &ProgramDirectory| directory.received().is_ok_and(|received| received.last() == events.last());
    let errors =
        directory.watch_until(&users.secretary, |directory| done(directory) && is_child_killed(&directory.0))?;
    ensure!(
        errors.starts_with("/bin/sh: killed because it ran longer than 2 s (--exec-timeout); retrying event"),
        "{errors}"
    );

    let [first, second] = [&expected[..1], &expected[1..2]];
    let all = [first, first, first, second, second, second, &expected[2..]].concat();
    let received = ids(&directory.received()?)?;
    ensure!(received == all, "{received:?}: expected the order of the log, with repetitions at once: {all:?}");
    Ok(())
}

/// Whether the process that the program started has ended, or is a zombie.
fn is_child_killed(directory: &Path) -> bool {
    let sleeper = fs::read_to_string(directory.join("sleeper")).unwrap_or_default();
    let sleeper = sleeper.trim();
    !sleeper.is_empty() && fs::read(format!("/proc/{sleeper}/cmdline")).unwrap_or_default().is_empty()
}
