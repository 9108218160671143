//! The calls of ElectionService, PresentationService, ReportService and TransparencyService.

use rehearsal::calls::request_id;
use rehearsal::world::{ELECTION, VOTING_DAY, english};
use stories::{Reach, ask};
use wire::v1;

use super::call::{Answer, Call, Relation};

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let (caller, parent) = (&call.caller, call.election());
    Ok(match method {
        "CreateElection" => caller.create_election(create_election(call)).await.map(drop),
        "OpenElection" => caller.open_election(open_election(call).await?).await.map(drop),
        "PostponeElection" => {
            let open = open_election(call).await?;
            let request = v1::PostponeElectionRequest { name: open.name, ..ask::postpone("2019-06-16") };
            caller.postpone_election(request).await.map(drop)
        }
        "GetElection" => caller.get_election(v1::GetElectionRequest { name: parent }).await.map(drop),
        "ListElections" => caller.list_elections(v1::ListElectionsRequest::default()).await.map(drop),
        "GetTotals" => caller.get_totals(v1::GetTotalsRequest { election: parent }).await.map(drop),
        "GetReport" => {
            caller.get_report(v1::GetReportRequest { election: parent, ..Default::default() }).await.map(drop)
        }
        "ListRegister" => {
            caller.list_register(v1::ListRegisterRequest { parent, ..Default::default() }).await.map(drop)
        }
        "ListAccessAttempts" => caller.list_access_attempts(v1::ListAccessAttemptsRequest::default()).await.map(drop),
        "WatchEvents" => caller.watch(&parent, Vec::new()).next(|_| ()).await.map(drop),
        "CreatePresentation" => caller.create_presentation(create_presentation(call).await?).await.map(drop),
        "ReturnApplication" => {
            let submitted = call.application(Reach::Submitted).await?;
            caller.return_application(ask::give_back(&submitted)).await.map(drop)
        }
        "GetPresentation" => {
            let name = format!("{parent}/presentations/1");
            caller.get_presentation(v1::GetPresentationRequest { name }).await.map(drop)
        }
        "ListPresentations" => {
            caller.list_presentations(v1::ListPresentationsRequest { parent, ..Default::default() }).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The request that creates a new election.
fn create_election(call: &Call<'_>) -> v1::CreateElectionRequest {
    v1::CreateElectionRequest {
        request_id: request_id(),
        election_id: format!("{ELECTION}-{}", call.number()),
        election: Some(v1::Election {
            names: english("Another election"),
            kind: v1::ElectionKind::Referendum.into(),
            voting_day: VOTING_DAY.to_string(),
            time_zone: "Asia/Almaty".to_owned(),
            rule_pack: "kz-1".to_owned(),
            region_set: "kz-2019".to_owned(),
            ..Default::default()
        }),
    }
}

/// The name of a new election that no other call uses.
pub async fn new_election(call: &Call<'_>) -> anyhow::Result<String> {
    Ok(call.fixture.scene.registrar.create_election(create_election(call)).await?.name)
}

/// The request that opens a new election, or one that does not exist.
async fn open_election(call: &Call<'_>) -> anyhow::Result<v1::OpenElectionRequest> {
    let created = new_election(call).await?;
    let name = if call.is(Relation::Absent) { call.election() } else { created };
    Ok(v1::OpenElectionRequest { request_id: request_id(), name })
}

/// The request that presents a submitted application.
async fn create_presentation(call: &Call<'_>) -> anyhow::Result<v1::CreatePresentationRequest> {
    let mut list = call.application(Reach::Submitted).await?.name;
    if call.is(Relation::Absent) {
        list = list.replace(&ask::election(), &call.election());
    }
    let note = format!("note {}", call.number());
    Ok(v1::CreatePresentationRequest { parent: call.election(), ..ask::present(&note, vec![list]) })
}
