//! Documents made to exhaust the service, sent to it over TLS: each is refused, and none takes more memory than it may.

#[path = "../../crates/documents/tests/bombs/corpus.rs"]
mod corpus;
#[path = "../../crates/documents/tests/bombs/forge.rs"]
mod forge;

use std::sync::Arc;

use anyhow::{Context, ensure};
use client::{Client, Code, declare};
use futures_util::future::try_join_all;
use rehearsal::calls::request_id;
use stories::{Database, Reach, Scene, refused};
use wire::v1::{self, DocumentKind};

/// How much memory the server may have held at any time.
const MEMORY_KIB: u64 = 128 << 10;
/// How much it may take beyond what it held before, when it is full of the largest documents: 32 MiB on their way, 80 for the
/// one that is decoded, and what the allocator keeps. What it held before is mostly its own code, which in a debug build is
/// large.
const FULL_KIB: u64 = 120 << 10;

async fn send(
    client: &Client,
    application: &str,
    kind: DocumentKind,
    bytes: Arc<[u8]>,
) -> Result<v1::Document, client::Error> {
    let document = Some(declare(kind, &bytes));
    let header = v1::UploadHeader { request_id: request_id(), parent: application.to_owned(), document };
    client.upload_document(header, bytes).await
}

/// The most memory that the server has held, as the kernel counts it.
fn peak(scene: &Scene) -> anyhow::Result<u64> {
    stories::peak_memory_kib(scene.world.server_pid().context("the service runs")?)
}

#[tokio::test(flavor = "multi_thread")]
async fn s7_bombs_are_refused_and_the_server_s_memory_has_a_bound() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?;
    let before = peak(&scene)?;
    for (name, make) in corpus::BOMBS {
        for kind in [DocumentKind::Photo, DocumentKind::PassportPage] {
            let bytes: Arc<[u8]> = make().into();
            // What is larger than a document may be is not announced by anybody who is to be heard.
            let reason = if bytes.len() > documents::MAX_BYTES { "INVALID_REQUEST" } else { "UNACCEPTABLE_DOCUMENT" };
            println!("{name}, {} bytes, as {}", bytes.len(), kind.as_str_name());
            refused(send(&scene.osce, &draft.name, kind, bytes).await, Code::InvalidArgument, reason);
        }
    }
    let bombs = peak(&scene)?;
    println!(
        "uploads {{\"refused\":{},\"peak_mib_before\":{},\"peak_mib\":{}}}",
        2 * corpus::BOMBS.len(),
        before >> 10,
        bombs >> 10
    );
    ensure!(bombs <= MEMORY_KIB, "{} MiB", bombs >> 10);
    Ok(())
}

/// The largest good documents, by three delegations at once: more than there is memory for, so most of them wait.
#[tokio::test(flavor = "multi_thread")]
async fn s7_many_large_documents_at_once_wait_for_memory() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let largest: Vec<(DocumentKind, Arc<[u8]>)> = corpus::LARGEST
        .into_iter()
        .map(|(_, kind, make)| match kind {
            domain::vocabulary::document_kind::DocumentKind::Photo => (DocumentKind::Photo, make().into()),
            _ => (DocumentKind::PassportPage, make().into()),
        })
        .collect();
    let mut uploads = Vec::new();
    for organization in ["osce-odihr", "cis", "state-deu"] {
        let application = scene.bring(organization, Reach::Draft).await?.name;
        let client = scene.world.actor(organization, rehearsal::world::SECRETARY);
        for (kind, bytes) in &largest {
            let (client, application) = (client.clone(), application.clone());
            uploads.push(async move { send(&client, &application, *kind, Arc::clone(bytes)).await });
        }
    }
    let bytes: usize = 3 * largest.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    let before = peak(&scene)?;
    let kept = try_join_all(uploads).await?.len();
    let peak = peak(&scene)?;
    println!(
        "uploads {{\"kept\":{kept},\"bytes\":{bytes},\"peak_mib_before\":{},\"peak_mib\":{}}}",
        before >> 10,
        peak >> 10
    );
    ensure!(peak - before <= FULL_KIB, "{} MiB more than before", (peak - before) >> 10);
    Ok(())
}
