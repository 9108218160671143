//! The queue of the commission.
//!
//! Applications are reviewed in the order in which the ministry presented them. A reviewer can list the queue, or claim
//! from it, by a filter. Filters reveal nothing that their reader may not read. No acceptance scenario.

use anyhow::ensure;
use client::{Client, Code};
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, at, refused};
use wire::v1;

use super::DATABASE;

/// Lists applications by a filter, in the order of the queue.
fn list(filter: &str) -> v1::ListApplicationsRequest {
    v1::ListApplicationsRequest { filter: filter.to_owned(), order_by: "queue".to_owned(), ..ask::all_applications() }
}

/// Claims the next application of the queue that matches a filter.
fn claim_next(filter: &str) -> v1::ClaimNextApplicationRequest {
    v1::ClaimNextApplicationRequest { filter: filter.to_owned(), ..ask::claim_next(&ask::election()) }
}

/// The names of the applications that a reader finds by a filter.
async fn find_names(reader: &Client, filter: &str) -> Result<Vec<String>, client::Error> {
    Ok(reader.all_applications(list(filter)).await?.into_iter().map(|one| one.name).collect())
}

/// Presents four people and waits for their checks. Returns their names in the order of the queue.
///
/// The first presentation has one of `cis` with an old passport, then one of `osce-odihr`. The second has two more of
/// `osce-odihr`, who were filed earlier: the queue goes by presentation.
async fn present_four(scene: &Scene) -> anyhow::Result<[String; 4]> {
    let later = scene.submit_many("osce-odihr", 2).await?;
    let second = scene.bring("osce-odihr", Reach::Submitted).await?.name;
    let first = scene.bring_as("cis", scene.someone_with_an_old_passport()?, Reach::Submitted).await?.name;
    scene.present_checked(vec![first.clone(), second.clone()]).await?;
    scene.present_checked(later.clone()).await?;
    Ok([first, second, later[0].clone(), later[1].clone()])
}

/// Two reviewers divide the work by filters. A wrong order would let later applications overtake earlier ones.
#[tokio::test]
async fn a_reviewer_lists_the_queue_in_its_order_and_by_filter() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let names = present_four(&scene).await?;
    let reviewer = &scene.reviewer;
    ensure!(find_names(reviewer, "").await? == names);
    let of = |indices: &[usize]| indices.iter().map(|index| names[*index].clone()).collect::<Vec<_>>();
    ensure!(find_names(reviewer, "findings = true").await? == of(&[0]));
    ensure!(find_names(reviewer, "findings = false AND presentation = 1").await? == of(&[1]));
    ensure!(find_names(reviewer, "organization = osce-odihr").await? == of(&[1, 2, 3]));

    // Pages have the same order. A page token is valid only for that order.
    let page =
        |size: i32, token: String| v1::ListApplicationsRequest { page_size: size, page_token: token, ..list("") };
    let (mut paged, mut token) = (Vec::new(), String::new());
    loop {
        let answer = reviewer.list_applications(page(1, token)).await?;
        paged.extend(answer.applications.into_iter().map(|one| one.name));
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
        let filed = v1::ListApplicationsRequest { order_by: String::new(), ..page(1, token.clone()) };
        refused(reviewer.list_applications(filed).await, Code::InvalidArgument, "INVALID_PAGE_TOKEN");
    }
    ensure!(paged == names, "{paged:?}");
    let odd = v1::ListApplicationsRequest { order_by: "name".to_owned(), ..list("") };
    refused(reviewer.list_applications(odd).await, Code::InvalidArgument, "INVALID_REQUEST");

    // Filters by the reviewer of a claim, by the verdict and by the due time.
    let held = reviewer.claim_application(ask::claim(&names[1])).await?;
    let second = scene.world.actor(CEC, "reviewer-2");
    let other = second.claim_application(ask::claim(&names[2])).await?;
    second.recommend_application(ask::recommend(&other)).await?;
    ensure!(
        find_names(reviewer, "reviewer = me").await? == of(&[1])
            && find_names(&second, "reviewer = me").await?.is_empty()
    );
    ensure!(find_names(&scene.auditor, &format!("reviewer = {}", held.reviewer)).await? == of(&[1]));
    ensure!(find_names(&scene.adopter, "verdict = ACCREDIT").await? == of(&[2]));
    ensure!(find_names(&scene.adopter, "verdict = REFUSE").await?.is_empty());
    ensure!(find_names(reviewer, "due_before = 2019-06-30T00:00:00+06:00").await? == of(&[1]));
    ensure!(find_names(reviewer, "due_before = 2019-04-01T00:00:00Z").await?.is_empty());
    reviewer.raise_questions(ask::raise_questions(&held, at("2019-05-20T00:00:00Z"))).await?;
    ensure!(find_names(reviewer, "due_before = 2019-05-20T00:00:01Z AND state = RETURNED").await? == of(&[1]));
    Ok(())
}

