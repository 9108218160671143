//! How accreditations end, at the command line.

use anyhow::ensure;
use rehearsal::World;
use serde_json::Value;

use crate::{Cast, ELECTION, accredit_one, text};

/// The delegation withdraws whoever was accredited, once.
pub fn withdraw(cast: &Cast, accreditation: &Value) -> anyhow::Result<()> {
    let name = text(accreditation, "name")?;
    let words = ["accreditation", "withdraw", &name, "--reason", "Fell ill.", "--note", "12-3/789"];
    let ended = cast.secretary.json(&words)?;
    ensure!(ended["state"] == "ACCREDITATION_STATE_WITHDRAWN_BY_SENDER", "{ended}");
    ensure!(ended["badge"]["state"] == "BADGE_STATE_VOID" && ended["receipt"]["leafHash"].is_string(), "{ended}");
    let shown = cast.officer.json(&["accreditation", "show", &name])?;
    ensure!(shown["endNoteNumber"] == "12-3/789" && shown["endReason"] == "Fell ill.", "{shown}");
    let again = cast.secretary.run(&words)?;
    ensure!(String::from_utf8_lossy(&again.stderr).contains("reason: ACCREDITATION_ENDED"), "{again:?}");
    Ok(())
}

#[tokio::test]
async fn an_accreditation_is_annulled_by_two_people_and_nobody_reads_of_misconduct() -> anyhow::Result<()> {
    let world = World::small().await?;
    let cast = Cast::of(&world);
    let mission = format!("{ELECTION}/missions/osce-odihr");
    let name = text(&accredit_one(&cast, &mission, &world.dir().join("scans"))?, "name")?;
    let revoke = ["accreditation", "revoke", &name, "--ground", "campaigning", "--text", "On a stage."];
    let mistaken = text(&cast.reviewer.json(&revoke)?, "name")?;
    let sent_back = cast.adopter.json(&["proposal", "withdraw", &mistaken, "--reason", "Another person."])?;
    ensure!(sent_back["state"] == "PROPOSAL_STATE_WITHDRAWN", "{sent_back}");

    let annul = ["accreditation", "annul", &name, "--text", "The passport is another person's."];
    let proposal = text(&cast.reviewer.json(&annul)?, "name")?;
    let signed = ["--number", "1/2", "--session-date", "2019-05-07", "--chair", "A", "--secretary", "B"];
    let decree = text(&cast.adopter.json(&[&["decree", "create", ELECTION], &signed[..]].concat())?, "name")?;
    let listed = cast.adopter.json(&["decree", "add", &decree, "--proposals", &proposal])?;
    let check = cast.adopter.run(&["decree", "check", &decree])?;
    let said = String::from_utf8_lossy(&check.stderr).into_owned();
    ensure!(check.status.success() && said.contains("1 annulled") && !said.contains("revoked"), "{said}");
    cast.adopter.json(&["decree", "adopt", &decree, "--etag", &text(&listed, "etag")?])?;

    for user in [&cast.secretary, &cast.officer, &cast.auditor] {
        let shown = user.shown(&["accreditation", "show", &name])?;
        ensure!(shown.contains("ANNULLED") && shown.contains("issued in error"), "{shown}");
        ensure!(!shown.to_lowercase().contains("revo"), "{shown}");
    }
    for words in [["proposal", "show", &proposal], ["decree", "show", &decree]] {
        let shown = cast.auditor.shown(&words)?;
        ensure!(shown.to_lowercase().contains("annul") && !shown.to_lowercase().contains("revo"), "{shown}");
    }
    let list = cast.officer.json(&["proposal", "list", ELECTION])?;
    ensure!(list["proposals"].as_array().is_some_and(|all| all.len() == 1), "{list}");
    ensure!(list["proposals"][0]["decree"] == decree.as_str(), "{list}");
    Ok(())
}
