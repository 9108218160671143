//! Checks one application: reads its input, compares it, and saves the findings.
//!
//! Several applications are checked at once, so that SQLite commits their findings together. But
//! only one is compared at a time, and few reads run at once: calls need the processors and the
//! connections too.

use std::sync::Arc;

use domain::screening::{Comparison, Finding, MAX_NAMED, Surroundings, screen};
use domain::vocabulary::finding_code::FindingCode;
use domain::vocabulary::name::{ApplicationName, WatchListEntryName};
use store::{Command, CommandError, PendingScreening, SimilarCursor, SimilarPage, SimilarityKind, StoreError};
use tokio::sync::Semaphore;

use super::input::{ComparedVersion, ReadInput, ReadNamedOthers, ReadOthersAlike, ScreeningInput};
use super::save::{SaveFindings, SaveResult};
use super::watch_list_cache::WatchListCache;
use crate::engine::Api;

/// How many other applications are read in one transaction: some more than a finding names.
const PAGE: u32 = 60;
/// How many other applications one transaction updates.
const OTHERS_PER_TRANSACTION: u32 = 10;
/// How much may wait to be saved at once, as a sum of weights. SQLite commits together what waits
/// together, and every other write waits for all of it.
const MAX_SAVE_WEIGHT: u32 = 64;
/// How often an application is read again because something changed meanwhile. After that it is
/// tried later.
const ATTEMPTS: u32 = 20;

/// How one attempt to check an application ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// The application is off the queue.
    RecordedEvent,
    /// Something has changed since it was read. Read it again.
    Stale,
}

/// How many reads of the checks run at once. SQLite has four readers for ordinary reads, and calls
/// need them too.
const MAX_READS: usize = 2;

/// Checks applications. It is shared by all checks of this process, and its semaphores bound what
/// they take from calls.
pub(super) struct Checker {
    api: Api,
    watch_lists: WatchListCache,
    /// Bounds reads to [`MAX_READS`].
    reading: Semaphore,
    /// One comparison at a time.
    comparing: Semaphore,
    /// Bounds the weight of what is saved to [`MAX_SAVE_WEIGHT`].
    saving: Semaphore,
}

impl Checker {
    /// A checker with no watch list in memory.
    pub(super) fn new(api: Api) -> Self {
        let saving = Semaphore::new(MAX_SAVE_WEIGHT as usize);
        Self {
            api,
            watch_lists: WatchListCache::default(),
            reading: Semaphore::new(MAX_READS),
            comparing: Semaphore::new(1),
            saving,
        }
    }

    /// What a job needs besides.
    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    /// Drops watch lists that were not used for a while.
    pub(super) async fn drop_idle_lists(&self) {
        self.watch_lists.drop_idle().await;
    }

    /// Checks one application of the queue.
    ///
    /// # Errors
    ///
    /// BUSY after [`ATTEMPTS`] attempts. The application stays in the queue.
    pub(super) async fn check(&self, pending: PendingScreening) -> Result<(), CommandError> {
        for _ in 0..ATTEMPTS {
            let read = ReadInput { pending: pending.clone() };
            let Some(input) = self.read_limited(read).await? else {
                return Err(StoreError::RowCount { statement: "application of anyone", rows: 0, expected: 1 }.into());
            };
            if self.compare_and_save(input).await? == Attempt::RecordedEvent {
                return Ok(());
            }
        }
        Err(StoreError::Busy.into())
    }

    /// Compares an application as it was read, and saves what came of it.
    async fn compare_and_save(&self, input: ScreeningInput) -> Result<Attempt, CommandError> {
        let comparison = self.compare(&input).await?;
        let findings = self.findings(&input, &comparison).await?;
        let others: Vec<ApplicationName> =
            comparison.concerned(input.others_may_know_older_version).map(|(name, _)| name.clone()).collect();
        let (input, comparison) = (Arc::new(input), Arc::new(comparison));
        // Most applications are like few others. Where there are many, each transaction updates
        // some of them, so that all stay short. The last one takes the application off the queue.
        let mut parts: Vec<Vec<ApplicationName>> =
            others.chunks(OTHERS_PER_TRANSACTION as usize).map(<[_]>::to_vec).collect();
        let last = parts.pop().unwrap_or_default();
        for (others, findings, is_last) in
            parts.into_iter().map(|part| (part, None, false)).chain([(last, findings, true)])
        {
            // The cost in statements: one to look at another application again, about five to
            // update it.
            let named = u32::try_from(findings.as_ref().map_or(0, Vec::len)).unwrap_or(u32::MAX);
            let weight = 1_u32
                .saturating_add(named / 2)
                .saturating_add(u32::try_from(others.len()).unwrap_or(OTHERS_PER_TRANSACTION).saturating_mul(4));
            let _permit =
                self.saving.acquire_many(weight.min(MAX_SAVE_WEIGHT)).await.expect("this semaphore is never closed");
            let now = self.api.clock.now();
            let save =
                SaveFindings { input: input.clone(), comparison: comparison.clone(), others, findings, is_last, now };
            match self.api.store.run(save).await {
                Ok(SaveResult::Saved) => {}
                Ok(SaveResult::CheckedByAnother) => return Ok(Attempt::RecordedEvent),
                Err(CommandError::RolledBack) => return Ok(Attempt::Stale),
                Err(error) => return Err(error),
            }
        }
        Ok(Attempt::RecordedEvent)
    }

