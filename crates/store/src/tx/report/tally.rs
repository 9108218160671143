//! Tallies: counts that a job adds up from time to time.
//!
//! A report starts from the last tally and counts only the applications that
//! have changed since. So its cost depends on recent changes and not on the
//! size of the election.

use std::collections::{BTreeMap, BTreeSet};

use domain::policy::{Permit, Scope};
use domain::report::{Counted, Figures, Times, bring_forward};
use domain::vocabulary::category::Category;
use domain::vocabulary::id::{ApplicationId, ElectionCode, OrganizationCode};
use jiff::Timestamp;

use crate::StoreError;
use crate::session::{Row, enum_text, json, params};
use crate::tx::Tx;
use crate::tx::mission::scope_value;
use crate::tx::report::figures::counted_group;

/// If more applications have changed since the tally, counting all of them is
/// cheaper.
const MAX_CHANGED: usize = 5_000;

/// A change up to one day before a tally makes the tally doubtful, in
/// microseconds: a server whose clock was behind may have committed it after
/// the tally was made.
const CLOCK_TOLERANCE_MICROSECONDS: i64 = 24 * 60 * 60 * 1_000_000;

/// The counts of an election at a moment, by organization and category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The moment.
    as_of: Timestamp,
    /// Each group, with how many documents could be decrypted at that moment.
    counted: Vec<(Counted, i64)>,
}

/// An application that has changed since the tally.
struct ChangedApplication {
    id: ApplicationId,
    organization: OrganizationCode,
    /// When it was last moved to another category.
    category_time: Option<Timestamp>,
}

/// The applications of one organization in one category.
type Group = (OrganizationCode, Category);

/// Durations in seconds, in four bytes each (little endian). That suffices for
/// 68 years.
fn pack_times(times: &Times) -> Vec<u8> {
    let bytes = |seconds: &i64| i32::try_from(*seconds).unwrap_or(i32::MAX).to_le_bytes();
    times.seconds().iter().flat_map(bytes).collect()
}

/// Reads what [`pack_times`] wrote.
fn unpack_times(row: &Row, column: &'static str) -> Result<Times, StoreError> {
    let bytes = row.bytes(column)?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(row.invalid(column, "not numbers of four bytes"));
    }
    Ok(Times::new(numbers.iter().map(|bytes| i64::from(i32::from_le_bytes(*bytes))).collect()))
}

/// Reads one group of a tally.
fn counted(row: &Row) -> Result<(Counted, i64), StoreError> {
    let figures = Figures {
        since_submission: unpack_times(row, "since_submission")?,
        since_presentation: unpack_times(row, "since_presentation")?,
        ..row.json("figures")?
    };
    Ok((counted_group(row, figures)?, row.int("documents")?))
}

