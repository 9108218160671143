//! The public register of accreditations.
//!
//! Every caller reads the same lines. A line says whether the accreditation is active, not how it ended. Its only
//! personal data are the names and the nationality. The register stays after the retention. No acceptance scenario.

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, at, eventually, refused, timestamp};
use wire::json::to_json;
use wire::v1;

use super::DATABASE;

/// The members that a line of the register may have in JSON.
const MEMBERS: [&str; 14] = [
    "category",
    "decreeNumber",
    "familyName",
    "givenName",
    "inForce",
    "nameKk",
    "nameRu",
    "nationality",
    "number",
    "observerRights",
    "organization",
    "organizationDisplayName",
    "sessionDate",
    "sinceTime",
];

async fn register(reader: &Client) -> anyhow::Result<Vec<v1::RegisterEntry>> {
    Ok(reader.all_register(ask::register()).await?)
}

/// A client of every role.
fn readers(scene: &Scene) -> Vec<Client> {
    let people = [&scene.osce, &scene.cis, &scene.officer, &scene.reviewer, &scene.adopter, &scene.registrar];
    let others = [scene.auditor.clone(), scene.world.actor(CEC, "verifier"), scene.world.actor(CEC, "operator")];
    people.into_iter().cloned().chain(others).collect()
}

fn numbers(entries: &[v1::RegisterEntry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.number).collect()
}

/// Accredits an interpreter and three observers. Returns their applications in the order of their numbers.
async fn accredit_four(scene: &Scene) -> anyhow::Result<Vec<v1::Application>> {
    let mut applications = Vec::new();
    for (sender, category) in [
        ("osce-odihr", v1::Category::ShortTermObserver),
        ("cis", v1::Category::ShortTermObserver),
        ("cis", v1::Category::Interpreter),
        ("osce-odihr", v1::Category::LongTermObserver),
    ] {
        let application = v1::Application { category: category.into(), ..scene.someone() };
        applications.push(scene.bring_as(sender, application, Reach::Recommended).await?);
    }
    scene.decide(applications.iter().map(|one| one.name.clone()).collect()).await?;
    Ok(applications)
}

/// The register is public. It must not show how an accreditation ended, nor help to find a passport.
#[tokio::test]
async fn every_caller_reads_the_same_register_without_personal_data_beyond_names() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    scene.world.clock().set(at("2019-05-20T06:00:00Z")).await?;
    refused(
        scene
            .cis
            .list_register(v1::ListRegisterRequest { parent: "elections/no-such".to_owned(), ..ask::register() })
            .await,
        Code::NotFound,
        "NOT_FOUND",
    );
    ensure!(register(&scene.cis).await?.is_empty());
    let applications = accredit_four(&scene).await?;
    scene.world.clock().set(at("2019-06-01T06:00:00Z")).await?;
    let own = scene.cis.get_application(ask::application(&applications[1].name)).await?;
    scene.cis.withdraw_accreditation(ask::withdraw_accreditation(&own.accreditation)).await?;

    let entries = register(&scene.auditor).await?;
    ensure!(numbers(&entries) == [1, 2, 3, 4], "{entries:#?}");
    for (entry, application) in entries.iter().zip(&applications) {
        let person = application.person.clone().unwrap_or_default();
        let names = [&entry.family_name, &entry.given_name, &entry.name_kk, &entry.name_ru];
        ensure!(names == [&person.family_name, &person.given_name, &person.name_kk, &person.name_ru], "{entry:?}");
        ensure!(entry.nationality == person.nationality && entry.category == application.category, "{entry:?}");
        ensure!(
            application
                .name
                .contains(&format!("/missions/{}/", entry.organization.trim_start_matches("organizations/")))
        );
        ensure!(!entry.organization_display_name.is_empty() && !entry.decree_number.is_empty(), "{entry:?}");
        ensure!(entry.observer_rights == (entry.category() != v1::Category::Interpreter), "{entry:?}");
        let withdrawn = entry.number == 2;
        let since = timestamp(at(if withdrawn { "2019-06-01T06:00:00Z" } else { "2019-05-20T06:00:00Z" }));
        ensure!((entry.in_force, entry.since_time) == (!withdrawn, Some(since)), "{entry:?}");

        let json = to_json(entry);
        let members = json.as_object().context("not a JSON object")?.keys();
        ensure!(members.clone().all(|member| MEMBERS.contains(&member.as_str())), "{json}");
        let text = json.to_string();
        let passport = person.passport.clone().unwrap_or_default();
        let id = application.name.rsplit('/').next().context("a name has an id")?;
        for hidden in
            [&passport.number[..], &person.birth_date, id, "reviewer", "adopter", "WITHDRAWN", "Fell ill", "12-3/789"]
        {
            ensure!(!hidden.is_empty() && !text.contains(hidden), "{hidden} in {text}");
        }
    }
    for (index, reader) in readers(&scene).iter().enumerate() {
        ensure!(register(reader).await? == entries, "reader {index} reads something else");
    }
    // The register gives no access to the applications and accreditations of another organization.
    refused(scene.osce.get_application(ask::application(&own.name)).await, Code::NotFound, "NOT_FOUND");
    refused(scene.osce.get_accreditation(ask::accreditation(&own.accreditation)).await, Code::NotFound, "NOT_FOUND");
    ensure!(scene.osce.all_accreditations(ask::all_accreditations()).await?.len() == 2);
    Ok(())
}

