//! What the tool shows before a decision, and after it.

use anyhow::{Context as _, ensure};
use stories::{Database, Scene};

use crate::{ELECTION, Users, recommend_one, text};

/// Creates a draft of a decree with one application. Returns its name.
fn draft_over(users: &Users, application: &str) -> anyhow::Result<String> {
    let signed = ["--number", "1/7", "--session-date", "2019-05-06", "--chair", "A", "--secretary", "B"];
    let decree = text(&users.adopter.json(&[&["decree", "create", ELECTION], &signed[..]].concat())?, "name")?;
    let added = users.adopter.stdout(&["decree", "add", &decree, application])?;
    ensure!(
        added.contains("people") && !added.contains(application),
        "the summary names applications, which may be hundreds: {added}"
    );
    let whole = users.adopter.stdout(&["decree", "show", &decree])?;
    let (counts, names) = whole.split_once("etag").context("an etag")?;
    ensure!(counts.contains("people") && names.contains(application), "{whole}");
    Ok(decree)
}

/// An adopter must see who is accredited before the decree takes effect, and must not confirm a decree that then fails.
#[tokio::test]
async fn the_tool_shows_names_and_counts_and_asks_only_about_a_decree_that_can_be_adopted() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let users = Users::of(world);
    let application = recommend_one(&users, &format!("{ELECTION}/missions/osce-odihr"), &world.dir().join("scans"))?;
    for (text, count) in [("müll", 1), ("Mueller Anna", 1), ("c01x", 0)] {
        let found = users.officer.json(&["application", "list", ELECTION, "--find", text])?;
        ensure!(found["applications"].as_array().map_or(0, Vec::len) == count, "{text}: {found}");
    }
    let decree = draft_over(&users, &application)?;
    let checked = users.adopter.stdout(&["decree", "check", &decree])?;
    ensure!(["MUELLER ANNA", "OSCE/ODIHR", "To be accredited"].iter().all(|text| checked.contains(text)), "{checked}");
    ensure!(!checked.contains("GROUND"), "the output has an empty column: {checked}");
    let would = users.adopter.json(&["decree", "check", &decree])?;
    ensure!(would["accreditedCount"] == 1 && would.get("receipt").is_none(), "{would}");

    let adopt = ["decree", "adopt", &decree];
    let (shown, code) = users.adopter.at_terminal(&adopt, "n\n")?;
    ensure!(code == Some(1) && shown.contains("MUELLER ANNA"), "{shown}");
    let (_, after) = shown.split_once("1 would be accredited, 0 refused").context("the counts")?;
    ensure!(after.trim_start().starts_with("adopt this? [y/N]") && after.contains("nothing was done"), "{shown}");

    let etag = text(&users.adopter.json(&["application", "show", &application])?, "etag")?;
    users.adopter.json(&["decree", "send-back", &application, "--reason", "Look again.", "--etag", &etag])?;
    let (shown, code) = users.adopter.at_terminal(&adopt, "y\n")?;
    ensure!(code == Some(3) && shown.contains("Not ready for a decision"), "{shown}");
    ensure!(shown.contains(&format!("{application}: expected an application in state RECOMMENDED")), "{shown}");
    ensure!(shown.contains("ITEMS_NOT_READY") && !shown.contains("[y/N]"), "{shown}");
    let whole = text(&users.adopter.json(&["decree", "show", &decree])?, "etag")?;
    for arguments in [
        vec!["decree", "check", &decree],
        vec!["decree", "adopt", &decree, "--etag", &whole],
        vec!["decree", "add", &decree, &application],
    ] {
        let refused = users.adopter.run(&arguments)?;
        let error = String::from_utf8_lossy(&refused.stderr);
        ensure!(
            error.contains(&format!("{application}: expected")) && !error.contains("[0]"),
            "{arguments:?}: {error}"
        );
    }
    let presented_again = users.officer.run(&["presentation", "create", ELECTION, "--note", "12-35", &application])?;
    ensure!(
        String::from_utf8_lossy(&presented_again.stderr).contains(&format!("  {application}: ")),
        "{presented_again:?}"
    );

    let etag = text(&users.reviewer.json(&["application", "show", &application])?, "etag")?;
    let refuse = ["review", "recommend", &application, "--refuse", "no-pledge", "--text", "No pledge."];
    let unknown = users.reviewer.run(&[&refuse[..], &["--etag", &etag]].concat())?;
    let error = String::from_utf8_lossy(&unknown.stderr);
    ensure!(
        unknown.status.code() == Some(3) && error.contains("incomplete-documents (The documents required"),
        "{error}"
    );
    let refuse = ["review", "recommend", &application, "--refuse", "incomplete-documents", "--text", "No pledge."];
    users.reviewer.json(&[&refuse[..], &["--etag", &etag]].concat())?;
    let (shown, code) = users.adopter.at_terminal(&adopt, "y\n")?;
    ensure!(code == Some(0) && shown.contains("0 would be accredited, 1 refused"), "{shown}");
    ensure!(shown.contains("No pledge.") && shown.contains("ADOPTED") && !shown.contains(&application), "{shown}");
    let late = users.secretary.run(&["application", "withdraw", &application, "--reason", "Ill."])?;
    let error = String::from_utf8_lossy(&late.stderr);
    ensure!(error.contains(&format!("`appeal file {application}`")) && !error.contains("reopen"), "{error}");
    Ok(())
}
