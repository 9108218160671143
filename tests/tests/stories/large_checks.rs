//! Checks that have much to compare, beside people who write and do not notice.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use client::{Code, NewWatchList};
use rehearsal::calls::request_id;
use stories::{Reach, Scene, ask, refused};
use wire::v1;

use super::DATABASE;

/// How long a write may take beside the checks in a debug build, or so many times what it took without them: the machine may
/// be busy with something else. Within a transaction they held others up for minutes.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);
const SLOWER: u32 = 10;
/// How many duplicates a screening names.
const MOST_NAMED: usize = 50;

/// Writes of another mission, one after the other.
struct Writer<'a> {
    scene: &'a Scene,
    draft: v1::Application,
    times: Vec<Duration>,
}

impl Writer<'_> {
    async fn write(&mut self) -> anyhow::Result<()> {
        let content =
            ask::with_family_name(&self.draft, if self.times.len().is_multiple_of(2) { "ROE" } else { "DOE" });
        let start = Instant::now();
        self.draft = self.scene.cis.update_application(ask::update(&self.draft, content)).await?;
        self.times.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
        Ok(())
    }
}

/// Does something while another mission writes, and looks that none of its writes waits for long.
async fn beside_a_writer<T>(scene: &Scene, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let draft = scene.cis.create_application(ask::file(&ask::mission("cis"), scene.someone())).await?;
    let mut writer = Writer { scene, draft, times: Vec::new() };
    for _ in 0..20 {
        writer.write().await?;
    }
    let alone = writer.times.drain(..).max().unwrap_or_default();
    let done = AtomicBool::new(false);
    let write = async {
        while !done.load(Ordering::Relaxed) {
            writer.write().await?;
        }
        anyhow::Ok(writer.times)
    };
    let work = async {
        let worked = work.await;
        done.store(true, Ordering::Relaxed);
        worked
    };
    let (worked, times) = tokio::join!(work, write);
    let (worked, mut times) = (worked?, times?);
    times.sort_unstable_by(|one, other| other.cmp(one));
    let (count, slowest, p99) = (times.len(), times[0], times[times.len() / 100]);
    println!("writes {{\"count\":{count},\"alone\":{alone:?},\"slowest\":{slowest:?},\"p99\":{p99:?}}}");
    let patience = WRITE_TIMEOUT.max(alone * SLOWER);
    ensure!(count > 10 && p99 < patience && slowest < patience * 3, "{count} writes, p99 {p99:?}, slowest {slowest:?}");
    Ok(worked)
}

/// The applications as the commission reads them once all of them are checked, and whom each one names.
async fn checked(scene: &Scene, names: &[String]) -> anyhow::Result<Vec<v1::Application>> {
    let mut read = Vec::new();
    scene.wait_until_checked(names).await?;
    for name in names {
        read.push(scene.reviewer.get_application(ask::application(name)).await?);
    }
    Ok(read)
}

fn named(application: &v1::Application) -> BTreeSet<&str> {
    let findings = application.findings.iter().filter(|finding| finding.code == "DUPLICATE_PERSON");
    findings.map(|finding| finding.related.as_str()).collect()
}

/// What took a time that grew with the cube of the crowd, in one transaction after the other.
#[tokio::test]
async fn the_checks_compare_many_namesakes_without_delaying_writes() -> anyhow::Result<()> {
    const FEW: usize = 15;
    let many = number("CROWD", 80);
    let scene = Scene::on(DATABASE).await?;
    let crowd_names = scene.crowd("DOE", many).await?;
    let few = scene.crowd("LINDQVIST", FEW).await?;
    let all: Vec<String> = crowd_names.iter().chain(&few).cloned().collect();
    let start = Instant::now();
    let read = beside_a_writer(&scene, async {
        scene.present(all.clone()).await?;
        checked(&scene, &all).await
    })
    .await?;
    println!("checked {{\"people\":{},\"time\":{:?}}}", read.len(), start.elapsed());

    let (crowd, small) = read.split_at(many);
    for application in crowd {
        let named = named(application);
        ensure!(named.len() == MOST_NAMED + 1 && named.contains(""), "{} of a crowd", named.len());
        ensure!(named.iter().all(|other| other.is_empty() || crowd_names.iter().any(|name| name == other)));
    }
    for application in small {
        let others: BTreeSet<&str> = few.iter().map(String::as_str).filter(|name| *name != application.name).collect();
        ensure!(named(application) == others, "every pair is found from both sides");
    }

    // Nobody clears what nobody has seen.
    let claimed = scene.reviewer.claim_application(ask::claim(&crowd_names[0])).await?;
    let cleared = scene.reviewer.clear_finding(ask::clear(&claimed, "DUPLICATE_PERSON")).await?;
    let recommendation = scene.reviewer.recommend_application(ask::recommend(&cleared)).await;
    refused(recommendation, Code::FailedPrecondition, "BLOCKING_FINDINGS");

    // Once all but a few have gone, those who are left are named, and that there are more is not said any more.
    let left = &crowd_names[many - 3..];
    for name in &crowd_names[1..many - 3] {
        scene.osce.withdraw_application(ask::withdraw(name)).await?;
    }
    stories::eventually("a small crowd", || async {
        let mut seen = Vec::new();
        for name in left {
            seen.push(scene.reviewer.get_application(ask::application(name)).await?);
        }
        Ok(seen.iter().all(|application| named(application).len() == 3).then_some(()))
    })
    .await
}

