//! Reports of the tool, in every format.

use std::process::Command;

use anyhow::ensure;
use stories::tool::binary;
use stories::{Database, Scene};

use crate::{ELECTION, User, Users, accredit_one};

/// Runs a command, which must succeed. Returns its standard output.
fn print(user: &User, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(binary("accredit")?).args(&user.flags).args(arguments).output()?;
    ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Verifiers and other delegations may read the register. It must not show passport numbers.
#[tokio::test]
async fn the_register_is_printed_as_a_table_csv_or_json() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let users = Users::of(world);
    accredit_one(&users, &format!("{ELECTION}/missions/osce-odihr"), &world.dir().join("scans"))?;
    // Verifiers of badges and other delegations may read the register.
    for (organization, principal) in [("cec", "verifier"), ("cis", "secretary")] {
        let user = User::of(world, organization, principal);
        let csv = print(&user, &["register", ELECTION, "--format", "csv"])?;
        let lines: Vec<_> = csv.lines().collect();
        ensure!(lines.len() == 2 && lines[0].starts_with("NUMBER,FAMILY NAME,GIVEN NAME,NAME KK"), "{csv}");
        ensure!(lines[1].starts_with("1,MUELLER,ANNA,,,DEU,"), "{csv}");
        ensure!(lines[1].contains(",SHORT_TERM_OBSERVER,observer,1/1,2019-05-07,yes,"), "{csv}");
        let table = print(&user, &["register", ELECTION, "--in-force", "true"])?;
        ensure!(table.contains("MUELLER") && !table.contains("C01X00T47"), "{table}");
        let json = user.json(&["register", ELECTION, "--number", "1"])?;
        ensure!(json["entries"][0]["inForce"] == true && json["entries"][0]["number"] == "1", "{json}");
        ensure!(!print(&user, &["register", ELECTION, "--in-force", "false"])?.contains("MUELLER"));
    }
    Ok(())
}

/// Programs read CSV and JSON, so their columns and keys must not change.
#[tokio::test]
async fn a_report_is_printed_as_a_table_csv_json_or_a_chart() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let users = Users::of(world);
    accredit_one(&users, &format!("{ELECTION}/missions/osce-odihr"), &world.dir().join("scans"))?;
    let by = ["report", ELECTION, "--by", "organization", "--by", "category"];

    let csv = print(&users.auditor, &[&by[..], &["--format", "csv"]].concat())?;
    let lines: Vec<_> = csv.lines().collect();
    let row = "organizations/osce-odihr,INTERNATIONAL_ORGANIZATION,,SHORT_TERM_OBSERVER,,1,1,0,0,0,0,1,0,0,0,0,0,0";
    ensure!(lines.len() == 2 && lines[0].starts_with("ORGANIZATION,KIND,STATE") && lines[1] == row, "{csv}");
    // The output is no terminal, so it has no colours and no block characters.
    let chart = print(&users.officer, &[&by[..], &["--format", "chart"]].concat())?;
    let label = "osce-odihr SHORT_TERM_OBSE ";
    ensure!(chart.starts_with(label) && chart.ends_with("## 1\n") && chart.len() == 81, "{chart}");
    let table = print(&users.secretary, &by)?;
    ensure!(table.contains("ACCREDITED") && table.contains("SHORT_TERM_OBSERVER"), "{table}");

    let json = print(&users.reviewer, &[&by[..], &["--format", "json"]].concat())?;
    let same = users.reviewer.json(&by)?;
    ensure!(
        serde_json::from_str::<serde_json::Value>(&json)? == same && same["rows"][0]["accredited"] == "1",
        "{json}"
    );
    let before = users.auditor.json(&["report", ELECTION, "--as-of", "2018-01-01T00:00:00+06:00"])?;
    ensure!(before["rows"][0]["accredited"].is_null(), "{before}");
    let future = users.auditor.run(&["report", ELECTION, "--as-of", "2199-01-01T00:00:00Z"])?;
    ensure!(future.status.code() == Some(3), "{future:?}");
    ensure!(String::from_utf8_lossy(&future.stderr).contains("as_of"), "{future:?}");
    Ok(())
}
