//! The registrar publishes results, holds data and exports the data of a person.

use std::os::unix::fs::PermissionsExt as _;

use anyhow::ensure;
use serde_json::Value;
use stories::{Database, Scene, at};

use crate::{ELECTION, User, Users, file, text};

/// The exported file has personal data. Only its owner may read it, and no other role can create it.
#[tokio::test]
async fn a_registrar_records_results_holds_an_application_and_exports_a_person() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let (users, registrar) = (Users::of(world), User::of(world, "cec", "registrar"));
    let name = text(&file(&users, &format!("{ELECTION}/missions/osce-odihr"), &world.dir().join("scans"))?, "name")?;
    world.clock().set(at("2019-06-10T12:00:00Z")).await?;
    let late = users.secretary.run(&["application", "submit", &name])?;
    let error = String::from_utf8_lossy(&late.stderr);
    let closed =
        "submission closed at 2019-06-03 18:00:00 +06:00; the request was received at 2019-06-10 18:00:00 +06:00";
    ensure!(error.contains(closed) && !error.contains("(Asia/Almaty)"), "{error}");
    let published = ["election", "results", ELECTION, "--published", "2019-06-10T12:00:00+06:00"];
    ensure!(registrar.run(&published)?.status.code() == Some(2), "without a terminal the command must demand --yes");
    let election = registrar.json(&[&published[..], &["--yes"]].concat())?;
    ensure!(election["retentionEndTime"] == "2019-09-08T06:00:00Z", "{election}");

    let held = registrar.json(&["hold", "create", ELECTION, "--application", &name, "--reason", "An appeal"])?;
    let hold = text(&held, "name")?;
    let list = users.auditor.json(&["hold", "list", ELECTION])?;
    ensure!(list["legalHolds"][0]["application"] == name.as_str(), "{list}");
    let hidden = users.officer.run(&["hold", "list", ELECTION])?;
    ensure!(hidden.status.code() == Some(4), "{hidden:?}");
    registrar.json(&["hold", "release", &hold, "--reason", "Dismissed"])?;
    let again = registrar.run(&["hold", "release", &hold, "--reason", "Dismissed"])?;
    ensure!(String::from_utf8_lossy(&again.stderr).contains("reason: HOLD_RELEASED"), "{again:?}");

    let (number, to) = (world.dir().join("number"), world.dir().join("person.json"));
    std::fs::write(&number, "C01X00T47\n")?;
    let (number, path) = (number.display().to_string(), to.display().to_string());
    let export = ["subject", "export", ELECTION, "--issuing-state", "DEU", "--number-from", &number];
    let export = [&export[..], &["--purpose", "request 12", "--to", &path]].concat();
    let done = registrar.run(&export)?;
    ensure!(done.status.success(), "{done:?}");
    ensure!(std::fs::metadata(&to)?.permissions().mode() & 0o777 == 0o600);
    let written: Value = serde_json::from_slice(&std::fs::read(&to)?)?;
    ensure!(written["records"][0]["application"]["name"] == name.as_str(), "{written}");
    ensure!(written["records"][0]["revisions"][0]["person"]["birthDate"] == "1980-02-03", "{written}");
    // An existing file is not overwritten, and a refused export creates no file.
    ensure!(registrar.run(&export)?.status.code() == Some(7));
    std::fs::remove_file(&to)?;
    ensure!(users.reviewer.run(&export)?.status.code() == Some(4) && !to.exists());
    Ok(())
}
