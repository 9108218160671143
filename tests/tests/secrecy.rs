//! What is sealed is nowhere else: not in the database's files, not in its journal, not in a dump.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use stories::{Database, Reach, Scene, ask};
use wire::v1;

/// What must not be found, as it would stand in a file.
fn secrets(person: &v1::Person) -> Vec<String> {
    let passport = person.passport.clone().unwrap_or_default();
    let zone = passport.mrz.lines().nth(1).unwrap_or_default().to_owned();
    let secrets = [passport.number, person.birth_date.clone(), zone];
    secrets.into_iter().filter(|secret| !secret.is_empty()).collect()
}

fn files(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(found)
}

/// Whether some bytes hold a text, in UTF-8 or in hexadecimal.
fn holds(bytes: &[u8], text: &str) -> bool {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    [text.as_bytes(), hex.as_bytes()].iter().any(|needle| bytes.windows(needle.len()).any(|window| window == *needle))
}

/// People who were filed, asked about, mended, listed, decided and amended.
async fn lives(scene: &Scene) -> anyhow::Result<Vec<v1::Person>> {
    let mut people = Vec::new();
    for reach in [Reach::Draft, Reach::Presented, Reach::Recommended] {
        let application = scene.someone();
        people.extend(application.person.clone());
        // One that is filed elsewhere is found, and would have to be cleared first.
        scene.bring_as("osce-odihr", application.clone(), reach).await?;
        scene.bring_as("cis", application, reach.min(Reach::Presented)).await?;
    }
    let accredited = scene.accredited("osce-odihr").await?;
    let renewed = ask::with_passport(&accredited, "N87654321");
    people.extend([accredited.person.clone(), renewed.person.clone()].into_iter().flatten());
    scene.upload_next(&scene.osce, &accredited, &renewed).await?;
    let amend = ask::amend(&accredited, v1::AmendmentKind::NewPassport, renewed);
    scene.checked(&scene.osce.amend_accreditation(amend).await?.name).await?;
    let listed = scene.someone().person.context("someone is a person")?;
    let mut list = ask::watch(&listed);
    let passport = listed.passport.clone().unwrap_or_default();
    list.entries[0].issuing_state = passport.issuing_state;
    list.entries[0].document_number = passport.number;
    scene.registrar.replace_watch_list(list).await?;
    people.push(listed);
    Ok(people)
}

#[tokio::test]
async fn no_passport_number_stands_in_a_database_file_or_journal() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let people = lives(&scene).await?;
    let mut looked = 0;
    for path in files(scene.world.dir())? {
        let bytes = std::fs::read(&path)?;
        looked += usize::from(path.to_string_lossy().contains("accreditd.db"));
        for secret in people.iter().flat_map(secrets) {
            ensure!(!holds(&bytes, &secret), "{} holds what is sealed", path.display());
        }
    }
    ensure!(looked >= 2, "the database and its journal are looked at");
    // The control: what is not sealed is there to be found.
    let name = &people[0].family_name;
    let found = files(scene.world.dir())?.iter().any(|path| std::fs::read(path).is_ok_and(|bytes| holds(&bytes, name)));
    ensure!(found, "a name, which is not sealed, would be found");
    Ok(())
}

#[tokio::test]
async fn no_passport_number_stands_in_a_dump() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Postgres).await?;
    let people = lives(&scene).await?;
    let dump = scene.ground.postgres().context("it is on a server")?.dump()?.into_bytes();
    for secret in people.iter().flat_map(secrets) {
        ensure!(!holds(&dump, &secret), "the dump holds what is sealed");
    }
    ensure!(holds(&dump, &people[0].family_name), "a name, which is not sealed, is found");
    Ok(())
}
