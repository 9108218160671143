//! The law of a country is a rule pack: a file that a registrar imports once.
//!
//! A pack never changes, and an election keeps the pack with which it was registered. So nobody changes the law by
//! editing a file on a server. No acceptance scenario.

use anyhow::ensure;
use client::Code;
use rehearsal::calls::request_id;
use sha2::{Digest as _, Sha256};
use stories::{Scene, ask, at, refused};
use wire::convert::time::timestamp;
use wire::v1;

use super::DATABASE;

/// The file of the pack `kz-1`.
async fn built_in(scene: &Scene) -> anyhow::Result<String> {
    let request = v1::GetRulePackRequest { name: "rulePacks/kz-1".to_owned() };
    Ok(scene.osce.get_rule_pack(request).await?.content)
}

/// The request that imports a file.
fn import(content: impl Into<String>) -> v1::ImportRulePackRequest {
    v1::ImportRulePackRequest { request_id: request_id(), content: content.into() }
}

/// Registers an election like the one of the scene, under another rule pack.
async fn register(scene: &Scene, code: &str, rule_pack: &str, time_zone: &str) -> Result<v1::Election, client::Error> {
    let known = scene.registrar.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let (rule_pack, time_zone) = (rule_pack.to_owned(), time_zone.to_owned());
    let election = Some(v1::Election { rule_pack, time_zone, ..known });
    let create = v1::CreateElectionRequest { request_id: request_id(), election_id: code.to_owned(), election };
    scene.registrar.create_election(create).await
}

/// The built-in packs are imported when the service is set up, and everyone can read what applies to them.
#[tokio::test]
async fn everyone_reads_the_packs_of_a_new_service() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    for client in [&scene.osce, &scene.officer, &scene.reviewer, &scene.auditor] {
        let all = client.all_rule_packs(v1::ListRulePacksRequest { page_size: 3, ..Default::default() }).await?;
        let names: Vec<_> = all.iter().map(|pack| &*pack.name).collect();
        ensure!(names == ["rulePacks/kz-1", "rulePacks/kz-2", "rulePacks/kz-3", "rulePacks/kz-4"], "{names:?}");
        ensure!(all.iter().all(|pack| pack.content.is_empty()), "a list must not have the files");
        let first = client.get_rule_pack(v1::GetRulePackRequest { name: all[0].name.clone() }).await?;
        ensure!(first.sha256 == Sha256::digest(&first.content)[..], "{first:?}");
        ensure!(v1::RulePack { content: String::new(), law: String::new(), ..first } == all[0]);
    }
    let absent = scene.osce.get_rule_pack(v1::GetRulePackRequest { name: "rulePacks/kz-9".to_owned() }).await;
    refused(absent, Code::NotFound, "NOT_FOUND");
    let election = scene.osce.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    ensure!(election.rule_pack_sha256 == Sha256::digest(built_in(&scene).await?)[..]);
    Ok(())
}

/// A change of the law is another pack. It applies to elections that are registered under it.
#[tokio::test]
async fn an_imported_pack_applies_to_later_elections_alone() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let file = built_in(&scene).await?;
    let next = file.replace("\"id\": \"kz-1\"", "\"id\": \"kz-2027\"").replace(
        "\"days_before_voting\": 6, \"local_time\": \"18:00:00\"",
        "\"days_before_voting\": 10, \"local_time\": \"12:00:00\"",
    );
    refused(register(&scene, "kz-next", "kz-2027", "Asia/Almaty").await, Code::InvalidArgument, "UNKNOWN_RULE_PACK");

    let request = import(&*next);
    let imported = scene.registrar.import_rule_pack(request.clone()).await?;
    ensure!((&*imported.name, &*imported.content) == ("rulePacks/kz-2027", &*next), "{imported:?}");
    ensure!(imported.receipt.as_ref().is_some_and(|receipt| receipt.log == "registry"), "{imported:?}");
    ensure!(scene.registrar.import_rule_pack(request).await? == imported, "the repeated request got another answer");

    let election = register(&scene, "kz-next", "kz-2027", "Asia/Almaty").await?;
    ensure!(election.submission_cutoff == Some(timestamp(at("2019-05-30T06:00:00Z"))), "{election:?}");
    ensure!(election.rule_pack_sha256 == imported.sha256, "{election:?}");
    let before = scene.registrar.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    ensure!(before.submission_cutoff == Some(timestamp(at("2019-06-03T12:00:00Z"))), "{before:?}");

    // Neither the same file nor another one replaces it.
    for (content, words) in [(next.clone(), "the same content"), (format!("{next} "), "another content")] {
        let refusal = scene.registrar.import_rule_pack(import(content)).await;
        let refusal = refused(refusal, Code::AlreadyExists, "ALREADY_EXISTS");
        ensure!(refusal.to_string().contains(words), "{refusal}");
    }
    Ok(())
}

