//! A delegation uploads the documents of an application, and each reading of one is recorded.
//!
//! A document is stored as it was declared, or not at all. An application is submitted only with its documents. The
//! auditor sees who read a document, when and why; the delegation does not. Scenario 36.

use std::sync::Arc;

use anyhow::{Context, ensure};
use client::{Client, Code, declare};
use memchr::memmem;
use rehearsal::calls::request_id;
use rehearsal::filing;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, ApplicationState, DocumentKind};

use super::DATABASE;

fn list(application: &str) -> v1::ListDocumentsRequest {
    v1::ListDocumentsRequest { parent: application.to_owned() }
}

/// A request to download a document for a purpose.
fn read(document: &v1::Document, purpose: &str) -> v1::DownloadDocumentRequest {
    v1::DownloadDocumentRequest { name: document.name.clone(), purpose: purpose.to_owned() }
}

/// The header of an upload.
fn header(application: &str, document: v1::Document) -> v1::UploadHeader {
    v1::UploadHeader { request_id: request_id(), parent: application.to_owned(), document: Some(document) }
}

/// The first document of a kind.
async fn document_of_kind(client: &Client, application: &str, kind: DocumentKind) -> anyhow::Result<v1::Document> {
    let documents = client.list_documents(list(application)).await?.documents;
    documents.into_iter().find(|document| document.kind() == kind).context("no document of that kind")
}

/// The auditor asks who viewed a passport. The answer names each reader, the document, the time and the purpose.
#[tokio::test]
async fn scenario_36_the_auditor_sees_who_viewed_a_passport() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let claimed = scene.bring("osce-odihr", Reach::InReview).await?;
    let person = claimed.person.clone().unwrap_or_default();
    let page = document_of_kind(&scene.reviewer, &claimed.name, DocumentKind::PassportPage).await?;
    let photo = document_of_kind(&scene.osce, &claimed.name, DocumentKind::Photo).await?;

    // A page is stored as it was sent. A photo is encoded again, so that hidden data in its file is lost.
    scene.world.clock().set(at("2019-05-02T08:00:00Z")).await?;
    let seen = scene.reviewer.download_document(read(&page, "review: compare the zone")).await?;
    ensure!(seen.bytes[..] == filing::bytes_of(&person, &page)?[..] && seen.document == page);
    ensure!(page.media_type == "application/pdf" && photo.media_type == "image/jpeg");
    ensure!(photo.kept_sha256 != photo.sha256, "the photo must be encoded again");
    scene.world.clock().set(at("2019-05-02T09:00:00Z")).await?;
    scene.osce.download_document(read(&photo, "to print it")).await?;
    scene.world.clock().set(at("2019-05-02T10:00:00Z")).await?;
    scene.adopter.download_document(read(&page, "before the session")).await?;
    // A reading needs a purpose, and another delegation cannot find the document. Refused calls are no readings.
    refused(scene.osce.download_document(read(&page, " ")).await, Code::InvalidArgument, "INVALID_REQUEST");
    refused(scene.cis.download_document(read(&page, "curiosity")).await, Code::NotFound, "NOT_FOUND");
    refused(scene.cis.list_documents(list(&claimed.name)).await, Code::NotFound, "NOT_FOUND");

    let request = v1::ListDocumentReadsRequest {
        parent: ask::election(),
        application: claimed.name.clone(),
        page_size: 2,
        ..Default::default()
    };
    let reads = scene.auditor.all_document_reads(request).await?;
    let listed: Vec<_> = reads
        .iter()
        .map(|read| (read.reader.as_str(), read.purpose.as_str(), read.document.as_str(), read.kind()))
        .collect();
    ensure!(
        listed
            == [
                (
                    "organizations/cec/principals/adopter",
                    "before the session",
                    page.name.as_str(),
                    DocumentKind::PassportPage
                ),
                (
                    "organizations/osce-odihr/principals/secretary",
                    "to print it",
                    photo.name.as_str(),
                    DocumentKind::Photo
                ),
                (
                    "organizations/cec/principals/reviewer-1",
                    "review: compare the zone",
                    page.name.as_str(),
                    DocumentKind::PassportPage
                ),
            ],
        "{listed:?}"
    );
    let times: Vec<_> = reads.iter().filter_map(|read| read.read_time.as_ref()).map(|time| time.seconds).collect();
    ensure!(times.windows(2).all(|pair| pair[0] - pair[1] == 3600), "the readings must be an hour apart: {times:?}");
    eventually("both attempts of the other delegation are recorded", || async {
        let attempts = scene.auditor.all_access_attempts(v1::ListAccessAttemptsRequest::default()).await?;
        let tried = attempts.iter().filter(|attempt| attempt.method.starts_with("DocumentService/")).count();
        Ok((tried == 2).then_some(()))
    })
    .await
}

