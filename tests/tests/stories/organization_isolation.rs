//! A delegation sees only its own data.
//!
//! A resource of another organization is answered like one that does not exist, and the attempt is recorded. A
//! delegation that is not invited cannot file. It reads the decision of the commission, not who reviewed. Scenarios 5
//! and 12.

use std::collections::BTreeSet;

use anyhow::ensure;
use client::{Client, Code};
use rehearsal::Stage;
use rehearsal::calls::request_id;
use rehearsal::world::{ELECTION, VOTING_DAY};
use stories::{Reach, Scene, ask, eventually, refused};
use wire::v1;

use super::DATABASE;

/// Methods that name an application and that a delegation may call.
const METHODS: [&str; 4] = ["GetApplication", "UpdateApplication", "SubmitApplication", "WithdrawApplication"];

/// An id that no application has.
const NOBODY: &str = "01964000-0000-7000-8000-000000000000";

/// An answer that differed for existing people would reveal who another delegation has filed.
#[tokio::test]
async fn scenario_05_a_delegation_cannot_find_people_of_another_and_the_attempt_is_recorded() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let theirs = scene.bring("cis", Reach::Submitted).await?.name;
    let absent = format!("{}/applications/{NOBODY}", ask::mission("cis"));
    for method in METHODS {
        let (foreign, missing) = (call(&scene.osce, method, &theirs).await, call(&scene.osce, method, &absent).await);
        let (foreign, missing) =
            (refused(foreign, Code::NotFound, "NOT_FOUND"), refused(missing, Code::NotFound, "NOT_FOUND"));
        let content = |error: &client::Error, name: &str| {
            (error.to_string().replace(name, "it"), error.metadata().clone(), error.violations().to_vec())
        };
        ensure!(content(&foreign, &theirs) == content(&missing, &absent), "{method} reveals which application exists");
    }
    let expected: BTreeSet<(String, String)> = METHODS
        .iter()
        .flat_map(|method| [&theirs, &absent].map(|name| (format!("ApplicationService/{method}"), name.clone())))
        .collect();
    eventually("every attempt is recorded, on existing and missing applications", || async {
        let attempts = scene.auditor.all_access_attempts(v1::ListAccessAttemptsRequest::default()).await?;
        let by_osce =
            attempts.into_iter().filter(|one| one.principal == "organizations/osce-odihr/principals/secretary");
        let recorded: BTreeSet<_> = by_osce.map(|attempt| (attempt.method, attempt.resource)).collect();
        Ok((recorded == expected).then_some(()))
    })
    .await?;
    ensure!(scene.cis.get_application(ask::application(&theirs)).await?.state() == v1::ApplicationState::Submitted);
    Ok(())
}

/// Calls one of [`METHODS`] with the name of an application.
async fn call(client: &Client, method: &str, name: &str) -> Result<v1::Application, client::Error> {
    let known = v1::Application { name: name.to_owned(), etag: "1-1".to_owned(), ..Default::default() };
    match method {
        "GetApplication" => client.get_application(ask::application(name)).await,
        "UpdateApplication" => {
            let person = rehearsal::people::People::new(5).person("FRA");
            let content = rehearsal::filing::application(v1::Category::Diplomat, person);
            client.update_application(ask::update(&known, content)).await
        }
        "SubmitApplication" => client.submit_application(ask::submit(name)).await,
        "WithdrawApplication" => client.withdraw_application(ask::withdraw(name)).await,
        other => unreachable!("{other} is not one of METHODS"),
    }
}

/// Only the hosts invite. The ground tells an organization to ask for an invitation, not to file again.
#[tokio::test]
async fn scenario_12_the_service_refuses_an_organization_without_an_invitation_and_says_why() -> anyhow::Result<()> {
    let scene = Scene::at_stage(DATABASE, Stage::Opened).await?;
    let filed = scene.osce.create_application(ask::file(&ask::mission("osce-odihr"), scene.someone())).await;
    let filed = refused(filed, Code::PermissionDenied, "NOT_INVITED");
    ensure!(filed.to_string().contains("invitation"), "{filed}");
    let announced = scene.world.announce_mission(ELECTION, "osce-odihr", VOTING_DAY);
    let announced =
        announced.await.map_err(|error| error.downcast::<client::Error>().expect("not an error of the service"));
    refused(announced, Code::PermissionDenied, "NOT_INVITED");

    // The invitation must also be accepted.
    scene.world.invite(ELECTION, "osce-odihr").await?;
    let early = scene.osce.create_application(ask::file(&ask::mission("osce-odihr"), scene.someone())).await;
    refused(early, Code::FailedPrecondition, "INVITATION_NOT_ACCEPTED");
    Ok(())
}

/// A total over all organizations would reveal the size of another delegation.
#[tokio::test]
async fn the_lists_and_totals_of_a_delegation_contain_only_its_own_people() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    for organization in ["osce-odihr", "cis"] {
        let recommended = scene.bring(organization, Reach::Recommended).await?;
        scene.decide(vec![recommended.name]).await?;
    }
    let parent = ask::election();
    let missions =
        scene.osce.all_missions(v1::ListMissionsRequest { parent: parent.clone(), ..Default::default() }).await?;
    let invitations = scene.osce.all_invitations(v1::ListInvitationsRequest { parent, ..Default::default() }).await?;
    let applications = scene.osce.all_applications(ask::all_applications()).await?;
    let accreditations = scene.osce.all_accreditations(ask::all_accreditations()).await?;
    let names = [
        missions.into_iter().map(|one| one.name).collect::<Vec<_>>(),
        invitations.into_iter().map(|one| one.name).collect(),
        applications.into_iter().map(|one| one.name).collect(),
        accreditations.into_iter().map(|one| one.application).collect(),
    ];
    for names in names {
        ensure!(names.len() == 1 && names[0].contains("/osce-odihr"), "{names:?}");
    }
    let totals = scene.osce.get_totals(ask::totals()).await?;
    ensure!(totals.organizations.len() == 1 && totals.accredited == 1);
    ensure!(scene.auditor.get_totals(ask::totals()).await?.accredited == 2);
    Ok(())
}

/// Findings and the names of reviewers are for the commission. A delegation reads the decision.
#[tokio::test]
async fn a_delegation_sees_neither_findings_nor_names_of_the_commission() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old_passport = scene.someone_with_an_old_passport()?;
    let claimed = scene.bring_as("osce-odihr", old_passport, Reach::InReview).await?;
    ensure!(claimed.findings.len() == 1 && !claimed.reviewer.is_empty());
    let seen = scene.osce.get_application(ask::application(&claimed.name)).await?;
    ensure!(seen.findings.is_empty() && seen.reviewer.is_empty() && seen.recommendation.is_none());
    Ok(())
}

/// The rights of a principal are read on every call. A cached right would let a stolen key continue.
#[tokio::test]
async fn the_service_refuses_the_next_call_of_a_disabled_principal() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let disable = v1::DisablePrincipalRequest {
        request_id: request_id(),
        name: "organizations/osce-odihr/principals/secretary".to_owned(),
        reason: "The key was lost.".to_owned(),
    };
    scene.osce.who_am_i(v1::WhoAmIRequest {}).await?;
    scene.registrar.disable_principal(disable).await?;
    refused(scene.osce.who_am_i(v1::WhoAmIRequest {}).await, Code::Unauthenticated, "PRINCIPAL_DISABLED");
    scene.cis.who_am_i(v1::WhoAmIRequest {}).await?;
    Ok(())
}
