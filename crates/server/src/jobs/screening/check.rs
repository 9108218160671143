//! The way of one application through the checks: read, compared, kept.

use std::sync::Arc;

use domain::screening::{Comparison, Finding, MOST_NAMED, Surroundings, screen};
use domain::vocabulary::finding_code::FindingCode;
use domain::vocabulary::name::{ApplicationName, WatchListEntryName};
use store::{AlikePage, AlikePlace, Command, CommandError, Likeness, PendingScreening, StoreError};
use tokio::sync::Semaphore;

use super::keep::{Keep, Kept};
use super::lists::Lists;
use super::read::{Named, Others, Read, Said, Subject};
use crate::engine::Api;

/// How many others are read at once: not many more than are named.
const PAGE: u32 = 60;
/// How many others one transaction has learn of an application.
const TOLD: u32 = 10;
/// How much may wait to be kept at once, in others that are told or looked at again: SQLite commits together what waits
/// together, and everybody else waits for all of it.
const KEPT_AT_ONCE: u32 = 64;
/// How often an application is read again because something changed meanwhile.
const ATTEMPTS: u32 = 20;

/// How an attempt went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// The application waits no more.
    Done,
    /// Something is no longer as it was read: read it again.
    Stale,
}

/// How many of the four readers it takes: requests need them too.
const READERS: usize = 2;

/// Checks applications, several at once, so that their commits are shared; but compares for one at a time, because requests
/// need the processors too.
pub(super) struct Checker {
    api: Api,
    lists: Lists,
    reading: Semaphore,
    comparing: Semaphore,
    keeping: Semaphore,
}