/// Filtering by a hidden field would reveal its value by which applications are found.
#[tokio::test]
async fn a_filter_reveals_nothing_that_only_the_commission_may_read() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let names = present_four(&scene).await?;
    let terms = ["findings = true", "reviewer = me", "verdict = ACCREDIT", "due_before = 2019-06-30T00:00:00Z"];
    for reader in [&scene.osce, &scene.cis, &scene.officer, &scene.registrar] {
        for term in terms {
            let refusal = refused(find_names(reader, term).await, Code::InvalidArgument, "INVALID_FILTER");
            ensure!(refusal.violations().iter().map(|one| &*one.field).eq(["filter"]), "{refusal}");
        }
    }
    ensure!(find_names(&scene.cis, "").await? == names[..1] && find_names(&scene.officer, "").await? == names);
    ensure!(
        find_names(&scene.cis, "organization = osce-odihr").await?.is_empty(),
        "a delegation must not find applications of another"
    );
    let two = v1::ListApplicationsRequest { parent: ask::mission("cis"), ..list("organization = osce-odihr") };
    refused(scene.reviewer.list_applications(two).await, Code::InvalidArgument, "INVALID_FILTER");
    Ok(())
}

/// A reviewer can take one delegation, or only applications without findings, and still gets them in order.
#[tokio::test]
async fn a_reviewer_claims_the_next_application_that_matches_a_filter() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let names = present_four(&scene).await?;
    let second = scene.world.actor(CEC, "reviewer-2");
    for (reader, filter, expected) in [
        (&scene.reviewer, "findings = false", Some(&names[1])),
        (&second, "presentation = 2 AND category = SHORT_TERM_OBSERVER", Some(&names[2])),
        (&scene.reviewer, "organization = osce-odihr", Some(&names[3])),
        (&scene.reviewer, "organization = osce-odihr", None),
        (&second, "category = DRIVER", None),
        (&second, "findings = true", Some(&names[0])),
    ] {
        let claimed = reader.claim_next_application(claim_next(filter)).await;
        match expected {
            Some(name) => ensure!(claimed?.name == *name, "{filter}"),
            None => drop(refused(claimed, Code::NotFound, "QUEUE_EMPTY")),
        }
    }
    for filter in ["state = PRESENTED", "reviewer = me", "colour = red"] {
        let claimed = scene.reviewer.claim_next_application(claim_next(filter)).await;
        refused(claimed, Code::InvalidArgument, "INVALID_FILTER");
    }
    Ok(())
}

/// The queue keeps the order of the presented lists. An application that its delegation has answered returns to its
/// place.
#[tokio::test]
async fn an_application_keeps_its_place_in_the_queue_while_a_question_is_answered() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let list = scene.submit_many("osce-odihr", 3).await?;
    scene.present_checked(list.iter().rev().cloned().collect()).await?;
    let later = scene.bring("cis", Reach::Presented).await?.name;
    let next = || scene.reviewer.claim_next_application(ask::claim_next(&ask::election()));
    let first = next().await?;
    ensure!(first.name == list[2]);
    scene.reviewer.raise_questions(ask::raise_questions(&first, at("2019-05-20T00:00:00Z"))).await?;
    ensure!(next().await?.name == list[1]);
    scene.osce.answer_questions(ask::answer(&first.name)).await?;
    for expected in [&first.name, &list[0], &later] {
        ensure!(next().await?.name == *expected);
    }
    refused(next().await, Code::NotFound, "QUEUE_EMPTY");
    Ok(())
}