/// The register is the lasting record of who observed, so the erasure must not change a line of it.
#[tokio::test]
async fn the_register_can_be_filtered_and_stays_when_personal_data_is_erased() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let applications = accredit_four(&scene).await?;
    let own = scene.cis.get_application(ask::application(&applications[1].name)).await?;
    scene.cis.withdraw_accreditation(ask::withdraw_accreditation(&own.accreditation)).await?;
    let cis = "organizations/cis".to_owned();
    let interpreter = v1::Category::Interpreter.into();
    for (request, expected) in [
        (v1::ListRegisterRequest { organization: cis.clone(), ..ask::register() }, &[2, 3][..]),
        (v1::ListRegisterRequest { category: interpreter, ..ask::register() }, &[3]),
        (v1::ListRegisterRequest { in_force: Some(false), ..ask::register() }, &[2]),
        (v1::ListRegisterRequest { in_force: Some(true), ..ask::register() }, &[1, 3, 4]),
        (v1::ListRegisterRequest { in_force: Some(true), organization: cis, ..ask::register() }, &[3]),
        (v1::ListRegisterRequest { number: 4, ..ask::register() }, &[4]),
        (v1::ListRegisterRequest { number: 5, ..ask::register() }, &[]),
    ] {
        for reader in [&scene.osce, &scene.cis, &scene.auditor] {
            // A page size of 0 is the default. Pages of one line give the same result.
            for page_size in [0, 1] {
                let found = reader.all_register(v1::ListRegisterRequest { page_size, ..request.clone() }).await?;
                ensure!(numbers(&found) == expected, "{request:?}: {found:#?}");
            }
        }
    }
    let first = scene.osce.list_register(v1::ListRegisterRequest { page_size: 1, ..ask::register() }).await?;
    let page_token = first.next_page_token;
    let other = v1::ListRegisterRequest { page_token, in_force: Some(true), ..ask::register() };
    refused(scene.osce.list_register(other).await, Code::InvalidArgument, "INVALID_PAGE_TOKEN");

    scene.world.clock().set(at("2019-06-10T12:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T06:00:00Z"))).await?;
    let before = eventually("no accreditation is active", || async {
        let register = register(&scene.cis).await?;
        Ok((!register.iter().any(|line| line.in_force)).then_some(register))
    })
    .await?;
    scene.world.clock().set(at("2019-09-09T06:00:00Z")).await?;
    eventually("all personal data is erased", || async {
        let left = scene.auditor.all_applications(ask::all_applications()).await?;
        Ok(left.iter().all(|one| one.erase_time.is_some()).then_some(()))
    })
    .await?;
    for reader in [&scene.osce, &scene.auditor] {
        let after = register(reader).await?;
        ensure!(after == before, "{after:#?}, but before the erasure {before:#?}");
    }
    Ok(())
}
