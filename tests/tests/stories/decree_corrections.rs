//! An adopter corrects a draft: its number, the day of the session, or the people who sign.
//!
//! A correction changes the etag, so that nobody adopts a draft that they have not read. An adopted decree cannot be
//! corrected. The log records the fields that changed, not their values. No acceptance scenario.

use std::fs;

use anyhow::{Context as _, ensure};
use client::{Client, Code};
use futures_util::future::join;
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, refused};
use wire::v1::{self, PrincipalKind};

use super::DATABASE;

/// Drafts a decree that lists one person.
async fn draft_decree(scene: &Scene) -> anyhow::Result<v1::Decree> {
    let name = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    Ok(scene.decree_over(vec![name]).await?)
}

async fn read(scene: &Scene, decree: &v1::Decree) -> anyhow::Result<v1::Decree> {
    Ok(scene.adopter.get_decree(ask::decree(&decree.name)).await?)
}

/// A correction of all four fields: number, day of the session, chair and secretary.
fn correct_fields(read: &v1::Decree, fields: [&str; 4]) -> v1::UpdateDecreeRequest {
    let [decree_number, session_date, chair, secretary] = fields.map(str::to_owned);
    let decree = Some(v1::Decree { decree_number, session_date, chair, secretary, ..Default::default() });
    v1::UpdateDecreeRequest { decree, ..ask::correct_decree(read, "") }
}

/// The four fields that a correction can change.
fn correctable_fields(decree: &v1::Decree) -> [&str; 4] {
    [&decree.decree_number, &decree.session_date, &decree.chair, &decree.secretary]
}

/// The commission signs what the adopter has read. A correction in between would make it sign something else.
#[tokio::test]
async fn an_adopter_cannot_adopt_a_draft_that_was_corrected_after_they_read_it() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    scene.world.add_principal(CEC, "deputy", PrincipalKind::Person, "a.deputy", &["cec.adopter"]).await?;
    let deputy: Client = scene.world.actor(CEC, "deputy");
    let before = draft_decree(&scene).await?;
    let fields = ["12/321", "2019-06-04", "Deputy Chair", "Another Secretary"];
    let request = correct_fields(&before, fields);
    let corrected = deputy.update_decree(request.clone()).await?;
    ensure!(correctable_fields(&corrected) == fields && corrected.etag != before.etag, "{corrected:?}");
    ensure!(corrected.applications == before.applications && corrected.state() == v1::DecreeState::Draft);
    ensure!(corrected.receipt.as_ref().is_some_and(|receipt| receipt.leaf_hash.len() == 32));
    ensure!(read(&scene, &before).await? == v1::Decree { receipt: None, ..corrected.clone() });

    // The same request again gets the same answer. Another request that read the old draft is refused.
    ensure!(deputy.update_decree(request.clone()).await? == corrected);
    let other = correct_fields(&before, ["12/322", "2019-06-04", "Deputy Chair", "Another Secretary"]);
    let reused = v1::UpdateDecreeRequest { request_id: request.request_id, ..other.clone() };
    refused(deputy.update_decree(reused).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    refused(deputy.update_decree(other).await, Code::Aborted, "ETAG_MISMATCH");
    refused(scene.adopter.adopt_decree(ask::adopt(&before)).await, Code::Aborted, "ETAG_MISMATCH");

    // The wrong number is free again, and the corrected draft can be corrected once more.
    let number_before = before.decree_number.clone();
    scene.adopter.create_decree(ask::draft_decree(&number_before)).await?;
    let again = scene.adopter.update_decree(ask::correct_decree(&corrected, "12/231")).await?;
    let adopted = scene.adopter.adopt_decree(ask::adopt(&again)).await?;
    ensure!(
        correctable_fields(&adopted) == ["12/231", fields[1], fields[2], fields[3]] && adopted.accredited_count == 1,
        "{adopted:?}"
    );

    // An adopted decree cannot be corrected, with the old etag or with the current one.
    let late = scene.adopter.update_decree(ask::correct_decree(&adopted, "12/232")).await;
    refused(late, Code::FailedPrecondition, "DECREE_ADOPTED");
    let late = deputy.update_decree(ask::correct_decree(&again, "12/232")).await;
    refused(late, Code::FailedPrecondition, "DECREE_ADOPTED");
    ensure!(read(&scene, &adopted).await? == v1::Decree { receipt: None, ..adopted });
    Ok(())
}

