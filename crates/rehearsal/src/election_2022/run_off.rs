//! The run-off of the election of 2022, and the publication of results, which ends all accreditations.

use anyhow::{Context, ensure};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use tokio::time::{Instant, sleep};
use wire::v1;

use super::{ADOPTERS, CIS, Election2022, POLL_INTERVAL, TIMEOUT, VOTING_DAY};
use crate::calls::request_id;
use crate::world::REGISTRAR;

/// The voting day of the run-off, two weeks after the first round.
const RUN_OFF: Date = date(2022, 12, 4);

/// The accreditations in force on the day of the run-off, counted then, because they end before the report.
pub(super) struct RunOffCounts {
    /// How many were accredited only for the run-off.
    pub(super) more: i64,
    /// How many are in force in all.
    pub(super) in_force: i64,
}

impl Election2022<'_> {
    /// Calls a run-off, and accredits one more observer before the run-off's own cutoff.
    ///
    /// The rule pack carries accreditations over. So every accreditation in force must be unchanged afterwards,
    /// including its number and badge.
    pub(super) async fn run_off(&mut self) -> anyhow::Result<RunOffCounts> {
        self.set_clock("2022-11-23T05:00:00Z").await?;
        let before = self.list_active().await?;
        let call = v1::CallRunOffRequest {
            request_id: request_id(),
            name: self.name.clone(),
            expected_voting_day: VOTING_DAY.to_string(),
            voting_day: RUN_OFF.to_string(),
            reason: "No candidate has more than half of the votes.".to_owned(),
            act: "Resolution 2022/12".to_owned(),
        };
        self.calls().make(self.commission(REGISTRAR).call_run_off(call)).await.context("cannot call the run-off")?;
        let more = vec![self.new_application(v1::Category::ShortTermObserver, "UZB")];
        let names = self.submit(CIS, more).await?;
        self.set_clock("2022-11-25T05:00:00Z").await?;
        self.present("2022/4", &names).await?;
        self.review(&names, None).await?;
        self.adopt(ADOPTERS[0], date(2022, 11, 25), names, Vec::new()).await?;
        let after = self.list_active().await?;
        ensure!(before.iter().all(|one| after.contains(one)), "the run-off changed an accreditation that was in force");
        let (more, in_force) = (i64::try_from(after.len() - before.len())?, i64::try_from(after.len())?);
        Ok(RunOffCounts { more, in_force })
    }

    /// Publishes the results, and waits until every accreditation has ended.
    pub(super) async fn publish_results(&self) -> anyhow::Result<()> {
        self.set_clock("2022-12-06T05:00:00Z").await?;
        let published: Timestamp = "2022-12-06T04:00:00Z".parse()?;
        let publish = v1::PublishResultsRequest {
            request_id: request_id(),
            name: self.name.clone(),
            publish_time: Some(prost_types::Timestamp { seconds: published.as_second(), nanos: 0 }),
        };
        let registrar = self.commission(REGISTRAR);
        self.calls().make(registrar.publish_results(publish)).await.context("cannot publish the results")?;
        let deadline = Instant::now() + TIMEOUT;
        while !self.list_active().await?.is_empty() {
            ensure!(Instant::now() < deadline, "after {} s an accreditation is still in force", TIMEOUT.as_secs());
            sleep(POLL_INTERVAL).await;
        }
        Ok(())
    }

    /// The accreditations that are in force.
    async fn list_active(&self) -> anyhow::Result<Vec<v1::Accreditation>> {
        let mut all = self.list_accreditations().await?;
        all.retain(|one| one.state() == v1::AccreditationState::Active);
        Ok(all)
    }
}
