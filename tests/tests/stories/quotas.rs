//! An invitation has a quota of people for a category. The rule pack says whether quotas are binding.
//!
//! A binding quota is never exceeded, also by concurrent submissions. A later reduction removes nobody. Without a quota
//! there is no limit. No acceptance scenario.

use anyhow::ensure;
use client::Code;
use futures_util::future::join_all;
use rehearsal::calls::request_id;
use rehearsal::world::VOTING_DAY;
use stories::{Scene, ask, at, refused};
use wire::v1;

use super::DATABASE;

/// The election with binding quotas.
const CODE: &str = "kz-binding-2019";

/// The name of that election.
fn parent() -> String {
    format!("elections/{CODE}")
}

/// A quota of short-term observers.
fn quotas(limit: i32) -> Vec<v1::Quota> {
    vec![v1::Quota { category: v1::Category::ShortTermObserver.into(), limit }]
}

/// Opens an election with binding quotas, and invites `osce-odihr` with a quota of short-term observers.
async fn open_election_with_quota(scene: &Scene, limit: i32) -> anyhow::Result<()> {
    let known = scene.registrar.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let election = Some(v1::Election { rule_pack: "kz-2".to_owned(), ..known });
    let election_id = CODE.to_owned();
    let create = v1::CreateElectionRequest { request_id: request_id(), election_id, election };
    let name = scene.registrar.create_election(create).await?.name;
    scene.registrar.open_election(v1::OpenElectionRequest { request_id: request_id(), name }).await?;
    let invite = v1::CreateInvitationRequest {
        request_id: request_id(),
        parent: parent(),
        organization_id: "osce-odihr".to_owned(),
        invitation: Some(v1::Invitation { quotas: quotas(limit), ..Default::default() }),
    };
    scene.officer.create_invitation(invite).await?;
    scene.world.accept_invitation(CODE, "osce-odihr").await?;
    scene.world.announce_mission(CODE, "osce-odihr", VOTING_DAY).await?;
    Ok(())
}

/// Files a draft with its documents in that election.
async fn draft(scene: &Scene, category: v1::Category) -> anyhow::Result<v1::Application> {
    let content = v1::Application { category: category.into(), ..scene.someone() };
    let mission = format!("{}/missions/osce-odihr", parent());
    let draft = scene.osce.create_application(ask::file(&mission, content)).await?;
    scene.upload(&scene.osce, &draft).await?;
    Ok(draft)
}

/// Files this number of short-term observers.
async fn drafts(scene: &Scene, count: usize) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for _ in 0..count {
        names.push(draft(scene, v1::Category::ShortTermObserver).await?.name);
    }
    Ok(names)
}

/// Submits all of them concurrently. Returns those that the service accepted; the others must exceed the quota.
async fn submit_concurrently(scene: &Scene, names: &[String], limit: usize) -> anyhow::Result<Vec<String>> {
    let answers = join_all(names.iter().map(|name| scene.osce.submit_application(ask::submit(name)))).await;
    let mut accepted = Vec::new();
    for answer in answers {
        match answer {
            Ok(application) => accepted.push(application.name),
            Err(error) => {
                let error = refused(Err::<(), _>(error), Code::FailedPrecondition, "QUOTA_EXCEEDED");
                let fact = |key: &str| error.metadata().get(key).cloned().unwrap_or_default();
                ensure!(fact("category") == "CATEGORY_SHORT_TERM_OBSERVER");
                ensure!((fact("limit"), fact("used")) == (limit.to_string(), limit.to_string()));
            }
        }
    }
    Ok(accepted)
}

/// The ministry presents a list in that election.
async fn present(scene: &Scene, list: Vec<String>) -> anyhow::Result<()> {
    let note = format!("note {}", scene.number());
    let request = v1::CreatePresentationRequest { parent: parent(), ..ask::present(&note, list) };
    scene.officer.create_presentation(request).await?;
    Ok(())
}

/// The ministry changes the quota of the invitation.
async fn set_quota(scene: &Scene, limit: i32) -> anyhow::Result<v1::Invitation> {
    let name = format!("{}/invitations/osce-odihr", parent());
    let read = scene.officer.get_invitation(v1::GetInvitationRequest { name: name.clone() }).await?;
    let invitation = Some(v1::Invitation { quotas: quotas(limit), ..Default::default() });
    let request = v1::UpdateInvitationRequest { request_id: request_id(), name, etag: read.etag, invitation };
    Ok(scene.officer.update_invitation(request).await?)
}

