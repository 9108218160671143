//! CPU time of the serving process, thread by thread: its own clock ticks are too coarse for a call.

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long the process is watched while nobody calls.
const IDLE: Duration = Duration::from_millis(500);
/// What a call started is over by then.
const AFTER: Duration = Duration::from_millis(15);

pub struct Meter {
    tasks: PathBuf,
    /// Of what it does by itself, in milliseconds of CPU for each second.
    idle: f64,
}

impl Meter {
    pub async fn of(pid: u32) -> anyhow::Result<Self> {
        let mut meter = Self { tasks: format!("/proc/{pid}/task").into(), idle: 0.0 };
        let before = meter.milliseconds()?;
        tokio::time::sleep(IDLE).await;
        meter.idle = (meter.milliseconds()? - before) / IDLE.as_secs_f64();
        Ok(meter)
    }

    /// The CPU time of every thread so far. A thread that has ended is not counted: those that compute stay for seconds.
    fn milliseconds(&self) -> anyhow::Result<f64> {
        let mut nanoseconds = 0_u64;
        for task in std::fs::read_dir(&self.tasks)? {
            let Ok(stat) = std::fs::read_to_string(task?.path().join("schedstat")) else { continue };
            nanoseconds += stat.split(' ').next().unwrap_or_default().parse::<u64>().unwrap_or_default();
        }
        Ok(nanoseconds as f64 / 1e6)
    }

    /// What a call costs, without what the service does anyway.
    pub async fn cpu_of<T>(&self, call: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<(f64, T)> {
        let (before, start) = (self.milliseconds()?, Instant::now());
        let answer = call.await?;
        tokio::time::sleep(AFTER).await;
        let cpu = self.milliseconds()? - before - self.idle * start.elapsed().as_secs_f64();
        Ok((cpu.max(0.0), answer))
    }
}
