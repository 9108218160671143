//! Reads on SQLite: read-only connections in lanes, each read interrupted at
//! its deadline.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use tokio::sync::{Mutex, Semaphore};

use super::connect_options;
use crate::command::AnyCommand;
use crate::lane::{CallerCancellation, PerLane};
use crate::session::Session;
use crate::store::run_catching_panics;
use crate::{CommandError, Keys, Lane, StoreError};

/// After how many steps of its virtual machine SQLite calls the progress
/// handler. 2,000 steps take about ten microseconds: often enough to stop in
/// time, and seldom enough to cost nothing.
const STEPS_BETWEEN_CHECKS: i32 = 2_000;

/// How many reads of each lane run at the same time.
const CONNECTIONS: PerLane<usize> = PerLane { gate: 2, ordinary: 4, heavy: 1 };

/// The read-only connections, by lane.
pub(super) struct Readers {
    lanes: PerLane<Arc<LaneConnections>>,
}

/// The connections of one lane. The task that reads puts its connection back,
/// never its caller: a caller may go away in the middle of a read.
struct LaneConnections {
    free: Mutex<Vec<Reader>>,
    permits: Arc<Semaphore>,
}

/// A read-only connection with the flag that stops its statements.
struct Reader {
    session: Session,
    interrupt: Arc<InterruptFlag>,
}

/// Tells the progress handler of a connection when to stop: at a deadline, or
/// when the caller has gone.
struct InterruptFlag {
    /// The zero of `deadline`. An `Instant` does not fit into an atomic
    /// integer.
    start: Instant,
    /// In microseconds since `start`.
    deadline: AtomicU64,
    /// Whether the caller has gone.
    abandoned: AtomicBool,
}

impl InterruptFlag {
    /// A flag that never stops a statement.
    fn new() -> Self {
        Self { start: Instant::now(), deadline: AtomicU64::new(u64::MAX), abandoned: AtomicBool::new(false) }
    }

    /// Sets the deadline of the next read.
    fn arm(&self, deadline: Instant) {
        let deadline = deadline.saturating_duration_since(self.start).as_micros();
        self.deadline.store(u64::try_from(deadline).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.abandoned.store(false, Ordering::Relaxed);
    }

    /// What the progress handler asks: `false` stops the statement.
    fn should_continue(&self) -> bool {
        let now = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        now < self.deadline.load(Ordering::Relaxed) && !self.abandoned.load(Ordering::Relaxed)
    }
}

impl Readers {
    /// Opens the connections of all lanes.
    pub(super) async fn open(path: &Path) -> Result<Self, StoreError> {
        let PerLane { gate, ordinary, heavy } = CONNECTIONS;
        let gate = Arc::new(LaneConnections::open(path, gate).await?);
        let ordinary = Arc::new(LaneConnections::open(path, ordinary).await?);
        let heavy = Arc::new(LaneConnections::open(path, heavy).await?);
        Ok(Self { lanes: PerLane { gate, ordinary, heavy } })
    }

    /// Runs a command in its lane, until it is done, its deadline has passed or
    /// its caller has gone. Gives [`StoreError::Busy`] if no connection of the
    /// lane is free before the deadline.
    pub(super) async fn read(
        &self,
        keys: &Arc<Keys>,
        command: Arc<dyn AnyCommand>,
        deadline: Instant,
    ) -> Result<(), CommandError> {
        let (lane, keys) = (self.lanes.get(command.lane()).clone(), keys.clone());
        let left = deadline.saturating_duration_since(Instant::now());
        let permit = tokio::time::timeout(left, lane.permits.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Closed)?;
        let abandoned = CallerCancellation::default();
        let cancellation = abandoned.clone();
        let task = tokio::spawn(async move {
            let _permit = permit;
            let mut reader = lane.free.lock().await.pop().ok_or(StoreError::Busy)?;
            reader.interrupt.arm(deadline);
            let interrupt = reader.interrupt.clone();
            let output = tokio::select! {
                output = reader.read(&keys, command.as_ref()) => output,
                () = cancellation.run_when_cancelled(|| interrupt.abandoned.store(true, Ordering::Relaxed)) => unreachable!("it never ends"),
            };
            lane.free.lock().await.push(reader);
            output
        });
        // If this future is dropped, the guard is too, and the task stops
        // reading.
        let _gone = abandoned.cancel_on_drop();
        task.await.map_err(|_| StoreError::Closed)?
    }

    /// How many connections there are, and how many of them are idle.
    pub(super) fn connection_counts(&self) -> (usize, usize) {
        let PerLane { gate, ordinary, heavy } = &self.lanes;
        let free = |lane: &LaneConnections| lane.permits.available_permits();
        let PerLane { gate: gate_connections, ordinary: ordinary_connections, heavy: heavy_connections } = CONNECTIONS;
        (gate_connections + ordinary_connections + heavy_connections, free(gate) + free(ordinary) + free(heavy))
    }
}

impl LaneConnections {
    /// Opens `count` connections.
    async fn open(path: &Path, count: usize) -> Result<Self, StoreError> {
        let mut free = Vec::with_capacity(count);
        for _ in 0..count {
            free.push(Reader::open(path).await?);
        }
        Ok(Self { free: Mutex::new(free), permits: Arc::new(Semaphore::new(count)) })
    }
}

impl Reader {
    /// Opens a connection and installs the progress handler that can stop its
    /// statements.
    async fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = connect_options(path).read_only(true).connect().await.map_err(StoreError::Open)?;
        let interrupt = Arc::new(InterruptFlag::new());
        let handler_flag = interrupt.clone();
        connection
            .lock_handle()
            .await
            .map_err(StoreError::Open)?
            .set_progress_handler(STEPS_BETWEEN_CHECKS, move || handler_flag.should_continue());
        Ok(Self { session: Session::sqlite(connection), interrupt })
    }

    /// Runs a command in a read transaction.
    async fn read(&mut self, keys: &Keys, command: &dyn AnyCommand) -> Result<(), CommandError> {
        let session = &mut self.session;
        // Every call waits for this read, and each row that it reads is
        // meaningful by itself. So it needs no snapshot, and saves the
        // statements that begin and end one.
        if command.lane() == Lane::Gate {
            return run_catching_panics(session, keys, command).await;
        }
        // All other reads see one snapshot from BEGIN to ROLLBACK.
        session.begin_read();
        let output = run_catching_panics(session, keys, command).await;
        // The interrupted statement has left its transaction open. ROLLBACK
        // must not be interrupted as well.
        self.interrupt.arm(self.interrupt.start + Duration::from_secs(u32::MAX.into()));
        let ended = session.end_read().await;
        output?;
        Ok(ended?)
    }
}
