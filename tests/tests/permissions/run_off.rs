//! Run-offs: the call, and what delegations confirm for it.

use jiff::civil::date;
use rehearsal::calls::request_id;
use stories::ask;
use wire::v1;

use super::call::{Answer, Call, Relation};

/// A round that was held.
const HELD: (i16, i8, i8) = (2019, 4, 7);

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    let code = held(call).await?;
    let election = if call.is(Relation::Absent) { "no-such-election" } else { &code };
    Ok(match method {
        "CallRunOff" => caller.call_run_off(run_off(election)).await.map(drop),
        "ConfirmAccreditations" => {
            call.stand.scene.registrar.call_run_off(run_off(&code)).await?;
            let mission = format!("elections/{election}/missions/{}", call.owner());
            let note_number = "12-3/900".to_owned();
            let request = v1::ConfirmAccreditationsRequest { note_number, ..ask::confirm_all(&mission) };
            caller.confirm_accreditations(request).await.map(drop)
        }
        other => anyhow::bail!("no call is known for {other}"),
    })
}

fn run_off(election: &str) -> v1::CallRunOffRequest {
    v1::CallRunOffRequest {
        name: format!("elections/{election}"),
        expected_voting_day: date(HELD.0, HELD.1, HELD.2).to_string(),
        ..ask::call_run_off("2019-06-23")
    }
}

/// A new election whose first round was held, in which delegations confirm whom they keep, with the owner's mission.
async fn held(call: &Call<'_>) -> anyhow::Result<String> {
    let (scene, code) = (&call.stand.scene, format!("by-election-{}", call.number()));
    let known = scene.registrar.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let voting_day = date(HELD.0, HELD.1, HELD.2);
    let election = v1::Election { rule_pack: "kz/3".to_owned(), voting_day: voting_day.to_string(), ..known };
    let (election_id, election) = (code.clone(), Some(election));
    let create = v1::CreateElectionRequest { request_id: request_id(), election_id, election };
    let name = scene.registrar.create_election(create).await?.name;
    scene.registrar.open_election(v1::OpenElectionRequest { request_id: request_id(), name }).await?;
    scene.world.invite(&code, call.owner()).await?;
    scene.world.accept_invitation(&code, call.owner()).await?;
    scene.world.announce_mission(&code, call.owner(), voting_day).await?;
    Ok(code)
}
