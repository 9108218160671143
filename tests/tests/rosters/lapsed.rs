//! A roster whose people have lapsed, imported again after the election was postponed.

use std::path::Path;

use anyhow::{Context as _, ensure};
use client::Code;
use rehearsal::people::People;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, ApplicationState};

use crate::sheet::Sheet;
use crate::user::User;
use crate::{BOTH, figures, filed, import};

/// Between the submission cutoff and the moment when the service lets lapse what it has overtaken.
const LATE: &str = "2019-06-03T12:00:30Z";
/// A moment when it has.
const LAPSED: &str = "2019-06-03T12:01:01Z";
const LATER: &str = "2019-06-16";

/// The same documents for everyone, as the tool finds them.
fn scans(sheet: &Sheet, people: usize, directory: &Path) -> anyhow::Result<String> {
    let scans = directory.join("scans");
    std::fs::create_dir(&scans)?;
    for (kind, path) in rehearsal::filing::write_specimens(&directory.join("specimens"))? {
        let extension = path.extension().and_then(|it| it.to_str()).context("an extension")?;
        for row in 0..people {
            std::fs::copy(&path, scans.join(format!("{}-{kind}.{extension}", sheet.passport(row))))?;
        }
    }
    Ok(scans.display().to_string())
}

async fn applications(scene: &Scene) -> anyhow::Result<Vec<v1::Application>> {
    Ok(scene.osce.all_applications(ask::all_applications()).await?)
}

async fn everyone_lapses(scene: &Scene) -> anyhow::Result<()> {
    scene.world.clock().set(at(LAPSED)).await?;
    eventually("everyone has lapsed", || async {
        let all = applications(scene).await?;
        Ok(all.iter().all(|one| one.state() == ApplicationState::Lapsed).then_some(()))
    })
    .await
}

#[tokio::test]
async fn whoever_has_lapsed_goes_on_after_a_postponement_and_nobody_is_filed_twice() -> anyhow::Result<()> {
    for database in BOTH {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let mut sheet = Sheet::of(&mut People::new(5), 3);
        let file = directory.path().join("roster.csv");
        std::fs::write(&file, sheet.csv())?;
        let scans = scans(&sheet, 3, directory.path())?;
        let plain = import(&file, &["--documents", &scans]);
        let submit = import(&file, &["--documents", &scans, "--submit"]);
        let try_it = import(&file, &["--documents", &scans, "--submit", "--dry-run"]);
        ensure!(figures(&secretary.report(&plain).await?) == [3, 3, 0, 0, 0]);

        // Too late is too late: what is refused for a draft is refused in the same words for what has lapsed.
        scene.world.clock().set(at(LATE)).await?;
        let (code, _, of_a_draft) = secretary.told(&submit).await?;
        ensure!(code == Some(3) && of_a_draft.contains("reason: SUBMISSION_CUTOFF_PASSED"), "{of_a_draft}");
        everyone_lapses(&scene).await?;
        let without_times = |text: &str| {
            let lines = text.lines().filter(|line| !line.contains("received"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        for words in [&submit, &try_it] {
            let (code, _, complaint) = secretary.told(words).await?;
            ensure!(code == Some(3) && without_times(&complaint) == without_times(&of_a_draft), "{complaint}");
        }
        let kept = secretary.report(&plain).await?;
        ensure!(figures(&kept) == [3, 0, 0, 3, 0] && kept["lapsed"] == 3, "{kept}");

        // After the postponement a changed row mends, and all are submitted.
        scene.registrar.postpone_election(ask::postpone(LATER)).await?;
        let before = applications(&scene).await?;
        sheet.set(0, "Given name", "OTHER");
        std::fs::write(&file, sheet.csv())?;
        let tried = secretary.report(&try_it).await?;
        ensure!(figures(&tried) == [3, 0, 1, 2, 0] && tried["submitted"] == 3 && tried["lapsed"] == 3, "{tried}");
        ensure!(applications(&scene).await? == before, "a dry run changes nothing");
        let (code, shown, beside) = secretary.told(&plain).await?;
        let expected = "3 rows: 0 filed, 1 updated, 2 unchanged, 0 submitted, 0 bad; 3 of them had lapsed";
        ensure!(code == Some(0) && shown.trim_end() == expected && beside.contains("--submit"), "{shown}{beside}");
        let done = secretary.report(&submit).await?;
        ensure!(figures(&done) == [3, 0, 0, 3, 0] && done["submitted"] == 3 && done["lapsed"] == 3, "{done}");
        ensure!(filed(&scene).await? == (3, 3), "nobody is filed twice");
        let after = applications(&scene).await?;
        ensure!(after.iter().all(|one| one.state() == ApplicationState::Submitted), "{after:?}");
        let mended: Vec<_> = after.iter().filter(|one| one.revision == 2).collect();
        let given_name = |one: &v1::Application| one.person.clone().unwrap_or_default().given_name;
        ensure!(mended.len() == 1 && given_name(mended[0]) == "OTHER", "{mended:?}");
        let again = secretary.report(&submit).await?;
        ensure!(figures(&again) == [3, 0, 0, 3, 0] && again["submitted"] == 0 && again["lapsed"] == 0, "{again}");
    }
    Ok(())
}

/// Somebody else was filed for a place while it was free: that is told of the one row, and the others are done. What is
/// mended goes on replacing whom it did.
#[tokio::test]
async fn a_place_that_was_taken_meanwhile_is_told_of_its_row() -> anyhow::Result<()> {
    for database in BOTH {
        let scene = Scene::on(database).await?;
        let (secretary, directory) = (User::secretary(&scene), tempfile::tempdir()?);
        let mut sheet = Sheet::of(&mut People::new(6), 2);
        let file = directory.path().join("roster.csv");
        std::fs::write(&file, sheet.csv())?;
        let scans = scans(&sheet, 2, directory.path())?;
        let submit = import(&file, &["--documents", &scans, "--submit"]);
        let accreditation = scene.accredited("osce-odihr").await?.accreditation;
        secretary.report(&import(&file, &["--documents", &scans])).await?;
        let number = sheet.passport(0).to_owned();
        let of_row = |one: &&v1::Application| {
            one.person.as_ref().and_then(|person| person.passport.as_ref()).is_some_and(|it| it.number == number)
        };
        let first = applications(&scene).await?.iter().find(of_row).cloned().context("the first row")?;
        let replaces = accreditation.clone();
        scene.osce.update_application(ask::update(&first, v1::Application { replaces, ..first.clone() })).await?;
        scene.world.clock().set(at(LAPSED)).await?;
        eventually("it has lapsed", || async {
            let read = scene.osce.get_application(ask::application(&first.name)).await?;
            Ok((read.state() == ApplicationState::Lapsed).then_some(()))
        })
        .await?;
        scene.registrar.postpone_election(ask::postpone(LATER)).await?;
        let other = v1::Application { replaces: accreditation.clone(), ..scene.someone() };
        let other = scene.bring_as("osce-odihr", other, Reach::Draft).await?;

        let done = secretary.report(&submit).await?;
        ensure!(done["bad"] == 1 && done["submitted"] == 1 && done["problems"][0]["row"] == 2, "{done}");
        scene.osce.withdraw_application(ask::withdraw(&other.name)).await?;
        sheet.set(0, "Given name", "OTHER");
        std::fs::write(&file, sheet.csv())?;
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
