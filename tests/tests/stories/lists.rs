//! Long lists.

use std::collections::BTreeMap;

use anyhow::ensure;
use client::Code;
use domain::application::reference::Reference;
use stories::{Reach, Scene, ask, refused};

use super::DATABASE;

/// As on 6 June 2019, when 720 people went through one session.
const PEOPLE: usize = 720;

#[tokio::test]
async fn scenario_13_720_people_are_presented_in_one_list_and_the_totals_match() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut list = scene.submit_many("osce-odihr", 400).await?;
    list.extend(scene.submit_many("cis", PEOPLE - 400).await?);
    let draft = scene.bring("osce-odihr", Reach::Draft).await?.name;

    // One item that is not ready stops the whole list, and is named by its place.
    let with_a_draft = [&list[..10], &[draft]].concat();
    let stopped = refused(scene.present(with_a_draft).await, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(stopped.violations().iter().map(|one| &*one.field).collect::<Vec<_>>() == ["applications[10]"]);
    let mut miscounted = ask::present("note 8-12/1340", list.clone());
    miscounted.expected_count = 719;
    refused(scene.officer.create_presentation(miscounted).await, Code::FailedPrecondition, "COUNT_MISMATCH");

    let presented = scene.officer.create_presentation(ask::present("note 8-12/1340", list.clone())).await?;
    ensure!(presented.applications == list);
    let seen = scene.reviewer.all_applications(ask::all_applications()).await?;
    // Each has a reference of its own, which can be read back and has not changed since.
    let references: BTreeMap<_, _> = seen.iter().map(|one| (one.reference.clone(), one.name.clone())).collect();
    ensure!(references.len() == PEOPLE, "two applications have one reference");
    for (reference, name) in references.iter().take(20) {
        ensure!(reference.parse::<Reference>()?.to_string() == *reference, "{reference}");
        let read = scene.reviewer.get_application(ask::application(name)).await?;
        ensure!(read.reference == *reference, "{reference} became {}", read.reference);
    }
    let places: BTreeMap<_, _> = seen.into_iter().map(|one| (one.presentation_position, one.name)).collect();
    ensure!(places.into_values().eq(list), "the commission has another list than the ministry presented");
    let totals = scene.auditor.get_totals(ask::totals()).await?;
    let submitted = totals.organizations.iter().map(|row| (&*row.organization, row.submitted)).filter(|row| row.1 > 0);
    ensure!(submitted.collect::<Vec<_>>() == [("organizations/cis", 320), ("organizations/osce-odihr", 400)]);
    Ok(())
}
