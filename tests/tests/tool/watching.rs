//! A watch that hands each event to a program.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::ensure;
use rehearsal::World;
use serde_json::Value;
use stories::tool::binary;

use crate::{Cast, ELECTION, Service, User, file, text};

/// Keeps what it was handed, and then does what the files beside it say: hangs once, fails so many times, or holds what it
/// was handed as the so many-th.
const PROGRAM: &str = r#"read -r event
env -0 >> environments
printf '%s\n' "$event" >> told
tr '\0' '\n' < /proc/$$/cmdline >> arguments
if [ -e hang ]; then rm hang; sleep 600 & echo $! > sleeper; wait; fi
left=$(cat failures 2> /dev/null || echo 0)
if [ "$left" -gt 0 ]; then echo $((left - 1)) > failures; exit 3; fi
while [ "$(cat hold 2> /dev/null)" = "$(wc -l < told)" ]; do sleep 0.05; done
"#;

/// A directory of the program's.
struct Desk(PathBuf);

impl Desk {
    fn new(world: &World, name: &str) -> anyhow::Result<Self> {
        let desk = Self(world.dir().join(name));
        fs::create_dir(&desk.0)?;
        fs::write(desk.0.join("program"), PROGRAM)?;
        Ok(desk)
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap_or_default()
    }

