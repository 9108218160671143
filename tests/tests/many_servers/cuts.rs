//! A stream that is cut and goes on elsewhere, again and again, while things happen and servers die.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use rehearsal::world::SECRETARY;
use serde_json::json;
use stories::{Reach, Scene, ask};
use tokio::time::timeout;

use crate::servers::{SERVERS, at_server};

/// After so many cuts a server is killed, and started again.
const KILL_EVERY: usize = 50;
/// How long an event may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Debug)]
pub struct Figures {
    cuts: usize,
    kills: usize,
    told: Vec<String>,
    happened: Vec<String>,
}

impl Figures {
    pub fn json(&self) -> serde_json::Value {
        let (lost, twice) = compare(&self.told, &self.happened);
        json!({
            "watch_cuts": self.cuts,
            "servers_killed": self.kills,
            "events": self.happened.len(),
            "events_lost": lost,
            "events_twice": twice,
            "in_order": self.told == self.happened,
        })
    }

    pub fn check(&self) -> anyhow::Result<()> {
        let (lost, twice) = compare(&self.told, &self.happened);
        ensure!((lost, twice) == (0, 0), "{lost} events lost, {twice} told again");
        ensure!(self.told == self.happened, "not in the order of the log");
        Ok(())
    }
}

/// How many were lost, and how many came again.
fn compare(told: &[String], happened: &[String]) -> (usize, usize) {
    let mut counts: BTreeMap<&str, i64> = happened.iter().map(|event| (event.as_str(), 0)).collect();
    for event in told {
        *counts.entry(event).or_insert(1) += 1;
    }
    (counts.values().filter(|count| **count == 0).count(), counts.values().filter(|count| **count > 1).count())
}

/// Cuts the watch of `osce-odihr` that often, while it and others file and submit.
pub async fn cut(scene: &Scene, cuts: usize) -> anyhow::Result<Figures> {
    let over = AtomicBool::new(false);
    let writing = async {
        while !over.load(Ordering::Relaxed) {
            // A call that meets a server's death is made again by the client; one that does not arrive is no event.
            let _ = tokio::join!(scene.bring("osce-odihr", Reach::Submitted), scene.bring("cis", Reach::Submitted));
        }
    };
    let watching = async {
        let watched = follow(scene, cuts).await;
        over.store(true, Ordering::Relaxed);
        watched
    };
    let ((), watched) = tokio::join!(writing, watching);
    let (mut told, cursor, kills) = watched?;
    let happened = happened(scene)?;
    // The rest, without a cut.
    let mut watch = at_server(scene, &scene.world.profile("osce-odihr", SECRETARY), 0)?.watch(&ask::election(), cursor);
    while told.last() != happened.last() && told.len() < 2 * happened.len() {
        let response = timeout(PATIENCE, watch.next(|_| ())).await.context("the rest does not come")??;
        told.push(response.event.context("an event")?.event_id);
    }
    Ok(Figures { cuts, kills, told, happened })
}

/// Follows with a new stream on another server after every few events; gives what it was told and its last cursor.
async fn follow(scene: &Scene, cuts: usize) -> anyhow::Result<(Vec<String>, Vec<u8>, usize)> {
    let profile = scene.world.profile("osce-odihr", SECRETARY);
    let (mut told, mut cursor, mut kills) = (Vec::new(), Vec::new(), 0);
    for number in 1..=cuts {
        let mut watch = at_server(scene, &profile, number)?.watch(&ask::election(), cursor);
        for _ in 0..number % 4 {
            let Ok(response) = timeout(PATIENCE, watch.next(|_| ())).await else {
                bail!("nothing came for {PATIENCE:?}")
            };
            told.push(response?.event.context("an event")?.event_id);
        }
        if number % 4 == 0 {
            // Cut while it is being opened, or while an event is on its way.
            let patience = Duration::from_micros(number as u64 * 7919 % 20_000);
            if let Ok(response) = timeout(patience, watch.next(|_| ())).await {
                told.push(response?.event.context("an event")?.event_id);
            }
        }
        cursor = watch.cursor().to_vec();
        if number % KILL_EVERY == 0 {
            scene.world.kill9_server(kills % SERVERS).await?;
            scene.world.restart().await?;
            kills += 1;
        }
    }
    Ok((told, cursor, kills))
}

/// What happened to the delegation, in the order of the log, as the database has it.
fn happened(scene: &Scene) -> anyhow::Result<Vec<String>> {
    let database = scene.ground.postgres().context("PostgreSQL")?;
    // Nothing is written any more; the last events get their positions within a second.
    for _ in 0..100 {
        if database.sql("SELECT COUNT(*) FROM event_pending")? == "0" {
            // Of its documents a delegation is told by nothing but the call itself.
            let sql = "SELECT l.event FROM log_entry l JOIN event e ON e.id = l.event
                WHERE l.organization = 'osce-odihr' AND l.log LIKE 'elections/%'
                    AND convert_from(e.canonical, 'UTF8')::json ->> 'action' NOT LIKE 'DocumentService/%'
                ORDER BY l.position";
            return Ok(database.sql(sql)?.lines().map(str::to_owned).collect());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("events wait for a position")
}

#[test]
fn what_is_lost_and_what_comes_twice_is_noticed() {
    let list = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
    assert_eq!(compare(&list("abc"), &list("abc")), (0, 0));
    assert_eq!(compare(&list("ac"), &list("abc")), (1, 0));
    assert_eq!(compare(&list("abbc"), &list("abc")), (0, 1));
    assert_eq!(compare(&list("abcx"), &list("abc")), (0, 1));
}
