//! The service stores its documents in an S3 bucket.

#[expect(dead_code, reason = "only the tests of the vault use all of the server")]
#[path = "../../crates/documents/tests/contract/server.rs"]
mod server;

use anyhow::{Context, bail, ensure};
use client::Code;
use documents::Location;
use rehearsal::world::Stage;
use rehearsal::{Options, World, filing};
use stories::{ask, refused};
use wire::v1;

/// Documents are uploaded to the bucket and read from it. Nothing of them is on the disk of the server.
#[tokio::test(flavor = "multi_thread")]
async fn the_service_reads_documents_from_the_bucket_and_keeps_no_copy() -> anyhow::Result<()> {
    let mut s3 = tokio::task::spawn_blocking(server::Server::start).await?;
    let files = s3.key_files(&s3.key);
    let Location::S3(bucket) = s3.location_from("s3://documents/of/the/service", &files) else {
        bail!("the location is not a bucket")
    };
    let vault = s3.vault("s3://documents/of/the/service");
    let options = Options { bucket: Some(bucket), ..Options::default() };
    let world = World::small_in(options, Stage::Announced).await?;
    let secretary = world.actor("osce-odihr", rehearsal::world::SECRETARY);
    let person = rehearsal::people::People::new(3).person("FRA");
    let content = filing::application(v1::Category::Diplomat, person.clone());
    let draft = secretary.create_application(ask::file(&ask::mission("osce-odihr"), content)).await?;
    filing::upload(world.calls(), &secretary, &draft.name, &draft, &[]).await?;
    secretary.submit_application(ask::submit(&draft.name)).await?;
    let kept = secretary.list_documents(v1::ListDocumentsRequest { parent: draft.name.clone() }).await?.documents;
    ensure!(kept.len() == 3 && !world.dir().join("documents").exists(), "the documents must be in the bucket only");
    let page =
        kept.iter().find(|document| document.kind() == v1::DocumentKind::PassportPage).context("no passport page")?;
    let read = v1::DownloadDocumentRequest { name: page.name.clone(), purpose: "to see it".to_owned() };
    let seen = secretary.download_document(read.clone()).await?;
    ensure!(seen.bytes[..] == filing::bytes_of(&person, page)?[..]);

    // The bytes in the bucket are sealed. A document that the bucket lost gives an error.
    let id = page.name.rsplit('/').next().context("a name has an id")?.parse()?;
    let sealed = vault.get(id).await?.context("the bucket does not have the document")?;
    ensure!(sealed.len() > seen.bytes.len() && !sealed.windows(8).any(|window| seen.bytes.starts_with(window)));
    vault.delete(id).await?;
    refused(secretary.download_document(read.clone()).await, Code::Internal, "INTERNAL");

    // When the bucket rejects the access key, the service reads the key again from its files.
    let (old, new) = (s3.key.clone(), s3.issue());
    files.write(&new);
    s3.remove(&old);
    let another = kept.iter().find(|document| document.name != page.name).context("fewer than two documents")?;
    secretary.download_document(v1::DownloadDocumentRequest { name: another.name.clone(), ..read }).await?;

    // Without its bucket the service refuses uploads with BUSY, and still answers all other calls.
    drop(s3);
    let another = filing::with_another_photo(&draft).documents[1].clone();
    let next = secretary.create_application(ask::file(&ask::mission("osce-odihr"), filing::content(&draft))).await?;
    let header = v1::UploadHeader {
        request_id: rehearsal::calls::request_id(),
        parent: next.name.clone(),
        document: Some(another.clone()),
    };
    let answer = secretary.upload_document(header, filing::bytes_of(&person, &another)?).await;
    refused(answer, Code::Unavailable, "BUSY");
    secretary.get_application(ask::application(&next.name)).await?;
    Ok(())
}
