//! An adopter adds the people of a filter to a draft in one call.
//!
//! The service leaves out people that this adopter could not accredit by the draft, and counts them by reason: people
//! of another draft, the adopter's own recommendations, recusals and findings. No acceptance scenario.

use std::time::Instant;

use anyhow::ensure;
use client::{Client, Code};
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, eventually, refused};
use wire::v1::{self, LeftOutReason, PrincipalKind};

use super::DATABASE;

/// Registers one person with two certificates, both with the roles of reviewer and adopter.
async fn add_member(scene: &mut Scene) -> anyhow::Result<[Client; 2]> {
    let both = ["cec.reviewer", "cec.adopter"];
    scene.world.add_principal(CEC, "member", PrincipalKind::Person, "a.member", &both).await?;
    scene.world.add_principal(CEC, "member-card-2", PrincipalKind::Person, "a.member", &both).await?;
    Ok(["member", "member-card-2"].map(|principal| scene.world.actor(CEC, principal)))
}

/// How many people were added, how many remain for another call, and how many were left out for each reason.
fn counts(decree: &v1::Decree) -> (i32, i32, Vec<(LeftOutReason, i32)>) {
    let selection = decree.selection.clone().expect("the call had a filter");
    let left_out = selection.left_out.iter().map(|one| (one.reason(), one.count)).collect();
    (selection.added_count, selection.left_count, left_out)
}

/// An adopter who lists hundreds of people must learn who is missing and why, or they would be forgotten.
#[tokio::test]
async fn a_draft_lists_the_people_of_a_filter_and_counts_those_left_out_by_reason() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let [member, second_card] = add_member(&mut scene).await?;
    let osce = scene.recommend_many("osce-odihr", 20).await?;
    let cis = scene.recommend_many("cis", 15).await?;
    for organization in ["osce-odihr", "cis"] {
        let own = scene.bring(organization, Reach::Presented).await?.name;
        let claimed = member.claim_application(ask::claim(&own)).await?;
        member.recommend_application(ask::recommend(&claimed)).await?;
    }
    let recused = member.get_application(ask::application(&cis[0])).await?;
    member.recuse_application(ask::recuse(&recused)).await?;
    scene.decree_over(osce[..3].to_vec()).await?;
    let listed = scene.reviewer.get_application(ask::application(&cis[1])).await?;
    scene.registrar.replace_watch_list(ask::watch(&listed.person.clone().unwrap_or_default())).await?;
    eventually("the checks find the watch-list match", || async {
        let found = scene.reviewer.get_application(ask::application(&cis[1])).await?.findings;
        Ok(found.iter().any(|finding| finding.code == "WATCH_LIST").then_some(()))
    })
    .await?;

    let draft = scene.adopter.create_decree(ask::draft_decree("selected")).await?;
    let request = ask::list_filtered_in(&draft.name, "organization = osce-odihr AND verdict = ACCREDIT");
    let selected = member.add_decree_items(request.clone()).await?;
    let others = vec![(LeftOutReason::InAnotherDraft, 3), (LeftOutReason::OwnRecommendation, 1)];
    ensure!(counts(&selected) == (17, 0, others), "{selected:?}");
    ensure!(selected.applications == osce[3..], "people must be added in the order of the queue");
    let none = member.add_decree_items(ask::list_filtered_in(&draft.name, "verdict = REFUSE")).await?;
    ensure!(counts(&none) == (0, 0, Vec::new()) && none.applications == selected.applications, "{none:?}");
    let again = member.add_decree_items(request).await?;
    ensure!(again.selection == selected.selection && again.receipt == selected.receipt, "{again:?}");
    let read = member.get_decree(ask::decree(&draft.name)).await?;
    ensure!(read.selection.is_none(), "only the answer to the call has the selection");

    let rest = second_card.add_decree_items(ask::list_filtered_in(&draft.name, "state = RECOMMENDED")).await?;
    let others = vec![
        (LeftOutReason::AlreadyListed, 17),
        (LeftOutReason::InAnotherDraft, 3),
        (LeftOutReason::OwnRecommendation, 2),
        (LeftOutReason::Recused, 1),
        (LeftOutReason::FindingsStand, 1),
    ];
    ensure!(counts(&rest) == (13, 0, others), "{rest:?}");
    ensure!(rest.applications == [&osce[3..], &cis[2..]].concat(), "people must be added at the end of the list");
    let named = scene.adopter.add_decree_items(ask::list_in(&draft.name, vec![osce[3].clone()])).await?;
    ensure!(named.selection.is_none(), "{named:?}");
    let adopted = member.adopt_decree(ask::adopt(&named)).await?;
    ensure!(adopted.accredited_count == 30, "{adopted:?}");

    let both = v1::AddDecreeItemsRequest {
        applications: vec![osce[0].clone()],
        ..ask::list_filtered_in(&draft.name, "state = RECOMMENDED")
    };
    refused(member.add_decree_items(both).await, Code::InvalidArgument, "INVALID_REQUEST");
    let waiting = member.add_decree_items(ask::list_filtered_in(&draft.name, "state = PRESENTED")).await;
    refused(waiting, Code::InvalidArgument, "INVALID_FILTER");
    let late = member.add_decree_items(ask::list_filtered_in(&draft.name, "state = RECOMMENDED")).await;
    refused(late, Code::FailedPrecondition, "DECREE_ADOPTED");
    Ok(())
}

/// `SELECTION_PEOPLE` is the number of people. One call adds at most 800.
#[tokio::test]
async fn a_draft_lists_many_people_in_one_call() -> anyhow::Result<()> {
    let people = std::env::var("SELECTION_PEOPLE").map_or(Ok(50), |number| number.parse())?;
    let scene = Scene::on(DATABASE).await?;
    let names = scene.recommend_many("osce-odihr", people).await?;
    let draft = scene.adopter.create_decree(ask::draft_decree("many")).await?;
    let begin = Instant::now();
    let selected = scene.adopter.add_decree_items(ask::list_filtered_in(&draft.name, "state = RECOMMENDED")).await?;
    eprintln!("{} people listed on {DATABASE:?} in {:?}", selected.applications.len(), begin.elapsed());
    let listed = names.len().min(800);
    let (listed_count, left) = (i32::try_from(listed)?, i32::try_from(names.len() - listed)?);
    ensure!(counts(&selected) == (listed_count, left, Vec::new()), "{:?}", selected.selection);
    ensure!(selected.applications == names[..listed], "people must be added in the order of the queue");
    Ok(())
}
