//! A secretary imports rosters with the tool: complete, with bad rows, corrected, interrupted and repeated.

mod lapsed_applications;
mod paper_lists;
mod roster_file;
mod user;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, ensure};
use rehearsal::people::People;
use roster_file::{MISTAKES, Roster};
use serde_json::Value;
use stories::{Database, Scene, ask};
use user::User;

/// The mission that imports.
const MISSION: &str = "elections/kz-president-2019/missions/osce-odihr";
/// The databases on which the tests run.
const DATABASES: [Database; 2] = [Database::Sqlite, Database::Postgres];

/// The counts in the report of an import: rows, filed, updated, unchanged and bad.
fn figures(report: &Value) -> [u64; 5] {
    ["rows", "filed", "mended", "unchanged", "bad"].map(|member| report[member].as_u64().unwrap_or(u64::MAX))
}

/// The numbers of the rows with problems in a report.
fn rows_with_problems(report: &Value) -> BTreeSet<u64> {
    let problems = report["problems"].as_array().into_iter().flatten();
    problems.filter_map(|problem| problem["row"].as_u64()).collect()
}

/// The arguments of an import.
fn import<'a>(file: &'a Path, more: &[&'a str]) -> Vec<String> {
    let command = ["roster", "import", MISSION];
    let file = file.display().to_string();
    command.iter().map(ToString::to_string).chain([file]).chain(more.iter().map(ToString::to_string)).collect()
}

/// Number of applications of the mission, and number of different passports.
async fn count_filed(scene: &Scene) -> anyhow::Result<(usize, usize)> {
    let all = scene.osce.all_applications(ask::all_applications()).await?;
    let passports = all.iter().filter_map(|one| one.person.as_ref()?.passport.clone());
    let passports: BTreeSet<_> = passports.map(|passport| (passport.issuing_state, passport.number)).collect();
    Ok((all.len(), passports.len()))
}

#[tokio::test]
async fn scenario_01_an_import_of_300_rows_files_296_and_names_the_fields_of_4_bad_rows() -> anyhow::Result<()> {
    for database in DATABASES {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let mut roster = Roster::of(&mut People::new(1), 300);
        for (row, mistake) in [(3, 0), (77, 1), (150, 2), (299, 3)] {
            roster.set_mistake(row, MISTAKES[mistake]);
        }
        let file = directory.path().join("roster.csv");
        std::fs::write(&file, roster.csv())?;
        let dry_run = secretary.report(&import(&file, &["--dry-run"])).await?;
        ensure!(figures(&dry_run) == [300, 296, 0, 0, 4], "{dry_run}");
        ensure!(count_filed(&scene).await? == (0, 0), "a dry run filed an application");
        let done = secretary.report(&import(&file, &[])).await?;
        ensure!(
            figures(&done) == [300, 296, 0, 0, 4] && rows_with_problems(&done) == BTreeSet::from([5, 79, 152, 301]),
            "{done}"
        );
        ensure!(count_filed(&scene).await? == (296, 296));
        let again = secretary.report(&import(&file, &[])).await?;
        ensure!(figures(&again) == [300, 0, 0, 296, 4], "{again}");
    }
    Ok(())
}

/// The file has four mistakes of each of ten kinds. The import of the corrected file files only the corrected rows.
#[tokio::test]
async fn an_import_of_a_workbook_names_all_40_bad_rows_of_800() -> anyhow::Result<()> {
    for database in DATABASES {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let correct = Roster::of(&mut People::new(2), 800);
        let mut with_mistakes = correct.clone();
        let bad: Vec<usize> = (0..40).map(|number| number * 20).collect();
        for (number, row) in bad.iter().enumerate() {
            with_mistakes.set_mistake(*row, MISTAKES[number % MISTAKES.len()]);
        }
        let file = directory.path().join("roster.xlsx");
        std::fs::write(&file, with_mistakes.xlsx()?)?;
        let done = secretary.report(&import(&file, &[])).await?;
        ensure!(
            figures(&done) == [800, 760, 0, 0, 40],
            "{}",
            figures(&done).map(|figure| figure.to_string()).join(" ")
        );
        let expected: BTreeSet<u64> = bad.iter().map(|row| *row as u64 + 2).collect();
        ensure!(rows_with_problems(&done) == expected, "{:?}", rows_with_problems(&done));
        ensure!(directory.path().join("roster-to-mend.xlsx").exists());

        std::fs::write(&file, correct.xlsx()?)?;
        let updated = secretary.report(&import(&file, &[])).await?;
        ensure!(figures(&updated) == [800, 40, 0, 760, 0], "{updated}");
        ensure!(count_filed(&scene).await? == (800, 800));
    }
    Ok(())
}

