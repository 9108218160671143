//! A registrar imports a list that came on paper.

use anyhow::ensure;
use rehearsal::filing;
use rehearsal::people::People;
use stories::{Database, Scene, ask, at, timestamp};
use wire::v1::{self, DocumentKind};

use crate::roster_file::Roster;
use crate::user::User;
use crate::{figures, import};

/// The registrar files three people of one note verbale. A corrected note number updates only the drafts.
#[tokio::test]
async fn a_registrar_imports_a_list_of_a_note_verbale() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let (registrar, directory) = (User::registrar(&scene), tempfile::tempdir()?);
    let (file, scans, note) =
        (directory.path().join("roster.csv"), directory.path().join("scans"), directory.path().join("note.pdf"));
    std::fs::write(&file, Roster::of(&mut People::new(9), 3).csv())?;
    std::fs::create_dir(&scans)?;
    // The third person has no documents, so the application stays a draft.
    let mut people = People::new(9);
    for state in ["FRA", "DEU"] {
        let person = people.person(state);
        let number = person.passport.clone().unwrap_or_default().number;
        std::fs::write(&note, filing::bytes_of(&person, &filing::note_of(&person))?)?;
        for document in filing::documents_of(&person) {
            let kind = match document.kind() {
                DocumentKind::PassportPage => "passport",
                DocumentKind::Photo => "photo",
                _ => "pledge",
            };
            std::fs::write(scans.join(format!("{number}-{kind}")), filing::bytes_of(&person, &document)?)?;
        }
    }
    let (scans, note) = (scans.display().to_string(), note.display().to_string());
    let mut options = vec!["--note-number", "12/345", "--received", "2019-05-01T06:00:00+06:00", "--note", &note];
    options.extend(["--documents", &scans, "--submit"]);
    let done = registrar.report(&import(&file, &options)).await?;
    ensure!(done["filed"] == 3 && done["submitted"] == 2 && done["bad"] == 1, "{done}");
    let again = registrar.report(&import(&file, &options)).await?;
    ensure!(figures(&again) == [3, 0, 0, 3, 1], "{again}");

    options[1] = "12/346";
    let updated = registrar.report(&import(&file, &options)).await?;
    ensure!(figures(&updated) == [3, 0, 1, 2, 1], "{updated}");
    let mut numbers = Vec::new();
    for one in scene.registrar.all_applications(ask::all_applications()).await? {
        let v1::PaperFiling { note_number, receive_time, .. } = one.paper.clone().unwrap_or_default();
        ensure!(receive_time == Some(timestamp(at("2019-05-01T00:00:00Z"))));
        numbers.push((note_number, one.state()));
    }
    numbers.sort();
    let submitted = || ("12/345".to_owned(), v1::ApplicationState::Submitted);
    let draft = ("12/346".to_owned(), v1::ApplicationState::Draft);
    ensure!(numbers == [submitted(), submitted(), draft], "{numbers:?}");
    Ok(())
}
