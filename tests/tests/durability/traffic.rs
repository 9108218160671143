//! Two delegations file and withdraw applications as fast as possible, until the service is killed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Error};
use rehearsal::calls::request_id;
use rehearsal::filing;
use rehearsal::people::People;
use rehearsal::world::{ELECTION, SECRETARY, World};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use wire::v1;

/// The organizations that call.
pub const DELEGATIONS: [&str; 2] = ["osce-odihr", "cis"];
/// Number of concurrent calls of each delegation. A shared commit has at most 64, so that more than 32 stay in flight.
const CALLERS: usize = 48;
/// How long the client may take to read answers that the service sent before it was killed.
const READ_TIMEOUT: Duration = Duration::from_millis(200);
/// How long it may take until enough changes are acknowledged for the kill.
const KILL_TIMEOUT: Duration = Duration::from_secs(120);

/// A request for a change. SentChange again, it has the same request id.
#[derive(Debug, Clone)]
pub enum Change {
    File(Box<v1::CreateApplicationRequest>),
    Withdraw(v1::WithdrawApplicationRequest),
}

impl Change {
    /// A new application of a delegation.
    pub fn file(delegation: &str, content: v1::Application) -> Self {
        let parent = format!("elections/{ELECTION}/missions/{delegation}");
        let request = v1::CreateApplicationRequest {
            request_id: request_id(),
            parent,
            application: Some(content),
            validate_only: false,
        };
        Self::File(Box::new(request))
    }

    /// The withdrawal of an application.
    pub fn withdraw(filed: &v1::Application) -> Self {
        let (name, reason) = (filed.name.clone(), String::new());
        Self::Withdraw(v1::WithdrawApplicationRequest { request_id: request_id(), name, reason })
    }

    /// Sends the request.
    pub async fn send(&self, client: &Client) -> Result<v1::Application, Error> {
        match self {
            Self::File(request) => client.create_application(request.as_ref().clone()).await,
            Self::Withdraw(request) => client.withdraw_application(request.clone()).await,
        }
    }
}

/// A change that was sent, and its answer.
#[derive(Debug, Clone)]
pub struct SentChange {
    pub delegation: &'static str,
    pub change: Change,
    /// `None` while the call is in flight, and always if the kill interrupted it.
    pub answer: Option<v1::Application>,
}

/// When to kill the service: after a number of acknowledgements and a pause.
#[derive(Debug, Clone, Copy)]
pub struct KillTime {
    pub acknowledged: usize,
    pub pause: Duration,
}

/// The changes that were sent until the service was killed.
pub struct KilledRun {
    /// All changes that were sent, also those after the kill.
    pub sent: Vec<SentChange>,
    /// Number of calls that were sent before the kill and never answered.
    pub in_flight: usize,
}

/// Lets the delegations call until the service is killed at that time.
pub async fn send_until_killed(
    world: &mut World,
    people: &Arc<Mutex<People>>,
    kill_time: KillTime,
) -> anyhow::Result<KilledRun> {
    let pid = world.server_pid().and_then(|pid| Pid::from_raw(pid.cast_signed())).context("the server runs")?;
    let recorder = Arc::new(Recorder {
        sent: Mutex::default(),
        kill_time,
        pid,
        killed: Notify::new(),
        sent_before: AtomicUsize::new(0),
    });
    let mut callers = JoinSet::new();
    for delegation in DELEGATIONS {
        for _ in 0..CALLERS {
            let client = world.actor(delegation, SECRETARY);
            callers.spawn(file_and_withdraw(delegation, client, Arc::clone(people), Arc::clone(&recorder)));
        }
    }
    let killed = timeout(KILL_TIMEOUT, recorder.killed.notified()).await;
    killed.with_context(|| format!("the service was not killed at {kill_time:?} within {KILL_TIMEOUT:?}"))?;
    world.kill9().await?;
    sleep(READ_TIMEOUT).await;
    callers.abort_all();
    while let Some(ended) = callers.join_next().await {
        match ended {
            Ok(outcome) => outcome?,
            Err(ended) => ensure!(ended.is_cancelled(), "a caller panicked"),
        }
    }
    let sent = std::mem::take(&mut *recorder.lock());
    let before = sent.iter().take(recorder.sent_before.load(Ordering::Relaxed));
    let in_flight = before.filter(|sent| sent.answer.is_none()).count();
    Ok(KilledRun { sent, in_flight })
}

/// Files and withdraws one application after another, until the service is killed.
async fn file_and_withdraw(
    delegation: &'static str,
    client: Client,
    people: Arc<Mutex<People>>,
    recorder: Arc<Recorder>,
) -> anyhow::Result<()> {
    loop {
        let person = people.lock().unwrap_or_else(PoisonError::into_inner).person("POL");
        let content = filing::application(v1::Category::ShortTermObserver, person);
        let Some(filed) = recorder.send(delegation, Change::file(delegation, content), &client).await? else {
            return Ok(());
        };
        if recorder.send(delegation, Change::withdraw(&filed), &client).await?.is_none() {
            return Ok(());
        }
    }
}

/// Records what was sent and answered. Kills the service when enough changes are acknowledged.
struct Recorder {
    sent: Mutex<Vec<SentChange>>,
    kill_time: KillTime,
    pid: Pid,
    killed: Notify,
    /// Number of calls that were sent before the kill.
    sent_before: AtomicUsize,
}

impl Recorder {
    /// Sends a change. Returns `None` if the service was killed before it answered.
    async fn send(
        &self,
        delegation: &'static str,
        change: Change,
        client: &Client,
    ) -> anyhow::Result<Option<v1::Application>> {
        let index = {
            let mut sent = self.lock();
            sent.push(SentChange { delegation, change: change.clone(), answer: None });
            sent.len() - 1
        };
        match change.send(client).await {
            Ok(answer) => {
                if self.acknowledge(index, &answer) == self.kill_time.acknowledged {
                    self.kill().await?;
                }
                Ok(Some(answer))
            }
            Err(refusal @ Error::Refused(_)) => Err(refusal.into()),
            Err(_) => Ok(None),
        }
    }

    /// Kills the service in the task that read the acknowledgement. Another task would leave time for a late sync.
    async fn kill(&self) -> anyhow::Result<()> {
        if !self.kill_time.pause.is_zero() {
            sleep(self.kill_time.pause).await;
        }
        self.sent_before.store(self.lock().len(), Ordering::Relaxed);
        kill_process(self.pid, Signal::KILL)?;
        self.killed.notify_one();
        Ok(())
    }

    /// Records an answer. Returns the number of answers, under one lock, so that each number is returned once.
    fn acknowledge(&self, index: usize, answer: &v1::Application) -> usize {
        let mut sent = self.lock();
        sent[index].answer = Some(answer.clone());
        sent.iter().filter(|sent| sent.answer.is_some()).count()
    }

    /// A panic of another caller must not hide what was sent, so a poisoned lock is used.
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<SentChange>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
