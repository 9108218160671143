//! What AccreditationService has of amendments.

use client::Client;
use domain::vocabulary::role::Role;
use rehearsal::world::SECRETARY;
use stories::{Reach, ask};
use wire::v1::{self, AmendmentKind};

use super::call::{Answer, Call, Relation};

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "AmendAccreditation" => caller.amend_accreditation(asked(call).await?).await.map(drop),
        "WithdrawAmendment" => caller.withdraw_amendment(ask::withdraw_amendment(&open(call).await?)).await.map(drop),
        "GetAmendment" => caller.get_amendment(ask::amendment(&open(call).await?)).await.map(drop),
        "ListAmendments" => {
            let request = v1::ListAmendmentsRequest { parent: call.election(), ..Default::default() };
            caller.list_amendments(request).await.map(drop)
        }
        "DecideAmendment" => {
            let name = open(call).await?;
            let read = match call.relation {
                Relation::Absent => v1::Amendment { name, etag: "1-1".to_owned(), ..Default::default() },
                _ => call.stand.scene.checked(&name).await?,
            };
            caller.decide_amendment(ask::decline(&read, "The page cannot be read.")).await.map(drop)
        }
        other => anyhow::bail!("no call is known for {other}"),
    })
}

/// Whoever asks for an amendment of the owner's people: a registrar, if they came on paper.
fn asker(call: &Call<'_>) -> Client {
    let scene = &call.stand.scene;
    if is_on_paper(call) { scene.registrar.clone() } else { scene.world.actor(call.owner(), SECRETARY) }
}

fn is_on_paper(call: &Call<'_>) -> bool {
    call.role == Role::CecRegistrar && !call.is(Relation::Other)
}

/// A correction of somebody accredited, or of nobody.
async fn asked(call: &Call<'_>) -> anyhow::Result<v1::AmendAccreditationRequest> {
    let scene = &call.stand.scene;
    let someone = if is_on_paper(call) { call.someone() } else { scene.someone() };
    if call.is(Relation::Absent) {
        return Ok(ask::amend(&call.no_application(), AmendmentKind::Correction, someone));
    }
    // A colleague recommended, so that the caller may decide; the caller did, if it is to be another's affair.
    let own = call.is(Relation::Other) && call.role == Role::CecReviewer;
    let reviewer: &Client = if own { &scene.reviewer } else { &call.stand.second_reviewer };
    let name = scene.bring_as(call.owner(), someone, Reach::Presented).await?.name;
    let claimed = reviewer.claim_application(ask::claim(&name)).await?;
    reviewer.recommend_application(ask::recommend(&claimed)).await?;
    scene.decide(vec![name.clone()]).await?;
    let read = asker(call).get_application(ask::application(&name)).await?;
    Ok(ask::amend(&read, AmendmentKind::Correction, ask::with_family_name(&read, "CORRECTED")))
}

/// An amendment that waits for a reviewer, or none.
async fn open(call: &Call<'_>) -> anyhow::Result<String> {
    if call.is(Relation::Absent) {
        return Ok(format!("{}/amendments/1", call.no_application().name));
    }
    Ok(asker(call).amend_accreditation(asked(call).await?).await?.name)
}