/// A number from the environment: `CROWD=300` and `WATCH_LIST_ENTRIES=100000` measure what takes too long otherwise.
fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(otherwise)
}

fn entries() -> usize {
    number("WATCH_LIST_ENTRIES", 5000)
}

#[tokio::test]
async fn the_service_takes_a_long_watch_list_without_delaying_writes() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let listed = scene.bring("osce-odihr", Reach::Presented).await?;
    let unlisted = scene.bring("osce-odihr", Reach::Presented).await?;
    let mut list = ask::watch(&listed.person.clone().unwrap_or_default());
    list.entries.extend((1..entries()).map(ask::nobody));
    let start = Instant::now();
    let kept = beside_a_writer(&scene, async {
        let kept = scene.registrar.replace_watch_list(list.clone()).await?;
        println!("uploaded {{\"entries\":{},\"time\":{:?}}}", kept.entry_count, start.elapsed());
        found(&scene, &listed.name).await?;
        println!("found {{\"time\":{:?}}}", start.elapsed());
        // The list before goes while others write, too.
        let again = NewWatchList { request_id: request_id(), ..list.clone() };
        scene.registrar.replace_watch_list(again).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(kept)
    })
    .await?;
    ensure!(usize::try_from(kept.entry_count)? == entries());
    let read = scene.reviewer.get_application(ask::application(&unlisted.name)).await?;
    ensure!(read.findings.is_empty(), "{:?}", read.findings);

    // The same request is answered again; another one under its id is not.
    let again = scene.registrar.replace_watch_list(list.clone()).await?;
    ensure!(again.receipt == kept.receipt);
    let mut other = list.clone();
    other.entries[0].birth_date = "1900-01-01".to_owned();
    refused(scene.registrar.replace_watch_list(other).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    Ok(())
}

/// Waits as long as a debug build needs to make an index of a long list.
async fn found(scene: &Scene, name: &str) -> anyhow::Result<()> {
    loop {
        let read = scene.reviewer.get_application(ask::application(name)).await?;
        if read.findings.iter().any(|finding| finding.code == "WATCH_LIST") {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_invalid_watch_list_is_refused_entry_by_entry_and_the_old_list_stays() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let listed = scene.bring("osce-odihr", Reach::Presented).await?;
    scene.registrar.replace_watch_list(ask::watch(&listed.person.clone().unwrap_or_default())).await?;
    found(&scene, &listed.name).await?;
    let list = |wrong: &dyn Fn(usize) -> bool| NewWatchList {
        request_id: request_id(),
        parent: ask::election(),
        entries: (0..2000)
            .map(|number| {
                let birth_date = if wrong(number) { "1970-13-01".to_owned() } else { String::new() };
                v1::WatchListEntry { birth_date, ..ask::nobody(number) }
            })
            .collect(),
    };
    let refusal = scene.registrar.replace_watch_list(list(&|number| number == 7 || number == 1503)).await;
    let refusal = refused(refusal, Code::InvalidArgument, "INVALID_REQUEST");
    let fields: Vec<_> = refusal.violations().iter().map(|violation| violation.field.as_str()).collect();
    ensure!(fields == ["entries[7].birth_date", "entries[1503].birth_date"], "{fields:?}");
    let refusal =
        refused(scene.registrar.replace_watch_list(list(&|_| true)).await, Code::InvalidArgument, "INVALID_REQUEST");
    let last = refusal.violations().last().context("a violation")?;
    ensure!(last.description.starts_with("and 70 more"), "{last:?}");
    let behind = scene.bring("osce-odihr", Reach::Presented).await?;
    checked(&scene, &[behind.name]).await?;
    found(&scene, &listed.name).await?;
    let nowhere = NewWatchList { parent: "elections/nowhere".to_owned(), ..list(&|_| false) };
    refused(scene.registrar.replace_watch_list(nowhere).await, Code::NotFound, "NOT_FOUND");
    let emptied = NewWatchList { entries: Vec::new(), ..list(&|_| false) };
    ensure!(scene.registrar.replace_watch_list(emptied).await?.entry_count == 0);
    stories::eventually("nobody is on an empty list", || async {
        let read = scene.reviewer.get_application(ask::application(&listed.name)).await?;
        Ok(read.findings.is_empty().then_some(()))
    })
    .await
}