    /// Compares the application with others that have the same passport or the same birth date, and
    /// with those that its findings name.
    ///
    /// The named ones may have changed and be like it no more. Without reading them their findings
    /// would stay for ever.
    async fn compare(&self, input: &ScreeningInput) -> Result<Comparison, CommandError> {
        let mut comparison = Comparison::default();
        for compared in &input.versions {
            for likeness in [SimilarityKind::Document, SimilarityKind::BirthDate] {
                comparison = self.compare_all(input, compared, likeness, comparison).await?;
            }
        }
        let before: Vec<ApplicationName> = input.before.duplicates().collect();
        let others = before.iter().filter(|other| !comparison.knows(other)).cloned().collect::<Vec<_>>();
        if !others.is_empty() && !input.versions.is_empty() {
            let (name, versions) = (input.application.name.clone(), input.versions.clone());
            let read = self.read_limited(ReadNamedOthers { name, versions, others }).await?;
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

    /// Compares one version with all others that are like it, page by page.
    ///
    /// Once more are found than a finding names, only others that do not know this version yet are
    /// read. If the version was checked before, all know it.
    async fn compare_all(
        &self,
        input: &ScreeningInput,
        compared: &ComparedVersion,
        likeness: SimilarityKind,
        mut comparison: Comparison,
    ) -> Result<Comparison, CommandError> {
        let code = match likeness {
            SimilarityKind::Document => FindingCode::DuplicateDocument,
            SimilarityKind::BirthDate => FindingCode::DuplicatePerson,
        };
        let mut after: Option<SimilarCursor> = None;
        loop {
            let (name, filing) = (input.application.name.clone(), compared.filing.clone());
            let enough = compared.version.is_own && comparison.count(code) > MAX_NAMED;
            if enough && !input.is_new {
                return Ok(comparison);
            }
            let page = SimilarPage { after, limit: PAGE, only_unaware: enough };
            let others = ReadOthersAlike { name, filing, presentation: input.first_presentation, likeness, page };
            let page = self.read_limited(others).await?;
            let is_last = page.len() < PAGE as usize;
            after = page.last().map(|last| (last.name.id, last.revision));
            let version = compared.version.clone();
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

    /// All findings of the filing that is checked. `None` if there is none to check.
    async fn findings(
        &self,
        input: &ScreeningInput,
        comparison: &Comparison,
    ) -> Result<Option<Vec<Finding>>, CommandError> {
        let Some(own) = &input.own else { return Ok(None) };
        let index = match &input.list {
            Some(list) => Some(self.watch_lists.get(&self.api, &input.pending.election, list.id).await?),
            None => None,
        };
        let (filing, election) = (own.filing.clone(), input.pending.election.clone());
        let version =
            input.versions.iter().find(|compared| compared.version.is_own).map(|compared| compared.version.clone());
        let listed = match (index, version) {
            (Some(index), Some(version)) => {
                self.run_blocking(move || index.find(&filing, &version.names, MAX_NAMED + 1)).await
            }
            _ => Vec::new(),
        };
        // One entry more than is named was searched, so that the finding can say that there are
        // more.
        let entry = |id| WatchListEntryName { election: election.clone(), id };
        let listed: Vec<_> = listed.into_iter().map(entry).collect();
        let around = Surroundings { rules: &own.rules, last_day: own.last_day, over_quota: own.over_quota };
        Ok(Some(screen(&own.filing, &around, comparison.findings(&input.before), &listed)))
    }

    /// Runs a read, at most [`MAX_READS`] at once.
    async fn read_limited<C: Command>(&self, command: C) -> Result<C::Output, CommandError> {
        let _permit = self.reading.acquire().await.expect("this semaphore is never closed");
        self.api.store.read(command).await
    }

    /// Runs a comparison on a blocking thread, one at a time.
    async fn run_blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _permit = self.comparing.acquire().await.expect("this semaphore is never closed");
        let done = tokio::task::spawn_blocking(work).await;
        done.expect("comparing does not panic, and a blocking task that runs is not cancelled")
    }
}