/// Number of rows. It is large, so that the import does not end before it is killed ten times.
const ROWS: usize = 1200;

/// After each kill of the tool the next import files the rest, and nobody twice.
#[tokio::test]
async fn an_import_that_is_killed_ten_times_loses_nobody_and_files_nobody_twice() -> anyhow::Result<()> {
    for database in DATABASES {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let roster = Roster::of(&mut People::new(3), ROWS);
        let file = directory.path().join("roster.csv");
        std::fs::write(&file, roster.csv())?;
        let mut kills = 0;
        for _ in 0..10 {
            let enough = count_filed(&scene).await?.0 + 10;
            let mut running = secretary.start(&import(&file, &[]))?;
            // Kill it between its calls, when some are answered and some are in flight.
            while count_filed(&scene).await?.0 < enough && running.try_wait()?.is_none() {}
            if running.try_wait()?.is_none() {
                running.kill().await?;
                kills += 1;
            }
        }
        ensure!(kills == 10, "the tool ended before it could be killed: only {kills} kills");
        let rest = secretary.report(&import(&file, &[])).await?;
        let [rows, filed_now, updated, unchanged, bad] = figures(&rest);
        let all = ROWS as u64;
        ensure!((rows, filed_now + unchanged, updated, bad) == (all, all, 0, 0), "{rest}");
        ensure!(count_filed(&scene).await? == (ROWS, ROWS));
    }
    Ok(())
}

/// A changed row replaces the contents of its draft. A submitted application is not changed.
#[tokio::test]
async fn a_changed_row_updates_its_draft_but_no_submitted_application() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
    let mut roster = Roster::of(&mut People::new(4), 2);
    let file = directory.path().join("roster.csv");
    std::fs::write(&file, roster.csv())?;
    let scans = directory.path().join("scans");
    std::fs::create_dir(&scans)?;
    let specimens = rehearsal::filing::write_specimens(&directory.path().join("specimens"))?;
    for (kind, path) in &specimens {
        let extension = path.extension().and_then(|it| it.to_str()).context("an extension")?;
        std::fs::copy(path, scans.join(format!("{}-{kind}.{extension}", roster.passport(0))))?;
    }
    // The photo of the first person is no image, which the report says. The second person has no documents.
    let photo = scans.join(format!("{}-photo.jpg", roster.passport(0)));
    std::fs::write(&photo, "a photo")?;
    let with_scans = ["--submit", "--documents", &scans.display().to_string()];
    let done = secretary.report(&import(&file, &with_scans)).await?;
    ensure!(done["filed"] == 2 && done["submitted"] == 0 && done["bad"] == 2, "{done}");
    ensure!(
        done.to_string().contains("photo.jpg: expected a JPEG"),
        "the report does not name the file and the expected format: {done}"
    );
    std::fs::copy(&specimens["photo"], &photo)?;
    let done = secretary.report(&import(&file, &with_scans)).await?;
    ensure!(
        done["mended"] == 1 && done["submitted"] == 1 && done["bad"] == 1,
        "expected the second row to be bad, because it has no documents: {done}"
    );
    roster.set(0, "Given name", "OTHER");
    roster.set(1, "Given name", "OTHER");
    std::fs::write(&file, roster.csv())?;
    let changed = secretary.report(&import(&file, &[])).await?;
    ensure!(figures(&changed) == [2, 0, 1, 0, 1] && rows_with_problems(&changed) == BTreeSet::from([2]), "{changed}");
    Ok(())
}
