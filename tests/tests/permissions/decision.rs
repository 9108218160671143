//! The calls of ReviewService, DecreeService and AccreditationService.

use domain::vocabulary::role::Role;
use stories::{Reach, ask, at};
use wire::v1;

use super::call::{Answer, Call, Relation};

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    match method {
        "ClaimNextApplication" | "ClaimApplication" | "RaiseQuestions" | "ClearFinding" | "RecommendApplication" => {
            review(call, method).await
        }
        "ReleaseApplication" | "TakeOverApplication" | "RecuseApplication" => change_reviewer(call, method).await,
        _ => decide(call, method).await,
    }
}

/// The calls of ReviewService by which a reviewer examines an application.
async fn review(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let (caller, scene) = (&call.caller, &call.fixture.scene);
    Ok(match method {
        "ClaimNextApplication" => {
            call.application(Reach::Presented).await?;
            caller.claim_next_application(ask::claim_next(&call.election())).await.map(drop)
        }
        "ClaimApplication" => {
            let presented = call.application(Reach::Presented).await?;
            caller.claim_application(ask::claim(&presented.name)).await.map(drop)
        }
        "RaiseQuestions" => {
            let claimed = call.claimed(scene.someone()).await?;
            let request = ask::raise_questions(&claimed, at("2019-05-20T00:00:00Z"));
            caller.raise_questions(request).await.map(drop)
        }
        "ClearFinding" => {
            let claimed = call.claimed(scene.someone_with_an_old_passport()?).await?;
            caller.clear_finding(ask::clear(&claimed, "PASSPORT_EXPIRES_EARLY")).await.map(drop)
        }
        _ => {
            let claimed = call.claimed(scene.someone()).await?;
            caller.recommend_application(ask::recommend(&claimed)).await.map(drop)
        }
    })
}

/// The calls of ReviewService by which an application gets another reviewer or none.
async fn change_reviewer(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let (caller, scene) = (&call.caller, &call.fixture.scene);
    Ok(match method {
        "ReleaseApplication" => {
            let claimed = call.claimed(scene.someone()).await?;
            caller.release_application(ask::release_claim(&claimed)).await.map(drop)
        }
        "TakeOverApplication" => {
            // The claim of a colleague counts as `own` here: the caller may take it over.
            let held =
                call.application(if call.is(Relation::Own) { Reach::Presented } else { Reach::InReview }).await?;
            let held = match call.relation {
                Relation::Own => call.fixture.second_reviewer.claim_application(ask::claim(&held.name)).await?,
                _ => held,
            };
            caller.take_over_application(ask::take_over(&held)).await.map(drop)
        }
        _ => {
            let held = call.application(Reach::InReview).await?;
            caller.recuse_application(ask::recuse(&held)).await.map(drop)
        }
    })
}

