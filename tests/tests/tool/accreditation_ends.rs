//! Accreditations end by commands of the tool.

use anyhow::ensure;
use serde_json::Value;
use stories::{Database, Scene};
use wire::v1::PrincipalKind;

use crate::{ELECTION, User, Users, accredit_one, text};

/// The delegation withdraws an accreditation. At a terminal it must type the name, elsewhere it must use --yes.
pub fn withdraw(users: &Users, accreditation: &Value) -> anyhow::Result<()> {
    let name = text(accreditation, "name")?;
    let application = text(accreditation, "application")?;
    let late = users.secretary.run(&["application", "withdraw", &application, "--reason", "Fell ill."])?;
    let error = String::from_utf8_lossy(&late.stderr);
    ensure!(error.contains(&format!("`accreditation withdraw {name}`")) && !error.contains("amend"), "{error}");
    let arguments = ["accreditation", "withdraw", &name, "--reason", "Fell ill.", "--note", "12-3/789"];
    let unasked = users.secretary.run(&arguments)?;
    ensure!(unasked.status.code() == Some(1), "{unasked:?}");
    ensure!(String::from_utf8_lossy(&unasked.stderr).contains("give --yes"), "{unasked:?}");
    let (shown, code) = users.secretary.at_terminal(&arguments, "y\n")?;
    ensure!(code == Some(1) && shown.contains("MUELLER ANNA") && shown.contains("nothing was done"), "{shown}");
    let shown = users.officer.stdout(&["accreditation", "show", &name])?;
    ensure!(shown.contains("ACTIVE") && shown.contains("MUELLER ANNA"), "{shown}");
    let (shown, code) = users.secretary.at_terminal(&arguments, &format!("{name}\n"))?;
    ensure!(code == Some(0) && shown.contains("WITHDRAWN_BY_SENDER") && shown.contains("leaf hash"), "{shown}");
    let ended = users.secretary.json(&["accreditation", "show", &name])?;
    ensure!(ended["state"] == "ACCREDITATION_STATE_WITHDRAWN_BY_SENDER", "{ended}");
    ensure!(ended["badge"]["state"] == "BADGE_STATE_VOID", "{ended}");
    let shown = users.officer.json(&["accreditation", "show", &name])?;
    ensure!(shown["endNoteNumber"] == "12-3/789" && shown["endReason"] == "Fell ill.", "{shown}");
    let shown = users.officer.stdout(&["application", "show", &application])?;
    ensure!(shown.contains(&format!("{name}, WITHDRAWN_BY_SENDER since 20")), "{shown}");
    let again = users.secretary.run(&[&arguments[..], &["--yes"]].concat())?;
    ensure!(String::from_utf8_lossy(&again.stderr).contains("reason: ACCREDITATION_ENDED"), "{again:?}");
    Ok(())
}

/// An annulment says that the accreditation was issued in error. To call it a revocation would accuse the person of
/// misconduct.
#[tokio::test]
async fn two_people_annul_an_accreditation_and_no_output_calls_it_revoked() -> anyhow::Result<()> {
    let mut scene = Scene::on(Database::Sqlite).await?;
    let world = &mut scene.world;
    let person = "cec.adopter-2";
    drop(world.add_principal("cec", "adopter-2", PrincipalKind::Person, person, &["cec.adopter"]).await?);
    let users = Users::of(world);
    let mission = format!("{ELECTION}/missions/osce-odihr");
    let name = text(&accredit_one(&users, &mission, &world.dir().join("scans"))?, "name")?;
    let revoke = ["accreditation", "revoke", &name, "--ground", "campaigning", "--text", "On a stage."];
    let mistaken = text(&users.reviewer.json(&revoke)?, "name")?;
    let withdrawn = users.adopter.json(&["proposal", "withdraw", &mistaken, "--reason", "Another person."])?;
    ensure!(withdrawn["state"] == "PROPOSAL_STATE_WITHDRAWN", "{withdrawn}");

    let annul = ["accreditation", "annul", &name, "--text", "The passport is another person's."];
    let proposal = text(&users.reviewer.json(&annul)?, "name")?;
    let signed = ["--number", "1/2", "--session-date", "2019-05-07", "--chair", "A", "--secretary", "B"];
    let decree = text(&users.adopter.json(&[&["decree", "create", ELECTION], &signed[..]].concat())?, "name")?;
    let listed = users.adopter.json(&["decree", "add", &decree, "--proposals", &proposal])?;
    let check = users.adopter.run(&["decree", "check", &decree])?;
    let error = String::from_utf8_lossy(&check.stderr).into_owned();
    ensure!(check.status.success() && error.contains("1 annulled") && !error.contains("revoked"), "{error}");
    users.adopter.json(&["decree", "adopt", &decree, "--etag", &text(&listed, "etag")?])?;

    for user in [&users.secretary, &users.officer, &users.auditor] {
        let shown = user.stdout(&["accreditation", "show", &name])?;
        ensure!(shown.contains("ANNULLED") && shown.contains("issued in error"), "{shown}");
        ensure!(!shown.to_lowercase().contains("revo"), "{shown}");
    }
    for arguments in [["proposal", "show", &proposal], ["decree", "show", &decree]] {
        let shown = users.auditor.stdout(&arguments)?;
        ensure!(shown.to_lowercase().contains("annul") && !shown.to_lowercase().contains("revo"), "{shown}");
    }
    let decrees = users.auditor.stdout(&["decree", "list", ELECTION])?;
    let columns = |row: &str| row.split(['│', '┆']).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let heading = decrees.lines().find(|row| row.contains("REVOKED")).map(columns).unwrap_or_default();
    let row = decrees.lines().find(|row| row.contains(&decree)).map(columns).unwrap_or_default();
    let counts: Vec<_> = heading.iter().zip(&row).filter(|(heading, _)| heading.ends_with("ED")).collect();
    let expected = [("ACCREDITED", "0"), ("REFUSED", "0"), ("REVOKED", "0"), ("ANNULLED", "1"), ("REINSTATED", "0")];
    ensure!(counts.iter().map(|(heading, count)| (heading.as_str(), count.as_str())).eq(expected), "{decrees}");
    let list = users.officer.json(&["proposal", "list", ELECTION])?;
    ensure!(list["proposals"].as_array().is_some_and(|all| all.len() == 1), "{list}");
    ensure!(list["proposals"][0]["decree"] == decree.as_str(), "{list}");
    reinstate(&users, ["reviewer-2", "adopter-2"].map(|name| User::of(world, "cec", name)), &name)
}