/// Each submission alone sees a free place. Without a lock, all of them would take it.
#[tokio::test]
async fn concurrent_submissions_do_not_exceed_a_binding_quota() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    open_election_with_quota(&scene, 5).await?;
    let names = drafts(&scene, 20).await?;
    let accepted = submit_concurrently(&scene, &names, 5).await?;
    ensure!(accepted.len() == 5, "{} were accepted", accepted.len());
    let left: Vec<_> = names.into_iter().filter(|name| !accepted.contains(name)).collect();

    // A withdrawal frees one place, and one application gets it. A category without a quota has no limit.
    scene.osce.withdraw_application(ask::withdraw(&accepted[0])).await?;
    ensure!(submit_concurrently(&scene, &left, 5).await?.len() == 1);
    for _ in 0..7 {
        let driver = draft(&scene, v1::Category::Driver).await?;
        scene.osce.submit_application(ask::submit(&driver.name)).await?;
    }
    // An application that is returned and submitted again counts once.
    let read = scene.officer.get_application(ask::application(&accepted[1])).await?;
    scene.officer.return_application(ask::give_back(&read)).await?;
    scene.osce.submit_application(ask::submit(&accepted[1])).await?;
    // Under a rule pack without binding quotas nobody is refused because of a quota.
    let name = format!("{}/invitations/osce-odihr", ask::election());
    let read = scene.officer.get_invitation(v1::GetInvitationRequest { name: name.clone() }).await?;
    let invitation = Some(v1::Invitation { quotas: quotas(0), ..Default::default() });
    let request = v1::UpdateInvitationRequest { request_id: request_id(), name, etag: read.etag, invitation };
    scene.officer.update_invitation(request).await?;
    scene.submit_many("osce-odihr", 2).await?;
    Ok(())
}

/// A decision that was taken under the old quota stays valid.
#[tokio::test]
async fn a_reduced_quota_removes_nobody_and_an_answer_cannot_exceed_it() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    open_election_with_quota(&scene, 2).await?;
    let names = drafts(&scene, 3).await?;
    let accepted = submit_concurrently(&scene, &names[..2], 2).await?;
    let driver = draft(&scene, v1::Category::Driver).await?;
    scene.osce.submit_application(ask::submit(&driver.name)).await?;
    present(&scene, [&accepted[..], std::slice::from_ref(&driver.name)].concat()).await?;

    // One person is accredited and the other is recommended when the quota is reduced to nobody.
    let mut recommended = Vec::new();
    for name in &accepted {
        let claimed = scene.reviewer.claim_application(ask::claim(name)).await?;
        recommended.push(scene.reviewer.recommend_application(ask::recommend(&claimed)).await?.name);
    }
    let decree = v1::CreateDecreeRequest { parent: parent(), ..ask::draft_decree("12/1") };
    let decree = scene.adopter.create_decree(decree).await?;
    let decree = scene.adopter.add_decree_items(ask::list_in(&decree.name, recommended[..1].to_vec())).await?;
    scene.adopter.adopt_decree(ask::adopt(&decree)).await?;
    ensure!(set_quota(&scene, 0).await?.quotas == quotas(0));
    let state = async |name: &str| anyhow::Ok(scene.osce.get_application(ask::application(name)).await?.state());
    ensure!(state(&accepted[0]).await? == v1::ApplicationState::Accredited);
    ensure!(state(&accepted[1]).await? == v1::ApplicationState::Recommended);
    refused(scene.osce.submit_application(ask::submit(&names[2])).await, Code::FailedPrecondition, "QUOTA_EXCEEDED");
    let decree = v1::CreateDecreeRequest { parent: parent(), ..ask::draft_decree("12/2") };
    let decree = scene.adopter.create_decree(decree).await?;
    let decree = scene.adopter.add_decree_items(ask::list_in(&decree.name, recommended[1..].to_vec())).await?;
    scene.adopter.adopt_decree(ask::adopt(&decree)).await?;
    ensure!(state(&accepted[1]).await? == v1::ApplicationState::Accredited);

    // An answer to the commission cannot turn a driver into an observer while the quota of observers is full.
    let claimed = scene.reviewer.claim_application(ask::claim(&driver.name)).await?;
    let due = at("2019-05-20T00:00:00Z");
    scene.reviewer.raise_questions(ask::raise_questions(&claimed, due)).await?;
    let answer = |category: v1::Category| {
        let content = v1::Application { category: category.into(), ..rehearsal::filing::content(&driver) };
        v1::AnswerQuestionsRequest { application: Some(content), ..ask::answer(&driver.name) }
    };
    let observer = scene.osce.answer_questions(answer(v1::Category::ShortTermObserver)).await;
    refused(observer, Code::FailedPrecondition, "QUOTA_EXCEEDED");
    scene.osce.answer_questions(answer(v1::Category::Driver)).await?;
    Ok(())
}
