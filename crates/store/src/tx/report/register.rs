//! The public register of accredited observers.
//!
//! It shows names, nationality, category, decree and whether the accreditation
//! is active. It shows neither the reasons of a change nor passport or birth
//! date. After erasure the names stay, as the law wants it; see
//! `erase_revisions` in `retention/erasure.rs`.

use domain::policy::Permit;
use domain::report::register::{Entry, Filter};
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::personal::Personal;

use crate::StoreError;
use crate::session::{Row, Value, enum_text, params};
use crate::tx::{Page, Tx};

/// Reads a line of the register.
fn register_entry(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        number: row.number("number")?,
        family_name: Personal::new(row.text("family_name")?),
        given_name: Personal::new(row.text("given_name")?),
        name_kk: Personal::new(row.text("name_kk")?),
        name_ru: Personal::new(row.text("name_ru")?),
        nationality: row.text("nationality")?,
        organization: row.parse("organization")?,
        names: row.json("names")?,
        category: row.enum_value("category")?,
        decree_number: row.text("decree_number")?,
        session_date: row.parse("session_date")?,
        in_force: row.int("in_force")? == 1,
        since: row.time("since")?,
    })
}

/// The register on SQLite, where no row-level security hides other
/// organizations.
const REGISTER_ON_SQLITE: &str = "-- register
    SELECT * FROM (
        SELECT a.number, COALESCE(json_extract(r.content, '$.family_name'), '') AS family_name,
            COALESCE(json_extract(r.content, '$.given_name'), '') AS given_name,
            COALESCE(json_extract(r.content, '$.name_kk'), '') AS name_kk,
            COALESCE(json_extract(r.content, '$.name_ru'), '') AS name_ru,
            COALESCE(json_extract(r.content, '$.nationality'), '') AS nationality,
            a.organization, o.names, a.category, d.decree_number, d.session_date,
            CASE WHEN c.state IS NULL OR c.state = 'ACTIVE' THEN 1 ELSE 0 END AS in_force,
            COALESCE(c.time, a.accredit_time) AS since
        FROM accreditation a
        JOIN application p ON p.election = a.election AND p.id = a.application
        JOIN revision r ON r.election = a.election AND r.application = a.application AND r.number = p.revision
        JOIN decree d ON d.election = a.election AND d.number = a.decree
        JOIN organization o ON o.code = a.organization
        LEFT JOIN accreditation_change c ON c.election = a.election AND c.accreditation = a.number AND c.sequence = (
            SELECT MAX(l.sequence) FROM accreditation_change l
            WHERE l.election = a.election AND l.accreditation = a.number)
        WHERE a.election = $1 AND a.number > $2 AND ($3 IS NULL OR a.organization = $3)
            AND ($4 IS NULL OR a.category = $4) AND ($6 IS NULL OR a.number = $6)
    ) AS line WHERE $5 IS NULL OR in_force = $5 ORDER BY number LIMIT $7";

/// The register on PostgreSQL. The query is a function of the schema's owner,
/// because the caller's transaction sees no rows of other organizations. The
/// function returns public columns alone.
const REGISTER_ON_POSTGRES: &str = "-- register
    SELECT * FROM public_register($1, $2, $3, $4, $5, $6, $7)";

impl Tx<'_> {
    /// A page of the register in the order of accreditation numbers. Every
    /// caller sees the same lines.
    pub async fn register(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        filter: &Filter,
        page: &Page<u32>,
    ) -> Result<Vec<Entry>, StoreError> {
        let Filter { organization, category, in_force, number } = filter;
        let values = params![
            election.as_str(),
            page.after.unwrap_or(0),
            organization.as_ref().map(ToString::to_string),
            category.as_ref().map_or(Value::Text(None), enum_text),
            in_force.map(i64::from),
            *number,
            page.limit(),
        ];
        let sql = self.session.select_sql(REGISTER_ON_SQLITE, REGISTER_ON_POSTGRES);
        self.session.fetch_all(sql, values).await?.iter().map(register_entry).collect()
    }
}
