//! The automatic checks of many similar people, and of a long watch list, do not delay the writes of others.
//!
//! The checks run outside the transactions that write. A finding of many duplicates names a limited number of them. An
//! invalid watch list is refused entry by entry. No acceptance scenario.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use client::{Code, NewWatchList};
use rehearsal::calls::request_id;
use stories::{Reach, Scene, ask, refused};
use wire::v1;

use super::DATABASE;

/// How long a write may take while the checks run in a debug build. Checks within a transaction delayed writes for
/// minutes.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);
/// A write may also take this many times as long as without the checks: the machine may be busy with something else.
const ALLOWED_SLOWDOWN: u32 = 10;
/// How many duplicates the findings of one application name. One more finding says that there are others.
const MAX_NAMED: usize = 50;

/// Makes writes of another mission, one after the other, and measures them.
struct Writer<'a> {
    scene: &'a Scene,
    draft: v1::Application,
    times: Vec<Duration>,
}

impl Writer<'_> {
    /// Updates the draft, with another name each time.
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

/// Does some work while another mission writes. Fails if its writes take too long.
async fn while_others_write<T>(scene: &Scene, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
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
    let limit = WRITE_TIMEOUT.max(alone * ALLOWED_SLOWDOWN);
    ensure!(count > 10 && p99 < limit && slowest < limit * 3, "{count} writes, p99 {p99:?}, slowest {slowest:?}");
    Ok(worked)
}

/// Waits until all applications are checked. Returns them as the commission reads them.
async fn wait_for_checked(scene: &Scene, names: &[String]) -> anyhow::Result<Vec<v1::Application>> {
    let mut read = Vec::new();
    scene.wait_until_checked(names).await?;
    for name in names {
        read.push(scene.reviewer.get_application(ask::application(name)).await?);
    }
    Ok(read)
}

/// The applications that the duplicate findings of an application name. An empty name says that there are more.
fn named_duplicates(application: &v1::Application) -> BTreeSet<&str> {
    let findings = application.findings.iter().filter(|finding| finding.code == "DUPLICATE_PERSON");
    findings.map(|finding| finding.related.as_str()).collect()
}

/// Many people have the same name and birth date. The time of the checks must not grow with the cube of their number.
#[tokio::test]
async fn the_checks_compare_many_namesakes_without_delaying_writes() -> anyhow::Result<()> {
    const FEW: usize = 15;
    let many = env_number("CROWD", 80);
    let scene = Scene::on(DATABASE).await?;
    let crowd_names = scene.crowd("DOE", many).await?;
    let few = scene.crowd("LINDQVIST", FEW).await?;
    let all: Vec<String> = crowd_names.iter().chain(&few).cloned().collect();
    let start = Instant::now();
    let read = while_others_write(&scene, async {
        scene.present(all.clone()).await?;
        wait_for_checked(&scene, &all).await
    })
    .await?;
    println!("checked {{\"people\":{},\"time\":{:?}}}", read.len(), start.elapsed());

    let (crowd, small) = read.split_at(many);
    for application in crowd {
        let named = named_duplicates(application);
        ensure!(named.len() == MAX_NAMED + 1 && named.contains(""), "{} duplicates are named", named.len());
        ensure!(named.iter().all(|other| other.is_empty() || crowd_names.iter().any(|name| name == other)));
    }
    for application in small {
        let others: BTreeSet<&str> = few.iter().map(String::as_str).filter(|name| *name != application.name).collect();
        ensure!(named_duplicates(application) == others, "each application must name all others of a small group");
    }

    // A reviewer cannot clear duplicates that are not named, so the application stays blocked.
    let claimed = scene.reviewer.claim_application(ask::claim(&crowd_names[0])).await?;
    let cleared = scene.reviewer.clear_finding(ask::clear(&claimed, "DUPLICATE_PERSON")).await?;
    let recommendation = scene.reviewer.recommend_application(ask::recommend(&cleared)).await;
    refused(recommendation, Code::FailedPrecondition, "BLOCKING_FINDINGS");

    // When most are withdrawn, the few that are left are all named, and no finding says that there are more.
    let left = &crowd_names[many - 3..];
    for name in &crowd_names[1..many - 3] {
        scene.osce.withdraw_application(ask::withdraw(name)).await?;
    }
    stories::eventually("the findings name all that are left", || async {
        let mut seen = Vec::new();
        for name in left {
            seen.push(scene.reviewer.get_application(ask::application(name)).await?);
        }
        Ok(seen.iter().all(|application| named_duplicates(application).len() == 3).then_some(()))
    })
    .await
}

