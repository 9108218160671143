//! Personal data is kept for 90 days after the results, and then erased.
//!
//! Scans, passports and birth dates are erased, also in the files of the database. The register and the log stay. A
//! legal hold delays the erasure. Before it, a person can have everything that is stored about them. Scenario 35.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, ensure};
use client::{Client, Code};
use memchr::memmem;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, ApplicationState};

use super::DATABASE;

/// When the results are published. The retention ends 90 days later, at 2019-09-08T06:00:00Z.
const RESULTS: &str = "2019-06-10T06:00:00Z";
/// A name that no other person has, to search for in files.
const UNIQUE_NAME: &str = "Обречённый Уникум Забытович";

fn passport(application: &v1::Application) -> v1::Passport {
    application.person.clone().and_then(|person| person.passport).unwrap_or_default()
}

/// The documents of an application that a client can list.
async fn documents(client: &Client, application: &str) -> anyhow::Result<Vec<v1::Document>> {
    let request = v1::ListDocumentsRequest { parent: application.to_owned() };
    Ok(client.list_documents(request).await?.documents)
}

fn download(document: &v1::Document) -> v1::DownloadDocumentRequest {
    v1::DownloadDocumentRequest { name: document.name.clone(), purpose: "to see whether it is there".to_owned() }
}

/// All files of a directory and of the directories below it.
fn files(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}

