//! Sends and reads documents very slowly. The server must end such transfers, and other clients must not wait for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use client::{Client, declare};
use documents::MAX_BYTES;
use futures_util::{Stream, StreamExt as _, stream};
use rehearsal::calls::request_id;
use rehearsal::world::SECRETARY;
use stories::{Database, Reach, Scene};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use wire::v1::document_service_client::DocumentServiceClient;
use wire::v1::upload_document_request::Part;
use wire::v1::{self, DocumentKind};

use crate::ONE_AT_A_TIME;
use crate::other_clients::{p99, report_and_check};

/// Number of documents that each attacker sends at once.
const ATTACKS: usize = 32;
/// Number of connections of each attacker.
const CONNECTIONS: usize = 4;
/// How long other clients are measured during the attack.
const MEASURED_TIME: Duration = Duration::from_secs(20);
/// How long the transfer of a document of 1 MiB may take.
const DOCUMENT_LIMIT: Duration = Duration::from_secs(5);

/// A letter of slightly more than `bytes` bytes.
fn letter(title: &str, bytes: usize) -> Arc<[u8]> {
    documents::sample::page(&[title, &"x".repeat(bytes)]).into()
}

/// The header of an upload, with a new request id.
fn header(application: &str, bytes: &[u8]) -> v1::UploadHeader {
    let document = Some(declare(DocumentKind::NominationLetter, bytes));
    v1::UploadHeader { request_id: request_id(), parent: application.to_owned(), document }
}

/// An upload that sends `at_once` bytes at once and then one byte every ten seconds.
fn slow_upload(
    header: v1::UploadHeader,
    bytes: Arc<[u8]>,
    at_once: usize,
) -> impl Stream<Item = v1::UploadDocumentRequest> {
    let parts = stream::unfold(0, move |position| {
        let bytes = bytes.clone();
        async move {
            let end = if position < at_once { at_once.min(position + (256 << 10)) } else { position + 1 };
            if position >= at_once {
                sleep(Duration::from_secs(10)).await;
            }
            bytes.get(position..end).map(|chunk| (Part::Chunk(chunk.to_vec()), end))
        }
    });
    stream::iter([Part::Header(header)]).chain(parts).map(|part| v1::UploadDocumentRequest { part: Some(part) })
}

/// The reason in the status of a call.
fn reason(status: &tonic::Status) -> &'static str {
    let details = String::from_utf8_lossy(status.details());
    if details.contains("TRANSFER_TOO_SLOW") { "TRANSFER_TOO_SLOW" } else { "another reason" }
}

/// Uploads a document slowly. Returns the reason why the call ended, and how long it took.
async fn attack(
    client: Client,
    header: v1::UploadHeader,
    bytes: Arc<[u8]>,
    at_once: usize,
) -> (&'static str, Duration) {
    let begin = Instant::now();
    let answer =
        DocumentServiceClient::new(client.channel()).upload_document(slow_upload(header, bytes, at_once)).await;
    (reason(&answer.expect_err("a slow upload does not end within the test")), begin.elapsed())
}

