//! WatchListService.

use client::NewWatchList;
use stories::{Reach, Scene, ask, eventually};
use wire::v1;

use super::call::{Answer, Call, Relation};
use super::host;

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "ReplaceWatchList" => {
            // Another election's, so that the entry of the stand stays where it is.
            let parent = if call.is(Relation::Absent) { call.election() } else { host::registered(call).await? };
            let list = NewWatchList { parent, ..ask::watch(&v1::Person::default()) };
            caller.replace_watch_list(list).await.map(drop)
        }
        "GetWatchListEntry" => {
            let absent = format!("{}/watchListEntries/00000000-0000-4000-8000-000000000000", ask::election());
            let name = if call.is(Relation::Absent) { absent } else { call.stand.entry.clone() };
            caller.get_watch_list_entry(v1::GetWatchListEntryRequest { name }).await.map(drop)
        }
        other => anyhow::bail!("no call is known for {other}"),
    })
}

/// Puts someone who has been presented on the watch list; the name of the entry.
pub async fn entry(scene: &Scene) -> anyhow::Result<String> {
    let presented = scene.bring("cis", Reach::Presented).await?;
    let person = presented.person.clone().unwrap_or_default();
    scene.registrar.replace_watch_list(ask::watch(&person)).await?;
    eventually("a finding", || async {
        let read = scene.reviewer.get_application(ask::application(&presented.name)).await?;
        Ok(read.findings.into_iter().next().map(|finding| finding.related))
    })
    .await
}
