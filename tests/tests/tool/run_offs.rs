//! A run-off by commands of the tool.

use anyhow::ensure;
use jiff::civil::date;
use stories::{Database, Scene};

use crate::{User, Users, text};

/// The voting day of the first round. It is before the time at which the rehearsal's clock starts.
const FIRST_ROUND: &str = "2019-04-07";
/// The election with the run-off.
const CODE: &str = "kz-by-2019";

/// Observers who are not confirmed lose their accreditation. So the tool shows the delegation its time limit.
#[tokio::test]
async fn a_registrar_calls_a_run_off_and_a_delegation_confirms_its_observers() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let (registrar, secretary) = (User::of(world, "cec", "registrar"), Users::of(world).secretary);
    let rules = ["--time-zone", "Asia/Almaty", "--rule-pack", "kz-3", "--region-set", "kz-2019"];
    let what =
        ["election", "create", CODE, "--name", "en=A by-election", "--kind", "local", "--voting-day", FIRST_ROUND];
    registrar.json(&[&what[..], &rules[..]].concat())?;
    registrar.json(&["election", "open", CODE])?;
    world.invite(CODE, "osce-odihr").await?;
    world.accept_invitation(CODE, "osce-odihr").await?;
    let mission = world.announce_mission(CODE, "osce-odihr", date(2019, 4, 7)).await?.name;
    let confirm = ["accreditation", "confirm", &mission, "--all"];
    let early = secretary.run(&confirm)?;
    ensure!(String::from_utf8_lossy(&early.stderr).contains("reason: NOTHING_TO_CONFIRM"), "{early:?}");

    let call = [
        "election",
        "run-off",
        CODE,
        "--from",
        FIRST_ROUND,
        "--to",
        "2019-06-23",
        "--act",
        "Decree 20",
        "--reason",
        "No.",
    ];
    let without_yes = registrar.run(&call)?;
    ensure!(without_yes.status.code() == Some(2), "without a terminal the command must demand --yes: {without_yes:?}");
    let called = registrar.json(&[&call[..], &["--yes"]].concat())?;
    ensure!(called["votingDay"] == "2019-06-23" && called["runOff"] == "RUN_OFF_RE_CONFIRM", "{called}");
    let shown = secretary.stdout(&["election", "show", CODE])?;
    for expected in [
        "RE_CONFIRM",
        "host-citizenship (The person is a citizen of the Republic of Kazakhstan)",
        "campaigning (Conducting election campaigning or taking part in it)",
        "2019-06-23; Decree 20; No.",
        "2019-06-17T12:00:00Z (2019-06-17 18:00:00 +06:00)",
    ] {
        ensure!(shown.contains(expected), "the output has no {expected}: {shown}");
    }
    // Nobody is accredited, so both lists are empty. The service must accept the filter.
    for confirmed in ["true", "false"] {
        let list = secretary.json(&["accreditation", "list", CODE, "--confirmed", confirmed])?;
        ensure!(list["accreditations"].as_array().is_none_or(Vec::is_empty), "{list}");
    }
    let answer = secretary.json(&confirm)?;
    ensure!(!text(&answer["receipt"], "leafHash")?.is_empty(), "{answer}");
    let absent = format!("elections/{CODE}/accreditations/7");
    let refused = secretary.run(&["accreditation", "confirm", &mission, &absent])?;
    let error = String::from_utf8_lossy(&refused.stderr).into_owned();
    ensure!(error.contains("ITEMS_NOT_READY") && error.contains(&format!("{absent}: the mission has no")), "{error}");
    Ok(())
}
