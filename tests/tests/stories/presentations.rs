//! The ministry presents people to the commission in numbered lists.
//!
//! A list is presented whole or not at all. Its count and its order are those that the ministry gave. Scenario 13.

use std::collections::BTreeMap;

use anyhow::ensure;
use client::Code;
use domain::application::reference::Reference;
use stories::{Reach, Scene, ask, refused};

use super::DATABASE;

/// The number of people in the session of 6 June 2019.
const PEOPLE: usize = 720;

/// The commission works through the list by position. A lost or misplaced person would not be decided.
#[tokio::test]
async fn scenario_13_the_ministry_presents_720_people_in_one_list_and_the_totals_match() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut list = scene.submit_many("osce-odihr", 400).await?;
    list.extend(scene.submit_many("cis", PEOPLE - 400).await?);
    let draft = scene.bring("osce-odihr", Reach::Draft).await?.name;

    // An application that is not submitted stops the whole list. The error names its index.
    let with_a_draft = [&list[..10], &[draft]].concat();
    let stopped = refused(scene.present(with_a_draft).await, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(stopped.violations().iter().map(|one| &*one.field).collect::<Vec<_>>() == ["applications[10]"]);
    let mut miscounted = ask::present("note 8-12/1340", list.clone());
    miscounted.expected_count = 719;
    refused(scene.officer.create_presentation(miscounted).await, Code::FailedPrecondition, "COUNT_MISMATCH");

    let presented = scene.officer.create_presentation(ask::present("note 8-12/1340", list.clone())).await?;
    ensure!(presented.applications == list);
    let seen = scene.reviewer.all_applications(ask::all_applications()).await?;
    // Each application has its own reference, which parses and never changes.
    let references: BTreeMap<_, _> = seen.iter().map(|one| (one.reference.clone(), one.name.clone())).collect();
    ensure!(references.len() == PEOPLE, "two applications have the same reference");
    for (reference, name) in references.iter().take(20) {
        ensure!(reference.parse::<Reference>()?.to_string() == *reference, "{reference}");
        let read = scene.reviewer.get_application(ask::application(name)).await?;
        ensure!(read.reference == *reference, "{reference} became {}", read.reference);
    }
    let places: BTreeMap<_, _> = seen.into_iter().map(|one| (one.presentation_position, one.name)).collect();
    ensure!(places.into_values().eq(list), "the commission sees another order than the ministry presented");
    let totals = scene.auditor.get_totals(ask::totals()).await?;
    let submitted = totals.organizations.iter().map(|row| (&*row.organization, row.submitted)).filter(|row| row.1 > 0);
    ensure!(submitted.collect::<Vec<_>>() == [("organizations/cis", 320), ("organizations/osce-odihr", 400)]);
    Ok(())
}
