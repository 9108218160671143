//! Rosters, as a secretary imports them with the tool: whole, with bad rows, mended, cut off, and again.

mod lapsed;
mod paper;
mod sheet;
mod user;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, ensure};
use rehearsal::people::People;
use serde_json::Value;
use sheet::{FAULTS, Sheet};
use stories::{Database, Scene, ask};
use user::User;

const MISSION: &str = "elections/kz-president-2019/missions/osce-odihr";
const BOTH: [Database; 2] = [Database::Sqlite, Database::Postgres];

fn figures(report: &Value) -> [u64; 5] {
    ["rows", "filed", "mended", "unchanged", "bad"].map(|member| report[member].as_u64().unwrap_or(u64::MAX))
}

/// Rows with a problem, as the report names them.
fn named(report: &Value) -> BTreeSet<u64> {
    let problems = report["problems"].as_array().into_iter().flatten();
    problems.filter_map(|problem| problem["row"].as_u64()).collect()
}

fn import<'a>(file: &'a Path, more: &[&'a str]) -> Vec<String> {
    let words = ["roster", "import", MISSION];
    let file = file.display().to_string();
    words.iter().map(ToString::to_string).chain([file]).chain(more.iter().map(ToString::to_string)).collect()
}

/// How many people the mission has filed, and how many different passports they have.
async fn filed(scene: &Scene) -> anyhow::Result<(usize, usize)> {
    let all = scene.osce.all_applications(ask::all_applications()).await?;
    let passports = all.iter().filter_map(|one| one.person.as_ref()?.passport.clone());
    let passports: BTreeSet<_> = passports.map(|passport| (passport.issuing_state, passport.number)).collect();
    Ok((all.len(), passports.len()))
}

#[tokio::test]
async fn scenario_01_of_300_rows_with_4_bad_ones_296_are_filed_and_4_named_field_by_field() -> anyhow::Result<()> {
    for database in BOTH {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let mut sheet = Sheet::of(&mut People::new(1), 300);
        for (row, fault) in [(3, 0), (77, 1), (150, 2), (299, 3)] {
            sheet.spoil(row, FAULTS[fault]);
        }
        let file = directory.path().join("roster.csv");
        std::fs::write(&file, sheet.csv())?;
        let tried = secretary.report(&import(&file, &["--dry-run"])).await?;
        ensure!(figures(&tried) == [300, 296, 0, 0, 4], "{tried}");
        ensure!(filed(&scene).await? == (0, 0), "a dry run files nobody");
        let done = secretary.report(&import(&file, &[])).await?;
        ensure!(figures(&done) == [300, 296, 0, 0, 4] && named(&done) == BTreeSet::from([5, 79, 152, 301]), "{done}");
        ensure!(filed(&scene).await? == (296, 296));
        let again = secretary.report(&import(&file, &[])).await?;
        ensure!(figures(&again) == [300, 0, 0, 296, 4], "{again}");
    }
    Ok(())
}

/// Ten kinds of mistakes, four of each; the whole file mended and imported again files the mended rows alone.
#[tokio::test]
async fn an_800_row_workbook_with_40_bad_rows_of_ten_kinds_names_all_40() -> anyhow::Result<()> {
    for database in BOTH {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let good = Sheet::of(&mut People::new(2), 800);
        let mut spoilt = good.clone();
        let bad: Vec<usize> = (0..40).map(|number| number * 20).collect();
        for (number, row) in bad.iter().enumerate() {
            spoilt.spoil(*row, FAULTS[number % FAULTS.len()]);
        }
        let file = directory.path().join("roster.xlsx");
        std::fs::write(&file, spoilt.xlsx()?)?;
        let done = secretary.report(&import(&file, &[])).await?;
        ensure!(
            figures(&done) == [800, 760, 0, 0, 40],
            "{}",
            figures(&done).map(|figure| figure.to_string()).join(" ")
        );
        let expected: BTreeSet<u64> = bad.iter().map(|row| *row as u64 + 2).collect();
        ensure!(named(&done) == expected, "{:?}", named(&done));
        ensure!(directory.path().join("roster-to-mend.xlsx").exists());

        std::fs::write(&file, good.xlsx()?)?;
        let mended = secretary.report(&import(&file, &[])).await?;
        ensure!(figures(&mended) == [800, 40, 0, 760, 0], "{mended}");
        ensure!(filed(&scene).await? == (800, 800));
    }
    Ok(())
}

