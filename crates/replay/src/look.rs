//! What happened within the service, read from its database: whether it still works by itself, and which events there are.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use domain::event::LoggedEvent;
use domain::policy::Scope;
use rehearsal::World;
use store::{Command, CommandError, Keys, Page, Store, Tx};
use tokio::time::{Instant, sleep};

/// How often it is looked.
const INTERVAL: Duration = Duration::from_millis(2);
/// Longer is nothing waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// What may go on by itself after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// A call: whatever it leaves to be done at once is written down.
    Call,
    /// A call that rings for a job.
    Ring,
    /// The time was set: every job looks for what it has overtaken, and does one thing after the other.
    Clock,
}

impl After {
    /// How long nothing happens until everything is over.
    fn quiet(self) -> Duration {
        match self {
            Self::Call => Duration::ZERO,
            Self::Ring => Duration::from_millis(200),
            Self::Clock => Duration::from_millis(1200),
        }
    }
}

pub struct Look {
    store: Store,
    /// How far each log was read.
    seen: BTreeMap<String, i64>,
}

/// How the service is.
struct State {
    /// How long each log is.
    sizes: BTreeMap<String, i64>,
    /// Whether anything waits for a job that does it at once.
    works: bool,
}

impl Look {
    pub async fn open(world: &World) -> anyhow::Result<Self> {
        let config = server::Config::load(&world.config())?;
        let keys = Keys::parse(&std::fs::read_to_string(world.dir().join("master.key"))?)?;
        let store = Store::open(&config.database()?, keys, 2).await.context("cannot open the database")?;
        Ok(Self { store, seen: BTreeMap::new() })
    }

    /// Waits until nothing is left to do by itself, and gives the events that are new.
    pub async fn settle(&mut self, after: After) -> anyhow::Result<Vec<LoggedEvent>> {
        let start = Instant::now();
        let (mut last, mut since) = (None, start);
        let sizes = loop {
            let State { sizes, works } = self.store.read(Now).await.map_err(|error| anyhow::anyhow!("{error}"))?;
            if works || last.as_ref() != Some(&sizes) {
                (last, since) = (Some(sizes.clone()), Instant::now());
            }
            let quiet = !works && since.elapsed() >= after.quiet();
            if quiet || start.elapsed() > PATIENCE {
                break sizes;
            }
            sleep(INTERVAL).await;
        };
        let mut events = Vec::new();
        for (log, size) in sizes {
            let seen = self.seen.entry(log.clone()).or_insert(0);
            if *seen < size {
                let new = Since { log, after: *seen - 1, size };
                events.extend(self.store.read(new).await.map_err(|error| anyhow::anyhow!("{error}"))?);
                *seen = size;
            }
        }
        Ok(events)
    }
}

struct Now;

impl Command for Now {
    const NAME: &'static str = "replay: state";
    type Output = State;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<State, CommandError> {
        let (sizes, waiting) = tx.log_sizes().await?;
        let works = waiting > 0 || !tx.pending_screenings(0, 1).await?.is_empty() || tx.next_sweep(1).await?.is_some();
        Ok(State { sizes, works })
    }
}

struct Since {
    log: String,
    after: i64,
    size: i64,
}

impl Command for Since {
    const NAME: &'static str = "replay: events";
    type Output = Vec<LoggedEvent>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let page = Page { after: Some(self.after), size: u32::try_from(self.size).unwrap_or(u32::MAX) };
        let mut events = tx.log_entries(&Scope::All, &self.log, &page).await?;
        events.retain(|event| event.position < self.size);
        Ok(events)
    }
}