/// A number from an environment variable, or its default.
///
/// `CROWD=300` and `WATCH_LIST_ENTRIES=100000` measure sizes that take too long for every test run.
fn env_number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}

/// The number of entries in the long watch list.
fn entry_count() -> usize {
    env_number("WATCH_LIST_ENTRIES", 5000)
}

/// A watch list has many entries. One transaction over all of them would stop all filing on deadline day.
#[tokio::test]
async fn the_service_takes_a_long_watch_list_without_delaying_writes() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let listed = scene.bring("osce-odihr", Reach::Presented).await?;
    let unlisted = scene.bring("osce-odihr", Reach::Presented).await?;
    let mut list = ask::watch(&listed.person.clone().unwrap_or_default());
    list.entries.extend((1..entry_count()).map(ask::nobody));
    let start = Instant::now();
    let kept = while_others_write(&scene, async {
        let kept = scene.registrar.replace_watch_list(list.clone()).await?;
        println!("uploaded {{\"entries\":{},\"time\":{:?}}}", kept.entry_count, start.elapsed());
        wait_for_watch_list_match(&scene, &listed.name).await?;
        println!("found {{\"time\":{:?}}}", start.elapsed());
        // The second upload replaces the first list, which must be deleted without delaying writes too.
        let again = NewWatchList { request_id: request_id(), ..list.clone() };
        scene.registrar.replace_watch_list(again).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(kept)
    })
    .await?;
    ensure!(usize::try_from(kept.entry_count)? == entry_count());
    let read = scene.reviewer.get_application(ask::application(&unlisted.name)).await?;
    ensure!(read.findings.is_empty(), "{:?}", read.findings);

    // The same request gets the same answer. Another request with the same id is refused.
    let again = scene.registrar.replace_watch_list(list.clone()).await?;
    ensure!(again.receipt == kept.receipt);
    let mut other = list.clone();
    other.entries[0].birth_date = "1900-01-01".to_owned();
    refused(scene.registrar.replace_watch_list(other).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    Ok(())
}

/// Waits for a watch-list finding without a limit: a debug build needs long to index a long list.
async fn wait_for_watch_list_match(scene: &Scene, name: &str) -> anyhow::Result<()> {
    loop {
        let read = scene.reviewer.get_application(ask::application(name)).await?;
        if read.findings.iter().any(|finding| finding.code == "WATCH_LIST") {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A failed upload must not leave the commission without a watch list.
#[tokio::test]
async fn an_invalid_watch_list_is_refused_entry_by_entry_and_the_old_list_stays() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let listed = scene.bring("osce-odihr", Reach::Presented).await?;
    scene.registrar.replace_watch_list(ask::watch(&listed.person.clone().unwrap_or_default())).await?;
    wait_for_watch_list_match(&scene, &listed.name).await?;
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
    let last = refusal.violations().last().context("no violation")?;
    ensure!(last.description.starts_with("at least 70 more"), "{last:?}");
    let behind = scene.bring("osce-odihr", Reach::Presented).await?;
    wait_for_checked(&scene, &[behind.name]).await?;
    wait_for_watch_list_match(&scene, &listed.name).await?;
    let nowhere = NewWatchList { parent: "elections/nowhere".to_owned(), ..list(&|_| false) };
    refused(scene.registrar.replace_watch_list(nowhere).await, Code::NotFound, "NOT_FOUND");
    let emptied = NewWatchList { entries: Vec::new(), ..list(&|_| false) };
    ensure!(scene.registrar.replace_watch_list(emptied).await?.entry_count == 0);
    stories::eventually("an empty watch list has no match", || async {
        let read = scene.reviewer.get_application(ask::application(&listed.name)).await?;
        Ok(read.findings.is_empty().then_some(()))
    })
    .await
}
