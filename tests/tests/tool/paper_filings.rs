//! A registrar files an application that came on paper.

use std::process::Command;

use anyhow::ensure;
use rehearsal::filing;
use rehearsal::people::People;
use stories::tool::binary;
use stories::{Database, Scene};

use crate::{ELECTION, User, text};

/// Everybody must see that the commission itself filed the application, and from which note.
#[tokio::test]
async fn a_registrar_files_from_paper_and_the_outputs_say_so() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let world = &scene.world;
    let (registrar, officer) = (User::of(world, "cec", "registrar"), User::of(world, "mfa", "officer"));
    let person = People::new(11).person("FRA");
    let mut documents = Vec::new();
    let kinds = ["passport-page", "photo", "pledge", "note-verbale"];
    let declared = filing::documents_of(&person).into_iter().chain([filing::note_of(&person)]);
    for (kind, declared) in kinds.iter().zip(declared) {
        let path = world.dir().join(kind);
        std::fs::write(&path, filing::bytes_of(&person, &declared)?)?;
        documents.push(format!("{kind}={}", path.display()));
    }
    let content = world.dir().join("content.json");
    let person = wire::json::to_json(&person);
    let category = "CATEGORY_SHORT_TERM_OBSERVER";
    std::fs::write(&content, serde_json::json!({ "category": category, "person": person }).to_string())?;
    let (mission, content) = (format!("{ELECTION}/missions/cis"), content.display().to_string());
    let mut arguments = vec!["application", "file", &mission, "--from", &content];
    let unmarked = registrar.run(&arguments)?;
    let error = String::from_utf8_lossy(&unmarked.stderr);
    ensure!(unmarked.status.code() == Some(3) && error.contains("application.paper"), "{error}");
    ensure!(error.matches("application.paper: ").count() == 1, "{error}");
    for document in &documents {
        arguments.extend(["--document", document]);
    }
    arguments.extend(["--note-number", "12/345", "--received", "2019-05-01T06:00:00+06:00"]);
    let name = text(&registrar.json(&arguments)?, "name")?;
    registrar.json(&["application", "update", &name, "--note-number", "12/346", "--etag", "1-x"]).unwrap_err();
    let etag = text(&registrar.json(&["application", "show", &name])?, "etag")?;
    let updated = registrar.json(&["application", "update", &name, "--note-number", "12/346", "--etag", &etag])?;
    ensure!(updated["paper"]["noteNumber"] == "12/346", "{updated}");
    ensure!(updated["paper"]["receiveTime"] == "2019-05-01T00:00:00Z", "{updated}");
    registrar.json(&["application", "submit", &name])?;
    let listed = officer.json(&["application", "list", ELECTION, "--paper", "true"])?;
    ensure!(listed["applications"][0]["paper"]["noteNumber"] == "12/346", "{listed}");
    let none = officer.json(&["application", "list", ELECTION, "--paper", "false"])?;
    ensure!(none["applications"].as_array().is_none_or(Vec::is_empty), "{none}");

    let shown = Command::new(binary("accredit")?).args(&officer.flags).args(["application", "show", &name]).output()?;
    let shown = String::from_utf8(shown.stdout)?;
    for expected in ["note 12/346", "2019-05-01T00:00:00Z", "organizations/cec/principals/registrar"] {
        ensure!(shown.contains(expected), "{shown}");
    }
    Ok(())
}
