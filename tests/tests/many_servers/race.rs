//! Requests that race themselves: repeated at once, cut off and sent again, and changed under the same id.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Error};
use futures_util::future::join_all;
use futures_util::{StreamExt, TryStreamExt, stream};
use rehearsal::calls::Calls;
use rehearsal::filing;
use rehearsal::people::People;
use rehearsal::world::{ELECTION, SECRETARY};
use serde_json::json;
use stories::{Scene, ask};
use tokio::time::timeout;
use wire::v1;

use crate::servers::{SERVERS, at_server};

/// How many callers there are, each with a connection of its own.
const CALLERS: usize = 64;
/// How many keys race at once, with [`SERVERS`] callers each.
const AT_ONCE: usize = CALLERS / SERVERS;
/// One key in so many is raced by every caller at once.
const BY_ALL: usize = 250;
/// In one race in so many, callers are cut off and send again through another server.
const CUT_OFF: usize = 5;
/// In one race in so many, one caller asks for something else under the same id.
const CHANGED: usize = 7;

const DELEGATIONS: [&str; 2] = ["osce-odihr", "cis"];

/// What came of it.
#[derive(Debug, Default)]
pub struct Figures {
    keys: u64,
    calls: AtomicU64,
    cut_off: AtomicU64,
    by_all: AtomicU64,
    refused: AtomicU64,
    wrong: Mutex<Vec<String>>,
    applications: u64,
    requests: u64,
    events: u64,
}

impl Figures {
    pub fn json(&self) -> serde_json::Value {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        json!({
            "raced_keys": self.keys,
            "calls": load(&self.calls),
            "by_64_callers": load(&self.by_all),
            "cut_off": load(&self.cut_off),
            "changed_refused": load(&self.refused),
            "doubles": self.doubles(),
            "wrong_answers": self.wrong.lock().map(|wrong| wrong.len()).unwrap_or_default(),
        })
    }

    /// Effects beyond one for each key.
    fn doubles(&self) -> u64 {
        let effects = [self.applications * 2, self.requests, self.events];
        effects.into_iter().map(|count| count.abs_diff(self.keys)).max().unwrap_or_default()
    }

    pub fn check(&self) -> anyhow::Result<()> {
        let wrong = self.wrong.lock().map_err(|_| anyhow::anyhow!("a caller panicked"))?;
        ensure!(wrong.is_empty(), "{} wrong answers, of which the first: {}", wrong.len(), wrong[0]);
        let Self { keys, applications, requests, events, .. } = self;
        ensure!(self.doubles() == 0, "{keys} keys: {applications} applications, {requests} requests, {events} events");
        Ok(())
    }

    fn note(&self, problem: String) {
        if let Ok(mut wrong) = self.wrong.lock() {
            wrong.push(problem);
        }
    }
}

/// A request that can be sent by anyone of its delegation.
#[derive(Clone)]
enum Change {
    File(Box<v1::CreateApplicationRequest>),
    Submit(v1::SubmitApplicationRequest),
}

impl Change {
    async fn send(&self, client: &Client) -> Result<v1::Application, Error> {
        match self {
            Self::File(request) => client.create_application((**request).clone()).await,
            Self::Submit(request) => client.submit_application(request.clone()).await,
        }
    }

    /// Something else under the same id.
    fn changed(&self) -> Self {
        match self {
            Self::File(request) => {
                let mut request = request.clone();
                if let Some(application) = &mut request.application {
                    application.category = v1::Category::LongTermObserver.into();
                }
                Self::File(request)
            }
            Self::Submit(request) => {
                Self::Submit(v1::SubmitApplicationRequest { etag: "1-1".to_owned(), ..request.clone() })
            }
        }
    }
}

/// Everyone who calls: as many for each delegation, spread over the servers.
struct Callers<'a> {
    clients: [Vec<Client>; 2],
    uploads: &'a Calls,
    figures: &'a Figures,
}

/// Races that many keys, half of them filings and half the submissions of what was filed; then counts the effects.
pub async fn race(scene: &Scene, keys: usize) -> anyhow::Result<Figures> {
    let mut figures = Figures::default();
    let people = Mutex::new(People::new(64));
    let mut clients = [Vec::new(), Vec::new()];
    for (clients, delegation) in clients.iter_mut().zip(DELEGATIONS) {
        for number in 0..CALLERS {
            clients.push(at_server(scene, &scene.world.profile(delegation, SECRETARY), number)?);
        }
    }
    let callers = Callers { clients, uploads: scene.world.calls(), figures: &figures };
    let races = stream::iter(0..keys / 2).map(|number| callers.file_and_submit(number, &people));
    races.buffer_unordered(AT_ONCE).try_for_each(|()| async { Ok(()) }).await?;
    drop(callers);
    figures.keys = (keys / 2 * 2) as u64;
    count(scene, &mut figures)?;
    Ok(figures)
}

