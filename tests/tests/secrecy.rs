//! Sealed personal data is readable nowhere: not in the files of the database, not in its journal, not in a dump.
//!
//! The tests search the bytes for passport numbers, birth dates and machine-readable zones. A name is not sealed. It is
//! the control: a search that does not find it finds nothing.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use memchr::memmem;
use stories::{Database, Reach, Scene, ask};
use wire::v1;

/// The sealed texts of a person, as they would stand in a file.
fn secrets(person: &v1::Person) -> Vec<String> {
    let passport = person.passport.clone().unwrap_or_default();
    let zone = passport.mrz.lines().nth(1).unwrap_or_default().to_owned();
    let secrets = [passport.number, person.birth_date.clone(), zone];
    secrets.into_iter().filter(|secret| !secret.is_empty()).collect()
}

/// All files of a directory and of the directories below it.
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

/// Whether these bytes contain a text, in UTF-8 or in hexadecimal.
fn contains(bytes: &[u8], text: &str) -> bool {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    [text.as_bytes(), hex.as_bytes()].iter().any(|needle| memmem::find(bytes, needle).is_some())
}

/// Writes every kind of row that has sealed data: applications, an amendment and a watch list. Returns their people.
async fn write_sealed_data(scene: &Scene) -> anyhow::Result<Vec<v1::Person>> {
    let mut people = Vec::new();
    for reach in [Reach::Draft, Reach::Presented, Reach::Recommended] {
        let application = scene.someone();
        people.extend(application.person.clone());
        // The other organization only presents the person: a reviewer would have to clear the duplicate first.
        scene.bring_as("osce-odihr", application.clone(), reach).await?;
        scene.bring_as("cis", application, reach.min(Reach::Presented)).await?;
    }
    let accredited = scene.accredited("osce-odihr").await?;
    let renewed = ask::with_passport(&accredited, "N87654321");
    people.extend([accredited.person.clone(), renewed.person.clone()].into_iter().flatten());
    scene.upload_next(&scene.osce, &accredited, &renewed).await?;
    let amend = ask::amend(&accredited, v1::AmendmentKind::NewPassport, renewed);
    scene.checked(&scene.osce.amend_accreditation(amend).await?.name).await?;
    let listed = scene.someone().person.context("the application has no person")?;
    let mut list = ask::watch(&listed);
    let passport = listed.passport.clone().unwrap_or_default();
    list.entries[0].issuing_state = passport.issuing_state;
    list.entries[0].document_number = passport.number;
    scene.registrar.replace_watch_list(list).await?;
    people.push(listed);
    Ok(people)
}

/// A stolen disk must not reveal a passport. The journal has copies of the pages of the database, so it is searched
/// too.
#[tokio::test]
async fn the_database_files_contain_no_sealed_data() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let people = write_sealed_data(&scene).await?;
    let mut searched = 0;
    for path in files(scene.world.dir())? {
        let bytes = std::fs::read(&path)?;
        searched += usize::from(path.to_string_lossy().contains("accreditd.db"));
        for secret in people.iter().flat_map(secrets) {
            ensure!(!contains(&bytes, &secret), "{} contains sealed data", path.display());
        }
    }
    ensure!(searched >= 2, "the database and its journal must be searched");
    // The control: a name is not sealed, so the search must find it.
    let name = &people[0].family_name;
    let found =
        files(scene.world.dir())?.iter().any(|path| std::fs::read(path).is_ok_and(|bytes| contains(&bytes, name)));
    ensure!(found, "the search does not find a name, which is not sealed");
    Ok(())
}

/// A backup leaves the machine, so it must not reveal a passport either.
#[tokio::test]
async fn a_dump_of_the_database_contains_no_sealed_data() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Postgres).await?;
    let people = write_sealed_data(&scene).await?;
    let dump = scene.ground.postgres().context("the database is not PostgreSQL")?.dump()?.into_bytes();
    for secret in people.iter().flat_map(secrets) {
        ensure!(!contains(&dump, &secret), "the dump contains sealed data");
    }
    ensure!(contains(&dump, &people[0].family_name), "the search does not find a name, which is not sealed");
    Ok(())
}