impl Tx<'_> {
    /// Counts an election's applications as of a moment, as far as the permit
    /// reaches.
    ///
    /// What an application counts at a moment never changes later, with one
    /// exception: it may be moved to another category.
    pub async fn count_applications(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        at: Timestamp,
    ) -> Result<Vec<Counted>, StoreError> {
        match self.usable_tally(permit.scope(), election, at).await? {
            Some((tally, changed)) => self.count_from(permit, election, at, tally, &changed).await,
            None => self.count_all(permit.scope(), election, at).await,
        }
    }

    /// Counts everything up to now, and the documents that can be decrypted.
    /// Changes of a server whose clock is ahead are included.
    pub(crate) async fn count_with_documents(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        now: Timestamp,
    ) -> Result<(Vec<Counted>, i64), StoreError> {
        let (scope, at) = (permit.scope(), Timestamp::MAX);
        let Some((tally, changed)) = self.usable_tally(scope, election, now).await? else {
            let documents = self.documents_by_group(scope, election).await?.values().sum();
            return Ok((self.count_all(scope, election, at).await?, documents));
        };
        let earlier = tally.counted.iter().map(|(_, documents)| documents).sum();
        let since = self.documents_of_changed(scope, election, tally.as_of).await?;
        let documents = since.iter().fold(earlier, |sum: i64, (_, now, then)| sum + now - then);
        Ok((self.count_from(permit, election, at, tally, &changed).await?, documents))
    }

    /// The last tally and the applications that have changed since, if starting
    /// from it is cheaper than counting all applications.
    async fn usable_tally(
        &mut self,
        scope: &Scope,
        election: &ElectionCode,
        at: Timestamp,
    ) -> Result<Option<(Tally, Vec<ChangedApplication>)>, StoreError> {
        let Some(tally) = self.last_tally(scope, election).await?.filter(|tally| tally.as_of <= at) else {
            return Ok(None);
        };
        let changed = self.changed_applications(scope, election, tally.as_of).await?;
        Ok((changed.len() <= MAX_CHANGED).then_some((tally, changed)))
    }

    /// Counts from a tally: its figures, minus what the changed applications
    /// counted then, plus what they count now.
    async fn count_from(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        at: Timestamp,
        Tally { as_of, counted: earlier }: Tally,
        changed: &[ChangedApplication],
    ) -> Result<Vec<Counted>, StoreError> {
        // A move to another category changes figures of the past as well, so
        // the whole organization is counted again.
        let recounted = changed.iter().filter(|one| one.category_time.is_some_and(|time| time > as_of));
        let recounted: BTreeSet<_> = recounted.map(|one| one.organization.clone()).collect();
        if recounted.len() > 1 {
            return self.count_all(permit.scope(), election, at).await;
        }
        let known = |organization: &OrganizationCode| !recounted.contains(organization);
        let people = changed.iter().filter(|one| known(&one.organization)).map(|one| (one.id, 0)).collect();
        let then = self.count_applications_of(permit, election, as_of, &people).await?;
        let now = self.count_applications_of(permit, election, at, &people).await?;
        let earlier = earlier.into_iter().map(|(one, _)| one).filter(|one| known(&one.organization));
        let mut counted = bring_forward(earlier, then.iter().map(|(_, one)| one), now.iter().map(|(_, one)| one));
        for organization in recounted {
            counted.extend(self.count_all(&Scope::Organization(organization), election, at).await?);
        }
        Ok(counted)
    }

    /// The elections whose tally should be made again as of a moment.
    ///
    /// That is so if something has changed since the last tally, or less than a
    /// day before it (see [`CLOCK_TOLERANCE_MICROSECONDS`]), or if the last
    /// tally is in the future because a clock was ahead.
    pub async fn elections_to_tally(&mut self, as_of: Timestamp) -> Result<Vec<ElectionCode>, StoreError> {
        let sql = "-- elections to tally
            SELECT e.code FROM election e
            WHERE (SELECT MAX(a.figure_time) FROM application a WHERE a.election = e.code AND a.figure_time <= $1)
                > COALESCE((SELECT MAX(t.as_of) - $2 FROM tally t WHERE t.election = e.code AND t.as_of <= $1), 0)
            ORDER BY e.code";
        self.session
            .fetch_all(sql, params![as_of, CLOCK_TOLERANCE_MICROSECONDS])
            .await?
            .iter()
            .map(|row| row.parse("code"))
            .collect()
    }

    /// Counts a whole election as of a moment. The moment must be old enough
    /// that every transaction from before it has committed.
    pub async fn make_tally(&mut self, election: &ElectionCode, as_of: Timestamp) -> Result<Tally, StoreError> {
        let counted = self.count_all(&Scope::All, election, as_of).await?;
        // Each group was counted once for each state.
        let counted = bring_forward([], [], &counted);
        let mut documents = self.documents_by_group(&Scope::All, election).await?;
        for (group, now, then) in self.documents_of_changed(&Scope::All, election, as_of).await? {
            *documents.entry(group).or_default() += then - now;
        }
        let with_documents = |one: Counted| {
            let documents = documents.get(&(one.organization.clone(), one.category)).copied().unwrap_or_default();
            (one, documents)
        };
        Ok(Tally { as_of, counted: counted.into_iter().map(with_documents).collect() })
    }

    /// Replaces the tally of an election. If two servers do it at the same
    /// time, all rows of the second stay and none of the first.
    pub async fn put_tally(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        tally: &Tally,
    ) -> Result<(), StoreError> {
        for (Counted { organization, category, figures, .. }, documents) in &tally.counted {
            let sql = "-- put tally
                INSERT INTO tally (election, organization, category, as_of, figures, documents, since_submission,
                    since_presentation)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (election, organization, category) DO UPDATE SET as_of = excluded.as_of,
                    figures = excluded.figures, documents = excluded.documents,
                    since_submission = excluded.since_submission, since_presentation = excluded.since_presentation";
            let values = params![
                election.as_str(),
                organization.as_str(),
                enum_text(category),
                tally.as_of,
                json(figures),
                *documents,
                pack_times(&figures.since_submission),
                pack_times(&figures.since_presentation),
            ];
            self.session.execute_one(sql, values).await?;
        }
        let sql = "-- delete earlier tally
            DELETE FROM tally WHERE election = $1 AND as_of <> $2";
        self.session.execute(sql, params![election.as_str(), tally.as_of]).await.map(drop)
    }

    /// The last tally, as far as a scope reaches. `None` if its rows have
    /// different moments: another server is replacing them.
    async fn last_tally(&mut self, scope: &Scope, election: &ElectionCode) -> Result<Option<Tally>, StoreError> {
        let sql = "-- tally
            SELECT t.*, o.kind, o.state AS of_state FROM tally t JOIN organization o ON o.code = t.organization
            WHERE t.election = $1 AND ($2 IS NULL OR t.organization = $2)";
        let rows = self.session.fetch_all(sql, params![election.as_str(), scope_value(scope)]).await?;
        let Some(as_of) = rows.first().map(|row| row.time("as_of")).transpose()? else { return Ok(None) };
        for row in &rows {
            if row.time("as_of")? != as_of {
                return Ok(None);
            }
        }
        Ok(Some(Tally { as_of, counted: rows.iter().map(counted).collect::<Result<_, _>>()? }))
    }

    /// The applications that have changed after a moment. At most one more than
    /// [`MAX_CHANGED`], which is enough to know that they are too many.
    async fn changed_applications(
        &mut self,
        scope: &Scope,
        election: &ElectionCode,
        since: Timestamp,
    ) -> Result<Vec<ChangedApplication>, StoreError> {
        let sql = "-- changed since a tally
            SELECT id, organization, category_time FROM application
            WHERE election = $1 AND ($2 IS NULL OR organization = $2) AND figure_time > $3
            ORDER BY figure_time LIMIT $4";
        let changed = |row: &Row| {
            Ok(ChangedApplication {
                id: ApplicationId(row.uuid("id")?),
                organization: row.parse("organization")?,
                category_time: row.opt_time("category_time")?,
            })
        };
        let most = i64::try_from(MAX_CHANGED).unwrap_or(i64::MAX);
        let rows = self.session.fetch_all(sql, params![election.as_str(), scope_value(scope), since, most + 1]).await?;
        rows.iter().map(changed).collect()
    }

    /// How many documents can be decrypted now, by organization and category.
    async fn documents_by_group(
        &mut self,
        scope: &Scope,
        election: &ElectionCode,
    ) -> Result<BTreeMap<Group, i64>, StoreError> {
        let sql = "-- documents by group
            SELECT organization, category, CAST(SUM(documents) AS BIGINT) AS documents FROM application
            WHERE election = $1 AND ($2 IS NULL OR organization = $2) GROUP BY organization, category";
        let rows = self.session.fetch_all(sql, params![election.as_str(), scope_value(scope)]).await?;
        let group = |row: &Row| Ok(((row.parse("organization")?, row.enum_value("category")?), row.int("documents")?));
        rows.iter().map(group).collect()
    }

    /// For each application that has changed after a moment, how many documents
    /// can be decrypted now, and how many could then.
    async fn documents_of_changed(
        &mut self,
        scope: &Scope,
        election: &ElectionCode,
        since: Timestamp,
    ) -> Result<Vec<(Group, i64, i64)>, StoreError> {
        let sql = "-- documents of changed applications
            SELECT a.organization, a.category, a.documents, (
                    SELECT COUNT(*) FROM document d WHERE d.election = a.election AND d.application = a.id
                        AND d.create_time <= $3 AND (d.erase_time IS NULL OR d.erase_time > $3)
                ) AS documents_then
            FROM application a
            WHERE a.election = $1 AND ($2 IS NULL OR a.organization = $2) AND a.figure_time > $3
            ORDER BY a.figure_time";
        let rows = self.session.fetch_all(sql, params![election.as_str(), scope_value(scope), since]).await?;
        let row = |row: &Row| {
            let group = (row.parse("organization")?, row.enum_value("category")?);
            Ok((group, row.int("documents")?, row.int("documents_then")?))
        };
        rows.iter().map(row).collect()
    }
}
