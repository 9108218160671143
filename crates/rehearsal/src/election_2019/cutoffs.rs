//! The end of the election of 2019: both cutoffs pass, open applications lapse, and the totals are read.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use jiff::{Span, Timestamp};
use tokio::time::{Instant, sleep};
use wire::v1;

use super::{Election2019, Outcome};
use crate::plan::{Case, Ending, Lapse};
use crate::world::{CEC, ELECTION};

/// The most time that the service may take for screening or for lapses, in real time.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Seconds after a cutoff at which open applications must have lapsed. The rules lapse them after a minute.
const LAPSE_SECONDS: i64 = 61;

impl Election2019<'_> {
    /// Moves the clock past both cutoffs, and reads the result.
    pub(super) async fn close(&self) -> anyhow::Result<Outcome> {
        let election = self.election().await?;
        self.move_past(election.submission_cutoff.as_ref(), 1).await?;
        self.submit_late().await?;
        self.move_past(election.submission_cutoff.as_ref(), LAPSE_SECONDS).await?;
        // Submitted applications lapse only at the presentation cutoff; all others lapse now.
        let never_presented = Ending::Lapsed(Lapse::NeverPresented);
        let left_over = self.count_lapsed(|case| case.ending != never_presented);
        self.wait_for_lapses(left_over).await.context("after the submission cutoff")?;
        self.move_past(election.presentation_cutoff.as_ref(), LAPSE_SECONDS).await?;
        let totals =
            self.wait_for_lapses(self.count_lapsed(|_| true)).await.context("after the presentation cutoff")?;
        Ok(Outcome { election, totals, findings: self.findings().await? })
    }

    /// Waits until everyone in the queue is screened. Duplicates are then known at both of their applications.
    pub(super) async fn wait_for_checks(&self) -> anyhow::Result<()> {
        let reviewer = self.world.actor(CEC, "reviewer-1");
        let deadline = Instant::now() + TIMEOUT;
        while self.list_in_state(&reviewer, "PRESENTED").await?.iter().any(|waiting| waiting.screen_time.is_none()) {
            ensure!(Instant::now() < deadline, "after {} s screening has not finished", TIMEOUT.as_secs());
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// The findings of all applications, counted by code, as the commission sees them.
    async fn findings(&self) -> anyhow::Result<BTreeMap<String, i64>> {
        let auditor = self.world.actor(CEC, "auditor");
        let parent = format!("elections/{ELECTION}/missions/-");
        let all = v1::ListApplicationsRequest { parent, page_size: 1000, ..Default::default() };
        let mut found = BTreeMap::new();
        for application in self.calls().list(auditor.all_applications(all)).await.context("cannot list everyone")? {
            for finding in application.findings {
                *found.entry(finding.code).or_default() += 1;
            }
        }
        Ok(found)
    }

    /// The election with its cutoffs.
    async fn election(&self) -> anyhow::Result<v1::Election> {
        let request = v1::GetElectionRequest { name: format!("elections/{ELECTION}") };
        let auditor = self.world.actor(CEC, "auditor");
        self.calls().make(auditor.get_election(request)).await.context("cannot read the election")
    }

    /// Moves the clock to some seconds after a cutoff.
    async fn move_past(&self, cutoff: Option<&prost_types::Timestamp>, seconds: i64) -> anyhow::Result<()> {
        let cutoff = cutoff.context("the election has no cutoff")?;
        let after = Timestamp::new(cutoff.seconds, cutoff.nanos)?.checked_add(Span::new().seconds(seconds))?;
        self.world.clock().set(after).await
    }

    /// Submits the late applications one second after the cutoff. The server must refuse each of them.
    async fn submit_late(&self) -> anyhow::Result<()> {
        let late = |case: &Case| case.ending == Ending::Lapsed(Lapse::OneSecondLate);
        for (name, case) in self.filed.iter().filter(|(_, case)| late(case)) {
            match self.world.submit(&self.plan.delegation(case).code, name).await {
                Ok(_) => bail!("{name} was submitted a second after the cutoff, and accepted"),
                Err(error) => {
                    let reason = error.reason();
                    ensure!(
                        reason == Some("SUBMISSION_CUTOFF_PASSED"),
                        "{name} was refused a second after the cutoff, but with {reason:?}: {error}"
                    );
                }
            }
        }
        Ok(())
    }

    /// How many cases of the plan lapse and meet a condition.
    fn count_lapsed(&self, which: impl Fn(&Case) -> bool) -> i64 {
        let cases = self.filed.values().filter(|case| matches!(case.ending, Ending::Lapsed(_)) && which(case));
        cases.count().try_into().unwrap_or(i64::MAX)
    }

    /// Reads the totals until the expected number of applications has lapsed.
    async fn wait_for_lapses(&self, expected: i64) -> anyhow::Result<v1::Totals> {
        let auditor = self.world.actor(CEC, "auditor");
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let request = v1::GetTotalsRequest { election: format!("elections/{ELECTION}") };
            let totals = self.calls().make(auditor.get_totals(request)).await.context("cannot read the totals")?;
            let lapsed: i64 = totals.organizations.iter().map(|row| row.lapsed).sum();
            if lapsed == expected {
                return Ok(totals);
            }
            let waited = TIMEOUT.as_secs();
            ensure!(
                Instant::now() < deadline,
                "after {waited} s {lapsed} applications have lapsed, expected {expected}"
            );
            sleep(Duration::from_millis(20)).await;
        }
    }
}
