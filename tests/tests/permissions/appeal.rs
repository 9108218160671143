//! The calls of AppealService.

use client::Client;
use domain::vocabulary::role::Role;
use stories::{Reach, ask};
use wire::v1;

use super::call::{Answer, Call, Relation};

/// The id of an appeal that does not exist.
const ABSENT_ID: &str = "01964000-0000-7000-8000-000000000000";

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "FileAppeal" => {
            let name = match call.relation {
                Relation::Absent => call.absent_application().name,
                _ => refused(call).await?,
            };
            caller.file_appeal(ask::appeal(&name)).await.map(drop)
        }
        "GetAppeal" => caller.get_appeal(ask::get_appeal(&filed_appeal(call).await?)).await.map(drop),
        "ListAppeals" => {
            let request = v1::ListAppealsRequest { parent: call.election(), ..Default::default() };
            caller.list_appeals(request).await.map(drop)
        }
        "DecideAppeal" => {
            let request = ask::decide_appeal(&filed_appeal(call).await?, v1::AppealOutcome::Dismiss);
            caller.decide_appeal(request).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The name of a refused application of the owner. For `other` the caller recommended the refusal, else a colleague.
async fn refused(call: &Call<'_>) -> anyhow::Result<String> {
    let (scene, fixture) = (&call.fixture.scene, call.fixture);
    let caller_recommends = call.is(Relation::Other) && call.role == Role::CecReviewer;
    let reviewer: &Client = if caller_recommends { &scene.reviewer } else { &fixture.second_reviewer };
    let presented = scene.bring(call.owner(), Reach::Presented).await?;
    let claimed = reviewer.claim_application(ask::claim(&presented.name)).await?;
    let ground = Some(("not-nominated", "The organization did not nominate the person."));
    reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await?;
    scene.decide(vec![claimed.name.clone()]).await?;
    Ok(claimed.name)
}

/// The name of an appeal against a refusal, or of one that does not exist.
async fn filed_appeal(call: &Call<'_>) -> anyhow::Result<String> {
    if call.is(Relation::Absent) {
        return Ok(format!("{}/appeals/{ABSENT_ID}", ask::election()));
    }
    let secretary = call.fixture.scene.world.actor(call.owner(), rehearsal::world::SECRETARY);
    Ok(secretary.file_appeal(ask::appeal(&refused(call).await?)).await?.name)
}
