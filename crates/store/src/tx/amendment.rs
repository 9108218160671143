//! Amendments: corrections of accredited applications. Each has the revision
//! that it would make, and its own result of the automatic checks.
//!
//! Tables: `amendment` and `amendment_screening`. A partial unique index allows
//! one open amendment for each application. On PostgreSQL an organization may
//! insert open amendments of its own and withdraw them; it can accept none, and
//! it sees no result of the checks. Erasure empties the free texts.

use domain::amendment::{Amendment, Closing};
use domain::application::Application;
use domain::application::content::StoredFiling;
use domain::policy::Permit;
use domain::screening::Screening;
use domain::vocabulary::id::{ApplicationId, ElectionCode};
use domain::vocabulary::name::{AmendmentName, ApplicationName};
use domain::vocabulary::personal::Personal;
use jiff::Timestamp;

use crate::StoreError;
use crate::session::{Row, enum_text, json, params, text};
use crate::tx::application::{visibility_of, visible};
use crate::tx::mission::scope_value;
use crate::tx::screening::screening;
use crate::tx::{Page, Tx};

/// SQL: amendments within scope `$1` that view `$2` may see.
macro_rules! amendments {
    ($name:literal, $which:literal) => {
        concat!(
            "-- ",
            $name,
            "
            SELECT m.* FROM amendment m
            JOIN application a ON a.election = m.election AND a.id = m.application
            WHERE ($1 IS NULL OR m.organization = $1) AND (",
            visible!("a", "$2"),
            ") ",
            $which
        )
    };
}

/// Reads an amendment.
fn amendment(row: &Row) -> Result<Amendment, StoreError> {
    let closing = match row.opt_time("close_time")? {
        Some(time) => Some(Closing {
            text: Personal::new(row.opt_text("text")?.unwrap_or_default()),
            by: row.parse("closed_by")?,
            time,
        }),
        None => None,
    };
    let application = ApplicationId(row.uuid("application")?);
    let (election, organization) = (row.parse("election")?, row.parse("organization")?);
    Ok(Amendment {
        name: AmendmentName { election, organization, application, number: row.number("number")? },
        accreditation: row.number("accreditation")?,
        kind: row.enum_value("kind")?,
        reason: Personal::new(row.text("reason")?),
        before: row.number("before_revision")?,
        after: row.number("after_revision")?,
        content_digest: row.hash("content_digest")?,
        requested_by: row.parse("requested_by")?,
        request_time: row.time("request_time")?,
        state: row.enum_value("state")?,
        closing,
    })
}

impl Tx<'_> {
    /// Inserts an amendment with the numbers of the revisions before and after
    /// it.
    ///
    /// A partial unique index allows one open amendment for each application.
    /// The second of two parallel requests fails with
    /// [`StoreError::DuplicateKey`]; its command runs again and is refused by
    /// the rule.
    pub(crate) async fn insert_amendment(&mut self, _permit: &Permit, amendment: &Amendment) -> Result<(), StoreError> {
        let AmendmentName { election, organization, application, number } = &amendment.name;
        let sql = "-- insert amendment
            INSERT INTO amendment (election, application, number, organization, accreditation, kind, reason,
                before_revision, after_revision, content_digest, requested_by, request_time, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let values = params![
            election.as_str(),
            application.0,
            *number,
            organization.as_str(),
            amendment.accreditation,
            enum_text(&amendment.kind),
            amendment.reason.clone(),
            amendment.before,
            amendment.after,
            amendment.content_digest,
            text(&amendment.requested_by),
            amendment.request_time,
            enum_text(&amendment.state),
        ];
        self.session.execute_one(sql, values).await
    }

    /// Closes an open amendment: accepted, rejected or withdrawn. The condition
    /// on the state stops a second decision.
    pub(crate) async fn close_amendment(&mut self, _permit: &Permit, closed: &Amendment) -> Result<(), StoreError> {
        let Some(Closing { text: new_content, by, time }) = &closed.closing else { return Ok(()) };
        let sql = "-- close amendment
            UPDATE amendment SET state = $4, text = $5, closed_by = $6, close_time = $7
            WHERE election = $1 AND application = $2 AND number = $3 AND state = 'OPEN'";
        let AmendmentName { election, application, number, .. } = &closed.name;
        let key = (election.as_str(), application.0, *number);
        let values = params![key.0, key.1, key.2, enum_text(&closed.state), new_content.clone(), text(by), *time];
        self.session.execute_one(sql, values).await
    }

    /// An amendment by name, as far as the permit reaches. The organization and
    /// the application are part of the key, so that the name of another
    /// organization's amendment finds nothing.
    pub async fn lookup_amendment(
        &mut self,
        permit: &Permit,
        name: &AmendmentName,
    ) -> Result<Option<Amendment>, StoreError> {
        let sql = amendments!(
            "lookup amendment",
            "AND m.election = $3 AND m.organization = $4 AND m.application = $5 AND m.number = $6"
        );
        let AmendmentName { election, organization, application, number } = name;
        let (scope, view) = (scope_value(permit.scope()), visibility_of(permit.view()));
        let key = params![scope, view, election.as_str(), organization.as_str(), application.0, *number];
        self.session.fetch_optional(sql, key).await?.as_ref().map(amendment).transpose()
    }

    /// A page of an election's amendments in the order of their requests, as
    /// far as the permit reaches. With `only_open` those of erased applications
    /// are left out too: nobody can decide them.
    pub async fn list_amendments(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        only_open: bool,
        page: &Page<(Timestamp, ApplicationId, u32)>,
    ) -> Result<Vec<Amendment>, StoreError> {
        let sql = amendments!(
            "list amendments",
            "AND m.election = $3 AND ($4 = 0 OR (m.state = 'OPEN' AND a.erase_time IS NULL))
                AND (m.request_time, m.application, m.number) > ($5, $6, $7)
            ORDER BY m.request_time, m.application, m.number LIMIT $8"
        );
        // No amendment comes before this key.
        let first = (Timestamp::UNIX_EPOCH, ApplicationId(uuid::Uuid::nil()), 0);
        let (time, application, number) = page.after.unwrap_or(first);
        let (scope, view) = (scope_value(permit.scope()), visibility_of(permit.view()));
        let (open, after) = (i64::from(only_open), (application.0, number));
        let values = params![scope, view, election.as_str(), open, time, after.0, after.1, page.limit()];
        self.session.fetch_all(sql, values).await?.iter().map(amendment).collect()
    }

    /// All amendments of an application, the oldest first.
    pub async fn amendments_of(&mut self, of: &ApplicationName) -> Result<Vec<Amendment>, StoreError> {
        let sql = "-- amendments of application
            SELECT * FROM amendment WHERE election = $1 AND application = $2 ORDER BY number";
        let rows = self.session.fetch_all(sql, params![of.election.as_str(), of.id.0]).await?;
        rows.iter().map(amendment).collect()
    }

    /// The filings before and after an amendment, or what erasure left of them.
    /// A reviewer compares the two.
    pub async fn stored_filing_of_amendment(&mut self, of: &Amendment) -> Result<[StoredFiling; 2], StoreError> {
        let name = of.application();
        Ok([self.stored_filing_of(&name, of.before).await?, self.stored_filing_of(&name, of.after).await?])
    }

    /// The filing of an accredited application at a moment; with `None`, when
    /// it was accredited. Or what erasure left of it.
    ///
    /// An amendment that was accepted at that very moment counts as accepted:
    /// an accreditation that has ended is not amended any more.
    pub async fn stored_filing_at(
        &mut self,
        of: &Application,
        time: Option<Timestamp>,
    ) -> Result<StoredFiling, StoreError> {
        let sql = "-- revision before amendment
            SELECT before_revision FROM amendment
            WHERE election = $1 AND application = $2 AND state = 'ACCEPTED' AND ($3 IS NULL OR close_time > $3)
            ORDER BY number LIMIT 1";
        let row = self.session.fetch_optional(sql, params![of.name.election.as_str(), of.name.id.0, time]).await?;
        let revision = row.map_or(Ok(of.revision), |row| row.number("before_revision"))?;
        self.stored_filing_of(&of.name, revision).await
    }

    /// The result of the checks of an amendment; empty before they have run.
    pub async fn amendment_screening(&mut self, of: &AmendmentName) -> Result<Screening, StoreError> {
        let sql = "-- lookup amendment_screening
            SELECT revision AS screened_revision, version AS screening_version, findings, screen_time
            FROM amendment_screening WHERE election = $1 AND application = $2 AND amendment = $3";
        let key = params![of.election.as_str(), of.application.0, of.number];
        let row = self.session.fetch_optional(sql, key).await?;
        row.as_ref().map_or_else(|| Ok(Screening::default()), screening)
    }

    /// Stores the result of the checks of an amendment. `before` is the version
    /// that it was computed from, 0 for the first. If another server has stored
    /// one since, this changes no row and fails.
    pub(crate) async fn put_amendment_screening(
        &mut self,
        _permit: &Permit,
        of: &AmendmentName,
        before: i64,
        found: &Screening,
    ) -> Result<(), StoreError> {
        let sql = "-- put amendment_screening
            INSERT INTO amendment_screening (election, application, amendment, organization, revision, version, findings,
                screen_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (election, application, amendment)
            DO UPDATE SET revision = $5, version = $6, findings = $7, screen_time = $8
            WHERE amendment_screening.version = $9";
        let Screening { revision, version, findings, time } = found;
        let AmendmentName { election, organization, application, number } = of;
        let (election, organization, findings) = (election.as_str(), organization.as_str(), json(findings));
        let values =
            params![election, application.0, *number, organization, *revision, *version, findings, *time, before];
        self.session.execute_one(sql, values).await
    }
}
