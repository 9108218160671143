//! Reviewers, adopters and registrars decide at the same time, through different servers.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use client::Client;
use futures_util::future::join_all;
use rehearsal::calls::request_id;
use rehearsal::world::{CEC, REGISTRAR};
use stories::{Reach, Scene, ask};
use wire::v1;

use crate::servers::{SERVERS, at_server};

/// A client for each server.
fn client_of_each_server(scene: &Scene, principal: &str) -> anyhow::Result<Vec<Client>> {
    let profile = scene.world.profile(CEC, principal);
    (0..SERVERS).map(|server| at_server(scene, &profile, server)).collect()
}

/// Sends each claim request through all servers at once. It must claim one application, and no other request the same
/// one. No request may fail because of an empty queue before the queue is empty.
pub async fn claims(scene: &Scene, people: usize) -> anyhow::Result<()> {
    let waiting = scene.submit_many("osce-odihr", people).await?;
    scene.present_checked(waiting.clone()).await?;
    let reviewers = [client_of_each_server(scene, "reviewer-1")?, client_of_each_server(scene, "reviewer-2")?];
    let claim = |number: usize| {
        let (request, clients) = (ask::claim_next(&ask::election()), &reviewers[number % 2]);
        async move {
            let answers = join_all(clients.iter().map(|client| client.claim_next_application(request.clone()))).await;
            let names = answers.into_iter().map(|answer| Ok(answer?.name)).collect::<anyhow::Result<BTreeSet<_>>>()?;
            ensure!(names.len() == 1, "one request claimed several applications: {names:?}");
            names.into_iter().next().context("a claim returned no application")
        }
    };
    let claimed = join_all((0..people).map(claim)).await.into_iter().collect::<anyhow::Result<BTreeSet<_>>>()?;
    ensure!(claimed == waiting.into_iter().collect(), "the claimed applications are not those that wait");
    let more = reviewers[0][0].claim_next_application(ask::claim_next(&ask::election())).await;
    ensure!(more.is_err_and(|error| error.reason() == Some("QUEUE_EMPTY")));
    Ok(())
}

/// Adopts two decrees through all servers at once, with one request id and with several. The decrees share some people.
/// Every person must be decided once, and the numbers must have no gap.
pub async fn decrees(scene: &Scene, people: usize) -> anyhow::Result<()> {
    let shared = scene.recommend_many("osce-odihr", people).await?;
    let own = scene.recommend_many("cis", people).await?;
    let first = scene.decree_over(shared.clone()).await?;
    let second = scene.decree_over([own, shared].concat()).await?;
    let adopters = client_of_each_server(scene, "adopter")?;
    let same = [ask::adopt(&first), ask::adopt(&second)];
    let calls = (0..8 * SERVERS).map(|number| {
        let mut request = same[number % 2].clone();
        if number >= 4 * SERVERS {
            request.request_id = request_id();
        }
        let adopter = &adopters[number % SERVERS];
        async move { adopter.adopt_decree(request).await }
    });
    let answers = join_all(calls).await;
    let adopted = answers.iter().filter_map(|answer| answer.as_ref().ok()).map(|decree| decree.name.as_str());
    let adopted: BTreeSet<_> = adopted.collect();
    ensure!(adopted.len() == 1, "exactly one decree must be adopted, but these were: {adopted:?}");
    let refusals = answers.iter().filter_map(|answer| answer.as_ref().err()).filter_map(|error| error.reason());
    for reason in refusals {
        ensure!(
            matches!(reason, "ITEMS_NOT_READY" | "DECREE_ADOPTED" | "ETAG_MISMATCH"),
            "an adoption was refused for an unexpected reason: {reason}"
        );
    }
    let decided = if adopted.contains(first.name.as_str()) { people } else { 2 * people };
    let accreditations = scene.adopter.all_accreditations(ask::all_accreditations()).await?;
    let gapless = (1..=decided).map(|number| format!("{}/accreditations/{number}", ask::election()));
    ensure!(
        accreditations.iter().map(|one| one.name.clone()).eq(gapless),
        "the numbers of the {} accreditations have a gap",
        accreditations.len()
    );
    Ok(())
}

/// Adopts decrees over different people at once through all servers. Half of them are invalid and must be refused.
/// Every decree takes effect completely or not at all. The numbers of accreditations and badges have no gap.
pub async fn adoptions(scene: &Scene, decrees: usize, people: usize) -> anyhow::Result<()> {
    let adopters = client_of_each_server(scene, "adopter")?;
    let mut requests = Vec::new();
    for number in 0..2 * decrees {
        let list = scene.recommend_many(["osce-odihr", "cis"][number / 2 % 2], people).await?;
        let last = list.last().cloned().context("a decree with people")?;
        let draft = scene.decree_over(list).await?;
        // In every second decree the last person withdraws. The adoption fails after it took the other numbers.
        if number % 2 == 1 {
            let secretary = [&scene.osce, &scene.cis][number / 2 % 2];
            secretary.withdraw_application(ask::withdraw(&last)).await?;
        }
        requests.push(ask::adopt(&draft));
    }
    let adopt = |(number, request): (usize, v1::AdoptDecreeRequest)| {
        let adopter = &adopters[number / 2 % SERVERS];
        async move { (number, adopter.adopt_decree(request).await) }
    };
    for (number, answer) in join_all(requests.into_iter().enumerate().map(adopt)).await {
        match answer {
            Ok(decree) => {
                let is_complete = usize::try_from(decree.accredited_count)? == people && number % 2 == 0;
                ensure!(
                    is_complete,
                    "{} was adopted over {} people, although it must be refused or complete",
                    decree.name,
                    decree.accredited_count
                );
            }
            Err(error) => ensure!(
                number % 2 == 1 && error.reason() == Some("ITEMS_NOT_READY"),
                "decree number {number} was refused with an unexpected error: {error}"
            ),
        }
    }
    let accreditations = scene.adopter.all_accreditations(ask::all_accreditations()).await?;
    ensure!(
        accreditations.len() == decrees * people,
        "{} accreditations exist, expected {}",
        accreditations.len(),
        decrees * people
    );
    for (number, accreditation) in (1..).zip(&accreditations) {
        let serial = accreditation.badge.as_ref().map(|badge| badge.serial);
        let expected = format!("{}/accreditations/{number}", ask::election());
        ensure!(accreditation.name == expected, "expected {expected}, got {}", accreditation.name);
        ensure!(serial == Some(number), "{expected} has the badge {serial:?}, expected {number}");
    }
    for of_one in accreditations.chunks(people) {
        ensure!(of_one.iter().all(|one| one.decree == of_one[0].decree), "the numbers of a decree are not consecutive");
    }
    Ok(())
}

/// Two registrars open an election through all servers at once. It must be open, and no request may fail.
pub async fn openings(scene: &Scene) -> anyhow::Result<()> {
    let mut registrars = client_of_each_server(scene, REGISTRAR)?;
    registrars.extend(client_of_each_server(scene, "registrar-2")?);
    let open = |registrar: &Client| {
        let (registrar, name) = (registrar.clone(), ask::election());
        async move { registrar.open_election(v1::OpenElectionRequest { request_id: request_id(), name }).await }
    };
    for answer in join_all(registrars.iter().map(open)).await {
        ensure!(answer?.state() == v1::ElectionState::Open);
    }
    scene.bring("cis", Reach::Submitted).await?;
    Ok(())
}
