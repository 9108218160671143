//! The clock of a world's servers.

use jiff::Timestamp;

use super::servers::Servers;

/// Sets the clock of every server that runs.
///
/// It is the clock of the domain's rules. TLS keeps real time, so certificates do not expire when the clock is set
/// ahead.
pub struct Clock<'a> {
    pub(super) servers: &'a Servers,
    pub(super) time: &'a tokio::sync::Mutex<Option<Timestamp>>,
}

impl Clock<'_> {
    /// Stops the clock at a time. Returns when every running server has set it.
    pub async fn set(&self, time: Timestamp) -> anyhow::Result<()> {
        self.set_on_all(Some(time)).await
    }

    /// Lets the clock run in real time from now on.
    pub async fn run_in_real_time(&self) -> anyhow::Result<()> {
        self.set_on_all(None).await
    }

    /// Sets the clock of all running servers, and notes the time for servers that are started later.
    async fn set_on_all(&self, time: Option<Timestamp>) -> anyhow::Result<()> {
        // Locked throughout, so that two callers cannot leave the servers with different times.
        let mut current = self.time.lock().await;
        for process in self.servers.running() {
            process.set_clock(time).await?;
        }
        *current = time;
        Ok(())
    }
}
