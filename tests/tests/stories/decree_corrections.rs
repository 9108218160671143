//! A draft is corrected: a number with a slip in it, another day of the session, another who signs.

use std::fs;

use anyhow::{Context as _, ensure};
use client::{Client, Code};
use futures_util::future::join;
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, refused};
use wire::v1::{self, PrincipalKind};

use super::DATABASE;

/// A draft over one person.
async fn draft(scene: &Scene) -> anyhow::Result<v1::Decree> {
    let name = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    Ok(scene.decree_over(vec![name]).await?)
}

async fn read(scene: &Scene, decree: &v1::Decree) -> anyhow::Result<v1::Decree> {
    Ok(scene.adopter.get_decree(ask::decree(&decree.name)).await?)
}

/// A correction to what a decree is to say.
fn to_say(read: &v1::Decree, said: [&str; 4]) -> v1::UpdateDecreeRequest {
    let [decree_number, session_date, chair, secretary] = said.map(str::to_owned);
    let decree = Some(v1::Decree { decree_number, session_date, chair, secretary, ..Default::default() });
    v1::UpdateDecreeRequest { decree, ..ask::correct_decree(read, "") }
}

/// What a decree says of itself.
fn says(decree: &v1::Decree) -> [&str; 4] {
    [&decree.decree_number, &decree.session_date, &decree.chair, &decree.secretary]
}

#[tokio::test]
async fn an_adopter_cannot_adopt_a_draft_that_was_corrected_after_they_read_it() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    scene.world.add_principal(CEC, "deputy", PrincipalKind::Person, "a.deputy", &["cec.adopter"]).await?;
    let deputy: Client = scene.world.actor(CEC, "deputy");
    let before = draft(&scene).await?;
    let said = ["12/321", "2019-06-04", "Deputy Chair", "Another Secretary"];
    let request = to_say(&before, said);
    let corrected = deputy.update_decree(request.clone()).await?;
    ensure!(says(&corrected) == said && corrected.etag != before.etag, "{corrected:?}");
    ensure!(corrected.applications == before.applications && corrected.state() == v1::DecreeState::Draft);
    ensure!(corrected.receipt.as_ref().is_some_and(|receipt| receipt.leaf_hash.len() == 32));
    ensure!(read(&scene, &before).await? == v1::Decree { receipt: None, ..corrected.clone() });

    // The same request again is answered and not made twice; another one that goes by the old draft is refused.
    ensure!(deputy.update_decree(request.clone()).await? == corrected);
    let other = to_say(&before, ["12/322", "2019-06-04", "Deputy Chair", "Another Secretary"]);
    let reused = v1::UpdateDecreeRequest { request_id: request.request_id, ..other.clone() };
    refused(deputy.update_decree(reused).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    refused(deputy.update_decree(other).await, Code::Aborted, "ETAG_MISMATCH");
    refused(scene.adopter.adopt_decree(ask::adopt(&before)).await, Code::Aborted, "ETAG_MISMATCH");

    // The number that had a slip in it is free, and the correction can be corrected.
    let number_before = before.decree_number.clone();
    scene.adopter.create_decree(ask::draft_decree(&number_before)).await?;
    let again = scene.adopter.update_decree(ask::correct_decree(&corrected, "12/231")).await?;
    let adopted = scene.adopter.adopt_decree(ask::adopt(&again)).await?;
    ensure!(says(&adopted) == ["12/231", said[1], said[2], said[3]] && adopted.accredited_count == 1, "{adopted:?}");

    // What was adopted stays, whoever asks and however they read it.
    let late = scene.adopter.update_decree(ask::correct_decree(&adopted, "12/232")).await;
    refused(late, Code::FailedPrecondition, "DECREE_ADOPTED");
    let late = deputy.update_decree(ask::correct_decree(&again, "12/232")).await;
    refused(late, Code::FailedPrecondition, "DECREE_ADOPTED");
    ensure!(read(&scene, &adopted).await? == v1::Decree { receipt: None, ..adopted });
    Ok(())
}

