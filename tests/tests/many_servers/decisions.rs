//! Reviewers, adopters and registrars at the same moment, through different servers.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use client::Client;
use futures_util::future::join_all;
use rehearsal::calls::request_id;
use rehearsal::world::{CEC, REGISTRAR};
use stories::{Reach, Scene, ask};
use wire::v1;

use crate::servers::{SERVERS, at_server};

fn everywhere(scene: &Scene, principal: &str) -> anyhow::Result<Vec<Client>> {
    let profile = scene.world.profile(CEC, principal);
    (0..SERVERS).map(|server| at_server(scene, &profile, server)).collect()
}

/// Every request to claim, sent through all servers at once, claims one application; none is claimed by two requests,
/// and nobody is told that the queue is empty while it is not.
pub async fn claims(scene: &Scene, people: usize) -> anyhow::Result<()> {
    let waiting = scene.submit_many("osce-odihr", people).await?;
    scene.present_checked(waiting.clone()).await?;
    let reviewers = [everywhere(scene, "reviewer-1")?, everywhere(scene, "reviewer-2")?];
    let claim = |number: usize| {
        let (request, desks) = (ask::claim_next(&ask::election()), &reviewers[number % 2]);
        async move {
            let answers = join_all(desks.iter().map(|desk| desk.claim_next_application(request.clone()))).await;
            let names = answers.into_iter().map(|answer| Ok(answer?.name)).collect::<anyhow::Result<BTreeSet<_>>>()?;
            ensure!(names.len() == 1, "one request claimed {names:?}");
            names.into_iter().next().context("one name")
        }
    };
    let claimed = join_all((0..people).map(claim)).await.into_iter().collect::<anyhow::Result<BTreeSet<_>>>()?;
    ensure!(claimed == waiting.into_iter().collect(), "each was claimed once");
    let more = reviewers[0][0].claim_next_application(ask::claim_next(&ask::election())).await;
    ensure!(more.is_err_and(|error| error.reason() == Some("QUEUE_EMPTY")));
    Ok(())
}

/// Two decrees over the same people and over others, each adopted through all servers at once, under one request id and
/// under many: every person is decided once, and the numbers have no gap.
pub async fn decrees(scene: &Scene, people: usize) -> anyhow::Result<()> {
    let shared = scene.recommend_many("osce-odihr", people).await?;
    let own = scene.recommend_many("cis", people).await?;
    let first = scene.decree_over(shared.clone()).await?;
    let second = scene.decree_over([own, shared].concat()).await?;
    let adopters = everywhere(scene, "adopter")?;
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
    ensure!(adopted.len() == 1, "both decrees were adopted, or none: {adopted:?}");
    let refusals = answers.iter().filter_map(|answer| answer.as_ref().err()).filter_map(|error| error.reason());
    for reason in refusals {
        ensure!(matches!(reason, "ITEMS_NOT_READY" | "DECREE_ADOPTED" | "ETAG_MISMATCH"), "refused for {reason}");
    }
    let decided = if adopted.contains(first.name.as_str()) { people } else { 2 * people };
    let accreditations = scene.adopter.all_accreditations(ask::all_accreditations()).await?;
    let gapless = (1..=decided).map(|number| format!("{}/accreditations/{number}", ask::election()));
    ensure!(accreditations.iter().map(|one| one.name.clone()).eq(gapless), "{} numbers", accreditations.len());
    Ok(())
}

/// Decrees over different people, all adopted at once through all servers, and among them as many that cannot be: every
/// one is whole or nothing, and the numbers of accreditations and of badges have no gap, in any order.
pub async fn adoptions(scene: &Scene, decrees: usize, people: usize) -> anyhow::Result<()> {
    let adopters = everywhere(scene, "adopter")?;
    let mut requests = Vec::new();
    for number in 0..2 * decrees {
        let list = scene.recommend_many(["osce-odihr", "cis"][number / 2 % 2], people).await?;
        let last = list.last().cloned().context("somebody")?;
        let draft = scene.decree_over(list).await?;
        // The last of every other one withdraws, after the numbers of all before him were taken.
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
                let whole = usize::try_from(decree.accredited_count)? == people && number % 2 == 0;
                ensure!(whole, "{} is adopted over {} people", decree.name, decree.accredited_count);
            }
            Err(error) => ensure!(
                number % 2 == 1 && error.reason() == Some("ITEMS_NOT_READY"),
                "the {number}th is refused: {error}"
            ),
        }
    }
    let made = scene.adopter.all_accreditations(ask::all_accreditations()).await?;
    ensure!(made.len() == decrees * people, "{} accreditations", made.len());
    for (number, accreditation) in (1..).zip(&made) {
        let serial = accreditation.badge.as_ref().map(|badge| badge.serial);
        let expected = format!("{}/accreditations/{number}", ask::election());
        ensure!(accreditation.name == expected, "{} stands where {expected} is to be", accreditation.name);
        ensure!(serial == Some(number), "{expected} has the badge {serial:?}");
    }
    for of_one in made.chunks(people) {
        ensure!(of_one.iter().all(|one| one.decree == of_one[0].decree), "the numbers of a decree follow each other");
    }
    Ok(())
}

/// An election is opened by two registrars on all servers at once, and once more: it is open, and nobody is refused.
pub async fn openings(scene: &Scene) -> anyhow::Result<()> {
    let mut registrars = everywhere(scene, REGISTRAR)?;
    registrars.extend(everywhere(scene, "registrar-2")?);
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
