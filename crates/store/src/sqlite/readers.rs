//! Reads: connections beside the writer, in lanes that do not wait for each other, each interrupted at its deadline.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use tokio::sync::{Mutex, Semaphore};

use super::options;
use crate::command::AnyCommand;
use crate::lane::{Abandoned, PerLane};
use crate::session::Session;
use crate::store::attempt;
use crate::{CommandError, Keys, Lane, StoreError};

/// After how many steps of its virtual machine SQLite asks whether to go on: some ten microseconds.
const STEPS: i32 = 2_000;

/// How many reads of each lane run at once.
const CONNECTIONS: PerLane<usize> = PerLane { gate: 2, ordinary: 4, heavy: 1 };

/// Read-only connections, by lane.
pub(super) struct Readers {
    lanes: PerLane<Arc<Connections>>,
}

/// The connections of one lane; one that is taken is put back by the task that reads, never by its caller.
struct Connections {
    free: Mutex<Vec<Reader>>,
    permits: Arc<Semaphore>,
}

struct Reader {
    session: Session,
    interrupt: Arc<Interrupt>,
}

/// When a read ends, whether it is done or not.
struct Interrupt {
    start: Instant,
    /// In microseconds since `start`.
    until: AtomicU64,
    abandoned: AtomicBool,
}

impl Interrupt {
    fn new() -> Self {
        Self { start: Instant::now(), until: AtomicU64::new(u64::MAX), abandoned: AtomicBool::new(false) }
    }

    fn begin(&self, until: Instant) {
        let until = until.saturating_duration_since(self.start).as_micros();
        self.until.store(u64::try_from(until).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.abandoned.store(false, Ordering::Relaxed);
    }

    fn goes_on(&self) -> bool {
        let now = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        now < self.until.load(Ordering::Relaxed) && !self.abandoned.load(Ordering::Relaxed)
    }
}

impl Readers {
    pub(super) async fn open(path: &Path) -> Result<Self, StoreError> {
        let PerLane { gate, ordinary, heavy } = CONNECTIONS;
        let gate = Arc::new(Connections::open(path, gate).await?);
        let ordinary = Arc::new(Connections::open(path, ordinary).await?);
        let heavy = Arc::new(Connections::open(path, heavy).await?);
        Ok(Self { lanes: PerLane { gate, ordinary, heavy } })
    }

    /// Runs a command in its lane until it is done, its time is up or its caller is gone.
    pub(super) async fn read(
        &self,
        keys: &Arc<Keys>,
        command: Arc<dyn AnyCommand>,
        until: Instant,
    ) -> Result<(), CommandError> {
        let (lane, keys) = (self.lanes.of(command.lane()).clone(), keys.clone());
        let left = until.saturating_duration_since(Instant::now());
        let permit = tokio::time::timeout(left, lane.permits.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Closed)?;
        let abandoned = Abandoned::default();
        let watched = abandoned.clone();
        let task = tokio::spawn(async move {
            let _permit = permit;
            let mut reader = lane.free.lock().await.pop().ok_or(StoreError::Busy)?;
            reader.interrupt.begin(until);
            let interrupt = reader.interrupt.clone();
            let output = tokio::select! {
                output = reader.read(&keys, command.as_ref()) => output,
                () = watched.watch(|| interrupt.abandoned.store(true, Ordering::Relaxed)) => unreachable!("it never ends"),
            };
            lane.free.lock().await.push(reader);
            output
        });
        let _gone = abandoned.guard();
        task.await.map_err(|_| StoreError::Closed)?
    }

    /// How many connections there are, and how many of them idle.
    pub(super) fn count(&self) -> (usize, usize) {
        let PerLane { gate, ordinary, heavy } = &self.lanes;
        let free = |lane: &Connections| lane.permits.available_permits();
        let PerLane { gate: of_gate, ordinary: of_ordinary, heavy: of_heavy } = CONNECTIONS;
        (of_gate + of_ordinary + of_heavy, free(gate) + free(ordinary) + free(heavy))
    }
}

impl Connections {
    async fn open(path: &Path, count: usize) -> Result<Self, StoreError> {
        let mut free = Vec::with_capacity(count);
        for _ in 0..count {
            free.push(Reader::open(path).await?);
        }
        Ok(Self { free: Mutex::new(free), permits: Arc::new(Semaphore::new(count)) })
    }
}

impl Reader {
    async fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = options(path).read_only(true).connect().await.map_err(StoreError::Open)?;
        let interrupt = Arc::new(Interrupt::new());
        let asked = interrupt.clone();
        connection.lock_handle().await.map_err(StoreError::Open)?.set_progress_handler(STEPS, move || asked.goes_on());
        Ok(Self { session: Session::sqlite(connection), interrupt })
    }

    async fn read(&mut self, keys: &Keys, command: &dyn AnyCommand) -> Result<(), CommandError> {
        let session = &mut self.session;
        if command.lane() == Lane::Gate {
            // Every call waits for it, and each row that it reads is true by itself: no snapshot, and half the statements.
            return attempt(session, keys, command).await;
        }
        session.begin_read();
        let output = attempt(session, keys, command).await;
        // What was interrupted has left its transaction open; ending it must not be interrupted.
        self.interrupt.begin(self.interrupt.start + Duration::from_secs(u32::MAX.into()));
        let ended = session.end_read().await;
        output?;
        Ok(ended?)
    }
}
