//! What a delegation and its inviter do about a mission after it was announced.

use anyhow::ensure;
use rehearsal::World;

use crate::{Cast, ELECTION, User, file, text};

#[tokio::test]
async fn an_election_is_postponed_and_shows_what_it_was_before() -> anyhow::Result<()> {
    let world = World::small().await?;
    let registrar = User::of(&world, "cec", "registrar");
    let days = ["election", "postpone", ELECTION, "--from", "2019-06-09", "--to", "2019-06-16"];
    let postpone = [&days[..], &["--act", "Decree 12", "--reason", "Floods."]].concat();
    let unsaid = registrar.run(&postpone)?;
    let complaint = String::from_utf8_lossy(&unsaid.stderr);
    ensure!(unsaid.status.code() == Some(2) && complaint.contains("give --yes"), "{complaint}");
    let postpone = [&postpone[..], &["--yes"]].concat();
    let postponed = registrar.json(&postpone)?;
    ensure!(postponed["votingDay"] == "2019-06-16", "{postponed}");
    let again = registrar.run(&postpone)?;
    ensure!(String::from_utf8_lossy(&again.stderr).contains("ETAG_MISMATCH"), "{again:?}");
    let shown = Cast::of(&world).secretary.shown(&["election", "show", ELECTION])?;
    for expected in [
        "2019-06-16; Decree 12; Floods.",
        "2019-06-03T12:00:00Z (2019-06-03 18:00:00 +06:00)",
        "2019-06-11T12:00:00Z (2019-06-11 18:00:00 +06:00)",
    ] {
        ensure!(shown.contains(expected), "{expected} is not in {shown}");
    }
    Ok(())
}

#[tokio::test]
async fn a_mission_is_changed_deployed_from_a_table_and_given_other_quotas() -> anyhow::Result<()> {
    let world = World::small().await?;
    let cast = Cast::of(&world);
    let mission = format!("{ELECTION}/missions/osce-odihr");
    let changed =
        cast.secretary.json(&["mission", "update", &mission, "--end-date", "2019-06-22", "--head", "A. Head"])?;
    ensure!(changed["endDate"] == "2019-06-22" && changed["headquarters"] == "Nur-Sultan", "{changed}");
    let stale = cast.secretary.run(&["mission", "update", &mission, "--head", "B. Head", "--etag", "1"])?;
    ensure!(stale.status.code() == Some(3), "{stale:?}");
    let invitation = format!("{ELECTION}/invitations/osce-odihr");
    let cut = cast.officer.json(&["invitation", "quota", &invitation, "--quota", "short-term-observer=3"])?;
    ensure!(cut["quotas"][0]["limit"] == 3, "{cut}");
    let election = cast.secretary.json(&["election", "regions", ELECTION])?;
    ensure!(election["regions"].as_array().map(Vec::len) == Some(17), "{election}");

    let observer = text(&file(&cast, &mission, &world.dir().join("scans"))?, "name")?;
    let table = world.dir().join("plan.csv");
    let path = table.display().to_string();
    let set = ["mission", "deployment", "set", &mission, "--from", &path];
    let write = |region: &str, role: &str| {
        let heading = "team,observer,role,place,start_date,end_date,reason";
        let row = format!("1,{observer},{role},{region},2019-06-08,2019-06-10,One at headquarters");
        std::fs::write(&table, format!("{heading}\n{row}\n"))
    };
    write("KZ-75", "observr")?;
    let unreadable = cast.secretary.run(&set)?;
    let complaint = String::from_utf8_lossy(&unreadable.stderr);
    ensure!(
        unreadable.status.code() == Some(7) && complaint.contains("line 2: role: expected observer or support"),
        "{complaint}"
    );
    write("KZ-62", "observer")?;
    let refused = cast.secretary.run(&set)?;
    let complaint = String::from_utf8_lossy(&refused.stderr);
    ensure!(refused.status.code() == Some(3) && complaint.contains("line 2: there is no such region"), "{complaint}");
    ensure!(complaint.contains("reason: INVALID_PLAN"), "{complaint}");
    let none = cast.reviewer.run(&["mission", "deployment", "show", &mission])?;
    ensure!(none.status.code() == Some(5), "{none:?}");
    write("KZ-75", "observer")?;
    cast.secretary.json(&set)?;
    let again = cast.secretary.json(&set)?;
    let shown = cast.reviewer.json(&["mission", "deployment", "show", &mission])?;
    ensure!(shown["teams"] == again["teams"] && shown["etag"] == "2", "{shown}");
    ensure!(shown["teams"][0]["visits"][0]["region"] == "KZ-75", "{shown}");

    // Without its name typed nothing is withdrawn; with --yes everything is.
    let mut withdraw = vec!["mission", "withdraw", &mission, "--reason", "No visas.", "--note", "12-3/456"];
    let declined = cast.secretary.run(&withdraw)?;
    ensure!(declined.status.code() == Some(1), "{declined:?}");
    withdraw.push("--yes");
    let withdrawn = cast.secretary.json(&withdraw)?;
    ensure!(withdrawn["items"][0]["application"] == observer.as_str(), "{withdrawn}");
    ensure!(withdrawn["items"][0]["outcome"] == "WITHDRAWAL_OUTCOME_WITHDRAWN", "{withdrawn}");
    let shown = cast.reviewer.json(&["mission", "show", &mission])?;
    ensure!(shown["withdrawNoteNumber"] == "12-3/456", "{shown}");
    Ok(())
}