/// A number names one decree in the public register.
#[tokio::test]
async fn a_draft_cannot_take_the_number_of_another_decree() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (first, second) = (draft_decree(&scene).await?, draft_decree(&scene).await?);
    let taken = scene.adopter.update_decree(ask::correct_decree(&second, &first.decree_number)).await;
    let taken = refused(taken, Code::AlreadyExists, "ALREADY_EXISTS");
    ensure!(taken.to_string().contains(&first.decree_number), "{taken}");
    let unchanged = v1::Decree { receipt: None, ..second.clone() };
    ensure!(read(&scene, &second).await? == unchanged, "a refused correction must not change the draft or its etag");

    let own = [&second.decree_number, "2019-06-05", &second.chair, &second.secretary];
    let postponed = scene.adopter.update_decree(correct_fields(&second, own)).await?;
    ensure!(correctable_fields(&postponed) == own, "{postponed:?}");
    // If two drafts take the same number concurrently, one of them gets it.
    let wanted = |decree: &v1::Decree| scene.adopter.update_decree(ask::correct_decree(decree, "wanted"));
    let (one, other) = join(wanted(&first), wanted(&postponed)).await;
    ensure!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let loser = if one.is_ok() { other } else { one };
    refused(loser, Code::AlreadyExists, "ALREADY_EXISTS");

    // A correction sets all four fields, and the rules for them are those of a new decree.
    let invalid = scene.adopter.update_decree(correct_fields(&first, ["", "2019-02-30", "", &"x".repeat(201)])).await;
    let invalid = refused(invalid, Code::InvalidArgument, "INVALID_REQUEST");
    let fields: Vec<_> = invalid.violations().iter().map(|one| &*one.field).collect();
    for field in ["decree_number", "session_date", "chair", "secretary"] {
        ensure!(fields.contains(&&*format!("decree.{field}")), "{field}: {fields:?}");
    }
    let absent = v1::Decree { name: format!("{}/decrees/999", ask::election()), ..first };
    let absent = scene.adopter.update_decree(ask::correct_decree(&absent, "12/233")).await;
    refused(absent, Code::NotFound, "NOT_FOUND");
    Ok(())
}

/// The log records that a draft was corrected and in which fields. Only the commission gets the event.
#[tokio::test]
async fn the_log_records_which_fields_a_correction_changed_but_not_their_values() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let before = draft_decree(&scene).await?;
    let fields = ["12/231", &before.session_date, &before.chair, "Sarah Specimen"];
    let corrected = scene.adopter.update_decree(correct_fields(&before, fields)).await?;
    let id = corrected.receipt.clone().context("no receipt")?.event_id;
    let adopted = scene.adopter.adopt_decree(ask::adopt(&corrected)).await?;
    ensure!(adopted.secretary == "Sarah Specimen");

    let corrections_before_adoption = async |client: &Client| {
        let mut watch = client.watch(&ask::election(), Vec::new());
        let mut corrections = Vec::new();
        loop {
            let event = watch.next(|_| ()).await?.event.context("no event in the response")?;
            match event.action.as_str() {
                "DecreeService/UpdateDecree" => corrections.push(event),
                "DecreeService/AdoptDecree" if event.subject == before.name => return anyhow::Ok(corrections),
                _ => {}
            }
        }
    };
    for reader in [&scene.adopter, &scene.reviewer] {
        let [event] = &corrections_before_adoption(reader).await?[..] else { panic!("not exactly one correction") };
        ensure!(event.event_id == id && event.subject == before.name, "{event:?}");
    }
    ensure!(corrections_before_adoption(&scene.officer).await?.is_empty(), "the ministry must get no event of a draft");
    let event = recorded_correction(&scene)?;
    ensure!(event.contains(r#""facts":{"changed":"decree_number,secretary"}"#) && event.contains(&id), "{event}");
    ensure!(!event.contains("Specimen") && !event.contains("12/231"), "{event}");
    Ok(())
}

/// The bytes of the only correction's event, as the database stores them.
fn recorded_correction(scene: &Scene) -> anyhow::Result<String> {
    let events = match scene.ground.postgres() {
        Some(database) => database.sql("SELECT string_agg(convert_from(canonical, 'UTF8'), ' ') FROM event")?,
        None => ["accreditd.db", "accreditd.db-wal"]
            .map(|name| fs::read(scene.world.dir().join(name)))
            .into_iter()
            .filter_map(Result::ok)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect(),
    };
    let begin = events
        .find(r#"{"action":"DecreeService/UpdateDecree""#)
        .context("the database has no event of a correction")?;
    let (event, _) = events[begin..].split_once("Z\"}").context("the event does not end with its time")?;
    Ok(event.to_owned())
}
