//! Two delegations that file and withdraw as fast as they are answered, until the service is killed under them.

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

/// Who calls.
pub const DELEGATIONS: [&str; 2] = ["osce-odihr", "cis"];
/// Calls of each delegation at once: so many that a shared commit, 64 at the most, leaves more than 32 in flight.
const CALLERS: usize = 48;
/// How long answers that had left the service may take to be read.
const GRACE: Duration = Duration::from_millis(200);
/// How long the acknowledgements that a kill waits for may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A change as it was asked for; sent again, it is the very same request.
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

    /// The withdrawal of what was filed.
    pub fn withdraw(filed: &v1::Application) -> Self {
        let (name, reason) = (filed.name.clone(), String::new());
        Self::Withdraw(v1::WithdrawApplicationRequest { request_id: request_id(), name, reason })
    }

    pub async fn send(&self, client: &Client) -> Result<v1::Application, Error> {
        match self {
            Self::File(request) => client.create_application(request.as_ref().clone()).await,
            Self::Withdraw(request) => client.withdraw_application(request.clone()).await,
        }
    }
}

/// A change that was asked for, and what was acknowledged.
#[derive(Debug, Clone)]
pub struct Sent {
    pub delegation: &'static str,
    pub change: Change,
    /// `None` while it is in flight, and for ever if it was cut off.
    pub answer: Option<v1::Application>,
}

/// When to kill: after so many acknowledgements, and a pause.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub acknowledged: usize,
    pub pause: Duration,
}

/// What happened until the service was killed.
pub struct Killed {
    /// All that was sent, some of it to a service that was gone.
    pub sent: Vec<Sent>,
    /// How many calls the service had been sent when it was killed, and never answered.
    pub in_flight: usize,
}

/// Lets the delegations call and kills the service at that moment.
pub async fn until_killed(world: &mut World, people: &Arc<Mutex<People>>, moment: Moment) -> anyhow::Result<Killed> {
    let pid = world.server_pid().and_then(|pid| Pid::from_raw(pid.cast_signed())).context("the service runs")?;
    let log =
        Arc::new(Log { sent: Mutex::default(), moment, pid, killed: Notify::new(), sent_before: AtomicUsize::new(0) });
    let mut callers = JoinSet::new();
    for delegation in DELEGATIONS {
        for _ in 0..CALLERS {
            let client = world.actor(delegation, SECRETARY);
            callers.spawn(call(delegation, client, Arc::clone(people), Arc::clone(&log)));
        }
    }
    let killed = timeout(PATIENCE, log.killed.notified()).await;
    killed.with_context(|| format!("no kill at {moment:?} within {PATIENCE:?}"))?;
    world.kill9().await?;
    sleep(GRACE).await;
    callers.abort_all();
    while let Some(ended) = callers.join_next().await {
        match ended {
            Ok(outcome) => outcome?,
            Err(ended) => ensure!(ended.is_cancelled(), "a caller panicked"),
        }
    }
    let sent = std::mem::take(&mut *log.lock());
    let before = sent.iter().take(log.sent_before.load(Ordering::Relaxed));
    let in_flight = before.filter(|sent| sent.answer.is_none()).count();
    Ok(Killed { sent, in_flight })
}

/// Files and withdraws one person after the other.
async fn call(
    delegation: &'static str,
    client: Client,
    people: Arc<Mutex<People>>,
    log: Arc<Log>,
) -> anyhow::Result<()> {
    loop {
        let person = people.lock().unwrap_or_else(PoisonError::into_inner).person("POL");
        let content = filing::application(v1::Category::ShortTermObserver, person);
        let Some(filed) = log.send(delegation, Change::file(delegation, content), &client).await? else {
            return Ok(());
        };
        if log.send(delegation, Change::withdraw(&filed), &client).await?.is_none() {
            return Ok(());
        }
    }
}

/// What was sent and answered, and the kill when enough was.
struct Log {
    sent: Mutex<Vec<Sent>>,
    moment: Moment,
    pid: Pid,
    killed: Notify,
    /// How many calls had been sent when the service was killed.
    sent_before: AtomicUsize,
}

impl Log {
    /// Sends a change; `None` if the service went away under it.
    async fn send(
        &self,
        delegation: &'static str,
        change: Change,
        client: &Client,
    ) -> anyhow::Result<Option<v1::Application>> {
        let index = {
            let mut sent = self.lock();
            sent.push(Sent { delegation, change: change.clone(), answer: None });
            sent.len() - 1
        };
        match change.send(client).await {
            Ok(answer) => {
                if self.acknowledge(index, &answer) == self.moment.acknowledged {
                    self.kill().await?;
                }
                Ok(Some(answer))
            }
            Err(refusal @ Error::Refused(_)) => Err(refusal.into()),
            Err(_) => Ok(None),
        }
    }

    /// At once, in the task that has read the acknowledgement: nothing that was late is to get a chance.
    async fn kill(&self) -> anyhow::Result<()> {
        if !self.moment.pause.is_zero() {
            sleep(self.moment.pause).await;
        }
        self.sent_before.store(self.lock().len(), Ordering::Relaxed);
        kill_process(self.pid, Signal::KILL)?;
        self.killed.notify_one();
        Ok(())
    }

    /// Notes an answer and returns how many there are. Under one lock, so that no number is passed over.
    fn acknowledge(&self, index: usize, answer: &v1::Application) -> usize {
        let mut sent = self.lock();
        sent[index].answer = Some(answer.clone());
        sent.iter().filter(|sent| sent.answer.is_some()).count()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
