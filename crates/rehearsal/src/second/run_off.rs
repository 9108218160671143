//! The run-off of the second election, and its end: the results are published, and nobody is in force any more.

use anyhow::{Context, ensure};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use tokio::time::{Instant, sleep};
use wire::v1;

use super::{ADOPTERS, CIS, PATIENCE, POLL, Second, VOTING_DAY};
use crate::calls::request_id;
use crate::world::REGISTRAR;

/// The run-off's voting day: two weeks after the first round.
const RUN_OFF: Date = date(2022, 12, 4);

/// Who is in force on the day of the run-off, as the server said then.
pub(super) struct Carried {
    /// How many came only for it.
    pub(super) more: i64,
    /// How many there are in all.
    pub(super) in_force: i64,
}

impl Second<'_> {
    /// A run-off is called. The election's rules carry everyone over: whoever is in force stays so, under the same number
    /// and with the same badge. One more observer is filed for it, by its own cutoff.
    pub(super) async fn run_off(&mut self) -> anyhow::Result<Carried> {
        self.clock("2022-11-23T05:00:00Z").await?;
        let before = self.in_force().await?;
        let call = v1::CallRunOffRequest {
            request_id: request_id(),
            name: self.election.clone(),
            expected_voting_day: VOTING_DAY.to_string(),
            voting_day: RUN_OFF.to_string(),
            reason: "No candidate has more than half of the votes.".to_owned(),
            act: "Resolution 2022/12".to_owned(),
        };
        self.calls().make(self.commission(REGISTRAR).call_run_off(call)).await.context("cannot call the run-off")?;
        let more = vec![self.someone(v1::Category::ShortTermObserver, "UZB")];
        let names = self.submit(CIS, more).await?;
        self.clock("2022-11-25T05:00:00Z").await?;
        self.present("2022/4", &names).await?;
        self.review(&names, None).await?;
        self.adopt(ADOPTERS[0], date(2022, 11, 25), names, Vec::new()).await?;
        let after = self.in_force().await?;
        ensure!(before.iter().all(|one| after.contains(one)), "somebody was not carried over as they were");
        let (more, in_force) = (i64::try_from(after.len() - before.len())?, i64::try_from(after.len())?);
        Ok(Carried { more, in_force })
    }

    /// The results are published, and with them whatever is in force ends by itself.
    pub(super) async fn end(&self) -> anyhow::Result<()> {
        self.clock("2022-12-06T05:00:00Z").await?;
        let published: Timestamp = "2022-12-06T04:00:00Z".parse()?;
        let publish = v1::PublishResultsRequest {
            request_id: request_id(),
            name: self.election.clone(),
            publish_time: Some(prost_types::Timestamp { seconds: published.as_second(), nanos: 0 }),
        };
        let registrar = self.commission(REGISTRAR);
        self.calls().make(registrar.publish_results(publish)).await.context("cannot publish the results")?;
        let deadline = Instant::now() + PATIENCE;
        while !self.in_force().await?.is_empty() {
            ensure!(Instant::now() < deadline, "after {} s somebody is still in force", PATIENCE.as_secs());
            sleep(POLL).await;
        }
        Ok(())
    }

    async fn in_force(&self) -> anyhow::Result<Vec<v1::Accreditation>> {
        let mut all = self.accreditations().await?;
        all.retain(|one| one.state() == v1::AccreditationState::Active);
        Ok(all)
    }
}
