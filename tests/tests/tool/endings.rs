//! How accreditations end, at the command line.

use anyhow::ensure;
use rehearsal::World;
use serde_json::Value;
use wire::v1::PrincipalKind;

use crate::{Cast, ELECTION, User, accredit_one, text};

/// The delegation withdraws whoever was accredited, once: by name at a terminal, and elsewhere not by mistake.
pub fn withdraw(cast: &Cast, accreditation: &Value) -> anyhow::Result<()> {
    let name = text(accreditation, "name")?;
    let application = text(accreditation, "application")?;
    let late = cast.secretary.run(&["application", "withdraw", &application, "--reason", "Fell ill."])?;
    let said = String::from_utf8_lossy(&late.stderr);
    ensure!(said.contains(&format!("`accreditation withdraw {name}`")) && !said.contains("amend"), "{said}");
    let words = ["accreditation", "withdraw", &name, "--reason", "Fell ill.", "--note", "12-3/789"];
    let unasked = cast.secretary.run(&words)?;
    ensure!(unasked.status.code() == Some(1), "{unasked:?}");
    ensure!(String::from_utf8_lossy(&unasked.stderr).contains("give --yes"), "{unasked:?}");
    let (shown, code) = cast.secretary.at_terminal(&words, "y\n")?;
    ensure!(code == Some(1) && shown.contains("MUELLER ANNA") && shown.contains("nothing was done"), "{shown}");
    let shown = cast.officer.shown(&["accreditation", "show", &name])?;
    ensure!(shown.contains("ACTIVE") && shown.contains("MUELLER ANNA"), "{shown}");
    let (shown, code) = cast.secretary.at_terminal(&words, &format!("{name}\n"))?;
    ensure!(code == Some(0) && shown.contains("WITHDRAWN_BY_SENDER") && shown.contains("leaf hash"), "{shown}");
    let ended = cast.secretary.json(&["accreditation", "show", &name])?;
    ensure!(ended["state"] == "ACCREDITATION_STATE_WITHDRAWN_BY_SENDER", "{ended}");
    ensure!(ended["badge"]["state"] == "BADGE_STATE_VOID", "{ended}");
    let shown = cast.officer.json(&["accreditation", "show", &name])?;
    ensure!(shown["endNoteNumber"] == "12-3/789" && shown["endReason"] == "Fell ill.", "{shown}");
    let shown = cast.officer.shown(&["application", "show", &application])?;
    ensure!(shown.contains(&format!("{name}, WITHDRAWN_BY_SENDER since 20")), "{shown}");
    let again = cast.secretary.run(&[&words[..], &["--yes"]].concat())?;
    ensure!(String::from_utf8_lossy(&again.stderr).contains("reason: ACCREDITATION_ENDED"), "{again:?}");
    Ok(())
}

#[tokio::test]
async fn an_accreditation_is_annulled_by_two_people_and_nobody_reads_of_misconduct() -> anyhow::Result<()> {
    let mut world = World::small().await?;
    let person = "cec.adopter-2";
    drop(world.add_principal("cec", "adopter-2", PrincipalKind::Person, person, &["cec.adopter"]).await?);
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
    let decrees = cast.auditor.shown(&["decree", "list", ELECTION])?;
    let columns = |row: &str| row.split(['│', '┆']).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let heading = decrees.lines().find(|row| row.contains("REVOKED")).map(columns).unwrap_or_default();
    let row = decrees.lines().find(|row| row.contains(&decree)).map(columns).unwrap_or_default();
    let counts: Vec<_> = heading.iter().zip(&row).filter(|(heading, _)| heading.ends_with("ED")).collect();
    let expected = [("ACCREDITED", "0"), ("REFUSED", "0"), ("REVOKED", "0"), ("ANNULLED", "1"), ("REINSTATED", "0")];
    ensure!(counts.iter().map(|(heading, count)| (heading.as_str(), count.as_str())).eq(expected), "{decrees}");
    let list = cast.officer.json(&["proposal", "list", ELECTION])?;
    ensure!(list["proposals"].as_array().is_some_and(|all| all.len() == 1), "{list}");
    ensure!(list["proposals"][0]["decree"] == decree.as_str(), "{list}");
    reinstate(&cast, ["reviewer-2", "adopter-2"].map(|name| User::of(&world, "cec", name)), &name)
}