/// The calls of DecreeService and AccreditationService.
async fn decide(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let (caller, parent) = (&call.caller, call.election());
    Ok(match method {
        "CreateDecree" => {
            let request = ask::draft_decree(&format!("decree {}", call.number()));
            caller.create_decree(v1::CreateDecreeRequest { parent, ..request }).await.map(drop)
        }
        "UpdateDecree" => {
            let (draft, new) = (draft_decree(call).await?, ask::draft_decree(&format!("decree {}", call.number())));
            let request = v1::UpdateDecreeRequest { decree: new.decree, ..ask::correct_decree(&draft, "") };
            caller.update_decree(request).await.map(drop)
        }
        "AddDecreeItems" => {
            let (draft, more) = (draft_decree(call).await?, call.application(Reach::Recommended).await?);
            caller.add_decree_items(ask::list_in(&draft.name, vec![more.name])).await.map(drop)
        }
        "RemoveDecreeItems" => {
            let draft = draft_decree(call).await?;
            caller.remove_decree_items(ask::take_out_of(&draft.name, draft.applications)).await.map(drop)
        }
        "AdoptDecree" => caller.adopt_decree(ask::adopt(&draft_decree(call).await?)).await.map(drop),
        "SendBackApplication" => {
            let recommended = call.application(Reach::Recommended).await?;
            caller.send_back_application(ask::send_back(&recommended)).await.map(drop)
        }
        "GetDecree" => caller.get_decree(ask::decree(&decree_to_read(call).await?)).await.map(drop),
        "ListDecrees" => caller.list_decrees(v1::ListDecreesRequest { parent, ..Default::default() }).await.map(drop),
        "RenderDecreeList" => {
            let request = ask::decree_list(&decree_to_read(call).await?, v1::Language::Kk, v1::ListFormat::Pdf);
            caller.render_decree_list(request).await.map(drop)
        }
        "AttachDecreeScan" => {
            let name = if call.is(Relation::Absent) {
                draft_decree(call).await?.name
            } else {
                call.fixture.decree.name.clone()
            };
            let bytes = documents::sample::page(&["SPECIMEN", &format!("copy {}", call.number())]);
            caller.attach_decree_scan(ask::scan_header(&name, &bytes), bytes.into()).await.map(drop)
        }
        "DownloadDecreeScan" => {
            let request = v1::DownloadDecreeScanRequest { name: decree_to_read(call).await? };
            caller.download_decree_scan(request).await.map(drop)
        }
        "GetAccreditation" => {
            let number = if call.owner() == "cis" { 2 } else { 1 };
            let name = format!("{parent}/accreditations/{number}");
            caller.get_accreditation(v1::GetAccreditationRequest { name }).await.map(drop)
        }
        "ListAccreditations" => {
            let request = v1::ListAccreditationsRequest { parent, ..Default::default() };
            caller.list_accreditations(request).await.map(drop)
        }
        "WithdrawAccreditation" => {
            let name = match call.relation {
                Relation::Absent => format!("{}/accreditations/999", ask::election()),
                _ => new_accreditation(call).await?,
            };
            caller.withdraw_accreditation(ask::withdraw_accreditation(&name)).await.map(drop)
        }
        "ProposeChange" => {
            let name = match call.relation {
                Relation::Absent => format!("{}/accreditations/999", ask::election()),
                _ => new_accreditation(call).await?,
            };
            caller.propose_change(ask::annul(&name)).await.map(drop)
        }
        "WithdrawProposal" => {
            caller.withdraw_proposal(ask::withdraw_proposal(&open_proposal(call).await?)).await.map(drop)
        }
        "GetProposal" => {
            let name = open_proposal(call).await?;
            if call.role == Role::MfaOfficer && call.is(Relation::Own) {
                let (scene, list) = (&call.fixture.scene, vec![name.clone()]);
                scene.adopter.adopt_decree(ask::adopt(&scene.decree_over_proposals(list).await?)).await?;
            }
            caller.get_proposal(ask::proposal(&name)).await.map(drop)
        }
        "ListProposals" => {
            caller.list_proposals(v1::ListProposalsRequest { parent, ..Default::default() }).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The name of a new accreditation of the owner that no other call uses.
async fn new_accreditation(call: &Call<'_>) -> anyhow::Result<String> {
    let scene = &call.fixture.scene;
    let recommended = scene.bring(call.owner(), Reach::Recommended).await?.name;
    scene.decide(vec![recommended.clone()]).await?;
    Ok(scene.reviewer.get_application(ask::application(&recommended)).await?.accreditation)
}

/// The name of an open proposal, or of one that does not exist. For a reviewer, a colleague made the proposal of
/// `other`.
async fn open_proposal(call: &Call<'_>) -> anyhow::Result<String> {
    if call.is(Relation::Absent) {
        return Ok(format!("{}/proposals/999", ask::election()));
    }
    let is_of_colleague = call.is(Relation::Other) && call.role == Role::CecReviewer;
    let reviewer = if is_of_colleague { &call.fixture.second_reviewer } else { &call.fixture.scene.reviewer };
    Ok(reviewer.propose_change(ask::annul(&new_accreditation(call).await?)).await?.name)
}

/// A draft of a decree with one person, or a decree that does not exist.
async fn draft_decree(call: &Call<'_>) -> anyhow::Result<v1::Decree> {
    if call.is(Relation::Absent) {
        let name = format!("{}/decrees/999", ask::election());
        let applications = vec![call.absent_application().name];
        return Ok(v1::Decree { name, etag: "1-1".to_owned(), applications, ..Default::default() });
    }
    let recommended = call.fixture.scene.bring(call.owner(), Reach::Recommended).await?;
    Ok(call.fixture.scene.decree_over(vec![recommended.name]).await?)
}

/// The name of an adopted decree. For `other` the ministry gets a draft, which it may not read.
async fn decree_to_read(call: &Call<'_>) -> anyhow::Result<String> {
    match (call.relation, call.role) {
        (Relation::Absent, _) | (Relation::Other, Role::MfaOfficer) => Ok(draft_decree(call).await?.name),
        _ => Ok(call.fixture.decree.name.clone()),
    }
}