/// Many more than are filed while somebody looks ten times how many are.
const ROWS: usize = 1200;

/// Wherever the tool is killed, the next import files the rest, and nobody twice.
#[tokio::test]
async fn an_import_that_is_cut_at_ten_points_loses_nobody_and_files_nobody_twice() -> anyhow::Result<()> {
    for database in BOTH {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let sheet = Sheet::of(&mut People::new(3), ROWS);
        let file = directory.path().join("roster.csv");
        std::fs::write(&file, sheet.csv())?;
        let mut cuts = 0;
        for _ in 0..10 {
            let enough = filed(&scene).await?.0 + 10;
            let mut running = secretary.start(&import(&file, &[]))?;
            // In the middle of its calls: some of them answered, some on the way.
            while filed(&scene).await?.0 < enough && running.try_wait()?.is_none() {}
            if running.try_wait()?.is_none() {
                running.kill().await?;
                cuts += 1;
            }
        }
        ensure!(cuts == 10, "the tool was quicker than its killer: {cuts} cuts");
        let rest = secretary.report(&import(&file, &[])).await?;
        let [rows, filed_now, mended, unchanged, bad] = figures(&rest);
        let all = ROWS as u64;
        ensure!((rows, filed_now + unchanged, mended, bad) == (all, all, 0, 0), "{rest}");
        ensure!(filed(&scene).await? == (ROWS, ROWS));
    }
    Ok(())
}

/// What a row says anew replaces what its draft said; what has gone further is not touched.
#[tokio::test]
async fn a_changed_row_mends_its_draft_and_never_what_was_submitted() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
    let mut sheet = Sheet::of(&mut People::new(4), 2);
    let file = directory.path().join("roster.csv");
    std::fs::write(&file, sheet.csv())?;
    let scans = directory.path().join("scans");
    std::fs::create_dir(&scans)?;
    let specimens = rehearsal::filing::write_specimens(&directory.path().join("specimens"))?;
    for (kind, path) in &specimens {
        let extension = path.extension().and_then(|it| it.to_str()).context("an extension")?;
        std::fs::copy(path, scans.join(format!("{}-{kind}.{extension}", sheet.passport(0))))?;
    }
    // The first has a photo that is none, which is told of its row; the second has no documents.
    let photo = scans.join(format!("{}-photo.jpg", sheet.passport(0)));
    std::fs::write(&photo, "a photo")?;
    let with_scans = ["--submit", "--documents", &scans.display().to_string()];
    let done = secretary.report(&import(&file, &with_scans)).await?;
    ensure!(done["filed"] == 2 && done["submitted"] == 0 && done["bad"] == 2, "{done}");
    ensure!(done.to_string().contains("photo.jpg: expected a JPEG"), "it says which file, and what is taken: {done}");
    std::fs::copy(&specimens["photo"], &photo)?;
    let done = secretary.report(&import(&file, &with_scans)).await?;
    ensure!(done["mended"] == 1 && done["submitted"] == 1 && done["bad"] == 1, "the second has no documents: {done}");
    sheet.set(0, "Given name", "OTHER");
    sheet.set(1, "Given name", "OTHER");
    std::fs::write(&file, sheet.csv())?;
    let changed = secretary.report(&import(&file, &[])).await?;
    ensure!(figures(&changed) == [2, 0, 1, 0, 1] && named(&changed) == BTreeSet::from([2]), "{changed}");
    Ok(())
}
