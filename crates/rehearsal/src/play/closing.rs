//! The end: both cutoffs pass, what was left lapses, and the server is asked what came of it all.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use jiff::{Span, Timestamp};
use tokio::time::{Instant, sleep};
use wire::v1;

use super::{Outcome, Play};
use crate::plan::{Case, Ending, Lapse};
use crate::world::{CEC, ELECTION};

/// How long the service may take to let lapse what is too late.
const PATIENCE: Duration = Duration::from_secs(30);
/// So many seconds after a cutoff what it has overtaken lapses: a minute, and one.
const LAPSE: i64 = 61;

impl Play<'_> {
    /// Passes both cutoffs, and reads the result.
    pub(super) async fn close(&self) -> anyhow::Result<Outcome> {
        let election = self.election().await?;
        self.pass(election.submission_cutoff.as_ref(), 1).await?;
        self.come_late().await?;
        self.pass(election.submission_cutoff.as_ref(), LAPSE).await?;
        let never_presented = Ending::Lapsed(Lapse::NeverPresented);
        let left_over = self.lapsed(|case| case.ending != never_presented);
        self.wait_for_lapses(left_over).await.context("after the submission cutoff")?;
        self.pass(election.presentation_cutoff.as_ref(), LAPSE).await?;
        let totals = self.wait_for_lapses(self.lapsed(|_| true)).await.context("after the presentation cutoff")?;
        Ok(Outcome { election, totals, findings: self.findings().await? })
    }

    /// Waits until everyone in the queue was checked: whoever was filed twice is then known to be, on both sides.
    pub(super) async fn wait_for_checks(&self) -> anyhow::Result<()> {
        let reviewer = self.world.actor(CEC, "reviewer-1");
        let deadline = Instant::now() + PATIENCE;
        while self.in_state(&reviewer, "PRESENTED").await?.iter().any(|waiting| waiting.screen_time.is_none()) {
            ensure!(Instant::now() < deadline, "after {} s the checks have not run", PATIENCE.as_secs());
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// What the checks have found, as the commission reads it.
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

    async fn election(&self) -> anyhow::Result<v1::Election> {
        let request = v1::GetElectionRequest { name: format!("elections/{ELECTION}") };
        let auditor = self.world.actor(CEC, "auditor");
        self.calls().make(auditor.get_election(request)).await.context("cannot read the election")
    }

    /// Moves the clock to some seconds after a cutoff.
    async fn pass(&self, cutoff: Option<&prost_types::Timestamp>, seconds: i64) -> anyhow::Result<()> {
        let cutoff = cutoff.context("the election has no cutoff")?;
        let after = Timestamp::new(cutoff.seconds, cutoff.nanos)?.checked_add(Span::new().seconds(seconds))?;
        self.world.clock().set(after).await
    }

    /// Submits what comes a second late; it must be refused.
    async fn come_late(&self) -> anyhow::Result<()> {
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

    fn lapsed(&self, which: impl Fn(&Case) -> bool) -> i64 {
        let cases = self.filed.values().filter(|case| matches!(case.ending, Ending::Lapsed(_)) && which(case));
        cases.count().try_into().unwrap_or(i64::MAX)
    }

    /// Asks for the totals until as many have lapsed as are to lapse by now.
    async fn wait_for_lapses(&self, expected: i64) -> anyhow::Result<v1::Totals> {
        let auditor = self.world.actor(CEC, "auditor");
        let deadline = Instant::now() + PATIENCE;
        loop {
            let request = v1::GetTotalsRequest { election: format!("elections/{ELECTION}") };
            let totals = self.calls().make(auditor.get_totals(request)).await.context("cannot read the totals")?;
            let lapsed: i64 = totals.organizations.iter().map(|row| row.lapsed).sum();
            if lapsed == expected {
                return Ok(totals);
            }
            let waited = PATIENCE.as_secs();
            ensure!(Instant::now() < deadline, "{expected} applications are to lapse; after {waited} s {lapsed} have");
            sleep(Duration::from_millis(20)).await;
        }
    }
}
