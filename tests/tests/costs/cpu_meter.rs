//! Measures the CPU time of the server. It adds up the threads, because the clock ticks of a process are too coarse for
//! a call.

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long the idle process is measured.
const IDLE_TIME: Duration = Duration::from_millis(500);
/// How long work that a call started may continue after its answer.
const WORK_AFTER_ANSWER: Duration = Duration::from_millis(15);

/// Measures the CPU time of one process.
pub struct CpuMeter {
    /// The directory with the threads of the process.
    tasks: PathBuf,
    /// Milliseconds of CPU that the idle process uses in each second.
    idle: f64,
}

impl CpuMeter {
    /// Measures the idle process first.
    pub async fn for_process(pid: u32) -> anyhow::Result<Self> {
        let mut meter = Self { tasks: format!("/proc/{pid}/task").into(), idle: 0.0 };
        let before = meter.milliseconds()?;
        tokio::time::sleep(IDLE_TIME).await;
        meter.idle = (meter.milliseconds()? - before) / IDLE_TIME.as_secs_f64();
        Ok(meter)
    }

    /// The CPU time of all threads so far. Threads that have ended are not counted; those that compute live for
    /// seconds.
    fn milliseconds(&self) -> anyhow::Result<f64> {
        let mut nanoseconds = 0_u64;
        for task in std::fs::read_dir(&self.tasks)? {
            let Ok(stat) = std::fs::read_to_string(task?.path().join("schedstat")) else { continue };
            nanoseconds += stat.split(' ').next().unwrap_or_default().parse::<u64>().unwrap_or_default();
        }
        Ok(nanoseconds as f64 / 1e6)
    }

    /// Milliseconds of CPU that a call costs, without those of the idle process, and the answer.
    pub async fn measure<T>(&self, call: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<(f64, T)> {
        let (before, start) = (self.milliseconds()?, Instant::now());
        let answer = call.await?;
        tokio::time::sleep(WORK_AFTER_ANSWER).await;
        let cpu = self.milliseconds()? - before - self.idle * start.elapsed().as_secs_f64();
        Ok((cpu.max(0.0), answer))
    }
}
