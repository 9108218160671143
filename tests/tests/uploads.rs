//! Uploads that try to exhaust the service over TLS: it refuses each of them, and its memory stays within a limit.

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

/// The most memory that the server may have used at any time while it refuses bombs.
const MEMORY_KIB: u64 = 128 << 10;
/// How much more memory the server may use than before while it is full of the largest documents.
///
/// 32 MiB are being received, 80 MiB belong to the one that is decoded, and the allocator keeps the rest. The memory
/// before is mostly the code of the server, which is large in a debug build.
const ADDED_MEMORY_KIB: u64 = 120 << 10;

/// Uploads bytes as a document of a kind, declared as they are.
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

/// The peak memory of the server in KiB.
fn peak_kib(scene: &Scene) -> anyhow::Result<u64> {
    stories::peak_memory_kib(scene.world.server_pid().context("the service does not run")?)
}

/// A small file can decompress to gigabytes. One delegation could otherwise stop the service for all.
#[tokio::test(flavor = "multi_thread")]
async fn s7_the_service_refuses_decompression_bombs_within_its_memory_limit() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Sqlite).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?;
    let before = peak_kib(&scene)?;
    for (name, make) in corpus::BOMBS {
        for kind in [DocumentKind::Photo, DocumentKind::PassportPage] {
            let bytes: Arc<[u8]> = make().into();
            // A bomb larger than a document may be is refused because of its declared size, before its bytes.
            let reason = if bytes.len() > documents::MAX_BYTES { "INVALID_REQUEST" } else { "UNACCEPTABLE_DOCUMENT" };
            println!("{name}, {} bytes, as {}", bytes.len(), kind.as_str_name());
            refused(send(&scene.osce, &draft.name, kind, bytes).await, Code::InvalidArgument, reason);
        }
    }
    let bombs = peak_kib(&scene)?;
    println!(
        "uploads {{\"refused\":{},\"peak_mib_before\":{},\"peak_mib\":{}}}",
        2 * corpus::BOMBS.len(),
        before >> 10,
        bombs >> 10
    );
    ensure!(bombs <= MEMORY_KIB, "the server used {} MiB", bombs >> 10);
    Ok(())
}

/// Three delegations upload the largest valid documents at once. There is not enough memory for all, so most of them
/// wait.
#[tokio::test(flavor = "multi_thread")]
async fn s7_concurrent_large_uploads_wait_for_memory() -> anyhow::Result<()> {
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
    let before = peak_kib(&scene)?;
    let kept = try_join_all(uploads).await?.len();
    let peak = peak_kib(&scene)?;
    println!(
        "uploads {{\"kept\":{kept},\"bytes\":{bytes},\"peak_mib_before\":{},\"peak_mib\":{}}}",
        before >> 10,
        peak >> 10
    );
    ensure!(peak - before <= ADDED_MEMORY_KIB, "{} MiB more than before", (peak - before) >> 10);
    Ok(())
}
