//! The calls about run-offs: the host calls one, and delegations confirm their observers.

use jiff::civil::date;
use rehearsal::calls::request_id;
use stories::ask;
use wire::v1;

use super::call::{Answer, Call, Relation};

/// The voting day of the first round, in the past.
const FIRST_ROUND: (i16, i8, i8) = (2019, 4, 7);

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    let code = election_after_first_round(call).await?;
    let election = if call.is(Relation::Absent) { "no-such-election" } else { &code };
    Ok(match method {
        "CallRunOff" => caller.call_run_off(run_off(election)).await.map(drop),
        "ConfirmAccreditations" => {
            call.fixture.scene.registrar.call_run_off(run_off(&code)).await?;
            let mission = format!("elections/{election}/missions/{}", call.owner());
            let note_number = "12-3/900".to_owned();
            let request = v1::ConfirmAccreditationsRequest { note_number, ..ask::confirm_all(&mission) };
            caller.confirm_accreditations(request).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The request that calls a run-off after the first round.
fn run_off(election: &str) -> v1::CallRunOffRequest {
    v1::CallRunOffRequest {
        name: format!("elections/{election}"),
        expected_voting_day: date(FIRST_ROUND.0, FIRST_ROUND.1, FIRST_ROUND.2).to_string(),
        ..ask::call_run_off("2019-06-23")
    }
}

/// Creates an election after its first round, with a mission of the owner. Its rules let delegations confirm observers.
async fn election_after_first_round(call: &Call<'_>) -> anyhow::Result<String> {
    let (scene, code) = (&call.fixture.scene, format!("by-election-{}", call.number()));
    let known = scene.registrar.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let voting_day = date(FIRST_ROUND.0, FIRST_ROUND.1, FIRST_ROUND.2);
    let election = v1::Election { rule_pack: "kz-3".to_owned(), voting_day: voting_day.to_string(), ..known };
    let (election_id, election) = (code.clone(), Some(election));
    let create = v1::CreateElectionRequest { request_id: request_id(), election_id, election };
    let name = scene.registrar.create_election(create).await?.name;
    scene.registrar.open_election(v1::OpenElectionRequest { request_id: request_id(), name }).await?;
    scene.world.invite(&code, call.owner()).await?;
    scene.world.accept_invitation(&code, call.owner()).await?;
    scene.world.announce_mission(&code, call.owner(), voting_day).await?;
    Ok(code)
}
