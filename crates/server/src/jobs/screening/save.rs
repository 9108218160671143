//! Saves what the checks of one application found, and updates the others that it was found to
//! be like.
//!
//! An application becomes visible in the same commit that queues it. So of two that are alike,
//! the one that is read later sees the other and updates it. If the other is being checked at
//! that moment, both write to its row: one of them is rolled back and checked again.
//!
//! - **Checked before saving:** the application, its amendment, the watch list in force, and the
//!   versions of all others that the findings name. If one has changed, everything is rolled
//!   back ([`CommandError::RolledBack`]) and the application is read again.
//! - **Locks:** the rows of the others, shared, so that nobody withdraws them before this is
//!   committed. Findings are written in the order of ids, so two checks never wait for each
//!   other in a circle.
//! - **Two servers:** the last transaction for an application deletes its row of the queue. A
//!   server that finds the row gone discards its findings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::amendment::Amendment;
use domain::application::Application;
use domain::outcome::Service;
use domain::policy::{Permit, Scope};
use domain::screening::acts;
use domain::screening::{Comparison, Finding, Pair, Screening};
use domain::vocabulary::name::ApplicationName;
use jiff::Timestamp;
use store::{Command, CommandError, Tx};

use super::input::ScreeningInput;

/// What became of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SaveResult {
    /// They are saved.
    Saved,
    /// They are discarded: another server has checked the application.
    CheckedByAnother,
}

/// Saves findings, or is rolled back if anything has changed that they rest on.
pub(super) struct SaveFindings {
    /// What was read.
    pub(super) input: Arc<ScreeningInput>,
    /// What came of comparing.
    pub(super) comparison: Arc<Comparison>,
    /// The other applications that this transaction updates.
    pub(super) others: Vec<ApplicationName>,
    /// The findings of the application itself. `None` in all transactions but the last, and if
    /// nothing was checked.
    pub(super) findings: Option<Vec<Finding>>,
    /// Whether this is the last transaction for the application, which takes it off the queue.
    pub(super) is_last: bool,
    pub(super) now: Timestamp,
}

impl Command for SaveFindings {
    const NAME: &'static str = "keep what was found";
    type Output = SaveResult;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<SaveResult, CommandError> {
        let permit = Permit::for_the_service();
        let pending = &self.input.pending;
        // First of all, so that a server that was slower writes nothing.
        let waits = if self.is_last { tx.end_pending(&permit, pending).await? } else { tx.is_pending(pending).await? };
        if !waits {
            return Ok(SaveResult::CheckedByAnother);
        }
        self.check_unchanged(tx).await?;
        let own = &self.input.application.name;
        let mut names: Vec<&ApplicationName> = self.others.iter().chain([own]).collect();
        // In the order of ids everywhere, so that two checks that update each other do not
        // deadlock.
        names.sort_by_key(|name| name.id);
        for name in names {
            if name == own {
                self.save_own(tx, &permit).await?;
            } else if let Some(pair) = self.comparison.pair(name) {
                self.update_other(tx, &permit, name, pair).await?;
            }
        }
        Ok(SaveResult::Saved)
    }
}

impl SaveFindings {
    /// Rolls back if the application, the watch list or one of the named others is not as it was
    /// read.
    async fn check_unchanged(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let ScreeningInput { application, amendment, list, pending, .. } = &*self.input;
        let now = tx.application_of_anyone(&pending.election, pending.application).await?;
        let same_application = now.is_some_and(|now| now.version == application.version);
        let same_amendment = tx.amendments_of(&application.name).await?.pop() == *amendment;
        let same_list = tx.current_watch_list(&pending.election).await? == *list;
        if !(same_application && same_amendment && same_list) {
            return Err(CommandError::RolledBack);
        }
        if self.findings.is_some() && self.is_last {
            // Locks them: a withdrawal waits until this is committed. It then queues its
            // application, whose check removes the finding again.
            for name in self.input.before.duplicates().chain(self.named()).collect::<BTreeSet<_>>() {
                if let Some(pair) = self.comparison.pair(&name).filter(|pair| !pair.ours.is_empty()) {
                    check_versions_unchanged(&tx.versions_to_go_by(&name).await?, pair)?;
                }
            }
        }
        Ok(())
    }