/// Readings make no event and no change that the delegation of the document could see.
#[tokio::test]
async fn a_delegation_cannot_see_who_reads_its_documents() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let claimed = scene.bring("osce-odihr", Reach::InReview).await?;
    let page = document_of_kind(&scene.reviewer, &claimed.name, DocumentKind::PassportPage).await?;
    let before = scene.osce.get_application(ask::application(&claimed.name)).await?;
    scene.reviewer.download_document(read(&page, "review")).await?;
    scene.osce.download_document(read(&page, "to see")).await?;
    ensure!(scene.osce.get_application(ask::application(&claimed.name)).await? == before);
    scene.osce.withdraw_application(ask::withdraw(&claimed.name)).await?;
    let mut watch = scene.osce.watch(&ask::election(), Vec::new());
    loop {
        let event = watch.next(|_| ()).await?.event.context("no event in the response")?;
        ensure!(!event.action.starts_with("DocumentService/"), "{}", event.action);
        if event.application_state() == ApplicationState::Withdrawn {
            return Ok(());
        }
    }
}

/// The ministry could not present an application whose passport page is missing.
#[tokio::test]
async fn an_application_cannot_be_submitted_without_its_documents() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.osce.create_application(ask::file(&ask::mission("osce-odihr"), scene.someone())).await?;
    let person = draft.person.clone().unwrap_or_default();
    let early = scene.osce.submit_application(ask::submit(&draft.name)).await;
    let early = refused(early, Code::FailedPrecondition, "DOCUMENTS_NOT_UPLOADED");
    let named: Vec<_> = early.violations().iter().map(|found| found.description.as_str()).collect();
    ensure!(
        named.iter().zip(["PASSPORT_PAGE", "PHOTO", "PLEDGE"]).all(|(text, kind)| text.contains(kind)),
        "{named:?}"
    );

    let [page, photo, _] = &draft.documents[..] else { anyhow::bail!("not three documents") };
    let bytes = filing::bytes_of(&person, page)?;
    let kept = scene.osce.upload_document(header(&draft.name, page.clone()), bytes.clone()).await?;
    ensure!(kept.receipt.is_some() && kept.upload_time.is_some());
    // The same document again is not stored twice, also with a new request id. A known request id gets the same answer.
    let again = scene.osce.upload_document(header(&draft.name, page.clone()), bytes.clone()).await?;
    ensure!(again == v1::Document { receipt: None, ..kept.clone() });
    let once = header(&draft.name, photo.clone());
    let photographed = scene.osce.upload_document(once.clone(), filing::bytes_of(&person, photo)?).await?;
    ensure!(scene.osce.upload_document(once.clone(), filing::bytes_of(&person, photo)?).await? == photographed);
    let other = v1::UploadHeader { document: Some(page.clone()), ..once };
    refused(scene.osce.upload_document(other, bytes).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    ensure!(scene.osce.list_documents(list(&draft.name)).await?.documents.len() == 2);

    let late = refused(
        scene.osce.submit_application(ask::submit(&draft.name)).await,
        Code::FailedPrecondition,
        "DOCUMENTS_NOT_UPLOADED",
    );
    ensure!(late.violations().len() == 1 && late.violations()[0].description.contains("PLEDGE"));
    scene.upload(&scene.osce, &draft).await?;
    scene.osce.submit_application(ask::submit(&draft.name)).await?;
    let another = filing::with_another_photo(&draft).documents[1].clone();
    let bytes = filing::bytes_of(&person, &another)?;
    refused(
        scene.osce.upload_document(header(&draft.name, another), bytes).await,
        Code::FailedPrecondition,
        "ILLEGAL_TRANSITION",
    );
    Ok(())
}

