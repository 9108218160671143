//! An adopter attaches the scan of a signed decree.
//!
//! A later scan takes precedence, and earlier ones are kept. The readers of the decree's list can read the scan. It is
//! an official record: the retention does not erase it. No acceptance scenario.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, ensure};
use client::Code;
use memchr::memmem;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1;

use super::DATABASE;

fn download_scan(decree: &str) -> v1::DownloadDecreeScanRequest {
    v1::DownloadDecreeScanRequest { name: decree.to_owned() }
}

/// A scan of a decree that shows this text, with the header that precedes its bytes.
fn scan_of(decree: &str, written: &str) -> (v1::DecreeScanHeader, Arc<[u8]>) {
    let bytes = documents::sample::page(&["SPECIMEN", decree, written]);
    (ask::scan_header(decree, &bytes), bytes.into())
}

/// Adopts a decree that lists one person.
async fn adopt_decree(scene: &Scene) -> anyhow::Result<v1::Decree> {
    let name = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    Ok(scene.decide(vec![name]).await?)
}

/// A first scan may lack the stamp. Keeping all scans shows an auditor what was attached when.
#[tokio::test]
async fn an_adopter_attaches_a_scan_to_an_adopted_decree_and_can_replace_it() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.decree_over(vec![scene.bring("cis", Reach::Recommended).await?.name]).await?;
    let (header, bytes) = scan_of(&draft.name, "not signed");
    let early = scene.adopter.attach_decree_scan(header, bytes).await;
    refused(early, Code::FailedPrecondition, "DECREE_NOT_ADOPTED");

    let decree = adopt_decree(&scene).await?;
    let none = scene.officer.download_decree_scan(download_scan(&decree.name)).await;
    refused(none, Code::NotFound, "NOT_FOUND");
    let (header, first) = scan_of(&decree.name, "first");
    let attached = scene.adopter.attach_decree_scan(header.clone(), first.clone()).await?;
    let [scan] = &attached.scans[..] else { panic!("{attached:?}") };
    ensure!(scan.sha256 == header.sha256 && scan.size_bytes == header.size_bytes, "{scan:?}");
    ensure!(scan.attached_by == "organizations/cec/principals/adopter", "{scan:?}");
    ensure!(
        scene.adopter.attach_decree_scan(header, first.clone()).await? == attached,
        "the repeated request got another answer"
    );
    for reader in [&scene.officer, &scene.reviewer, &scene.adopter, &scene.auditor] {
        ensure!(reader.download_decree_scan(download_scan(&decree.name)).await?[..] == first[..]);
        ensure!(reader.get_decree(ask::decree(&decree.name)).await?.scans == attached.scans);
    }
    refused(
        scene.osce.download_decree_scan(download_scan(&decree.name)).await,
        Code::PermissionDenied,
        "ROLE_REQUIRED",
    );

    let (header, second) = scan_of(&decree.name, "with the stamp");
    let replaced = scene.adopter.attach_decree_scan(header.clone(), second.clone()).await?;
    ensure!(replaced.scans.len() == 2 && replaced.scans[0] == attached.scans[0], "{replaced:?}");
    ensure!(replaced.scans[1].sha256 == header.sha256 && replaced.applications == decree.applications);
    ensure!(
        scene.officer.download_decree_scan(download_scan(&decree.name)).await?[..] == second[..],
        "the last scan must be returned"
    );
    Ok(())
}

/// A scan is stored for good. A wrong file must be refused while the sender can still correct it.
#[tokio::test]
async fn the_service_accepts_a_scan_only_if_it_is_the_declared_pdf() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let decree = adopt_decree(&scene).await?;
    let photo: Arc<[u8]> = documents::sample::photo(7).into();
    let refusal = scene.adopter.attach_decree_scan(ask::scan_header(&decree.name, &photo), photo).await;
    let refusal = refused(refusal, Code::InvalidArgument, "UNACCEPTABLE_DOCUMENT");
    ensure!(refusal.to_string().contains("expected a PDF"), "{refusal}");
    let (other, bytes) = scan_of(&decree.name, "another");
    let wrong = v1::DecreeScanHeader { sha256: vec![7; 32], ..other };
    refused(scene.adopter.attach_decree_scan(wrong, bytes).await, Code::InvalidArgument, "DIGEST_MISMATCH");
    let empty = v1::DecreeScanHeader { sha256: Vec::new(), size_bytes: 0, ..ask::scan_header(&decree.name, b"x") };
    let refusal = scene.adopter.attach_decree_scan(empty, b"x".as_slice().into()).await;
    refused(refusal, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(
        scene.adopter.get_decree(ask::decree(&decree.name)).await?.scans.is_empty(),
        "a refused scan must not be kept"
    );
    Ok(())
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

/// Neither the sweep of unreferenced files nor the retention removes a scan. It is sealed in the vault.
#[tokio::test]
async fn a_decree_scan_survives_the_vault_sweep_and_the_retention() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let decree = adopt_decree(&scene).await?;
    let (header, bytes) = scan_of(&decree.name, "a paper that stays");
    scene.adopter.attach_decree_scan(header, bytes.clone()).await?;
    let vault = scene.world.dir().join("documents");
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at("2019-04-01T00:00:00Z").as_second())?);
    let unreferenced = "00000000000040008000000000000a01";
    let unreferenced = vault.join(&unreferenced[30..]).join(unreferenced);
    let kept = files(&vault)?;
    fs::create_dir_all(unreferenced.parent().context("no parent directory")?)?;
    fs::copy(&kept[0], &unreferenced)?;
    for path in kept.iter().chain([&unreferenced]) {
        ensure!(memmem::find(&fs::read(path)?, b"%PDF-").is_none(), "the scan is not sealed");
        fs::File::options().write(true).open(path)?.set_modified(long_ago)?;
    }
    scene.world.restart().await?;
    eventually("the sweep removes the unreferenced file", || async { Ok((!unreferenced.exists()).then_some(())) })
        .await?;
    ensure!(scene.officer.download_decree_scan(download_scan(&decree.name)).await?[..] == bytes[..]);

    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    scene.world.clock().set(at("2019-09-09T06:00:00Z")).await?;
    eventually("personal data is erased", || async {
        let read = scene.osce.get_application(ask::application(&decree.applications[0])).await?;
        Ok(read.erase_time.map(drop))
    })
    .await?;
    ensure!(scene.officer.download_decree_scan(download_scan(&decree.name)).await?[..] == bytes[..]);
    Ok(())
}

/// Ten concurrent scans are all kept. The service refuses the eleventh.
#[tokio::test]
async fn a_decree_has_at_most_ten_scans() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let decree = adopt_decree(&scene).await?;
    let sent = (0..10).map(|number| {
        let (header, bytes) = scan_of(&decree.name, &format!("page {number}"));
        scene.adopter.attach_decree_scan(header, bytes)
    });
    futures_util::future::try_join_all(sent).await?;
    ensure!(scene.auditor.get_decree(ask::decree(&decree.name)).await?.scans.len() == 10);
    let (header, bytes) = scan_of(&decree.name, "one more");
    let refusal = scene.adopter.attach_decree_scan(header, bytes).await;
    refused(refusal, Code::FailedPrecondition, "TOO_MANY_DOCUMENTS");
    Ok(())
}
