//! A roster is imported again after its applications lapsed and the election was postponed.

use std::path::Path;

use anyhow::{Context as _, ensure};
use client::Code;
use rehearsal::people::People;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, ApplicationState};

use crate::roster_file::Roster;
use crate::user::User;
use crate::{DATABASES, count_filed, figures, import};

/// After the submission cutoff, and before the server lets the drafts lapse.
const AFTER_CUTOFF: &str = "2019-06-03T12:00:30Z";
/// After the server lets the drafts lapse.
const AFTER_LAPSE: &str = "2019-06-03T12:01:01Z";
/// The voting day after the postponement.
const NEW_VOTING_DAY: &str = "2019-06-16";

/// Writes the same documents for each person, with file names that the tool finds. Returns the directory.
fn scans(roster: &Roster, people: usize, directory: &Path) -> anyhow::Result<String> {
    let scans = directory.join("scans");
    std::fs::create_dir(&scans)?;
    for (kind, path) in rehearsal::filing::write_specimens(&directory.join("specimens"))? {
        let extension = path.extension().and_then(|it| it.to_str()).context("an extension")?;
        for row in 0..people {
            std::fs::copy(&path, scans.join(format!("{}-{kind}.{extension}", roster.passport(row))))?;
        }
    }
    Ok(scans.display().to_string())
}

/// All applications of the mission.
async fn applications(scene: &Scene) -> anyhow::Result<Vec<v1::Application>> {
    Ok(scene.osce.all_applications(ask::all_applications()).await?)
}

/// Advances the clock and waits until all applications have lapsed.
async fn let_all_lapse(scene: &Scene) -> anyhow::Result<()> {
    scene.world.clock().set(at(AFTER_LAPSE)).await?;
    eventually("all applications have lapsed", || async {
        let all = applications(scene).await?;
        Ok(all.iter().all(|one| one.state() == ApplicationState::Lapsed).then_some(()))
    })
    .await
}