/// The delegation appeals; who proposed the end cannot decide on that, another can, and a decree of another puts it into force
/// again.
fn reinstate(cast: &Cast, [other, other_adopter]: [User; 2], accreditation: &str) -> anyhow::Result<()> {
    let other = &other;
    let application = text(&cast.secretary.json(&["accreditation", "show", accreditation])?, "application")?;
    let said = "It is her own passport.";
    let filed = cast.secretary.json(&["appeal", "file", &application, "--text", said])?;
    let appeal = text(&filed, "name")?;
    ensure!(filed["state"] == "APPEAL_STATE_OPEN" && filed["receipt"]["leafHash"].is_string(), "{filed}");
    let shown = other.shown(&["appeal", "show", &appeal])?;
    ensure!(shown.contains(said) && shown.contains(accreditation), "{shown}");

    let unsaid = ["appeal", "decide", &appeal, "--uphold", "--text", "So it is."];
    let blind = other.run(&unsaid)?;
    ensure!(blind.status.code() == Some(2), "without a terminal it wants --yes: {blind:?}");
    let (shown, code) = other.at_terminal(&unsaid, "n\n")?;
    ensure!(code == Some(1) && shown.contains(said) && shown.contains("uphold this? [y/N]"), "{code:?}: {shown}");
    let uphold = [&unsaid[..], &["--yes"]].concat();
    let refused = cast.reviewer.run(&uphold)?;
    ensure!(!refused.status.success(), "who proposed the end decides on the appeal: {refused:?}");
    let undecided = other.run(&["appeal", "decide", &appeal, "--text", "Perhaps."])?;
    ensure!(String::from_utf8_lossy(&undecided.stderr).contains("--uphold"), "{undecided:?}");
    let decided = other.json(&uphold)?;
    ensure!(decided["state"] == "APPEAL_STATE_UPHELD", "{decided}");
    let list = cast.secretary.json(&["appeal", "list", ELECTION])?;
    ensure!(list["appeals"].as_array().is_some_and(|all| all.len() == 1), "{list}");
    ensure!(list["appeals"][0]["decisionText"] == "So it is.", "{list}");

    let proposals = cast.adopter.json(&["proposal", "list", ELECTION])?;
    let open =
        proposals["proposals"].as_array().into_iter().flatten().find(|one| one["state"] == "PROPOSAL_STATE_OPEN");
    let proposal = text(open.unwrap_or(&Value::Null), "name")?;
    let signed = ["--number", "1/3", "--session-date", "2019-05-09", "--chair", "A", "--secretary", "B"];
    let decree = text(&cast.adopter.json(&[&["decree", "create", ELECTION], &signed[..]].concat())?, "name")?;
    let listed = cast.adopter.json(&["decree", "add", &decree, "--proposals", &proposal])?;
    let adopt = ["decree", "adopt", &decree, "--etag", &text(&listed, "etag")?];
    ensure!(!cast.adopter.run(&adopt)?.status.success(), "who adopted the end adopts that it be undone");
    let adopted = other_adopter.json(&adopt)?;
    ensure!(adopted["reinstatedCount"] == 1, "{adopted}");
    let shown = cast.secretary.json(&["accreditation", "show", accreditation])?;
    ensure!(
        shown["state"] == "ACCREDITATION_STATE_ACTIVE" && shown["badge"]["state"] == "BADGE_STATE_ACTIVE",
        "{shown}"
    );
    Ok(())
}
