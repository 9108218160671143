//! A mission plans where its people will be.
//!
//! The plan informs the hosts and permits nothing. Regions are those of the election's region set. Observers work in
//! pairs, or the plan says why not. An error names every problem at once. No acceptance scenario.

use anyhow::ensure;
use client::Code;
use rehearsal::calls::request_id;
use stories::{Reach, Scene, ask, refused};
use wire::v1;
use wire::v1::visit::Place;

use super::DATABASE;

/// The name of the deployment plan of `osce-odihr`.
fn name() -> String {
    format!("{}/deploymentPlan", ask::mission("osce-odihr"))
}

fn update(etag: &str, teams: &[v1::Team]) -> v1::UpdateDeploymentPlanRequest {
    let plan = v1::DeploymentPlan { teams: teams.to_vec(), ..Default::default() };
    v1::UpdateDeploymentPlanRequest { request_id: request_id(), name: name(), etag: etag.to_owned(), plan: Some(plan) }
}

fn get() -> v1::GetDeploymentPlanRequest {
    v1::GetDeploymentPlanRequest { name: name() }
}

/// Teams of two observers, one team in every region of the election.
async fn pairs(scene: &Scene) -> anyhow::Result<Vec<v1::Team>> {
    let election = scene.osce.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let mut teams = Vec::new();
    for (number, region) in (1..).zip(election.regions) {
        let visit = v1::Visit {
            place: Some(Place::Region(region.code)),
            start_date: "2019-06-07".to_owned(),
            end_date: "2019-06-10".to_owned(),
        };
        let mut observers = Vec::new();
        for _ in 0..2 {
            observers.push(scene.bring("osce-odihr", Reach::Draft).await?.name);
        }
        teams.push(v1::Team { number, observers, visits: vec![visit], ..Default::default() });
    }
    Ok(teams)
}

/// The invalid fields of a refused plan, each with its problem.
#[track_caller]
fn problems(answer: Result<v1::DeploymentPlan, client::Error>) -> Vec<(String, String)> {
    let error = refused(answer, Code::FailedPrecondition, "INVALID_PLAN");
    error.violations().iter().map(|one| (one.field.clone(), one.description.clone())).collect()
}

/// Where observers go is confidential between delegations, and the hosts need it for their safety.
#[tokio::test]
async fn the_hosts_read_a_deployment_plan_and_another_delegation_cannot() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    refused(scene.osce.get_deployment_plan(get()).await, Code::NotFound, "NOT_FOUND");
    let teams = pairs(&scene).await?;
    ensure!(teams.len() == 17);
    let first = scene.osce.update_deployment_plan(update("", &teams)).await?;
    ensure!(first.teams == teams && first.receipt.is_some());
    for reader in [&scene.osce, &scene.officer, &scene.reviewer, &scene.adopter, &scene.registrar, &scene.auditor] {
        let read = reader.get_deployment_plan(get()).await?;
        ensure!((read.teams == teams) && read.etag == first.etag, "{read:?}");
    }
    refused(scene.cis.get_deployment_plan(get()).await, Code::NotFound, "NOT_FOUND");
    refused(scene.cis.update_deployment_plan(update(&first.etag, &teams)).await, Code::NotFound, "NOT_FOUND");

    // A new plan replaces the plan that its author read. Another etag is refused.
    refused(scene.osce.update_deployment_plan(update("", &teams[..1])).await, Code::Aborted, "ETAG_MISMATCH");
    let second = scene.osce.update_deployment_plan(update(&first.etag, &teams[..1])).await?;
    ensure!(second.teams.len() == 1 && second.etag != first.etag);
    refused(scene.osce.update_deployment_plan(update(&first.etag, &teams)).await, Code::Aborted, "ETAG_MISMATCH");
    // A withdrawn application stays in a written plan, which permits nothing. A new plan cannot name it.
    scene.osce.withdraw_application(ask::withdraw(&teams[0].observers[0])).await?;
    ensure!(scene.reviewer.get_deployment_plan(get()).await?.teams == teams[..1]);
    let withdrawn = problems(scene.osce.update_deployment_plan(update(&second.etag, &teams)).await);
    ensure!(withdrawn == [("plan.teams[0].observers[0]".to_owned(), "the application is WITHDRAWN".to_owned())]);
    Ok(())
}

/// A plan has many teams. A client that learned of one problem at a time would send it again and again.
#[tokio::test]
async fn the_service_names_every_problem_of_a_deployment_plan_at_once() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let teams = pairs(&scene).await?;
    // These regions exist since 2022, so the region set of 2019 does not have them.
    let mut later = teams.clone();
    for (team, region) in later.iter_mut().skip(3).zip(["KZ-10", "KZ-33", "KZ-62"]) {
        team.visits[0].place = Some(Place::Region(region.to_owned()));
    }
    let found = problems(scene.osce.update_deployment_plan(update("", &later)).await);
    let fields: Vec<_> = found.iter().map(|(field, _)| field.as_str()).collect();
    ensure!(fields == [3, 4, 5].map(|team| format!("plan.teams[{team}].visits[0].region")), "{found:?}");
    ensure!(found.iter().all(|(_, problem)| problem.contains("the set kz-2019 has KZ-11")), "{found:?}");

    let mut twice = teams.clone();
    twice[1].observers[0].clone_from(&teams[0].observers[0]);
    twice[1].visits[0].start_date = "2019-06-10".to_owned();
    twice[2].visits[0].end_date = "2019-06-21".to_owned();
    twice[4].observers.pop();
    let found = problems(scene.osce.update_deployment_plan(update("", &twice)).await);
    let expected = [
        ("plan.teams[1].observers[0]", "is in team 1 on 2019-06-10 too"),
        ("plan.teams[2].visits[0].end_date", "the mission lasts from 2019-05-10 to 2019-06-20"),
        ("plan.teams[4].reason", "observers work in pairs: say why one is alone, or name a second observer"),
    ];
    ensure!(found == expected.map(|(field, problem)| (field.to_owned(), problem.to_owned())), "{found:?}");
    let theirs = scene.bring("cis", Reach::Draft).await?.name;
    let mut foreign = teams;
    foreign[0].support.push(theirs);
    let found = problems(scene.osce.update_deployment_plan(update("", &foreign)).await);
    let expected = ("plan.teams[0].support[0]".to_owned(), "the mission has no such application".to_owned());
    ensure!(found == [expected], "{found:?}");
    refused(scene.osce.get_deployment_plan(get()).await, Code::NotFound, "NOT_FOUND");
    Ok(())
}
