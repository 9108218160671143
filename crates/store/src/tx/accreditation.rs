//! Accreditations.

use domain::accreditation::Accreditation;
use domain::id::{ApplicationId, ElectionCode};
use domain::name::{AccreditationName, ApplicationName};
use domain::policy::Permit;

use super::mission::scope_value;
use super::{Page, Tx};
use crate::StoreError;
use crate::session::{Row, params, text, word};

fn accreditation(row: &Row) -> Result<Accreditation, StoreError> {
    let id = ApplicationId(row.uuid("application")?);
    let election: ElectionCode = row.parse("election")?;
    Ok(Accreditation {
        name: AccreditationName { election: election.clone(), number: row.number("number")? },
        application: ApplicationName { election, organization: row.parse("organization")?, id },
        category: row.word("category")?,
        state: row.word("state")?,
        decree: row.number("decree")?,
        recommended_by: row.parse("recommended_by")?,
        adopted_by: row.parse("adopted_by")?,
        accredit_time: row.time("accredit_time")?,
    })
}

impl Tx<'_> {
    /// Keeps an accreditation.
    pub async fn insert_accreditation(&mut self, _permit: &Permit, new: &Accreditation) -> Result<(), StoreError> {
        let sql = "-- insert accreditation
            INSERT INTO accreditation (election, number, organization, application, category, state, decree,
                recommended_by, adopted_by, accredit_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let Accreditation { name, application, category, state, decree, recommended_by, adopted_by, accredit_time } =
            new;
        let values = params![
            name.election.as_str(),
            name.number,
            application.organization.as_str(),
            application.id.0,
            word(category),
            word(state),
            *decree,
            text(recommended_by),
            text(adopted_by),
            *accredit_time,
        ];
        self.session.execute_one(sql, values).await
    }

    /// An accreditation by its name, as far as the permit reaches.
    pub async fn lookup_accreditation(
        &mut self,
        permit: &Permit,
        name: &AccreditationName,
    ) -> Result<Option<Accreditation>, StoreError> {
        let sql = "-- lookup accreditation
            SELECT * FROM accreditation WHERE election = $1 AND number = $2 AND ($3 IS NULL OR organization = $3)";
        let key = params![name.election.as_str(), name.number, scope_value(permit.scope())];
        self.session.optional(sql, key).await?.as_ref().map(accreditation).transpose()
    }

    /// A page of an election's accreditations and one more, as far as the permit reaches.
    pub async fn list_accreditations(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        page: &Page<u32>,
    ) -> Result<Vec<Accreditation>, StoreError> {
        let sql = "-- list accreditations
            SELECT * FROM accreditation WHERE election = $1 AND number > $2 AND ($3 IS NULL OR organization = $3)
            ORDER BY number LIMIT $4";
        let scope = scope_value(permit.scope());
        let values = params![election.as_str(), page.after.unwrap_or(0), scope, page.limit()];
        self.session.all(sql, values).await?.iter().map(accreditation).collect()
    }
}
