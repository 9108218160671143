//! A delegation can list which accreditations it has not confirmed for a run-off.
//!
//! Under a rule pack that requires confirmation, the service ends what is not confirmed at the submission cutoff. The
//! list must be exactly what the service would end. No acceptance scenario; scenario 25 is in `run_off.rs`.

use anyhow::ensure;
use client::{Client, Code};
use stories::{Scene, ask, at, refused};
use wire::v1::{self, AccreditationState};

use super::DATABASE;
use super::run_off::{AFTER_SUBMISSION_CUTOFF, Round, accreditation, confirm};

use AccreditationState::{Active, Ended, WithdrawnBySender};

/// The numbers of the active accreditations that are confirmed, or that are not. Also the token of the second page, if
/// there is one.
async fn list_by_confirmation(
    round: &Round<'_>,
    reader: &Client,
    confirmed: bool,
) -> anyhow::Result<(Vec<u32>, String)> {
    let (filter, mut page_token) = (format!("confirmed = {confirmed}"), String::new());
    let (mut numbers, mut second) = (Vec::new(), None);
    loop {
        let request =
            v1::ListAccreditationsRequest { parent: round.name(), page_size: 2, page_token, filter: filter.clone() };
        let page = reader.list_accreditations(request).await?;
        ensure!(page.accreditations.len() <= 2 && page.accreditations.iter().all(|one| one.state() == Active));
        for one in &page.accreditations {
            ensure!(one.confirm_time.is_some() == confirmed, "{one:?}");
            numbers.push(one.name.rsplit('/').next().unwrap_or_default().parse()?);
        }
        page_token = page.next_page_token;
        second.get_or_insert(page_token.clone());
        if page_token.is_empty() {
            return Ok((numbers, second.unwrap_or_default()));
        }
    }
}

/// A person that the list missed would lose the accreditation at the cutoff without warning.
#[tokio::test]
async fn a_delegation_lists_the_accreditations_that_it_has_not_confirmed_yet() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (round, other) = (Round::under(&scene, "kz-3").await?, Round::under(&scene, "kz-1").await?);
    round.accredit_many("osce-odihr", 6).await?;
    round.accredit_many("cis", 1).await?;
    other.accredit_many("osce-odihr", 1).await?;
    let name = |number| accreditation(&round, number);
    scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&name(6))).await?;
    let lists = async |of, reader| {
        Ok::<_, anyhow::Error>((
            list_by_confirmation(of, reader, false).await?.0,
            list_by_confirmation(of, reader, true).await?.0,
        ))
    };
    let empty = || (Vec::new(), Vec::new());
    ensure!(lists(&round, &scene.osce).await? == empty(), "nobody can be confirmed before a run-off is called");

    round.call_run_off().await?;
    scene.registrar.call_run_off(other.call_request()).await?;
    scene.world.clock().set(at("2019-06-11T04:00:00Z")).await?;
    round.accredit_many("osce-odihr", 1).await?;
    ensure!(
        lists(&other, &scene.osce).await? == empty(),
        "nobody needs a confirmation under a rule pack that carries over"
    );
    ensure!(
        lists(&round, &scene.osce).await? == (vec![1, 2, 3, 4, 5], vec![]),
        "{:?}",
        lists(&round, &scene.osce).await?
    );
    ensure!(lists(&round, &scene.auditor).await?.0 == [1, 2, 3, 4, 5, 7]);

    // A page token is valid only for its own filter. It continues after its page, whatever was confirmed meanwhile.
    let (_, page_token) = list_by_confirmation(&round, &scene.osce, false).await?;
    let mission = round.mission("osce-odihr");
    scene.osce.confirm_accreditations(confirm(&mission, &[name(1), name(2), name(4)])).await?;
    let next = |filter: &str| v1::ListAccreditationsRequest {
        parent: round.name(),
        page_size: 2,
        page_token: page_token.clone(),
        filter: filter.to_owned(),
    };
    let rest = scene.osce.list_accreditations(next("confirmed = false")).await?;
    let rest: Vec<_> = rest.accreditations.into_iter().map(|one| one.name).collect();
    ensure!(rest == [name(3), name(5)], "{rest:?}");
    for filter in ["", "confirmed = true"] {
        refused(scene.osce.list_accreditations(next(filter)).await, Code::InvalidArgument, "INVALID_PAGE_TOKEN");
    }
    let wrong = v1::ListAccreditationsRequest { page_token: String::new(), ..next("confirmed = perhaps") };
    refused(scene.osce.list_accreditations(wrong).await, Code::InvalidArgument, "INVALID_FILTER");
    ensure!(lists(&round, &scene.osce).await? == (vec![3, 5], vec![1, 2, 4]));
    ensure!(lists(&round, &scene.cis).await? == (vec![7], vec![]));
    let answer = scene.osce.confirm_accreditations(confirm(&mission, &[name(3)])).await?;
    ensure!(answer.unconfirmed == [name(5)], "the answer must agree with the list: {answer:?}");
    scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&name(3))).await?;
    ensure!(lists(&round, &scene.osce).await? == (vec![5], vec![1, 2, 4]));

    // The service ends exactly the accreditations that were listed.
    scene.world.clock().set(at(AFTER_SUBMISSION_CUTOFF)).await?;
    round
        .wait_for_states(&[Active, Active, WithdrawnBySender, Active, Ended, WithdrawnBySender, Ended, Active])
        .await?;
    ensure!(lists(&round, &scene.auditor).await? == (vec![], vec![1, 2, 4]));
    Ok(())
}