/// Starts all transfers that one organization may have. Most first send one byte, some nearly the whole largest
/// document.
async fn attack_as(
    scene: &Scene,
    organization: &str,
    attacks: &mut JoinSet<(&'static str, Duration)>,
) -> anyhow::Result<()> {
    let application = scene.bring(organization, Reach::Draft).await?.name;
    let bytes: Arc<[u8]> = vec![7; MAX_BYTES].into();
    let declared = header(&application, &bytes);
    let profile = scene.world.profile(organization, SECRETARY);
    let clients = (0..CONNECTIONS).map(|_| Client::new(&profile)).collect::<Result<Vec<_>, _>>()?;
    for number in 0..ATTACKS {
        let at_once = if number % 8 == 7 { MAX_BYTES - (100 << 10) } else { 1 };
        let header = v1::UploadHeader { request_id: request_id(), ..declared.clone() };
        attacks.spawn(attack(clients[number % CONNECTIONS].clone(), header, bytes.clone(), at_once));
    }
    Ok(())
}

/// Repeats a call for some time. Returns how long each call took, longest last.
async fn measure(
    duration: Duration,
    pause: Duration,
    call: impl AsyncFn(usize) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Duration>> {
    let (begin, mut times) = (Instant::now(), Vec::new());
    while begin.elapsed() < duration {
        let start = Instant::now();
        call(times.len()).await?;
        times.push(start.elapsed());
        sleep(pause).await;
    }
    times.sort_unstable();
    Ok(times)
}

/// How long the calls of other clients took.
#[derive(Debug)]
struct CallTimes {
    /// How long each small call took, shortest first.
    small: Vec<Duration>,
    /// The longest upload of a document of 1 MiB.
    upload: Duration,
    /// The longest download of a document of 1 MiB.
    download: Duration,
}

/// Measures small calls, uploads and downloads of clients that do not attack.
async fn measure_other_clients(scene: &Scene, duration: Duration) -> anyhow::Result<CallTimes> {
    let application = scene.bring("osce-odihr", Reach::Draft).await?.name;
    let kept = letter("kept", 1 << 20);
    let kept = scene.osce.upload_document(header(&application, &kept), kept).await?;
    let small = async |_| Ok(scene.auditor.who_am_i(v1::WhoAmIRequest {}).await.map(drop)?);
    let upload = async |number| {
        let bytes = letter(&format!("letter {number}"), 1 << 20);
        Ok(scene.osce.upload_document(header(&application, &bytes), bytes).await.map(drop)?)
    };
    let download = async |_| {
        let purpose = "while others are slow".to_owned();
        let request = v1::DownloadDocumentRequest { name: kept.name.clone(), purpose };
        Ok(scene.osce.download_document(request).await.map(drop)?)
    };
    // At most 26 uploads, because an application has at most 30 documents.
    let (small, uploads, downloads) = tokio::try_join!(
        measure(duration, Duration::from_millis(25), small),
        measure(duration, duration / 25, upload),
        measure(duration, duration / 25, download)
    )?;
    let longest = |times: &[Duration]| *times.last().expect("at least one call was measured");
    Ok(CallTimes { small, upload: longest(&uploads), download: longest(&downloads) })
}

/// Two delegations use all transfers that they may have, as slowly as possible. A third works as usual.
#[tokio::test(flavor = "multi_thread")]
async fn s5_two_slow_delegations_delay_no_other_client() -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scene = Scene::on(Database::Sqlite).await?;
    let before = measure_other_clients(&scene, MEASURED_TIME / 2).await?;
    let mut attacks = JoinSet::new();
    for attacker in ["cis", "state-deu"] {
        attack_as(&scene, attacker, &mut attacks).await?;
    }
    sleep(Duration::from_secs(2)).await;
    let during = measure_other_clients(&scene, MEASURED_TIME).await?;
    let mut ended = Vec::new();
    while let Some(outcome) = attacks.try_join_next() {
        ended.push(outcome?);
    }
    println!(
        "transfers {{\"attacks\":{},\"ended\":{},\"small_p99_ms\":[{},{}],\"upload_ms\":[{},{}],\"download_ms\":[{},{}]}}",
        2 * ATTACKS,
        ended.len(),
        p99(&before.small).as_millis(),
        p99(&during.small).as_millis(),
        before.upload.as_millis(),
        during.upload.as_millis(),
        before.download.as_millis(),
        during.download.as_millis()
    );
    // On a machine that is slow without an attack, calls may also be slow during the attack.
    report_and_check(&scene, "slow-transfers", p99(&before.small), &during.small)?;
    ensure!(
        during.upload < DOCUMENT_LIMIT.max(3 * before.upload),
        "an upload took {:?} before the attack and {:?} during it",
        before.upload,
        during.upload
    );
    ensure!(
        during.download < DOCUMENT_LIMIT.max(3 * before.download),
        "a download took {:?} before the attack and {:?} during it",
        before.download,
        during.download
    );
    ensure!(ended.len() >= 4, "the server ended only {} of the slow transfers", ended.len());
    ensure!(ended.iter().all(|(reason, _)| *reason == "TRANSFER_TOO_SLOW"), "{ended:?}");
    Ok(())
}

/// The server also ends a slow transfer that delays nobody, after ten seconds with too little progress.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_ends_a_slow_upload_and_a_slow_download() -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scene = Scene::on(Database::Sqlite).await?;
    let application = scene.bring("osce-odihr", Reach::Draft).await?.name;
    // Larger than the buffers of the client, so that the server has to wait for the client.
    let large = letter("large", 12 << 20);
    let kept = scene.osce.upload_document(header(&application, &large), large).await?;
    let small = letter("small", 100 << 10);
    let sender = attack(scene.osce.clone(), header(&application, &small), small, 1);
    let reader = async {
        let request = v1::DownloadDocumentRequest { name: kept.name.clone(), purpose: "to read slowly".to_owned() };
        let client = Client::new(&scene.world.profile("osce-odihr", SECRETARY))?;
        let mut parts = DocumentServiceClient::new(client.channel()).download_document(request).await?.into_inner();
        parts.message().await?.context("the header of the document")?;
        // The bytes that filled the buffers count as progress in the first ten seconds.
        sleep(Duration::from_secs(23)).await;
        loop {
            match timeout(Duration::from_secs(10), parts.message())
                .await
                .context("the server did not end the slow download")?
            {
                Ok(part) => drop(part.context("the server sent the whole document")?),
                Err(status) => return Ok::<_, anyhow::Error>(reason(&status)),
            }
        }
    };
    let (sender, reader) = tokio::join!(sender, reader);
    ensure!(sender.0 == "TRANSFER_TOO_SLOW" && (10..13).contains(&sender.1.as_secs()), "{sender:?}");
    ensure!(reader? == "TRANSFER_TOO_SLOW");
    Ok(())
}