fn count(scene: &Scene, figures: &mut Figures) -> anyhow::Result<()> {
    let database = scene.ground.postgres().context("PostgreSQL")?;
    let count = |sql: &str| -> anyhow::Result<u64> { Ok(database.sql(sql)?.parse()?) };
    figures.applications = count("SELECT COUNT(*) FROM application")?;
    figures.requests = count("SELECT COUNT(*) FROM request WHERE method LIKE 'ApplicationService/%'")?;
    figures.events = count(
        "SELECT COUNT(*) FROM event
        WHERE convert_from(canonical, 'UTF8')::json ->> 'action' LIKE 'ApplicationService/%'",
    )?;
    Ok(())
}

impl Callers<'_> {
    async fn file_and_submit(&self, number: usize, people: &Mutex<People>) -> anyhow::Result<()> {
        let delegation = number % DELEGATIONS.len();
        let person = people.lock().map_err(|_| anyhow::anyhow!("a caller panicked"))?.person("POL");
        let content = filing::application(v1::Category::ShortTermObserver, person);
        let parent = format!("elections/{ELECTION}/missions/{}", DELEGATIONS[delegation]);
        let file = Change::File(Box::new(ask::file(&parent, content)));
        let Some(filed) = self.race(delegation, 2 * number, &file).await else { return Ok(()) };
        let secretary = &self.clients[delegation][number % CALLERS];
        filing::upload(self.uploads, secretary, &filed.name, &filed, &[]).await?;
        self.race(delegation, 2 * number + 1, &Change::Submit(ask::submit(&filed.name))).await;
        Ok(())
    }

    /// Everybody sends it; all who asked for the same must get the same.
    async fn race(&self, delegation: usize, key: usize, change: &Change) -> Option<v1::Application> {
        let clients = &self.clients[delegation];
        let by_all = key.is_multiple_of(BY_ALL);
        let first = key * SERVERS % CALLERS;
        let count = if by_all { CALLERS } else { SERVERS };
        self.figures.by_all.fetch_add(by_all.into(), Ordering::Relaxed);
        let calls = (0..count).map(|offset| async move {
            let client = &clients[(first + offset) % CALLERS];
            // Whoever changes it is never the first in line, so that there is something to be told of.
            if key.is_multiple_of(CHANGED) && offset == count - 1 {
                return (true, self.send(client, &change.changed()).await);
            }
            let elsewhere = &clients[(first + offset + 1) % CALLERS];
            if key.is_multiple_of(CUT_OFF) && offset % 2 == 1 {
                let patience = Duration::from_micros((key as u64 * 7919 + offset as u64 * 104_729) % 6000);
                if let Ok(answer) = timeout(patience, self.send(client, change)).await {
                    return (false, answer);
                }
                self.figures.cut_off.fetch_add(1, Ordering::Relaxed);
                return (false, self.send(elsewhere, change).await);
            }
            (false, self.send(client, change).await)
        });
        self.judge(key, join_all(calls).await)
    }

    async fn send(&self, client: &Client, change: &Change) -> Result<v1::Application, Error> {
        self.figures.calls.fetch_add(1, Ordering::Relaxed);
        change.send(client).await
    }

    /// One wish under an id was carried out, and everyone with that wish has its answer; every other was refused.
    fn judge(&self, key: usize, answers: Vec<(bool, Result<v1::Application, Error>)>) -> Option<v1::Application> {
        let mut done: Option<(bool, v1::Application)> = None;
        let mut reused = [0, 0];
        for (changed, answer) in answers {
            match (answer, &done) {
                (Ok(answer), None) => done = Some((changed, answer)),
                (Ok(answer), Some((other, first))) => {
                    if *other != changed || answer.name != first.name || answer.receipt != first.receipt {
                        self.figures.note(format!("key {key}: two effects, {} and {}", first.name, answer.name));
                    }
                }
                (Err(error), _) if error.reason() == Some("REQUEST_ID_REUSED") => reused[usize::from(changed)] += 1,
                // A changed submission names an etag that is none: refused before it could take the id.
                (Err(error), _) if changed && error.reason() == Some("ETAG_MISMATCH") => reused[1] += 1,
                (Err(error), _) => self.figures.note(format!("key {key}: {error}")),
            }
        }
        self.figures.refused.fetch_add(reused[0] + reused[1], Ordering::Relaxed);
        let (changed, application) = done.or_else(|| {
            self.figures.note(format!("key {key}: nobody was answered"));
            None
        })?;
        if reused[usize::from(changed)] > 0 {
            self.figures.note(format!("key {key}: the same wish was carried out and refused"));
        }
        Some(application)
    }
}
