//! Interrupts a watch many times and continues it on another server, while events happen and servers are killed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use rehearsal::world::SECRETARY;
use serde_json::json;
use stories::{Reach, Scene, ask};
use tokio::time::timeout;

use crate::servers::{SERVERS, at_server};

/// Number of interruptions between two kills of a server.
const INTERRUPTIONS_PER_KILL: usize = 50;
/// How long an event may take to arrive.
const EVENT_TIMEOUT: Duration = Duration::from_secs(30);

/// The events that the watch received and those of the log.
#[derive(Debug)]
pub struct Figures {
    interruptions: usize,
    kills: usize,
    received: Vec<String>,
    logged: Vec<String>,
}

impl Figures {
    /// The figures that `cargo xtask many-servers` reads.
    pub fn json(&self) -> serde_json::Value {
        let (lost, twice) = compare(&self.received, &self.logged);
        json!({
            "watch_cuts": self.interruptions,
            "servers_killed": self.kills,
            "events": self.logged.len(),
            "events_lost": lost,
            "events_twice": twice,
            "in_order": self.received == self.logged,
        })
    }

    /// Fails if an event was lost, came twice, or came in another order than in the log.
    pub fn check(&self) -> anyhow::Result<()> {
        let (lost, twice) = compare(&self.received, &self.logged);
        ensure!((lost, twice) == (0, 0), "{lost} events were lost, {twice} came twice");
        ensure!(self.received == self.logged, "the events came in another order than in the log");
        Ok(())
    }
}

/// Number of events that were lost, and number of events that came more than once or are not in the log.
fn compare(received: &[String], logged: &[String]) -> (usize, usize) {
    let mut counts: BTreeMap<&str, i64> = logged.iter().map(|event| (event.as_str(), 0)).collect();
    for event in received {
        *counts.entry(event).or_insert(1) += 1;
    }
    (counts.values().filter(|count| **count == 0).count(), counts.values().filter(|count| **count > 1).count())
}

/// Interrupts the watch of `osce-odihr` that often, while delegations file and submit.
pub async fn interrupt(scene: &Scene, interruptions: usize) -> anyhow::Result<Figures> {
    let is_done = AtomicBool::new(false);
    let writing = async {
        while !is_done.load(Ordering::Relaxed) {
            // The client repeats a call if its server is killed. A call that reaches no server causes no event.
            let _ = tokio::join!(scene.bring("osce-odihr", Reach::Submitted), scene.bring("cis", Reach::Submitted));
        }
    };
    let watching = async {
        let watched = follow(scene, interruptions).await;
        is_done.store(true, Ordering::Relaxed);
        watched
    };
    let ((), watched) = tokio::join!(writing, watching);
    let (mut received, cursor, kills) = watched?;
    let logged = read_log(scene)?;
    // The rest of the events, without an interruption.
    let mut watch = at_server(scene, &scene.world.profile("osce-odihr", SECRETARY), 0)?.watch(&ask::election(), cursor);
    while received.last() != logged.last() && received.len() < 2 * logged.len() {
        let response =
            timeout(EVENT_TIMEOUT, watch.next(|_| ())).await.context("the rest of the events did not come")??;
        received.push(response.event.context("an event")?.event_id);
    }
    Ok(Figures { interruptions, kills, received, logged })
}

/// Watches with a new stream on another server after every few events. Returns the events, the last cursor and the
/// kills.
async fn follow(scene: &Scene, interruptions: usize) -> anyhow::Result<(Vec<String>, Vec<u8>, usize)> {
    let profile = scene.world.profile("osce-odihr", SECRETARY);
    let (mut received, mut cursor, mut kills) = (Vec::new(), Vec::new(), 0);
    for number in 1..=interruptions {
        let mut watch = at_server(scene, &profile, number)?.watch(&ask::election(), cursor);
        for _ in 0..number % 4 {
            let Ok(response) = timeout(EVENT_TIMEOUT, watch.next(|_| ())).await else {
                bail!("no event came within {EVENT_TIMEOUT:?}")
            };
            received.push(response?.event.context("an event")?.event_id);
        }
        if number % 4 == 0 {
            // Interrupt the watch while it is opened, or while an event is sent.
            let delay = Duration::from_micros(number as u64 * 7919 % 20_000);
            if let Ok(response) = timeout(delay, watch.next(|_| ())).await {
                received.push(response?.event.context("an event")?.event_id);
            }
        }
        cursor = watch.cursor().to_vec();
        if number % INTERRUPTIONS_PER_KILL == 0 {
            scene.world.kill9_server(kills % SERVERS).await?;
            scene.world.restart().await?;
            kills += 1;
        }
    }
    Ok((received, cursor, kills))
}

/// The events of the delegation in the order of the log, from the database.
fn read_log(scene: &Scene) -> anyhow::Result<Vec<String>> {
    let database = scene.ground.postgres().context("PostgreSQL")?;
    // No more events are written. The last ones get their positions within a second.
    for _ in 0..100 {
        if database.sql("SELECT COUNT(*) FROM event_pending")? == "0" {
            // A watch sends no events about documents.
            let sql = "SELECT l.event FROM log_entry l JOIN event e ON e.id = l.event
                WHERE l.organization = 'osce-odihr' AND l.log LIKE 'elections/%'
                    AND convert_from(e.canonical, 'UTF8')::json ->> 'action' NOT LIKE 'DocumentService/%'
                ORDER BY l.position";
            return Ok(database.sql(sql)?.lines().map(str::to_owned).collect());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("some events have no position after ten seconds")
}

#[test]
fn lost_events_and_repeated_events_are_counted() {
    let list = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
    assert_eq!(compare(&list("abc"), &list("abc")), (0, 0));
    assert_eq!(compare(&list("ac"), &list("abc")), (1, 0));
    assert_eq!(compare(&list("abbc"), &list("abc")), (0, 1));
    assert_eq!(compare(&list("abcx"), &list("abc")), (0, 1));
}
