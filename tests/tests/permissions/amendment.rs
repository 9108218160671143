//! The amendments of AccreditationService.

use client::Client;
use domain::vocabulary::role::Role;
use rehearsal::world::SECRETARY;
use stories::{Reach, ask};
use wire::v1::{self, AmendmentKind};

use super::call::{Answer, Call, Relation};

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "AmendAccreditation" => caller.amend_accreditation(amendment_request(call).await?).await.map(drop),
        "WithdrawAmendment" => {
            caller.withdraw_amendment(ask::withdraw_amendment(&open_amendment(call).await?)).await.map(drop)
        }
        "GetAmendment" => caller.get_amendment(ask::amendment(&open_amendment(call).await?)).await.map(drop),
        "ListAmendments" => {
            let request = v1::ListAmendmentsRequest { parent: call.election(), ..Default::default() };
            caller.list_amendments(request).await.map(drop)
        }
        "DecideAmendment" => {
            let name = open_amendment(call).await?;
            let read = match call.relation {
                Relation::Absent => v1::Amendment { name, etag: "1-1".to_owned(), ..Default::default() },
                _ => call.fixture.scene.checked(&name).await?,
            };
            caller.decide_amendment(ask::decline(&read, "The page cannot be read.")).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The client that requests an amendment for the owner. It is a registrar if the application came on paper.
fn requester(call: &Call<'_>) -> Client {
    let scene = &call.fixture.scene;
    if is_on_paper(call) { scene.registrar.clone() } else { scene.world.actor(call.owner(), SECRETARY) }
}

/// Whether the accredited people of this call came on paper. A registrar may only amend such accreditations.
fn is_on_paper(call: &Call<'_>) -> bool {
    call.role == Role::CecRegistrar && !call.is(Relation::Other)
}

/// The request to correct an accreditation, or one that does not exist.
async fn amendment_request(call: &Call<'_>) -> anyhow::Result<v1::AmendAccreditationRequest> {
    let scene = &call.fixture.scene;
    let someone = if is_on_paper(call) { call.someone() } else { scene.someone() };
    if call.is(Relation::Absent) {
        return Ok(ask::amend(&call.absent_application(), AmendmentKind::Correction, someone));
    }
    // A reviewer may not decide after recommending. So the caller recommended for `other`, and a colleague for `own`.
    let caller_recommends = call.is(Relation::Other) && call.role == Role::CecReviewer;
    let reviewer: &Client = if caller_recommends { &scene.reviewer } else { &call.fixture.second_reviewer };
    let name = scene.bring_as(call.owner(), someone, Reach::Presented).await?.name;
    let claimed = reviewer.claim_application(ask::claim(&name)).await?;
    reviewer.recommend_application(ask::recommend(&claimed)).await?;
    scene.decide(vec![name.clone()]).await?;
    let read = requester(call).get_application(ask::application(&name)).await?;
    Ok(ask::amend(&read, AmendmentKind::Correction, ask::with_family_name(&read, "CORRECTED")))
}

/// The name of an open amendment, or of one that does not exist.
async fn open_amendment(call: &Call<'_>) -> anyhow::Result<String> {
    if call.is(Relation::Absent) {
        return Ok(format!("{}/amendments/1", call.absent_application().name));
    }
    Ok(requester(call).amend_accreditation(amendment_request(call).await?).await?.name)
}