#[tokio::test]
async fn a_draft_cannot_take_the_number_of_another_decree() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (first, second) = (draft(&scene).await?, draft(&scene).await?);
    let taken = scene.adopter.update_decree(ask::correct_decree(&second, &first.decree_number)).await;
    let taken = refused(taken, Code::AlreadyExists, "ALREADY_EXISTS");
    ensure!(taken.to_string().contains(&first.decree_number), "{taken}");
    let unchanged = v1::Decree { receipt: None, ..second.clone() };
    ensure!(read(&scene, &second).await? == unchanged, "it is as it was, its etag too");

    let own = [&second.decree_number, "2019-06-05", &second.chair, &second.secretary];
    let postponed = scene.adopter.update_decree(to_say(&second, own)).await?;
    ensure!(says(&postponed) == own, "{postponed:?}");
    // Two drafts that want one number at once: one has it.
    let wanted = |decree: &v1::Decree| scene.adopter.update_decree(ask::correct_decree(decree, "wanted"));
    let (one, other) = join(wanted(&first), wanted(&postponed)).await;
    ensure!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let loser = if one.is_ok() { other } else { one };
    refused(loser, Code::AlreadyExists, "ALREADY_EXISTS");

    // The rules are those of a new decree, and all four fields are set as they are given.
    let nothing = scene.adopter.update_decree(to_say(&first, ["", "2019-02-30", "", &"x".repeat(201)])).await;
    let nothing = refused(nothing, Code::InvalidArgument, "INVALID_REQUEST");
    let fields: Vec<_> = nothing.violations().iter().map(|one| &*one.field).collect();
    for field in ["decree_number", "session_date", "chair", "secretary"] {
        ensure!(fields.contains(&&*format!("decree.{field}")), "{field}: {fields:?}");
    }
    let absent = v1::Decree { name: format!("{}/decrees/999", ask::election()), ..first };
    let absent = scene.adopter.update_decree(ask::correct_decree(&absent, "12/233")).await;
    refused(absent, Code::NotFound, "NOT_FOUND");
    Ok(())
}

/// The log says that a draft was corrected and in which fields; the commission alone is told, while it is a draft.
#[tokio::test]
async fn the_log_records_which_fields_a_correction_changed_but_not_their_values() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let before = draft(&scene).await?;
    let said = ["12/231", &before.session_date, &before.chair, "Sarah Specimen"];
    let corrected = scene.adopter.update_decree(to_say(&before, said)).await?;
    let id = corrected.receipt.clone().context("a receipt")?.event_id;
    let adopted = scene.adopter.adopt_decree(ask::adopt(&corrected)).await?;
    ensure!(adopted.secretary == "Sarah Specimen");

    let told = async |client: &Client| {
        let mut watch = client.watch(&ask::election(), Vec::new());
        let mut corrections = Vec::new();
        loop {
            let event = watch.next(|_| ()).await?.event.context("an event")?;
            match event.action.as_str() {
                "DecreeService/UpdateDecree" => corrections.push(event),
                "DecreeService/AdoptDecree" if event.subject == before.name => return anyhow::Ok(corrections),
                _ => {}
            }
        }
    };
    for reader in [&scene.adopter, &scene.reviewer] {
        let [event] = &told(reader).await?[..] else { panic!("one correction") };
        ensure!(event.event_id == id && event.subject == before.name, "{event:?}");
    }
    ensure!(told(&scene.officer).await?.is_empty(), "the ministry does not read drafts");
    let event = recorded(&scene)?;
    ensure!(event.contains(r#""facts":{"changed":"decree_number,secretary"}"#) && event.contains(&id), "{event}");
    ensure!(!event.contains("Specimen") && !event.contains("12/231"), "{event}");
    Ok(())
}

/// The one correction as the database has its event.
fn recorded(scene: &Scene) -> anyhow::Result<String> {
    let events = match scene.ground.postgres() {
        Some(database) => database.sql("SELECT string_agg(convert_from(canonical, 'UTF8'), ' ') FROM event")?,
        None => ["accreditd.db", "accreditd.db-wal"]
            .map(|name| fs::read(scene.world.dir().join(name)))
            .into_iter()
            .filter_map(Result::ok)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect(),
    };
    let begin = events.find(r#"{"action":"DecreeService/UpdateDecree""#).context("it is there")?;
    let (event, _) = events[begin..].split_once("Z\"}").context("it ends with its time")?;
    Ok(event.to_owned())
}