    /// The other applications that the findings name.
    fn named(&self) -> impl Iterator<Item = ApplicationName> {
        let findings = self.findings.iter().flatten().filter(|finding| finding.code.is_duplicate());
        findings.filter_map(|finding| finding.related.parse().ok())
    }

    /// Saves the findings of the application itself, or of its open amendment.
    async fn save_own(&self, tx: &mut Tx<'_>, permit: &Permit) -> Result<(), CommandError> {
        let Some(findings) = &self.findings else { return Ok(()) };
        let ScreeningInput { application, amendment, before, list, .. } = &*self.input;
        let findings = findings.clone();
        if application.is_checked() {
            let now = self.check_no_unknown_duplicate(tx.screening(&application.name).await?, before)?;
            let list_time = list.map_or(Timestamp::MIN, |list| list.time);
            let Some(after) = now.rerun(application, findings, list_time, self.now) else { return Ok(()) };
            self.save_screening(tx, permit, application, now.version, &after).await
        } else if let Some(amendment) = amendment {
            let now = self.check_no_unknown_duplicate(tx.amendment_screening(&amendment.name).await?, before)?;
            let Some(after) = amendment.rerun(&now, findings, self.now) else { return Ok(()) };
            self.save_amendment_screening(tx, permit, amendment, now.version, &after).await
        } else {
            Ok(())
        }
    }

    /// Takes the findings as they are now, which may be newer than what was read.
    ///
    /// Others may have added themselves, and reviewers may have cleared some. Both is fine. But if
    /// an application is named that was not compared, everything is rolled back.
    fn check_no_unknown_duplicate(&self, now: Screening, before: &Screening) -> Result<Screening, CommandError> {
        let all_known = || now.duplicates().all(|other| self.comparison.pair(&other).is_some());
        if now.version == before.version || all_known() { Ok(now) } else { Err(CommandError::RolledBack) }
    }

    /// Updates the findings of another application about this one.
    ///
    /// Only the finding about this pair is added or removed. The others stay, with their
    /// clearances.
    async fn update_other(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        name: &ApplicationName,
        pair: &Pair,
    ) -> Result<(), CommandError> {
        let versions = tx.versions_to_go_by(name).await?;
        if !pair.theirs.is_empty() {
            check_versions_unchanged(&versions, pair)?;
        }
        let Some(other) = tx.application_of_anyone(&name.election, name.id).await? else { return Ok(()) };
        let own = &self.input.application.name;
        let before;
        if other.is_checked() {
            before = tx.screening(name).await?;
            if let Some(after) = before.with_duplicate(own, &pair.theirs, self.now) {
                self.save_screening(tx, permit, &other, before.version, &after).await?;
            }
        } else {
            let amendment = tx.amendments_of(name).await?.pop().filter(Amendment::is_open);
            let Some(amendment) = amendment.filter(|_| other.erase_time.is_none()) else { return Ok(()) };
            before = tx.amendment_screening(&amendment.name).await?;
            if let Some(after) = before.with_duplicate(own, &pair.theirs, self.now) {
                self.save_amendment_screening(tx, permit, &amendment, before.version, &after).await?;
            }
        }
        if pair.theirs.is_empty() && before.has_more_duplicates() {
            // It names one fewer now, and there were more than it names. So it is queued: its own
            // check finds the next one.
            tx.queue_screening(permit, name).await?;
        }
        Ok(())
    }

    async fn save_screening(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        of: &Application,
        before: i64,
        after: &Screening,
    ) -> Result<(), CommandError> {
        let service = Service { now: self.now };
        let found = acts::find(&service, &self.input.commission, of, before, after.clone());
        tx.save(permit, &found).await?;
        Ok(())
    }

    async fn save_amendment_screening(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        of: &Amendment,
        before: i64,
        after: &Screening,
    ) -> Result<(), CommandError> {
        let service = Service { now: self.now };
        let found = acts::find_in_amendment(&service, &self.input.commission, of, before, after.clone());
        tx.save(permit, &found).await?;
        Ok(())
    }
}

/// Rolls back if a version that was compared does not count any more.
fn check_versions_unchanged(now: &BTreeMap<i32, bool>, pair: &Pair) -> Result<(), CommandError> {
    let is_there = |(revision, is_own): (&i32, &bool)| now.get(revision) == Some(is_own);
    if pair.seen.iter().all(is_there) { Ok(()) } else { Err(CommandError::RolledBack) }
}
