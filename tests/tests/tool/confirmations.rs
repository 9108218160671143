//! The tool asks for confirmation at a terminal before it makes a change that cannot be undone.

use anyhow::ensure;
use stories::{Database, Scene};

use crate::{ELECTION, User};

/// A wrong voting day moves all cutoffs and cannot be taken back. So the tool shows the day of the week and the
/// distance first.
#[tokio::test]
async fn a_change_of_an_election_is_shown_and_must_be_confirmed() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let registrar = User::of(world, "cec", "registrar");
    let always_shown = [
        "2019-06-09",
        "2019-06-03T12:00:00Z (2019-06-03 18:00:00 +06:00)",
        "2019-06-04T12:00:00Z (2019-06-04 18:00:00 +06:00)",
        "[y/N]",
        "nothing was done",
    ];
    let why = ["--act", "Decree 12", "--reason", "Floods."];
    let mistyped = ["--from", "2019-06-09", "--to", "2109-06-16"];
    let postpone = [&["election", "postpone", ELECTION], &mistyped[..], &why[..]].concat();
    let run_off = [&["election", "run-off", ELECTION], &mistyped[..], &why[..]].concat();
    let results = vec!["election", "results", ELECTION, "--published", "2019-06-10T09:00:00+06:00"];
    for (arguments, expected) in [
        (postpone, "2109-06-16, a Sunday, 32879 day(s) later"),
        (run_off, "2109-06-16, a Sunday, 32879 day(s) later"),
        (results, "2019-06-10T03:00:00Z (2019-06-10 09:00:00 +06:00)"),
    ] {
        let (shown, code) = registrar.at_terminal(&arguments, "n\n")?;
        ensure!(code == Some(1), "{arguments:?}: {code:?}: {shown}");
        for expected in always_shown.into_iter().chain([expected]) {
            ensure!(shown.contains(expected), "{arguments:?}: the output has no {expected}: {shown}");
        }
    }
    let election = registrar.json(&["election", "show", ELECTION])?;
    ensure!(election["votingDay"] == "2019-06-09" && election["resultsTime"].is_null(), "{election}");

    let right = [&["election", "postpone", ELECTION, "--from", "2019-06-09", "--to", "2019-06-16"], &why[..]].concat();
    let (shown, code) = registrar.at_terminal(&right, "y\n")?;
    ensure!(code == Some(0) && shown.contains("2019-06-16; Decree 12; Floods."), "{code:?}: {shown}");
    Ok(())
}
