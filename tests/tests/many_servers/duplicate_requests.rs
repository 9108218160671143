//! Sends one request several times at once, interrupts it and sends it again, and sends another request with the same
//! id.

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

/// Number of callers of each delegation. Each has its own connection.
const CALLERS: usize = 64;
/// Number of request ids that are sent at once, by [`SERVERS`] callers each.
const CONCURRENT_IDS: usize = CALLERS / SERVERS;
/// One in this many request ids is sent by every caller.
const SENT_BY_ALL: usize = 250;
/// For one in this many request ids, some callers disconnect and send it again through another server.
const INTERRUPTED: usize = 5;
/// For one in this many request ids, one caller sends another request with this id.
const CHANGED: usize = 7;

/// The delegations that file and submit.
const DELEGATIONS: [&str; 2] = ["osce-odihr", "cis"];

/// The counted calls and effects.
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
    /// The figures that `cargo xtask many-servers` reads.
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

    /// Number of effects in excess of one for each request id.
    fn doubles(&self) -> u64 {
        let effects = [self.applications * 2, self.requests, self.events];
        effects.into_iter().map(|count| count.abs_diff(self.keys)).max().unwrap_or_default()
    }

    /// Fails if an answer was wrong, or a request id had no effect or several.
    pub fn check(&self) -> anyhow::Result<()> {
        let wrong = self.wrong.lock().map_err(|_| anyhow::anyhow!("a caller panicked"))?;
        ensure!(wrong.is_empty(), "{} wrong answers; the first is: {}", wrong.len(), wrong[0]);
        let Self { keys, applications, requests, events, .. } = self;
        ensure!(
            self.doubles() == 0,
            "{keys} request ids caused {applications} applications, {requests} stored requests and {events} events"
        );
        Ok(())
    }

    /// Records a wrong answer.
    fn note(&self, problem: String) {
        if let Ok(mut wrong) = self.wrong.lock() {
            wrong.push(problem);
        }
    }
}

/// A request that every caller of a delegation can send.
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

    /// Another request with the same id.
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

/// The callers of both delegations, distributed over the servers.
struct Callers<'a> {
    clients: [Vec<Client>; 2],
    uploads: &'a Calls,
    figures: &'a Figures,
}

/// Sends that many request ids, each several times at once, and counts the effects. Half of them file an application,
/// the other half submit it.
pub async fn send_duplicates(scene: &Scene, keys: usize) -> anyhow::Result<Figures> {
    let mut figures = Figures::default();
    let people = Mutex::new(People::new(64));
    let mut clients = [Vec::new(), Vec::new()];
    for (clients, delegation) in clients.iter_mut().zip(DELEGATIONS) {
        for number in 0..CALLERS {
            clients.push(at_server(scene, &scene.world.profile(delegation, SECRETARY), number)?);
        }
    }
    let callers = Callers { clients, uploads: scene.world.calls(), figures: &figures };
    let all = stream::iter(0..keys / 2).map(|number| callers.file_and_submit(number, &people));
    all.buffer_unordered(CONCURRENT_IDS).try_for_each(|()| async { Ok(()) }).await?;
    drop(callers);
    figures.keys = (keys / 2 * 2) as u64;
    count_effects(scene, &mut figures)?;
    Ok(figures)
}

/// Counts the effects in the database itself. The answers could hide a second effect.
fn count_effects(scene: &Scene, figures: &mut Figures) -> anyhow::Result<()> {
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
    /// Files an application and submits it, each through several callers at once.
    async fn file_and_submit(&self, number: usize, people: &Mutex<People>) -> anyhow::Result<()> {
        let delegation = number % DELEGATIONS.len();
        let person = people.lock().map_err(|_| anyhow::anyhow!("a caller panicked"))?.person("POL");
        let content = filing::application(v1::Category::ShortTermObserver, person);
        let parent = format!("elections/{ELECTION}/missions/{}", DELEGATIONS[delegation]);
        let file = Change::File(Box::new(ask::file(&parent, content)));
        let Some(filed) = self.send_at_once(delegation, 2 * number, &file).await else { return Ok(()) };
        let secretary = &self.clients[delegation][number % CALLERS];
        filing::upload(self.uploads, secretary, &filed.name, &filed, &[]).await?;
        self.send_at_once(delegation, 2 * number + 1, &Change::Submit(ask::submit(&filed.name))).await;
        Ok(())
    }

    /// Sends a change through several callers at once. Callers with equal requests must get equal answers.
    async fn send_at_once(&self, delegation: usize, key: usize, change: &Change) -> Option<v1::Application> {
        let clients = &self.clients[delegation];
        let by_all = key.is_multiple_of(SENT_BY_ALL);
        let first = key * SERVERS % CALLERS;
        let count = if by_all { CALLERS } else { SERVERS };
        self.figures.by_all.fetch_add(by_all.into(), Ordering::Relaxed);
        let calls = (0..count).map(|offset| async move {
            let client = &clients[(first + offset) % CALLERS];
            // The last caller sends the other request, so that the request id is usually taken before.
            if key.is_multiple_of(CHANGED) && offset == count - 1 {
                return (true, self.send(client, &change.changed()).await);
            }
            let other_client = &clients[(first + offset + 1) % CALLERS];
            if key.is_multiple_of(INTERRUPTED) && offset % 2 == 1 {
                let delay = Duration::from_micros((key as u64 * 7919 + offset as u64 * 104_729) % 6000);
                if let Ok(answer) = timeout(delay, self.send(client, change)).await {
                    return (false, answer);
                }
                self.figures.cut_off.fetch_add(1, Ordering::Relaxed);
                return (false, self.send(other_client, change).await);
            }
            (false, self.send(client, change).await)
        });
        self.check_answers(key, join_all(calls).await)
    }

    async fn send(&self, client: &Client, change: &Change) -> Result<v1::Application, Error> {
        self.figures.calls.fetch_add(1, Ordering::Relaxed);
        change.send(client).await
    }

    /// Checks the answers for one request id: one request took effect, equal requests got its answer, others were
    /// refused.
    fn check_answers(
        &self,
        key: usize,
        answers: Vec<(bool, Result<v1::Application, Error>)>,
    ) -> Option<v1::Application> {
        let mut done: Option<(bool, v1::Application)> = None;
        let mut reused = [0, 0];
        for (changed, answer) in answers {
            match (answer, &done) {
                (Ok(answer), None) => done = Some((changed, answer)),
                (Ok(answer), Some((other, first))) => {
                    if *other != changed || answer.name != first.name || answer.receipt != first.receipt {
                        self.figures.note(format!("request {key}: two effects, {} and {}", first.name, answer.name));
                    }
                }
                (Err(error), _) if error.reason() == Some("REQUEST_ID_REUSED") => reused[usize::from(changed)] += 1,
                // The other submission has an invalid etag. It may be refused before it takes the id.
                (Err(error), _) if changed && error.reason() == Some("ETAG_MISMATCH") => reused[1] += 1,
                (Err(error), _) => self.figures.note(format!("request {key}: {error}")),
            }
        }
        self.figures.refused.fetch_add(reused[0] + reused[1], Ordering::Relaxed);
        let (changed, application) = done.or_else(|| {
            self.figures.note(format!("request {key}: no caller got an answer"));
            None
        })?;
        if reused[usize::from(changed)] > 0 {
            self.figures
                .note(format!("request {key}: one of several equal requests took effect and another was refused"));
        }
        Some(application)
    }
}
