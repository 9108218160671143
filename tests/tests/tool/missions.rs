//! A delegation and its host change a mission after the announcement.

use anyhow::ensure;
use stories::{Database, Scene};

use crate::{ELECTION, User, Users, file, text};

/// Delegations must see which dates changed, and by which act.
#[tokio::test]
async fn a_postponed_election_shows_its_earlier_dates() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let registrar = User::of(world, "cec", "registrar");
    let days = ["election", "postpone", ELECTION, "--from", "2019-06-09", "--to", "2019-06-16"];
    let postpone = [&days[..], &["--act", "Decree 12", "--reason", "Floods."]].concat();
    let without_yes = registrar.run(&postpone)?;
    let error = String::from_utf8_lossy(&without_yes.stderr);
    ensure!(without_yes.status.code() == Some(2) && error.contains("give --yes"), "{error}");
    let postpone = [&postpone[..], &["--yes"]].concat();
    let postponed = registrar.json(&postpone)?;
    ensure!(postponed["votingDay"] == "2019-06-16", "{postponed}");
    let again = registrar.run(&postpone)?;
    ensure!(String::from_utf8_lossy(&again.stderr).contains("ETAG_MISMATCH"), "{again:?}");
    let shown = Users::of(world).secretary.stdout(&["election", "show", ELECTION])?;
    for expected in [
        "2019-06-16; Decree 12; Floods.",
        "2019-06-03T12:00:00Z (2019-06-03 18:00:00 +06:00)",
        "2019-06-11T12:00:00Z (2019-06-11 18:00:00 +06:00)",
    ] {
        ensure!(shown.contains(expected), "the output has no {expected}: {shown}");
    }
    Ok(())
}

/// A fault in the file must name its line, because the file comes from a spreadsheet.
#[tokio::test]
async fn a_mission_gets_other_data_other_quotas_and_a_deployment_plan_from_a_file() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let users = Users::of(world);
    let mission = format!("{ELECTION}/missions/osce-odihr");
    let changed =
        users.secretary.json(&["mission", "update", &mission, "--end-date", "2019-06-22", "--head", "A. Head"])?;
    ensure!(changed["endDate"] == "2019-06-22" && changed["headquarters"] == "Nur-Sultan", "{changed}");
    let stale = users.secretary.run(&["mission", "update", &mission, "--head", "B. Head", "--etag", "1"])?;
    ensure!(stale.status.code() == Some(3), "{stale:?}");
    let invitation = format!("{ELECTION}/invitations/osce-odihr");
    let reduced = users.officer.json(&["invitation", "quota", &invitation, "--quota", "short-term-observer=3"])?;
    ensure!(reduced["quotas"][0]["limit"] == 3, "{reduced}");
    let election = users.secretary.json(&["election", "regions", ELECTION])?;
    ensure!(election["regions"].as_array().map(Vec::len) == Some(17), "{election}");

    let observer = text(&file(&users, &mission, &world.dir().join("scans"))?, "name")?;
    let table = world.dir().join("plan.csv");
    let path = table.display().to_string();
    let set = ["mission", "deployment", "set", &mission, "--from", &path];
    let write = |region: &str, role: &str| {
        let heading = "team,observer,role,place,start_date,end_date,reason";
        let row = format!("1,{observer},{role},{region},2019-06-08,2019-06-10,One at headquarters");
        std::fs::write(&table, format!("{heading}\n{row}\n"))
    };
    write("KZ-75", "observr")?;
    let unreadable = users.secretary.run(&set)?;
    let error = String::from_utf8_lossy(&unreadable.stderr);
    ensure!(
        unreadable.status.code() == Some(7) && error.contains("line 2: role: expected observer or support"),
        "{error}"
    );
    write("KZ-62", "observer")?;
    let refused = users.secretary.run(&set)?;
    let error = String::from_utf8_lossy(&refused.stderr);
    ensure!(refused.status.code() == Some(3) && error.contains("line 2: there is no such region"), "{error}");
    ensure!(error.contains("reason: INVALID_PLAN"), "{error}");
    let none = users.reviewer.run(&["mission", "deployment", "show", &mission])?;
    ensure!(none.status.code() == Some(5), "{none:?}");
    write("KZ-75", "observer")?;
    users.secretary.json(&set)?;
    let again = users.secretary.json(&set)?;
    let shown = users.reviewer.json(&["mission", "deployment", "show", &mission])?;
    ensure!(shown["teams"] == again["teams"] && shown["etag"] == "2", "{shown}");
    ensure!(shown["teams"][0]["visits"][0]["region"] == "KZ-75", "{shown}");

    // Nothing is withdrawn unless the name is typed at a terminal, or --yes is given.
    let mut withdraw = vec!["mission", "withdraw", &mission, "--reason", "No visas.", "--note", "12-3/456"];
    let declined = users.secretary.run(&withdraw)?;
    ensure!(declined.status.code() == Some(1), "{declined:?}");
    withdraw.push("--yes");
    let withdrawn = users.secretary.json(&withdraw)?;
    ensure!(withdrawn["items"][0]["application"] == observer.as_str(), "{withdrawn}");
    ensure!(withdrawn["items"][0]["outcome"] == "WITHDRAWAL_OUTCOME_WITHDRAWN", "{withdrawn}");
    let shown = users.reviewer.json(&["mission", "show", &mission])?;
    ensure!(shown["withdrawNoteNumber"] == "12-3/456", "{shown}");
    Ok(())
}
