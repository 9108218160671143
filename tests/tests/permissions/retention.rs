//! The calls of RetentionService, and the publication of results, which starts the retention period.

use jiff::civil::date;
use rehearsal::calls::request_id;
use stories::{ask, at};
use wire::v1;

use super::call::{Answer, Call, Relation};
use super::host;

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "PublishResults" => {
            // A past election without observers. Other calls still need the common one.
            let mut name = call.election();
            if !call.is(Relation::Absent) {
                let code = format!("by-election-{}", call.number());
                call.fixture.scene.world.open_election(&code, "A by-election", date(2019, 4, 7)).await?;
                name = format!("elections/{code}");
            }
            let request = v1::PublishResultsRequest { name, ..ask::publish(at("2019-04-08T06:00:00Z")) };
            caller.publish_results(request).await.map(drop)
        }
        "CreateLegalHold" => caller.create_legal_hold(hold(call).await?).await.map(drop),
        "ReleaseLegalHold" => {
            let absent = format!("{}/legalHolds/00000000-0000-4000-8000-000000000000", ask::election());
            let name = if call.is(Relation::Absent) {
                absent
            } else {
                call.fixture.scene.registrar.create_legal_hold(hold(call).await?).await?.name
            };
            caller.release_legal_hold(ask::release(&name)).await.map(drop)
        }
        "ListLegalHolds" => {
            let request = v1::ListLegalHoldsRequest { parent: call.election(), ..Default::default() };
            caller.list_legal_holds(request).await.map(drop)
        }
        "ExportSubject" => {
            let passport =
                v1::Passport { number: "C01X00T47".to_owned(), issuing_state: "DEU".to_owned(), ..Default::default() };
            let request = v1::ExportSubjectRequest { parent: call.election(), ..ask::export(&passport) };
            caller.export_subject(request).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The request for a hold on a new election, or on one that does not exist.
async fn hold(call: &Call<'_>) -> anyhow::Result<v1::CreateLegalHoldRequest> {
    let parent = if call.is(Relation::Absent) { call.election() } else { host::new_election(call).await? };
    Ok(v1::CreateLegalHoldRequest { request_id: request_id(), parent, ..ask::hold("") })
}