/// A delegation that was too late imports its roster again after a postponement. It must not have to file the people
/// again.
#[tokio::test]
async fn an_import_after_a_postponement_submits_lapsed_applications_and_files_nobody_twice() -> anyhow::Result<()> {
    for database in DATABASES {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let mut roster = Roster::of(&mut People::new(5), 3);
        let file = directory.path().join("roster.csv");
        std::fs::write(&file, roster.csv())?;
        let scans = scans(&roster, 3, directory.path())?;
        let plain = import(&file, &["--documents", &scans]);
        let submit = import(&file, &["--documents", &scans, "--submit"]);
        let dry_run = import(&file, &["--documents", &scans, "--submit", "--dry-run"]);
        ensure!(figures(&secretary.report(&plain).await?) == [3, 3, 0, 0, 0]);

        // After the cutoff, a lapsed application gets the same error as a draft.
        scene.world.clock().set(at(AFTER_CUTOFF)).await?;
        let (code, _, draft_error) = secretary.run(&submit).await?;
        ensure!(code == Some(3) && draft_error.contains("reason: SUBMISSION_CUTOFF_PASSED"), "{draft_error}");
        let_all_lapse(&scene).await?;
        let without_times = |text: &str| {
            let lines = text.lines().filter(|line| !line.contains("received"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        for arguments in [&submit, &dry_run] {
            let (code, _, error) = secretary.run(arguments).await?;
            ensure!(code == Some(3) && without_times(&error) == without_times(&draft_error), "{error}");
        }
        let kept = secretary.report(&plain).await?;
        ensure!(figures(&kept) == [3, 0, 0, 3, 0] && kept["lapsed"] == 3, "{kept}");

        // After the postponement a changed row updates its application, and all are submitted.
        scene.registrar.postpone_election(ask::postpone(NEW_VOTING_DAY)).await?;
        let before = applications(&scene).await?;
        roster.set(0, "Given name", "OTHER");
        std::fs::write(&file, roster.csv())?;
        let report = secretary.report(&dry_run).await?;
        ensure!(figures(&report) == [3, 0, 1, 2, 0] && report["submitted"] == 3 && report["lapsed"] == 3, "{report}");
        ensure!(applications(&scene).await? == before, "the dry run changed an application");
        let (code, output, errors) = secretary.run(&plain).await?;
        let expected = "3 rows: 0 filed, 1 updated, 2 unchanged, 0 submitted, 0 bad; 3 of them had lapsed";
        ensure!(code == Some(0) && output.trim_end() == expected && errors.contains("--submit"), "{output}{errors}");
        let done = secretary.report(&submit).await?;
        ensure!(figures(&done) == [3, 0, 0, 3, 0] && done["submitted"] == 3 && done["lapsed"] == 3, "{done}");
        ensure!(count_filed(&scene).await? == (3, 3), "an application was filed twice");
        let after = applications(&scene).await?;
        ensure!(after.iter().all(|one| one.state() == ApplicationState::Submitted), "{after:?}");
        let updated: Vec<_> = after.iter().filter(|one| one.revision == 2).collect();
        let given_name = |one: &v1::Application| one.person.clone().unwrap_or_default().given_name;
        ensure!(updated.len() == 1 && given_name(updated[0]) == "OTHER", "{updated:?}");
        let again = secretary.report(&submit).await?;
        ensure!(figures(&again) == [3, 0, 0, 3, 0] && again["submitted"] == 0 && again["lapsed"] == 0, "{again}");
    }
    Ok(())
}

/// Another application took the replacement of one row while that row's application was lapsed. The report names this
/// row, and the other rows are imported. When the replacement is free again, the corrected row still replaces the same
/// person.
#[tokio::test]
async fn an_import_reports_the_row_whose_replacement_was_taken() -> anyhow::Result<()> {
    for database in DATABASES {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let mut roster = Roster::of(&mut People::new(6), 2);
        let file = directory.path().join("roster.csv");
        std::fs::write(&file, roster.csv())?;
        let scans = scans(&roster, 2, directory.path())?;
        let submit = import(&file, &["--documents", &scans, "--submit"]);
        let accreditation = scene.accredited("osce-odihr").await?.accreditation;
        secretary.report(&import(&file, &["--documents", &scans])).await?;
        let number = roster.passport(0).to_owned();
        let is_of_first_row = |one: &&v1::Application| {
            one.person.as_ref().and_then(|person| person.passport.as_ref()).is_some_and(|it| it.number == number)
        };
        let first = applications(&scene).await?.iter().find(is_of_first_row).cloned().context("the first row")?;
        let replaces = accreditation.clone();
        scene.osce.update_application(ask::update(&first, v1::Application { replaces, ..first.clone() })).await?;
        scene.world.clock().set(at(AFTER_LAPSE)).await?;
        eventually("the application has lapsed", || async {
            let read = scene.osce.get_application(ask::application(&first.name)).await?;
            Ok((read.state() == ApplicationState::Lapsed).then_some(()))
        })
        .await?;
        scene.registrar.postpone_election(ask::postpone(NEW_VOTING_DAY)).await?;
        let other = v1::Application { replaces: accreditation.clone(), ..scene.someone() };
        let other = scene.bring_as("osce-odihr", other, Reach::Draft).await?;

        let done = secretary.report(&submit).await?;
        ensure!(done["bad"] == 1 && done["submitted"] == 1 && done["problems"][0]["row"] == 2, "{done}");
        scene.osce.withdraw_application(ask::withdraw(&other.name)).await?;
        roster.set(0, "Given name", "OTHER");
        std::fs::write(&file, roster.csv())?;
        let done = secretary.report(&submit).await?;
        ensure!(done["mended"] == 1 && done["submitted"] == 1 && done["bad"] == 0, "{done}");
        let read = scene.osce.get_application(ask::application(&first.name)).await?;
        ensure!(read.state() == ApplicationState::Submitted && read.replaces == accreditation, "{read:?}");
        let taken = v1::Application { replaces: accreditation, ..scene.someone() };
        let taken = scene.osce.create_application(ask::file(&ask::mission("osce-odihr"), taken)).await;
        refused(taken, Code::AlreadyExists, "ALREADY_EXISTS");
    }
    Ok(())
}