    /// The events that the program was handed, in their order.
    fn told(&self) -> anyhow::Result<Vec<Value>> {
        self.text("told").lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// Runs the watch until the program was handed so many events; kills it then, and gives what it said.
    fn follow(&self, user: &User, until: impl Fn(&Self) -> bool) -> anyhow::Result<String> {
        let (out, complaints) = (fs::File::create(self.0.join("out"))?, fs::File::create(self.0.join("complaints"))?);
        let mut command = Command::new(binary("accredit")?);
        command.args(&user.flags).args(["watch", ELECTION, "--resume", "place", "--exec-timeout", "2"]);
        command.args(["--exec", "/bin/sh", "program", "--json", "$HOME"]);
        command.current_dir(&self.0).stdin(Stdio::null()).stdout(out).stderr(complaints);
        let watch = Service(command.spawn()?);
        wait_for(|| until(self))?;
        drop(watch);
        ensure!(self.text("out").is_empty(), "what is handed to a program is not printed: {}", self.text("out"));
        Ok(self.text("complaints"))
    }
}

fn wait_for(condition: impl Fn() -> bool) -> anyhow::Result<()> {
    let came = (0..600).any(|_| condition() || (std::thread::sleep(Duration::from_millis(50)), false).1);
    ensure!(came, "it did not come so far within half a minute");
    Ok(())
}

fn ids(events: &[Value]) -> anyhow::Result<Vec<String>> {
    events.iter().map(|event| text(event, "eventId")).collect()
}

/// The world with a person who was filed twice over, and all that the secretary is told of it.
async fn told_world() -> anyhow::Result<(World, Cast, Vec<Value>)> {
    let world = World::small().await?;
    let cast = Cast::of(&world);
    let (mission, scans) = (format!("{ELECTION}/missions/osce-odihr"), world.dir().join("scans"));
    let name = text(&file(&cast, &mission, &scans)?, "name")?;
    cast.secretary.json(&["application", "submit", &name])?;
    let withdrawn = cast.secretary.json(&["application", "withdraw", &name, "--reason", "A trial."])?;
    let last = text(&withdrawn["receipt"], "eventId")?;
    let mut count = 1;
    loop {
        let lines = cast.secretary.lines(&["watch", ELECTION], count, |_| true)?;
        if lines.last().is_some_and(|line| line["event"]["eventId"] == last.as_str()) {
            let events = lines.into_iter().map(|line| line["event"].clone()).collect();
            return Ok((world, cast, events));
        }
        count += 1;
    }
}

#[tokio::test]
async fn each_event_is_handed_to_a_program_in_order_and_again_until_it_succeeds() -> anyhow::Result<()> {
    let (world, cast, events) = told_world().await?;
    let (desk, count) = (Desk::new(&world, "desk")?, events.len());
    fs::write(desk.0.join("failures"), "2")?;
    let complaints = desk.follow(&cast.secretary, |desk| desk.text("told").lines().count() == count + 2)?;
    let first = &ids(&events)?[0];
    let again = |seconds: u32| format!("/bin/sh: exit status: 3; retrying event {first} in {seconds} s");
    ensure!(complaints.lines().eq([again(1), again(2)]), "{complaints}");
    let expected: Vec<_> = [&events[..1], &events[..1], &events[..]].concat();
    ensure!(desk.told()? == expected, "{:?}, not {expected:?}", desk.told()?);

    // No shell has read the arguments; and who it is about stands in neither of what others on the machine can see.
    let arguments = desk.text("arguments");
    ensure!(arguments.lines().take(4).eq(["/bin/sh", "program", "--json", "$HOME"]), "{arguments}");
    let environments = desk.text("environments");
    for personal in ["MUELLER", "ANNA", "Müller", "1980-02-03", "C01X00T47"] {
        ensure!(!environments.contains(personal) && !arguments.contains(personal), "{personal}");
    }
    let variables: BTreeSet<_> = environments.split('\0').filter(|line| line.starts_with("ACCREDIT_EVENT_")).collect();
    let said = |event: &Value| {
        let word = |member: &str| event[member].as_str().unwrap_or_default().to_owned();
        let state = word("applicationState").trim_start_matches("APPLICATION_STATE_").to_owned();
        [("ID", word("eventId")), ("ACTION", word("action")), ("SUBJECT", word("subject")), ("STATE", state)]
            .map(|(name, value)| format!("ACCREDIT_EVENT_{name}={value}"))
    };
    let expected: BTreeSet<_> = events.iter().flat_map(said).collect();
    ensure!(variables.iter().copied().eq(expected.iter().map(String::as_str)), "{variables:?}, not {expected:?}");
    Ok(())
}

#[tokio::test]
async fn a_watch_that_is_killed_hands_the_same_event_again_and_a_program_that_hangs_is_killed() -> anyhow::Result<()> {
    let (world, cast, events) = told_world().await?;
    let desk = Desk::new(&world, "desk")?;
    let expected = ids(&events)?;
    // Killed while the program has an event in hand: twice the first, and then the second.
    for (line, is_kept) in [(1, false), (2, false), (4, true)] {
        fs::write(desk.0.join("hold"), line.to_string())?;
        desk.follow(&cast.secretary, |desk| desk.text("told").lines().count() == line)?;
        ensure!(desk.0.join("place").exists() == is_kept, "a place is kept once the program is done with an event");
    }
    fs::remove_file(desk.0.join("hold"))?;
    // One that takes too long is killed with what it has started, and gets its event again.
    fs::write(desk.0.join("hang"), "")?;
    let done = |desk: &Desk| desk.told().is_ok_and(|told| told.last() == events.last());
    let complaints = desk.follow(&cast.secretary, |desk| done(desk) && killed(&desk.0))?;
    ensure!(complaints.starts_with("/bin/sh: took longer than 2 s and was killed; the event"), "{complaints}");

    let [first, second] = [&expected[..1], &expected[1..2]];
    let all = [first, first, first, second, second, second, &expected[2..]].concat();
    let told = ids(&desk.told()?)?;
    ensure!(told == all, "{told:?}: each in its order, and again at once if at all; not {all:?}");
    Ok(())
}

/// Whether what the program had started is gone, or a zombie that waits for its parent.
fn killed(desk: &Path) -> bool {
    let sleeper = fs::read_to_string(desk.join("sleeper")).unwrap_or_default();
    let sleeper = sleeper.trim();
    !sleeper.is_empty() && fs::read(format!("/proc/{sleeper}/cmdline")).unwrap_or_default().is_empty()
}