/// The delegation appeals. The reviewer who proposed the end may not decide the appeal; another reviewer upholds it. A
/// decree by another adopter reinstates the accreditation.
fn reinstate(users: &Users, [other_reviewer, other_adopter]: [User; 2], accreditation: &str) -> anyhow::Result<()> {
    let other_reviewer = &other_reviewer;
    let application = text(&users.secretary.json(&["accreditation", "show", accreditation])?, "application")?;
    let statement = "It is her own passport.";
    let filed = users.secretary.json(&["appeal", "file", &application, "--text", statement])?;
    let appeal = text(&filed, "name")?;
    ensure!(filed["state"] == "APPEAL_STATE_OPEN" && filed["receipt"]["leafHash"].is_string(), "{filed}");
    let shown = other_reviewer.stdout(&["appeal", "show", &appeal])?;
    ensure!(shown.contains(statement) && shown.contains(accreditation), "{shown}");

    let decide = ["appeal", "decide", &appeal, "--uphold", "--text", "So it is."];
    let without_yes = other_reviewer.run(&decide)?;
    ensure!(without_yes.status.code() == Some(2), "without a terminal the command must demand --yes: {without_yes:?}");
    let (shown, code) = other_reviewer.at_terminal(&decide, "n\n")?;
    ensure!(code == Some(1) && shown.contains(statement) && shown.contains("uphold this? [y/N]"), "{code:?}: {shown}");
    let uphold = [&decide[..], &["--yes"]].concat();
    let refused = users.reviewer.run(&uphold)?;
    ensure!(!refused.status.success(), "the reviewer who proposed the end could decide the appeal: {refused:?}");
    let undecided = other_reviewer.run(&["appeal", "decide", &appeal, "--text", "Perhaps."])?;
    ensure!(String::from_utf8_lossy(&undecided.stderr).contains("--uphold"), "{undecided:?}");
    let decided = other_reviewer.json(&uphold)?;
    ensure!(decided["state"] == "APPEAL_STATE_UPHELD", "{decided}");
    let list = users.secretary.json(&["appeal", "list", ELECTION])?;
    ensure!(list["appeals"].as_array().is_some_and(|all| all.len() == 1), "{list}");
    ensure!(list["appeals"][0]["decisionText"] == "So it is.", "{list}");

    let proposals = users.adopter.json(&["proposal", "list", ELECTION])?;
    let open =
        proposals["proposals"].as_array().into_iter().flatten().find(|one| one["state"] == "PROPOSAL_STATE_OPEN");
    let proposal = text(open.unwrap_or(&Value::Null), "name")?;
    let signed = ["--number", "1/3", "--session-date", "2019-05-09", "--chair", "A", "--secretary", "B"];
    let decree = text(&users.adopter.json(&[&["decree", "create", ELECTION], &signed[..]].concat())?, "name")?;
    let listed = users.adopter.json(&["decree", "add", &decree, "--proposals", &proposal])?;
    let adopt = ["decree", "adopt", &decree, "--etag", &text(&listed, "etag")?];
    ensure!(!users.adopter.run(&adopt)?.status.success(), "the adopter of the end could adopt the reinstatement");
    let adopted = other_adopter.json(&adopt)?;
    ensure!(adopted["reinstatedCount"] == 1, "{adopted}");
    let shown = users.secretary.json(&["accreditation", "show", accreditation])?;
    ensure!(
        shown["state"] == "ACCREDITATION_STATE_ACTIVE" && shown["badge"]["state"] == "BADGE_STATE_ACTIVE",
        "{shown}"
    );
    Ok(())
}
