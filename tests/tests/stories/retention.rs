//! What is kept of personal data, for how long, and what is left of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, ensure};
use client::{Client, Code};
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, ApplicationState};

use super::DATABASE;

/// When the results are published; personal data is kept until 2019-09-08T06:00:00Z.
const RESULTS: &str = "2019-06-10T06:00:00Z";
/// A name that nobody else has.
const UNMISTAKABLE: &str = "Обречённый Уникум Забытович";

fn passport(application: &v1::Application) -> v1::Passport {
    application.person.clone().and_then(|person| person.passport).unwrap_or_default()
}

async fn documents(client: &Client, application: &str) -> anyhow::Result<Vec<v1::Document>> {
    let request = v1::ListDocumentsRequest { parent: application.to_owned() };
    Ok(client.list_documents(request).await?.documents)
}

fn download(document: &v1::Document) -> v1::DownloadDocumentRequest {
    v1::DownloadDocumentRequest { name: document.name.clone(), purpose: "to see whether it is there".to_owned() }
}

fn files(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}

fn system_time(text: &str) -> SystemTime {
    let seconds = u64::try_from(at(text).as_second()).expect("the stories are later than 1970");
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The files in the vault that hold one of these documents.
fn in_vault(scene: &Scene, documents: &[v1::Document]) -> anyhow::Result<Vec<PathBuf>> {
    let ids: Vec<String> =
        documents.iter().filter_map(|one| one.name.rsplit('/').next()).map(|id| id.replace('-', "")).collect();
    let all = files(&scene.world.dir().join("documents"))?;
    Ok(all.into_iter().filter(|path| ids.iter().any(|id| path.ends_with(id))).collect())
}

/// Every event of the election with its leaf, as the auditor is told them, up to one about a subject.
async fn log(scene: &Scene, last: &str) -> anyhow::Result<Vec<v1::Event>> {
    let mut watch = scene.auditor.watch(&ask::election(), Vec::new());
    let mut events = Vec::new();
    loop {
        let event = watch.next(|_| ()).await?.event.context("an event")?;
        let done = event.subject == last;
        events.push(event);
        if done {
            return Ok(events);
        }
    }
}

async fn erased(scene: &Scene, client: &Client, name: &str) -> anyhow::Result<v1::Application> {
    let what = format!("{name} is erased, and its scans with it");
    eventually(&what, || async {
        let read = client.get_application(ask::application(name)).await?;
        let left = in_vault(scene, &documents(client, name).await?)?;
        Ok((read.erase_time.is_some() && left.is_empty()).then_some(read))
    })
    .await
}

/// Someone refused, whose name nobody else has.
async fn someone_refused(scene: &Scene) -> anyhow::Result<v1::Application> {
    let mut application = scene.someone();
    application.person.get_or_insert_default().native_name = UNMISTAKABLE.to_owned();
    let claimed = scene.bring_as("cis", application, Reach::InReview).await?;
    let ground = Some(("not-nominated", "Обречённый Уникум Забытович was not nominated."));
    scene.reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await?;
    scene.decide(vec![claimed.name.clone()]).await?;
    Ok(scene.cis.get_application(ask::application(&claimed.name)).await?)
}

#[tokio::test]
async fn scenario_35_the_service_erases_scans_after_the_retention_and_keeps_the_register() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let gone = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    let held = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    scene.decide(vec![gone.clone(), held.clone()]).await?;
    let refusal = someone_refused(&scene).await?;
    scene.registrar.replace_watch_list(ask::watch(&refusal.person.clone().unwrap_or_default())).await?;
    let before = scene.reviewer.get_application(ask::application(&gone)).await?;
    let before_held = scene.reviewer.get_application(ask::application(&held)).await?;
    let (scans, held_scans) = (documents(&scene.osce, &gone).await?, documents(&scene.osce, &held).await?);
    ensure!(scans.len() == 3 && in_vault(&scene, &scans)?.len() == 3);
    let told = log(&scene, &refusal.decree).await?;

    // The results cannot be published before they are there, and are corrected as long as nothing came of them.
    let early = scene.registrar.publish_results(ask::publish(at("2019-05-01T00:00:00Z"))).await;
    refused(early, Code::InvalidArgument, "INVALID_REQUEST");
    scene.world.clock().set(at("2019-06-10T12:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    let election = scene.registrar.publish_results(ask::publish(at(RESULTS))).await?;
    ensure!(election.retention_end_time == Some(stories::timestamp(at("2019-09-08T06:00:00Z"))));
    let hold = scene.registrar.create_legal_hold(ask::hold(&held)).await?;
    // The observation is over: this is the register that stays.
    let register = eventually("what was in force has ended", || async {
        let register = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
        Ok(register.iter().all(|one| one.state() == v1::AccreditationState::Ended).then_some(register))
    })
    .await?;
    let totals = scene.auditor.get_totals(ask::totals()).await?;

    // 89 days: everything is there.
    scene.world.clock().set(at("2019-09-07T06:00:00Z")).await?;
    scene.reviewer.download_document(download(&scans[0])).await?;
    let still = scene.reviewer.get_application(ask::application(&gone)).await?;
    ensure!(still == before, "{still:?}");

    // 91 days: the identity and the scans are gone, what is in the register is not.
    scene.world.clock().set(at("2019-09-09T06:00:00Z")).await?;
    let after = erased(&scene, &scene.reviewer, &gone).await?;
    let (then, now) = (before.person.clone().unwrap_or_default(), after.person.clone().unwrap_or_default());
    let registered = v1::Person { birth_date: String::new(), sex: 0, passport: None, ..then };
    ensure!(now == registered && !now.family_name.is_empty(), "the register names them");
    ensure!(after.documents.is_empty() && after.state() == ApplicationState::Accredited);
    ensure!((after.accreditation, after.content_digest) == (before.accreditation, before.content_digest));
    for client in [&scene.osce, &scene.reviewer] {
        let listed = documents(client, &gone).await?;
        ensure!(listed.len() == 3 && listed.iter().all(|scan| scan.erase_time.is_some()));
        refused(client.download_document(download(&listed[0])).await, Code::FailedPrecondition, "DOCUMENT_ERASED");
    }
    let of_refused = erased(&scene, &scene.cis, &refusal.name).await?;
    let ground = of_refused.refusal.unwrap_or_default();
    ensure!(of_refused.person.is_none() && ground.text.is_empty() && ground.ground == "not-nominated");
    ensure!(scene.auditor.all_accreditations(ask::all_accreditations()).await? == register);
    // Of the documents those of whoever is held are left.
    ensure!(scene.auditor.get_totals(ask::totals()).await? == v1::Totals { documents: 3, ..totals });
    let listed = scene.auditor.all_applications(ask::all_applications()).await?;
    ensure!(listed.len() == 3 && listed.iter().filter(|one| one.erase_time.is_some()).count() == 2);
    check_nowhere(&scene, &refusal, &registered.family_name).await?;

    // Nothing is done to it any more, and what decided its end stays.
    let withdrawn = scene.cis.withdraw_application(ask::withdraw(&refusal.name)).await;
    refused(withdrawn, Code::FailedPrecondition, "ERASED");
    let corrected = scene.registrar.publish_results(ask::publish(at("2019-06-11T06:00:00Z"))).await;
    refused(corrected, Code::FailedPrecondition, "ERASED");
    refused(scene.registrar.create_legal_hold(ask::hold(&gone)).await, Code::FailedPrecondition, "ERASED");

    // What is held is kept, and erased as soon as it is released.
    ensure!(scene.reviewer.get_application(ask::application(&held)).await? == before_held);
    scene.reviewer.download_document(download(&held_scans[0])).await?;
    scene.registrar.release_legal_hold(ask::release(&hold.name)).await?;
    refused(
        scene.registrar.release_legal_hold(ask::release(&hold.name)).await,
        Code::FailedPrecondition,
        "HOLD_RELEASED",
    );
    erased(&scene, &scene.osce, &held).await?;

    // Once is enough: later, and after a start, nothing happens again.
    scene.world.clock().set(at("2019-09-30T06:00:00Z")).await?;
    scene.world.restart().await?;
    ensure!(scene.reviewer.get_application(ask::application(&gone)).await?.etag == after.etag);
    let marker = scene.registrar.create_legal_hold(ask::hold("")).await?;
    let holds = v1::ListLegalHoldsRequest { parent: ask::election(), ..Default::default() };
    ensure!(scene.auditor.all_legal_holds(holds).await?.len() == 2, "{}", marker.name);
    check_log(&scene, &told, [&gone, &held, &refusal.name]).await
}

/// The log says the same as before, and of each erasure once.
async fn check_log(scene: &Scene, told: &[v1::Event], names: [&String; 3]) -> anyhow::Result<()> {
    let mut watch = scene.auditor.watch(&ask::election(), Vec::new());
    let (mut events, mut erasures) = (Vec::new(), Vec::new());
    while erasures.len() < names.len() {
        let event = watch.next(|_| ()).await?.event.context("an event")?;
        let is_over = event.event_time.is_some_and(|time| time.seconds >= at("2019-09-09T06:00:00Z").as_second());
        if is_over && event.action == "Tick" && names.contains(&&event.subject) {
            erasures.push(event.subject.clone());
        }
        events.push(event);
    }
    erasures.sort();
    let mut expected: Vec<_> = names.into_iter().cloned().collect();
    expected.sort();
    ensure!(erasures == expected, "{erasures:?}");
    ensure!(events[..told.len()] == *told, "what was told is told again, leaf by leaf");
    Ok(())
}

/// Nothing that was sealed, and no name of whoever was refused, stands in the database any more.
async fn check_nowhere(scene: &Scene, refused: &v1::Application, registered: &str) -> anyhow::Result<()> {
    let birth_date = refused.person.clone().unwrap_or_default().birth_date;
    let texts = [UNMISTAKABLE, &passport(refused).number, &birth_date];
    eventually("nothing of it is left", || async {
        let mut found = Vec::new();
        if let Some(database) = scene.ground.postgres() {
            found.push(database.dump()?.into_bytes());
            // As docs/operations.md has it.
            database.sql("VACUUM FULL revision, application, document, event_note, screening, watch_list_entry")?;
            database.sql("CHECKPOINT")?;
            let directory = database.sql("SHOW data_directory")?;
            let number = database.sql("SELECT oid FROM pg_database WHERE datname = current_database()")?;
            for path in files(&Path::new(directory.trim()).join("base").join(number.trim()))? {
                found.push(fs::read(path)?);
            }
        } else {
            for path in files(scene.world.dir())? {
                if path.to_string_lossy().contains("accreditd.db") {
                    found.push(fs::read(path)?);
                }
            }
        }
        let holds = |bytes: &Vec<u8>, text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        let left = texts.iter().any(|text| found.iter().any(|bytes| holds(bytes, text)));
        ensure!(found.iter().any(|bytes| holds(bytes, registered)), "the register would be found");
        Ok((!left).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_killed_service_continues_the_erasure_and_erases_each_application_once() -> anyhow::Result<()> {
    const PEOPLE: usize = 120;
    let scene = Scene::on(DATABASE).await?;
    let first = scene.bring("osce-odihr", Reach::Submitted).await?;
    let scans = documents(&scene.osce, &first.name).await?;
    for _ in 1..PEOPLE {
        scene.osce.create_application(ask::file(&ask::mission("osce-odihr"), scene.someone())).await?;
    }
    scene.world.clock().set(at("2019-06-10T12:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at(RESULTS))).await?;
    // What is erased while it lapses would be erased as the draft that it still is.
    eventually("everyone has lapsed", || async {
        let all = scene.osce.all_applications(ask::all_applications()).await?;
        Ok(all.iter().all(|one| one.state() == ApplicationState::Lapsed).then_some(()))
    })
    .await?;
    scene.world.clock().set(at("2019-09-09T06:00:00Z")).await?;
    for pause in [10, 25, 60] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        scene.world.kill9().await?;
        scene.world.restart().await?;
    }
    let all = eventually("everyone is erased", || async {
        let all = scene.osce.all_applications(ask::all_applications()).await?;
        Ok(all.iter().all(|one| one.erase_time.is_some() && one.person.is_none()).then_some(all))
    })
    .await?;
    ensure!(all.len() == PEOPLE);
    eventually("the vault is clear", || async { Ok(in_vault(&scene, &scans)?.is_empty().then_some(())) }).await?;
    let mut watch = scene.osce.watch(&ask::election(), Vec::new());
    let mut erasures = std::collections::BTreeMap::<String, usize>::new();
    while erasures.len() < PEOPLE {
        let event = watch.next(|_| ()).await?.event.context("an event")?;
        let is_over = event.event_time.is_some_and(|time| time.seconds >= at("2019-09-09T06:00:00Z").as_second());
        if is_over && event.action == "Tick" && event.application_state() == ApplicationState::Lapsed {
            *erasures.entry(event.subject).or_default() += 1;
        }
    }
    ensure!(erasures.values().all(|count| *count == 1), "{erasures:?}");
    Ok(())
}

/// A file that no document knows, as an upload that was cut off leaves it, is removed when it is a day old.
#[tokio::test]
async fn the_service_removes_vault_files_that_an_interrupted_upload_left() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.bring("osce-odihr", Reach::Submitted).await?;
    let kept = in_vault(&scene, &documents(&scene.osce, &draft.name).await?)?;
    let left_over = |id: &str| scene.world.dir().join("documents").join(&id[30..]).join(id);
    let (old, new) = (left_over("00000000000040008000000000000a01"), left_over("00000000000040008000000000000a02"));
    for (path, modified) in [(&old, "2019-04-01T00:00:00Z"), (&new, "2019-04-30T12:00:00Z")] {
        fs::create_dir_all(path.parent().context("a directory")?)?;
        fs::copy(&kept[0], path)?;
        fs::File::options().write(true).open(path)?.set_modified(system_time(modified))?;
    }
    for path in &kept {
        fs::File::options().write(true).open(path)?.set_modified(system_time("2019-04-01T00:00:00Z"))?;
    }
    scene.world.restart().await?;
    eventually("what is left over is gone", || async { Ok((!old.exists()).then_some(())) }).await?;
    ensure!(new.exists() && kept.iter().all(|path| path.exists()), "an upload may be under way, and documents stay");
    Ok(())
}

/// Everything about a person, whichever organization filed it; on record with its purpose, and without the number.
#[tokio::test]
async fn a_registrar_exports_everything_that_is_stored_about_a_person() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let application = scene.someone();
    let number = passport(&application);
    let first = scene.bring_as("osce-odihr", application.clone(), Reach::Presented).await?;
    let second = scene.bring_as("cis", application, Reach::Draft).await?;
    scene.bring("cis", Reach::Presented).await?;
    let scans = documents(&scene.osce, &first.name).await?;
    scene.reviewer.download_document(download(&scans[0])).await?;
    let export = eventually("every event has its place in the log", || async {
        let export = scene.registrar.export_subject(ask::export(&number)).await?;
        let read =
            export.records.iter().flat_map(|record| &record.events).any(|noted| {
                noted.event.as_ref().is_some_and(|event| event.action == "DocumentService/DownloadDocument")
            });
        Ok(read.then_some(export))
    })
    .await?;
    let names: Vec<_> = export.records.iter().flat_map(|one| &one.application).map(|one| one.name.as_str()).collect();
    let mut expected = [first.name.as_str(), second.name.as_str()];
    expected.sort_by_key(|name| name.rsplit('/').next().unwrap_or_default().to_owned());
    ensure!(names == expected, "{names:?}");
    let of_first =
        |record: &&v1::SubjectRecord| record.application.as_ref().is_some_and(|found| found.name == first.name);
    let record = export.records.iter().find(of_first).context("it is there")?;
    ensure!(record.revisions[0].person == first.person && record.documents.len() == 3);
    ensure!(record.document_reads.len() == 1);
    ensure!(record.document_reads[0].purpose == "to see whether it is there");
    let receipt = export.receipt.context("it is on record")?;
    ensure!(receipt.log == ask::election() && receipt.leaf_hash.len() == 32);
    // Nobody else learns of it, and the number is in no event.
    let events = match scene.ground.postgres() {
        Some(database) => database.sql("SELECT string_agg(encode(canonical, 'escape'), ' ') FROM event")?,
        None => fs::read(scene.world.dir().join("accreditd.db"))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())?,
    };
    ensure!(!events.contains(&number.number));
    let other = v1::Passport { number: "ZZ999999".to_owned(), ..number };
    ensure!(scene.registrar.export_subject(ask::export(&other)).await?.records.is_empty());
    Ok(())
}
