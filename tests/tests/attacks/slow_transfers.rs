//! Documents that are sent or read so slowly that others would have to wait: they are ended, and nobody waits for them.

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
use crate::bystander::{p99, report};

/// How many documents each attacker has on their way at once, over how many connections.
const ATTACKS: usize = 32;
const CONNECTIONS: usize = 4;
/// How long the others are watched while the attack goes on.
const WATCHED: Duration = Duration::from_secs(20);
/// How long a document of 1 MiB may take.
const DOCUMENT: Duration = Duration::from_secs(5);

/// A letter of so many bytes, and some more.
fn letter(title: &str, bytes: usize) -> Arc<[u8]> {
    documents::sample::page(&[title, &"x".repeat(bytes)]).into()
}

fn header(application: &str, bytes: &[u8]) -> v1::UploadHeader {
    let document = Some(declare(DocumentKind::NominationLetter, bytes));
    v1::UploadHeader { request_id: request_id(), parent: application.to_owned(), document }
}

/// So many of the bytes at once, then one every ten seconds.
fn trickle(
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

/// Why a call ended, as its status tells it.
fn reason(status: &tonic::Status) -> &'static str {
    let details = String::from_utf8_lossy(status.details());
    if details.contains("TRANSFER_TOO_SLOW") { "TRANSFER_TOO_SLOW" } else { "another reason" }
}

/// Sends that way, and says how it ended and when.
async fn attack(
    client: Client,
    header: v1::UploadHeader,
    bytes: Arc<[u8]>,
    at_once: usize,
) -> (&'static str, Duration) {
    let begin = Instant::now();
    let answer = DocumentServiceClient::new(client.channel()).upload_document(trickle(header, bytes, at_once)).await;
    (reason(&answer.expect_err("it never ends by itself")), begin.elapsed())
}

/// Every transfer that one organization can have: most send one byte, some nearly all of the largest document first.
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

/// Does something again and again for so long, and says how long each time took, longest last.
async fn measure(
    watched: Duration,
    pause: Duration,
    call: impl AsyncFn(usize) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Duration>> {
    let (begin, mut times) = (Instant::now(), Vec::new());
    while begin.elapsed() < watched {
        let start = Instant::now();
        call(times.len()).await?;
        times.push(start.elapsed());
        sleep(pause).await;
    }
    times.sort_unstable();
    Ok(times)
}

/// What somebody else notices.
#[derive(Debug)]
struct Noticed {
    /// How long each small call took, shortest first.
    small: Vec<Duration>,
    /// The longest time that a document of 1 MiB took to be uploaded.
    upload: Duration,
    /// The longest time that it took to be downloaded.
    download: Duration,
}

/// Small calls, uploads and downloads of somebody who has nothing to do with the attack.
async fn watch(scene: &Scene, watched: Duration) -> anyhow::Result<Noticed> {
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
    // No more than 26 uploads: an application has 30 documents at the most.
    let (small, uploads, downloads) = tokio::try_join!(
        measure(watched, Duration::from_millis(25), small),
        measure(watched, watched / 25, upload),
        measure(watched, watched / 25, download)
    )?;
    let longest = |times: &[Duration]| *times.last().expect("at least one");
    Ok(Noticed { small, upload: longest(&uploads), download: longest(&downloads) })
}

/// Two delegations use all transfers that they can have, as slowly as they can; a third goes on as if nothing were.
#[tokio::test(flavor = "multi_thread")]
async fn s5_two_slow_delegations_hold_up_nobody_else() -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scene = Scene::on(Database::Sqlite).await?;
    let before = watch(&scene, WATCHED / 2).await?;
    let mut attacks = JoinSet::new();
    for attacker in ["cis", "state-deu"] {
        attack_as(&scene, attacker, &mut attacks).await?;
    }
    sleep(Duration::from_secs(2)).await;
    let during = watch(&scene, WATCHED).await?;
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
    // A machine that is slow without an attack may be so with one.
    report(&scene, "slow-transfers", p99(&before.small), &during.small)?;
    ensure!(during.upload < DOCUMENT.max(3 * before.upload), "{:?}, {:?}", before.upload, during.upload);
    ensure!(during.download < DOCUMENT.max(3 * before.download), "{:?}, {:?}", before.download, during.download);
    ensure!(ended.len() >= 4, "only {} attacks were ended", ended.len());
    ensure!(ended.iter().all(|(reason, _)| *reason == "TRANSFER_TOO_SLOW"), "{ended:?}");
    Ok(())
}

/// Also whoever is alone is ended after ten seconds in which too little moves, whether it sends or reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_sender_and_a_slow_reader_are_ended() -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scene = Scene::on(Database::Sqlite).await?;
    let application = scene.bring("osce-odihr", Reach::Draft).await?.name;
    // More than the reader's own buffers take.
    let large = letter("large", 12 << 20);
    let kept = scene.osce.upload_document(header(&application, &large), large).await?;
    let small = letter("small", 100 << 10);
    let sender = attack(scene.osce.clone(), header(&application, &small), small, 1);
    let reader = async {
        let request = v1::DownloadDocumentRequest { name: kept.name.clone(), purpose: "to read slowly".to_owned() };
        let client = Client::new(&scene.world.profile("osce-odihr", SECRETARY))?;
        let mut parts = DocumentServiceClient::new(client.channel()).download_document(request).await?.into_inner();
        parts.message().await?.context("what it is")?;
        // What its buffers took counts for the first ten seconds.
        sleep(Duration::from_secs(23)).await;
        loop {
            match timeout(Duration::from_secs(10), parts.message()).await.context("the stream goes on")? {
                Ok(part) => drop(part.context("the document came whole")?),
                Err(status) => return Ok::<_, anyhow::Error>(reason(&status)),
            }
        }
    };
    let (sender, reader) = tokio::join!(sender, reader);
    ensure!(sender.0 == "TRANSFER_TOO_SLOW" && (10..13).contains(&sender.1.as_secs()), "{sender:?}");
    ensure!(reader? == "TRANSFER_TOO_SLOW");
    Ok(())
}