fn system_time(text: &str) -> SystemTime {
    let seconds = u64::try_from(at(text).as_second()).expect("the time is later than 1970");
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The files in the vault of these documents.
fn in_vault(scene: &Scene, documents: &[v1::Document]) -> anyhow::Result<Vec<PathBuf>> {
    let ids: Vec<String> =
        documents.iter().filter_map(|one| one.name.rsplit('/').next()).map(|id| id.replace('-', "")).collect();
    let all = files(&scene.world.dir().join("documents"))?;
    Ok(all.into_iter().filter(|path| ids.iter().any(|id| path.ends_with(id))).collect())
}

/// All events of the election that the auditor gets, up to one about a subject.
async fn events_until(scene: &Scene, last: &str) -> anyhow::Result<Vec<v1::Event>> {
    let mut watch = scene.auditor.watch(&ask::election(), Vec::new());
    let mut events = Vec::new();
    loop {
        let event = watch.next(|_| ()).await?.event.context("no event in the response")?;
        let done = event.subject == last;
        events.push(event);
        if done {
            return Ok(events);
        }
    }
}

/// Waits until an application and its scans are erased. Returns what is left of it.
async fn wait_for_erasure(scene: &Scene, client: &Client, name: &str) -> anyhow::Result<v1::Application> {
    let what = format!("{name} and its scans are erased");
    eventually(&what, || async {
        let read = client.get_application(ask::application(name)).await?;
        let left = in_vault(scene, &documents(client, name).await?)?;
        Ok((read.erase_time.is_some() && left.is_empty()).then_some(read))
    })
    .await
}

/// Refuses a person with the [`UNIQUE_NAME`].
async fn refused_application(scene: &Scene) -> anyhow::Result<v1::Application> {
    let mut application = scene.someone();
    application.person.get_or_insert_default().native_name = UNIQUE_NAME.to_owned();
    let claimed = scene.bring_as("cis", application, Reach::InReview).await?;
    let ground = Some(("not-nominated", "Обречённый Уникум Забытович was not nominated."));
    scene.reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await?;
    scene.decide(vec![claimed.name.clone()]).await?;
    Ok(scene.cis.get_application(ask::application(&claimed.name)).await?)
}

/// The law limits how long personal data is kept. Who was accredited stays on record.
#[tokio::test]
async fn scenario_35_the_service_erases_scans_after_the_retention_and_keeps_the_register() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let erased = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    let held = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    scene.decide(vec![erased.clone(), held.clone()]).await?;
    let refusal = refused_application(&scene).await?;
    scene.registrar.replace_watch_list(ask::watch(&refusal.person.clone().unwrap_or_default())).await?;
    let before = scene.reviewer.get_application(ask::application(&erased)).await?;
    let before_held = scene.reviewer.get_application(ask::application(&held)).await?;
    let (scans, held_scans) = (documents(&scene.osce, &erased).await?, documents(&scene.osce, &held).await?);
    ensure!(scans.len() == 3 && in_vault(&scene, &scans)?.len() == 3);
    let events_before = events_until(&scene, &refusal.decree).await?;

    // Results cannot be published before the election. Their time can be corrected until something is erased.
    let early = scene.registrar.publish_results(ask::publish(at("2019-05-01T00:00:00Z"))).await;
    refused(early, Code::InvalidArgument, "INVALID_REQUEST");
    scene.world.clock().set(at("2019-06-10T12:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    let election = scene.registrar.publish_results(ask::publish(at(RESULTS))).await?;
    ensure!(election.retention_end_time == Some(stories::timestamp(at("2019-09-08T06:00:00Z"))));
    let hold = scene.registrar.create_legal_hold(ask::hold(&held)).await?;
    // The observation has ended. The register of this moment must stay.
    let register = eventually("no accreditation is active", || async {
        let register = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
        Ok(register.iter().all(|one| one.state() == v1::AccreditationState::Ended).then_some(register))
    })
    .await?;
    let totals = scene.auditor.get_totals(ask::totals()).await?;

    // After 89 days everything is there.
    scene.world.clock().set(at("2019-09-07T06:00:00Z")).await?;
    scene.reviewer.download_document(download(&scans[0])).await?;
    let still = scene.reviewer.get_application(ask::application(&erased)).await?;
    ensure!(still == before, "{still:?}");

    // After 91 days the identity and the scans are erased. The data of the register is not.
    scene.world.clock().set(at("2019-09-09T06:00:00Z")).await?;
    let after = wait_for_erasure(&scene, &scene.reviewer, &erased).await?;
    let (then, now) = (before.person.clone().unwrap_or_default(), after.person.clone().unwrap_or_default());
    let registered = v1::Person { birth_date: String::new(), sex: 0, passport: None, ..then };
    ensure!(now == registered && !now.family_name.is_empty(), "only the data of the register may be left");
    ensure!(after.documents.is_empty() && after.state() == ApplicationState::Accredited);
    ensure!((after.accreditation, after.content_digest) == (before.accreditation, before.content_digest));
    for client in [&scene.osce, &scene.reviewer] {
        let listed = documents(client, &erased).await?;
        ensure!(listed.len() == 3 && listed.iter().all(|scan| scan.erase_time.is_some()));
        refused(client.download_document(download(&listed[0])).await, Code::FailedPrecondition, "DOCUMENT_ERASED");
    }
    let of_refused = wait_for_erasure(&scene, &scene.cis, &refusal.name).await?;
    let ground = of_refused.refusal.unwrap_or_default();
    ensure!(of_refused.person.is_none() && ground.text.is_empty() && ground.ground == "not-nominated");
    ensure!(scene.auditor.all_accreditations(ask::all_accreditations()).await? == register);
    // The three documents of the application on hold are left.
    ensure!(scene.auditor.get_totals(ask::totals()).await? == v1::Totals { documents: 3, ..totals });
    let listed = scene.auditor.all_applications(ask::all_applications()).await?;
    ensure!(listed.len() == 3 && listed.iter().filter(|one| one.erase_time.is_some()).count() == 2);
    check_files_contain_nothing(&scene, &refusal, &registered.family_name).await?;

    // An erased application cannot be changed. The time of the results, which decided the erasure, cannot be corrected.
    let withdrawn = scene.cis.withdraw_application(ask::withdraw(&refusal.name)).await;
    refused(withdrawn, Code::FailedPrecondition, "ERASED");
    let corrected = scene.registrar.publish_results(ask::publish(at("2019-06-11T06:00:00Z"))).await;
    refused(corrected, Code::FailedPrecondition, "ERASED");
    refused(scene.registrar.create_legal_hold(ask::hold(&erased)).await, Code::FailedPrecondition, "ERASED");

    // The application on hold is kept. It is erased after its release.
    ensure!(scene.reviewer.get_application(ask::application(&held)).await? == before_held);
    scene.reviewer.download_document(download(&held_scans[0])).await?;
    scene.registrar.release_legal_hold(ask::release(&hold.name)).await?;
    refused(
        scene.registrar.release_legal_hold(ask::release(&hold.name)).await,
        Code::FailedPrecondition,
        "HOLD_RELEASED",
    );
    wait_for_erasure(&scene, &scene.osce, &held).await?;

    // The erasure happens once: nothing changes later or after a restart.
    scene.world.clock().set(at("2019-09-30T06:00:00Z")).await?;
    scene.world.restart().await?;
    ensure!(scene.reviewer.get_application(ask::application(&erased)).await?.etag == after.etag);
    let marker = scene.registrar.create_legal_hold(ask::hold("")).await?;
    let holds = v1::ListLegalHoldsRequest { parent: ask::election(), ..Default::default() };
    ensure!(scene.auditor.all_legal_holds(holds).await?.len() == 2, "{}", marker.name);
    check_log(&scene, &events_before, [&erased, &held, &refusal.name]).await
}

/// Checks that the log still has its events, and one event of each erasure.
async fn check_log(scene: &Scene, events_before: &[v1::Event], names: [&String; 3]) -> anyhow::Result<()> {
    let mut watch = scene.auditor.watch(&ask::election(), Vec::new());
    let (mut events, mut erasures) = (Vec::new(), Vec::new());
    while erasures.len() < names.len() {
        let event = watch.next(|_| ()).await?.event.context("no event in the response")?;
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
    ensure!(events[..events_before.len()] == *events_before, "the events from before the erasure must not change");
    Ok(())
}

/// Checks that the files of the database contain neither sealed data nor the name of the refused person.
async fn check_files_contain_nothing(scene: &Scene, refused: &v1::Application, registered: &str) -> anyhow::Result<()> {
    let birth_date = refused.person.clone().unwrap_or_default().birth_date;
    let texts = [UNIQUE_NAME, &passport(refused).number, &birth_date];
    eventually("the files contain nothing of the refused person", || async {
        let mut found = Vec::new();
        if let Some(database) = scene.ground.postgres() {
            found.push(database.dump()?.into_bytes());
            // The command that docs/operations.md gives to operators.
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
        let contains = |bytes: &Vec<u8>, text: &str| memmem::find(bytes, text.as_bytes()).is_some();
        let left = texts.iter().any(|text| found.iter().any(|bytes| contains(bytes, text)));
        ensure!(
            found.iter().any(|bytes| contains(bytes, registered)),
            "the search does not find the register, so it finds nothing"
        );
        Ok((!left).then_some(()))
    })
    .await
}

/// An erasure that stopped halfway would keep personal data beyond the retention.
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
    // Everyone must have lapsed first: the story counts the erasures by events of lapsed applications.
    eventually("every application lapses", || async {
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
    let all = eventually("every application is erased", || async {
        let all = scene.osce.all_applications(ask::all_applications()).await?;
        Ok(all.iter().all(|one| one.erase_time.is_some() && one.person.is_none()).then_some(all))
    })
    .await?;
    ensure!(all.len() == PEOPLE);
    eventually("the scans are removed from the vault", || async {
        Ok(in_vault(&scene, &scans)?.is_empty().then_some(()))
    })
    .await?;
    let mut watch = scene.osce.watch(&ask::election(), Vec::new());
    let mut erasures = std::collections::BTreeMap::<String, usize>::new();
    while erasures.len() < PEOPLE {
        let event = watch.next(|_| ()).await?.event.context("no event in the response")?;
        let is_over = event.event_time.is_some_and(|time| time.seconds >= at("2019-09-09T06:00:00Z").as_second());
        if is_over && event.action == "Tick" && event.application_state() == ApplicationState::Lapsed {
            *erasures.entry(event.subject).or_default() += 1;
        }
    }
    ensure!(erasures.values().all(|count| *count == 1), "{erasures:?}");
    Ok(())
}

/// An interrupted upload leaves a file that no document refers to. The service removes it when it is a day old.
#[tokio::test]
async fn the_service_removes_vault_files_that_an_interrupted_upload_left() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.bring("osce-odihr", Reach::Submitted).await?;
    let kept = in_vault(&scene, &documents(&scene.osce, &draft.name).await?)?;
    let unreferenced = |id: &str| scene.world.dir().join("documents").join(&id[30..]).join(id);
    let (old, new) =
        (unreferenced("00000000000040008000000000000a01"), unreferenced("00000000000040008000000000000a02"));
    for (path, modified) in [(&old, "2019-04-01T00:00:00Z"), (&new, "2019-04-30T12:00:00Z")] {
        fs::create_dir_all(path.parent().context("no parent directory")?)?;
        fs::copy(&kept[0], path)?;
        fs::File::options().write(true).open(path)?.set_modified(system_time(modified))?;
    }
    for path in &kept {
        fs::File::options().write(true).open(path)?.set_modified(system_time("2019-04-01T00:00:00Z"))?;
    }
    scene.world.restart().await?;
    eventually("the sweep removes the old file", || async { Ok((!old.exists()).then_some(())) }).await?;
    ensure!(
        new.exists() && kept.iter().all(|path| path.exists()),
        "the sweep must keep documents, and new files of uploads that still run"
    );
    Ok(())
}

/// The export has everything about a person, of all organizations. It is recorded with its purpose, without the
/// passport number.
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
    let export = eventually("the log has the event of the download", || async {
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
    let record = export.records.iter().find(of_first).context("the export has no record of it")?;
    ensure!(record.revisions[0].person == first.person && record.documents.len() == 3);
    ensure!(record.document_reads.len() == 1);
    ensure!(record.document_reads[0].purpose == "to see whether it is there");
    let receipt = export.receipt.context("no receipt")?;
    ensure!(receipt.log == ask::election() && receipt.leaf_hash.len() == 32);
    // No event contains the passport number.
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
