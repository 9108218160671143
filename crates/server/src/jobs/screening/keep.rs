//! Keeps what the checks of one application have found, and has others learn of it, if all is still as it was read.
//!
//! An application is before the commission in the same commit that queues it. So of two that are alike the one that is read
//! later sees the other, and has it told, also if the other's own checks are under way: they meet in its row, and are
//! made again.

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

use super::read::Subject;

/// Whether something was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It was.
    Now,
    /// It was not: another server has checked the application before.
    Before,
}

/// Undone if anything that it goes by has changed.
pub(super) struct Keep {
    pub(super) subject: Arc<Subject>,
    pub(super) comparison: Arc<Comparison>,
    /// Which others learn of it now.
    pub(super) told: Vec<ApplicationName>,
    /// What was found in the application itself; none if nothing was looked for.
    pub(super) findings: Option<Vec<Finding>>,
    /// Whether it then waits no more.
    pub(super) is_last: bool,
    pub(super) now: Timestamp,
}

impl Command for Keep {
    const NAME: &'static str = "keep what was found";
    type Output = Kept;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Kept, CommandError> {
        let permit = Permit::for_the_service();
        let pending = &self.subject.pending;
        // Two servers may have read the same: whoever ends the wait keeps what it found, the other one does nothing.
        let waits = if self.is_last { tx.end_pending(&permit, pending).await? } else { tx.is_pending(pending).await? };
        if !waits {
            return Ok(Kept::Before);
        }
        self.check_unchanged(tx).await?;
        let own = &self.subject.application.name;
        let mut names: Vec<&ApplicationName> = self.told.iter().chain([own]).collect();
        // In one order everywhere, so that two that tell each other do not wait for each other.
        names.sort_by_key(|name| name.id);
        for name in names {
            if name == own {
                self.keep_own(tx, &permit).await?;
            } else if let Some(pair) = self.comparison.pair(name) {
                self.tell(tx, &permit, name, pair).await?;
            }
        }
        Ok(Kept::Now)
    }
}

impl Keep {
    /// Undoes everything if the application, the list or one of those that were found is no longer as it was read.
    async fn check_unchanged(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let Subject { application, amendment, list, pending, .. } = &*self.subject;
        let now = tx.application_of_anyone(&pending.election, pending.application).await?;
        let same_application = now.is_some_and(|now| now.version == application.version);
        let same_amendment = tx.amendments_of(&application.name).await?.pop() == *amendment;
        let same_list = tx.current_watch_list(&pending.election).await? == *list;
        if !(same_application && same_amendment && same_list) {
            return Err(CommandError::Undone);
        }
        if self.findings.is_some() && self.is_last {
            // Whoever withdraws meanwhile waits until this is kept, and then has it forgotten.
            for name in self.subject.before.duplicates().chain(self.named()).collect::<BTreeSet<_>>() {
                if let Some(pair) = self.comparison.pair(&name).filter(|pair| !pair.ours.is_empty()) {
                    check_seen(&tx.versions_to_go_by(&name).await?, pair)?;
                }
            }
        }
        Ok(())
    }

    /// The others that the findings name.
    fn named(&self) -> impl Iterator<Item = ApplicationName> {
        let findings = self.findings.iter().flatten().filter(|finding| finding.code.is_duplicate());
        findings.filter_map(|finding| finding.related.parse().ok())
    }

    async fn keep_own(&self, tx: &mut Tx<'_>, permit: &Permit) -> Result<(), CommandError> {
        let Some(findings) = &self.findings else { return Ok(()) };
        let Subject { application, amendment, before, list, .. } = &*self.subject;
        let findings = findings.clone();
        if application.is_checked() {
            let now = self.unsurprising(tx.screening(&application.name).await?, before)?;
            let list_time = list.map_or(Timestamp::MIN, |list| list.time);
            let Some(after) = now.rerun(application, findings, list_time, self.now) else { return Ok(()) };
            self.put(tx, permit, application, now.version, &after).await
        } else if let Some(amendment) = amendment {
            let now = self.unsurprising(tx.amendment_screening(&amendment.name).await?, before)?;
            let Some(after) = amendment.rerun(&now, findings, self.now) else { return Ok(()) };
            self.put_amendment(tx, permit, amendment, now.version, &after).await
        } else {
            Ok(())
        }
    }

    /// What the checks have found until now. Others may have made themselves known since it was read, and reviewers may have
    /// cleared something; if one is named that was not looked at, everything is undone.
    fn unsurprising(&self, now: Screening, before: &Screening) -> Result<Screening, CommandError> {
        let all_known = || now.duplicates().all(|other| self.comparison.pair(&other).is_some());
        if now.version == before.version || all_known() { Ok(now) } else { Err(CommandError::Undone) }
    }

    /// Has another application learn what became of the two.
    async fn tell(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        name: &ApplicationName,
        pair: &Pair,
    ) -> Result<(), CommandError> {
        let versions = tx.versions_to_go_by(name).await?;
        if !pair.theirs.is_empty() {
            check_seen(&versions, pair)?;
        }
        let Some(other) = tx.application_of_anyone(&name.election, name.id).await? else { return Ok(()) };
        let own = &self.subject.application.name;
        let before;
        if other.is_checked() {
            before = tx.screening(name).await?;
            if let Some(after) = before.with_duplicate(own, &pair.theirs, self.now) {
                self.put(tx, permit, &other, before.version, &after).await?;
            }
        } else {
            let amendment = tx.amendments_of(name).await?.pop().filter(Amendment::is_open);
            let Some(amendment) = amendment.filter(|_| other.erase_time.is_none()) else { return Ok(()) };
            before = tx.amendment_screening(&amendment.name).await?;
            if let Some(after) = before.with_duplicate(own, &pair.theirs, self.now) {
                self.put_amendment(tx, permit, &amendment, before.version, &after).await?;
            }
        }
        if pair.theirs.is_empty() && before.has_more_duplicates() {
            // One of those that it does not name takes the place, or there are no more.
            tx.queue_screening(permit, name).await?;
        }
        Ok(())
    }

    async fn put(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        of: &Application,
        before: i64,
        after: &Screening,
    ) -> Result<(), CommandError> {
        let service = Service { now: self.now };
        let found = acts::find(&service, &self.subject.commission, of, before, after.clone());
        tx.save(permit, &found).await?;
        Ok(())
    }

    async fn put_amendment(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        of: &Amendment,
        before: i64,
        after: &Screening,
    ) -> Result<(), CommandError> {
        let service = Service { now: self.now };
        let found = acts::find_in_amendment(&service, &self.subject.commission, of, before, after.clone());
        tx.save(permit, &found).await?;
        Ok(())
    }
}

/// Undoes everything if a version that was compared is no longer one that counts.
fn check_seen(now: &BTreeMap<i32, bool>, pair: &Pair) -> Result<(), CommandError> {
    let is_there = |(revision, is_own): (&i32, &bool)| now.get(revision) == Some(is_own);
    if pair.seen.iter().all(is_there) { Ok(()) } else { Err(CommandError::Undone) }
}
