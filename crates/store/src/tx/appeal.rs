//! Appeals against decisions of decrees.
//!
//! Table: `appeal`, with a unique key on the application and the decree. On
//! PostgreSQL an organization may insert and read its own appeals; only the
//! hosts update one. An open appeal keeps the whole election from being erased.
//! Erasure empties the free texts.

use domain::appeal::{Appeal, AppealDecision, AppealOutcome};
use domain::policy::Permit;
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::name::{AccreditationName, AppealName, ApplicationName};
use domain::vocabulary::personal::Personal;
use jiff::Timestamp;
use uuid::Uuid;

use crate::StoreError;
use crate::session::{Row, params, text};
use crate::tx::mission::scope_value;
use crate::tx::presentation::listed_application;
use crate::tx::{Page, Tx};

/// Reads an appeal. Its state in the database is the outcome, or OPEN.
fn appeal(row: &Row) -> Result<Appeal, StoreError> {
    let name = AppealName { election: row.parse("election")?, id: row.uuid("id")? };
    let outcome = match row.text("state")?.as_str() {
        "OPEN" => None,
        "UPHELD" => Some(AppealOutcome::Uphold),
        "DISMISSED" => Some(AppealOutcome::Dismiss),
        _ => return Err(row.invalid("state", "unknown value")),
    };
    let decision = match outcome {
        Some(outcome) => Some(AppealDecision {
            outcome,
            text: Personal::new(row.opt_text("decision_text")?.unwrap_or_default()),
            by: row.parse("decided_by")?,
            time: row.time("decide_time")?,
        }),
        None => None,
    };
    let accreditation = match row.opt_int("accreditation")? {
        Some(_) => Some(AccreditationName { election: name.election.clone(), number: row.number("accreditation")? }),
        None => None,
    };
    Ok(Appeal {
        application: listed_application(row)?,
        accreditation,
        decree: row.number("decree")?,
        text: Personal::new(row.text("text")?),
        filed_by: row.parse("filed_by")?,
        file_time: row.time("file_time")?,
        name,
        decision,
    })
}

impl Tx<'_> {
    /// Inserts an appeal.
    ///
    /// A unique key allows one for each decision, so a second one in parallel
    /// fails with [`StoreError::DuplicateKey`], runs again and is refused by
    /// the rule.
    pub(crate) async fn insert_appeal(&mut self, _permit: &Permit, new: &Appeal) -> Result<(), StoreError> {
        let sql = "-- insert appeal
            INSERT INTO appeal (election, id, organization, application, accreditation, decree, text, filed_by, file_time,
                state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'OPEN')";
        let Appeal { name, application, accreditation, decree, text: new_content, filed_by, file_time, decision: _ } =
            new;
        let values = params![
            name.election.as_str(),
            name.id,
            application.organization.as_str(),
            application.id.0,
            accreditation.as_ref().map(|name| name.number),
            *decree,
            new_content.clone(),
            text(filed_by),
            *file_time,
        ];
        self.session.execute_one(sql, values).await
    }

    /// Records the decision on an open appeal. If somebody else has decided it,
    /// no row changes, the command runs again, and the rule refuses it.
    pub(crate) async fn decide_appeal(&mut self, _permit: &Permit, decided: &Appeal) -> Result<(), StoreError> {
        let Some(AppealDecision { outcome, text: why, by, time }) = &decided.decision else { return Ok(()) };
        let sql = "-- decide appeal
            UPDATE appeal SET state = $3, decision_text = $4, decided_by = $5, decide_time = $6
            WHERE election = $1 AND id = $2 AND state = 'OPEN'";
        let (election, id) = (decided.name.election.as_str(), decided.name.id);
        let values = params![election, id, outcome.as_str(), why.clone(), text(by), *time];
        self.session.execute_one(sql, values).await
    }

    /// Records when the last appeal of an election was decided. Retention
    /// counts from this moment if it is later than the results.
    pub(crate) async fn update_appeal_time(
        &mut self,
        _permit: &Permit,
        code: &ElectionCode,
        time: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "-- update election appeals
            UPDATE election SET appeal_time = $2 WHERE code = $1";
        self.update_election(sql, params![code.as_str(), time]).await
    }

    /// The appeal against a decree's decision on an application, if there is
    /// one. Each decision can be appealed once.
    pub async fn appeal_against(
        &mut self,
        application: &ApplicationName,
        decree: u32,
    ) -> Result<Option<AppealName>, StoreError> {
        let sql = "-- appeal against decision
            SELECT id FROM appeal WHERE election = $1 AND application = $2 AND decree = $3";
        let row =
            self.session.fetch_optional(sql, params![application.election.as_str(), application.id.0, decree]).await?;
        let name = |row: &Row| Ok(AppealName { election: application.election.clone(), id: row.uuid("id")? });
        row.as_ref().map(name).transpose()
    }

    /// An appeal by name, as far as the permit reaches.
    pub async fn lookup_appeal(&mut self, permit: &Permit, name: &AppealName) -> Result<Option<Appeal>, StoreError> {
        let sql = "-- lookup appeal
            SELECT * FROM appeal WHERE election = $1 AND id = $2 AND ($3 IS NULL OR organization = $3)";
        let key = params![name.election.as_str(), name.id, scope_value(permit.scope())];
        self.session.fetch_optional(sql, key).await?.as_ref().map(appeal).transpose()
    }

    /// A page of an election's appeals in the order of filing, as far as the
    /// permit reaches.
    pub async fn list_appeals(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        page: &Page<Uuid>,
    ) -> Result<Vec<Appeal>, StoreError> {
        let sql = "-- list appeals
            SELECT * FROM appeal WHERE election = $1 AND id > $2 AND ($3 IS NULL OR organization = $3)
            ORDER BY id LIMIT $4";
        let after = page.after.unwrap_or(Uuid::nil());
        let values = params![election.as_str(), after, scope_value(permit.scope()), page.limit()];
        self.session.fetch_all(sql, values).await?.iter().map(appeal).collect()
    }

    /// All appeals about an application, the oldest first.
    pub async fn appeals_about(&mut self, of: &ApplicationName) -> Result<Vec<Appeal>, StoreError> {
        let sql = "-- appeals about application
            SELECT * FROM appeal WHERE election = $1 AND application = $2 ORDER BY id";
        let rows = self.session.fetch_all(sql, params![of.election.as_str(), of.id.0]).await?;
        rows.iter().map(appeal).collect()
    }
}