impl Checker {
    pub(super) fn new(api: Api) -> Self {
        let keeping = Semaphore::new(KEPT_AT_ONCE as usize);
        Self { api, lists: Lists::default(), reading: Semaphore::new(READERS), comparing: Semaphore::new(1), keeping }
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    /// Drops the watch lists that nothing was held against for a while.
    pub(super) async fn forget_idle_lists(&self) {
        self.lists.forget_idle().await;
    }

    /// Checks one application that waits.
    pub(super) async fn check(&self, pending: PendingScreening) -> Result<(), CommandError> {
        for _ in 0..ATTEMPTS {
            let read = Read { pending: pending.clone() };
            let Some(subject) = self.read(read).await? else {
                return Err(StoreError::RowCount { statement: "application of anyone", rows: 0, expected: 1 }.into());
            };
            if self.check_as_read(subject).await? == Attempt::Done {
                return Ok(());
            }
        }
        Err(StoreError::Busy.into())
    }

    async fn check_as_read(&self, subject: Subject) -> Result<Attempt, CommandError> {
        let comparison = self.compare(&subject).await?;
        let findings = self.findings(&subject, &comparison).await?;
        let told: Vec<ApplicationName> =
            comparison.concerned(subject.said_otherwise).map(|(name, _)| name.clone()).collect();
        let (subject, comparison) = (Arc::new(subject), Arc::new(comparison));
        // Most concern few others. Where more are told, each transaction is short, and the last one has the application
        // wait no more.
        let mut parts: Vec<Vec<ApplicationName>> = told.chunks(TOLD as usize).map(<[_]>::to_vec).collect();
        let last = parts.pop().unwrap_or_default();
        for (told, findings, is_last) in
            parts.into_iter().map(|part| (part, None, false)).chain([(last, findings, true)])
        {
            // To look at one again is one statement, to tell it is five or so.
            let named = u32::try_from(findings.as_ref().map_or(0, Vec::len)).unwrap_or(u32::MAX);
            let weight = 1_u32
                .saturating_add(named / 2)
                .saturating_add(u32::try_from(told.len()).unwrap_or(TOLD).saturating_mul(4));
            let _turn =
                self.keeping.acquire_many(weight.min(KEPT_AT_ONCE)).await.expect("this semaphore is never closed");
            let now = self.api.clock.now();
            let keep = Keep { subject: subject.clone(), comparison: comparison.clone(), told, findings, is_last, now };
            match self.api.store.run(keep).await {
                Ok(Kept::Now) => {}
                Ok(Kept::Before) => return Ok(Attempt::Done),
                Err(CommandError::Undone) => return Ok(Attempt::Stale),
                Err(error) => return Err(error),
            }
        }
        Ok(Attempt::Done)
    }

    /// Holds it against others: by the passport, by birth date and name, and against those that it was found to be like.
    async fn compare(&self, subject: &Subject) -> Result<Comparison, CommandError> {
        let mut comparison = Comparison::default();
        for said in &subject.versions {
            for likeness in [Likeness::Document, Likeness::BirthDate] {
                comparison = self.compare_all(subject, said, likeness, comparison).await?;
            }
        }
        let before: Vec<ApplicationName> = subject.before.duplicates().collect();
        let others = before.iter().filter(|other| !comparison.knows(other)).cloned().collect::<Vec<_>>();
        if !others.is_empty() && !subject.versions.is_empty() {
            let (name, versions) = (subject.application.name.clone(), subject.versions.clone());
            let read = self.read(Named { name, versions, others }).await?;
            comparison = self
                .run_blocking(move || {
                    read.iter().for_each(|(version, other)| comparison.add(version, other));
                    comparison
                })
                .await;
        }
        before.into_iter().for_each(|other| comparison.expect(other));
        Ok(comparison)
    }

    /// Holds one version against all others that are like it. Once more are found than are named, those are left that have
    /// to be told, and nobody if the version was checked before: all have been told of it.
    async fn compare_all(
        &self,
        subject: &Subject,
        said: &Said,
        likeness: Likeness,
        mut comparison: Comparison,
    ) -> Result<Comparison, CommandError> {
        let code = match likeness {
            Likeness::Document => FindingCode::DuplicateDocument,
            Likeness::BirthDate => FindingCode::DuplicatePerson,
        };
        let mut after: Option<AlikePlace> = None;
        loop {
            let (name, filing) = (subject.application.name.clone(), said.filing.clone());
            let enough = said.version.is_own && comparison.count(code) > MOST_NAMED;
            if enough && !subject.is_new {
                return Ok(comparison);
            }
            let page = AlikePage { after, limit: PAGE, only_unaware: enough };
            let others = Others { name, filing, presentation: subject.first_with, likeness, page };
            let page = self.read(others).await?;
            let is_last = page.len() < PAGE as usize;
            after = page.last().map(|last| (last.name.id, last.revision));
            let version = said.version.clone();
            if !page.is_empty() {
                comparison = self
                    .run_blocking(move || {
                        page.iter().for_each(|other| comparison.add(&version, other));
                        comparison
                    })
                    .await;
            }
            if is_last {
                return Ok(comparison);
            }
        }
    }

    /// Everything that is found in what the checks look at; nothing if they look at nothing.
    async fn findings(&self, subject: &Subject, comparison: &Comparison) -> Result<Option<Vec<Finding>>, CommandError> {
        let Some(own) = &subject.own else { return Ok(None) };
        let index = match &subject.list {
            Some(list) => Some(self.lists.get(&self.api, &subject.pending.election, list.id).await?),
            None => None,
        };
        let (filing, election) = (own.filing.clone(), subject.pending.election.clone());
        let version = subject.versions.iter().find(|said| said.version.is_own).map(|said| said.version.clone());
        let listed = match (index, version) {
            (Some(index), Some(version)) => {
                self.run_blocking(move || index.find(&filing, &version.names, MOST_NAMED + 1)).await
            }
            _ => Vec::new(),
        };
        let entry = |id| WatchListEntryName { election: election.clone(), id };
        let listed: Vec<_> = listed.into_iter().map(entry).collect();
        let around = Surroundings { rules: &own.rules, last_day: own.last_day, over_quota: own.over_quota };
        Ok(Some(screen(&own.filing, &around, comparison.findings(&subject.before), &listed)))
    }

    async fn read<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        let _turn = self.reading.acquire().await.expect("this semaphore is never closed");
        self.api.store.read(command).await
    }

    async fn run_blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _turn = self.comparing.acquire().await.expect("this semaphore is never closed");
        let done = tokio::task::spawn_blocking(work).await;
        done.expect("comparing does not panic, and a blocking task that runs is not cancelled")
    }
}
