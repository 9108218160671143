//! What people are shown before they decide, and what is left to be said after it.

use anyhow::{Context as _, ensure};
use rehearsal::World;

use crate::{Cast, ELECTION, recommend_one, text};

/// A draft over one application.
fn draft_over(cast: &Cast, application: &str) -> anyhow::Result<String> {
    let signed = ["--number", "1/7", "--session-date", "2019-05-06", "--chair", "A", "--secretary", "B"];
    let decree = text(&cast.adopter.json(&[&["decree", "create", ELECTION], &signed[..]].concat())?, "name")?;
    let added = cast.adopter.shown(&["decree", "add", &decree, application])?;
    ensure!(added.contains("people") && !added.contains(application), "a summary names hundreds: {added}");
    let whole = cast.adopter.shown(&["decree", "show", &decree])?;
    let (counts, names) = whole.split_once("etag").context("an etag")?;
    ensure!(counts.contains("people") && names.contains(application), "{whole}");
    Ok(decree)
}

#[tokio::test]
async fn a_decree_is_adopted_on_names_and_counts_and_nobody_is_asked_about_one_that_could_not_be() -> anyhow::Result<()>
{
    let world = World::small().await?;
    let cast = Cast::of(&world);
    let application = recommend_one(&cast, &format!("{ELECTION}/missions/osce-odihr"), &world.dir().join("scans"))?;
    for (text, count) in [("müll", 1), ("Mueller Anna", 1), ("c01x", 0)] {
        let found = cast.officer.json(&["application", "list", ELECTION, "--find", text])?;
        ensure!(found["applications"].as_array().map_or(0, Vec::len) == count, "{text}: {found}");
    }
    let decree = draft_over(&cast, &application)?;
    let checked = cast.adopter.shown(&["decree", "check", &decree])?;
    ensure!(["MUELLER ANNA", "OSCE/ODIHR", "To be accredited"].iter().all(|said| checked.contains(said)), "{checked}");
    ensure!(!checked.contains("GROUND"), "a column that says nothing: {checked}");
    let would = cast.adopter.json(&["decree", "check", &decree])?;
    ensure!(would["accreditedCount"] == 1 && would.get("receipt").is_none(), "{would}");

    let adopt = ["decree", "adopt", &decree];
    let (shown, code) = cast.adopter.at_terminal(&adopt, "n\n")?;
    ensure!(code == Some(1) && shown.contains("MUELLER ANNA"), "{shown}");
    let (_, after) = shown.split_once("1 would be accredited, 0 refused").context("the counts")?;
    ensure!(after.trim_start().starts_with("adopt this? [y/N]") && after.contains("nothing was done"), "{shown}");

    let etag = text(&cast.adopter.json(&["application", "show", &application])?, "etag")?;
    cast.adopter.json(&["decree", "send-back", &application, "--reason", "Look again.", "--etag", &etag])?;
    let (shown, code) = cast.adopter.at_terminal(&adopt, "y\n")?;
    ensure!(code == Some(3) && shown.contains("Not ready for a decision"), "{shown}");
    ensure!(shown.contains(&format!("{application}: expected an application in state RECOMMENDED")), "{shown}");
    ensure!(shown.contains("ITEMS_NOT_READY") && !shown.contains("[y/N]"), "{shown}");
    let whole = text(&cast.adopter.json(&["decree", "show", &decree])?, "etag")?;
    for words in [
        vec!["decree", "check", &decree],
        vec!["decree", "adopt", &decree, "--etag", &whole],
        vec!["decree", "add", &decree, &application],
    ] {
        let refused = cast.adopter.run(&words)?;
        let said = String::from_utf8_lossy(&refused.stderr);
        ensure!(said.contains(&format!("{application}: expected")) && !said.contains("[0]"), "{words:?}: {said}");
    }
    let twice = cast.officer.run(&["presentation", "create", ELECTION, "--note", "12-35", &application])?;
    ensure!(String::from_utf8_lossy(&twice.stderr).contains(&format!("  {application}: ")), "{twice:?}");

    let etag = text(&cast.reviewer.json(&["application", "show", &application])?, "etag")?;
    let refuse = ["review", "recommend", &application, "--refuse", "no-pledge", "--text", "No pledge."];
    let unknown = cast.reviewer.run(&[&refuse[..], &["--etag", &etag]].concat())?;
    let said = String::from_utf8_lossy(&unknown.stderr);
    ensure!(
        unknown.status.code() == Some(3) && said.contains("incomplete-documents (The documents required"),
        "{said}"
    );
    let refuse = ["review", "recommend", &application, "--refuse", "incomplete-documents", "--text", "No pledge."];
    cast.reviewer.json(&[&refuse[..], &["--etag", &etag]].concat())?;
    let (shown, code) = cast.adopter.at_terminal(&adopt, "y\n")?;
    ensure!(code == Some(0) && shown.contains("0 would be accredited, 1 refused"), "{shown}");
    ensure!(shown.contains("No pledge.") && shown.contains("ADOPTED") && !shown.contains(&application), "{shown}");
    let late = cast.secretary.run(&["application", "withdraw", &application, "--reason", "Ill."])?;
    let said = String::from_utf8_lossy(&late.stderr);
    ensure!(said.contains(&format!("`appeal file {application}`")) && !said.contains("reopen"), "{said}");
    Ok(())
}