/// A person who writes a pack corrects all of it at once.
#[tokio::test]
async fn a_file_with_problems_is_refused_with_the_path_of_each() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let file = built_in(&scene).await?;
    let bad = file
        .replace("\"value\": \"KAZ\"", "\"value\": \"Kazakhstan\"")
        .replace("\"code\": \"campaigning\"", "\"code\": \"interference\"")
        .replace("\"value\": 90", "\"value\": 0");
    let refusal = scene.registrar.import_rule_pack(import(bad)).await;
    let refusal = refused(refusal, Code::InvalidArgument, "INVALID_RULE_PACK");
    let fields: Vec<_> = refusal.violations().iter().map(|one| one.field.clone()).collect();
    let expected = ["content.host_state.value", "content.revocation_grounds[1].code", "content.retention_days.value"];
    ensure!(fields == expected, "{refusal}");
    let refusal = scene.registrar.import_rule_pack(import("{\"format\": 1}")).await;
    let refusal = refused(refusal, Code::InvalidArgument, "INVALID_RULE_PACK");
    ensure!(refusal.to_string().contains("missing field `id`"), "{refusal}");
    // Of a file in which everything is wrong, the first problems are enough.
    let many = file.replace("\"code\": \"", "\"code\": \" ").replace("\"en\": \"", "\"en\": \" ");
    let refusal =
        refused(scene.registrar.import_rule_pack(import(many)).await, Code::InvalidArgument, "INVALID_RULE_PACK");
    ensure!(refusal.violations().len() >= 18, "{refusal}");
    let long = refused(
        scene.registrar.import_rule_pack(import(format!("{file}{}", " ".repeat(1 << 16)))).await,
        Code::InvalidArgument,
        "INVALID_REQUEST",
    );
    ensure!(long.violations().iter().map(|one| &*one.field).eq(["content"]), "{long}");
    Ok(())
}

/// Cutoffs are moments of the capital's clock. So an election has the time zone of its pack, whatever the country.
#[tokio::test]
async fn an_election_has_the_time_zone_of_its_pack() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let refusal = register(&scene, "kz-next", "kz-1", "Asia/Tashkent").await;
    let refusal = refused(refusal, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(refusal.violations().iter().map(|one| &*one.field).eq(["election.time_zone"]), "{refusal}");
    ensure!(refusal.violations()[0].description.contains("Asia/Almaty"), "{refusal}");

    let file = built_in(&scene).await?;
    let other = file
        .replace("\"id\": \"kz-1\"", "\"id\": \"ge-1\"")
        .replace("\"value\": \"KAZ\"", "\"value\": \"GEO\"")
        .replace("Asia/Almaty", "Asia/Tbilisi");
    // The offsets are still those of Almaty: the time zone database does not agree.
    let refusal =
        refused(scene.registrar.import_rule_pack(import(&*other)).await, Code::InvalidArgument, "INVALID_RULE_PACK");
    ensure!(refusal.violations()[0].description.contains("says +04:00 for Asia/Tbilisi"), "{refusal}");
    let other = other.replace("+06:00", "+04:00").replace("+05:00", "+04:00");
    scene.registrar.import_rule_pack(import(other)).await?;
    let election = register(&scene, "ge-2019", "ge-1", "Asia/Tbilisi").await?;
    ensure!(election.submission_cutoff == Some(timestamp(at("2019-06-03T14:00:00Z"))), "{election:?}");
    Ok(())
}

/// Only a registrar changes the law, and nobody else.
#[tokio::test]
async fn other_roles_import_nothing() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let file = built_in(&scene).await?.replace("\"id\": \"kz-1\"", "\"id\": \"kz-5\"");
    for client in [&scene.osce, &scene.officer, &scene.reviewer, &scene.adopter, &scene.auditor] {
        refused(client.import_rule_pack(import(&*file)).await, Code::PermissionDenied, "ROLE_REQUIRED");
    }
    Ok(())
}
