//! The domain's clock, in the hands of whoever rehearses.

use jiff::Timestamp;

use super::servers::Servers;

/// Moves the clock of every server that runs. TLS keeps real time.
pub struct Clock<'a> {
    pub(super) servers: &'a Servers,
    pub(super) time: &'a tokio::sync::Mutex<Option<Timestamp>>,
}

impl Clock<'_> {
    /// Puts the clock to that time, where it stands still; returns when the service has it.
    pub async fn set(&self, time: Timestamp) -> anyhow::Result<()> {
        self.put(Some(time)).await
    }

    /// Lets the clock run with the system's from now on.
    pub async fn run_in_real_time(&self) -> anyhow::Result<()> {
        self.put(None).await
    }

    async fn put(&self, time: Option<Timestamp>) -> anyhow::Result<()> {
        let mut current = self.time.lock().await;
        for process in self.servers.running() {
            process.set_clock(time).await?;
        }
        *current = time;
        Ok(())
    }
}
