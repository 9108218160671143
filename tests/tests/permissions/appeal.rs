//! AppealService.

use client::Client;
use domain::vocabulary::role::Role;
use stories::{Reach, ask};
use wire::v1;

use super::call::{Answer, Call, Relation};

/// The id of no appeal.
const NONE: &str = "01964000-0000-7000-8000-000000000000";

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "FileAppeal" => {
            let name = match call.relation {
                Relation::Absent => call.no_application().name,
                _ => refused(call).await?,
            };
            caller.file_appeal(ask::appeal(&name)).await.map(drop)
        }
        "GetAppeal" => caller.get_appeal(ask::get_appeal(&filed(call).await?)).await.map(drop),
        "ListAppeals" => {
            let request = v1::ListAppealsRequest { parent: call.election(), ..Default::default() };
            caller.list_appeals(request).await.map(drop)
        }
        "DecideAppeal" => {
            let request = ask::decide_appeal(&filed(call).await?, v1::AppealOutcome::Dismiss);
            caller.decide_appeal(request).await.map(drop)
        }
        other => anyhow::bail!("no call is known for {other}"),
    })
}

/// Somebody of the owner's who was refused, as a colleague recommended; as the caller did, if it is to be another's affair.
async fn refused(call: &Call<'_>) -> anyhow::Result<String> {
    let (scene, stand) = (&call.stand.scene, call.stand);
    let own = call.is(Relation::Other) && call.role == Role::CecReviewer;
    let reviewer: &Client = if own { &scene.reviewer } else { &stand.second_reviewer };
    let presented = scene.bring(call.owner(), Reach::Presented).await?;
    let claimed = reviewer.claim_application(ask::claim(&presented.name)).await?;
    let ground = Some(("not-nominated", "The organization did not nominate the person."));
    reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await?;
    scene.decide(vec![claimed.name.clone()]).await?;
    Ok(claimed.name)
}

/// An appeal against that, or none.
async fn filed(call: &Call<'_>) -> anyhow::Result<String> {
    if call.is(Relation::Absent) {
        return Ok(format!("{}/appeals/{NONE}", ask::election()));
    }
    let secretary = call.stand.scene.world.actor(call.owner(), rehearsal::world::SECRETARY);
    Ok(secretary.file_appeal(ask::appeal(&refused(call).await?)).await?.name)
}
