//! The calls of WatchListService.

use client::NewWatchList;
use stories::{Reach, Scene, ask, eventually};
use wire::v1;

use super::call::{Answer, Call, Relation};
use super::host;

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "ReplaceWatchList" => {
            // The list of another election. Otherwise the entry of the fixture would be replaced.
            let parent = if call.is(Relation::Absent) { call.election() } else { host::new_election(call).await? };
            let list = NewWatchList { parent, ..ask::watch(&v1::Person::default()) };
            caller.replace_watch_list(list).await.map(drop)
        }
        "GetWatchListEntry" => {
            let absent = format!("{}/watchListEntries/00000000-0000-4000-8000-000000000000", ask::election());
            let name = if call.is(Relation::Absent) { absent } else { call.fixture.entry.clone() };
            caller.get_watch_list_entry(v1::GetWatchListEntryRequest { name }).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// Puts a presented person on the watch list. Returns the name of the entry.
pub async fn entry(scene: &Scene) -> anyhow::Result<String> {
    let presented = scene.bring("cis", Reach::Presented).await?;
    let person = presented.person.clone().unwrap_or_default();
    scene.registrar.replace_watch_list(ask::watch(&person)).await?;
    eventually("the application has a finding", || async {
        let read = scene.reviewer.get_application(ask::application(&presented.name)).await?;
        Ok(read.findings.into_iter().next().map(|finding| finding.related))
    })
    .await
}