/// The bytes differ from the declaration, or are another kind of file, or too many. Nothing of them is kept.
#[tokio::test]
async fn the_service_refuses_a_bad_upload_and_keeps_nothing_of_it() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.osce.create_application(ask::file(&ask::mission("osce-odihr"), scene.someone())).await?;
    let person = draft.person.clone().unwrap_or_default();
    let page = draft.documents[0].clone();
    let bytes = filing::bytes_of(&person, &page)?;
    let (shorter, longer): (Arc<[u8]>, Arc<[u8]>) = (bytes[1..].into(), [&bytes[..], b" "].concat().into());
    let mut altered = bytes.to_vec();
    altered[100] ^= 1;
    for wrong in [shorter, longer, altered.into(), Arc::from(&b""[..])] {
        let answer = scene.osce.upload_document(header(&draft.name, page.clone()), wrong).await;
        refused(answer, Code::InvalidArgument, "DIGEST_MISMATCH");
    }
    let text: Arc<[u8]> = Arc::from(&b"not a photo at all"[..]);
    let declared = declare(DocumentKind::Photo, &text);
    let answer = scene.osce.upload_document(header(&draft.name, declared), text).await;
    let answer = refused(answer, Code::InvalidArgument, "UNACCEPTABLE_DOCUMENT");
    ensure!(answer.to_string().contains("JPEG"), "the error must name the accepted format: {answer}");
    let page_as_photo = declare(DocumentKind::Photo, &bytes);
    let answer = scene.osce.upload_document(header(&draft.name, page_as_photo), bytes.clone()).await;
    refused(answer, Code::InvalidArgument, "UNACCEPTABLE_DOCUMENT");
    let huge = v1::Document { size_bytes: (20 << 20) + 1, ..page.clone() };
    let answer = scene.osce.upload_document(header(&draft.name, huge), bytes.clone()).await;
    refused(answer, Code::InvalidArgument, "INVALID_REQUEST");
    refused(scene.cis.upload_document(header(&draft.name, page), bytes).await, Code::NotFound, "NOT_FOUND");
    ensure!(scene.osce.list_documents(list(&draft.name)).await?.documents.is_empty());
    ensure!(vault(&scene)?.is_empty(), "the vault must be empty: {:?}", vault(&scene)?);
    Ok(())
}

/// Without a limit, one application could fill the vault.
#[tokio::test]
async fn an_application_has_at_most_thirty_documents() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?;
    let letter = |number: usize| -> Arc<[u8]> {
        let mut person = draft.person.clone().unwrap_or_default();
        person.family_name = format!("LETTER {number}");
        let pledge = filing::documents_of(&person)[2].clone();
        filing::bytes_of(&person, &pledge).expect("the document was just made")
    };
    for number in 3..30 {
        let bytes = letter(number);
        let declared = declare(DocumentKind::NominationLetter, &bytes);
        scene.osce.upload_document(header(&draft.name, declared), bytes).await?;
    }
    let bytes = letter(30);
    let declared = declare(DocumentKind::NominationLetter, &bytes);
    let answer = scene.osce.upload_document(header(&draft.name, declared), bytes).await;
    refused(answer, Code::FailedPrecondition, "TOO_MANY_DOCUMENTS");
    ensure!(vault(&scene)?.len() == 30);
    // The ministry and the commission read only the documents that the application declares.
    scene.osce.submit_application(ask::submit(&draft.name)).await?;
    let seen = scene.officer.list_documents(list(&draft.name)).await?.documents;
    ensure!(seen.len() == 3 && scene.osce.list_documents(list(&draft.name)).await?.documents.len() == 30);
    let letter = document_of_kind(&scene.osce, &draft.name, DocumentKind::NominationLetter).await?;
    refused(scene.officer.download_document(read(&letter, "look")).await, Code::NotFound, "NOT_FOUND");
    Ok(())
}

/// A document is stored before the service acknowledges it. A document whose file was altered gives an error, not its
/// bytes.
#[tokio::test]
async fn an_acknowledged_document_survives_a_kill_and_an_altered_one_is_not_returned() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?;
    let person = draft.person.clone().unwrap_or_default();
    scene.world.kill9().await?;
    scene.world.restart().await?;
    for document in scene.osce.list_documents(list(&draft.name)).await?.documents {
        let seen = scene.osce.download_document(read(&document, "after the kill")).await?;
        if document.kept_sha256 == document.sha256 {
            ensure!(seen.bytes[..] == filing::bytes_of(&person, &document)?[..]);
        }
    }
    for path in vault(&scene)? {
        let mut bytes = std::fs::read(&path)?;
        let passport = person.passport.clone().unwrap_or_default();
        ensure!(memmem::find(&bytes, passport.number.as_bytes()).is_none(), "the document is not sealed");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes)?;
    }
    let page = document_of_kind(&scene.osce, &draft.name, DocumentKind::PassportPage).await?;
    refused(scene.osce.download_document(read(&page, "altered")).await, Code::Internal, "INTERNAL");
    Ok(())
}

/// All files of the vault.
fn vault(scene: &Scene) -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    let mut directories = vec![scene.world.dir().join("documents")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() { directories.push(path) } else { found.push(path) }
        }
    }
    Ok(found)
}
