//! Applications that may be of one person, whoever's they are.

use std::collections::BTreeMap;

use domain::application::content::Filing;
use domain::screening::{Alike, Finding, FindingCode, Known};
use domain::vocabulary::id::{ApplicationId, OrganizationCode};
use domain::vocabulary::name::ApplicationName;
use uuid::Uuid;

use crate::StoreError;
use crate::session::{Row, Value, params};
use crate::tx::Tx;
use crate::tx::accreditation::ended_automatically;

/// By what others are like an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// They have the same passport.
    Document,
    /// They have the same birth date and another passport.
    BirthDate,
}

/// An application that others are held against.
#[derive(Debug, Clone, Copy)]
pub struct HeldAgainst<'a> {
    /// Its name.
    pub name: &'a ApplicationName,
    /// What it says, or said.
    pub filing: &'a Filing,
    /// The presentation that it came with, if the checks have never looked at it: those that came with it and that they have
    /// not looked at either see it when their turn comes.
    pub presentation: Option<u32>,
}

/// A page of others.
#[derive(Debug, Clone, Copy)]
pub struct AlikePage {
    /// The last one of the page before.
    pub after: Option<AlikePlace>,
    /// At most this many.
    pub limit: u32,
    /// Without those who learn nothing of it: they say that there are more than they name, or find it by themselves.
    pub only_unaware: bool,
}

/// The last one of a page: the application, and which of its revisions.
pub type AlikePlace = (ApplicationId, i32);

/// The versions of every other application that counts: what it says, and what an open amendment would make it say. $1 is the
/// election, $2 and $3 are the indexes of passport and birth date, and $4 is the application that is held against them. What
/// they say is found first: SQLite takes the tables of a CROSS JOIN in their order, and would else walk all applications.
macro_rules! select_versions {
    ($columns:expr, $which:literal, $end:expr) => {
        concat!(
            $columns,
            " FROM revision r CROSS JOIN application a
            LEFT JOIN amendment m ON m.election = a.election AND m.application = a.id AND m.state = 'OPEN'
            LEFT JOIN screening s ON s.election = a.election AND s.application = a.id
            LEFT JOIN amendment_screening z
                ON z.election = a.election AND z.application = a.id AND z.amendment = m.number
            WHERE a.election = $1 AND a.id = r.application AND r.election = $1 AND r.number IN (a.revision, m.after_revision) AND r.identity IS NOT NULL
                AND a.state IN ('PRESENTED', 'IN_REVIEW', 'RETURNED_BY_COMMISSION', 'RECOMMENDED', 'ACCREDITED')
                AND NOT ",
            ended_automatically!("a"),
            " AND ",
            $which,
            $end
        )
    };
}

/// Whether a version is the one that the checks of its own application look at.
macro_rules! is_own_column {
    () => {
        "CAST(CASE WHEN a.state = 'ACCREDITED' AND r.number = m.after_revision
            OR a.state <> 'ACCREDITED' AND r.number = a.revision THEN 1 ELSE 0 END AS BIGINT) AS own"
    };
}

/// What is read of a version. $5 is the name of the application that is held against it, $6 and $7 stand in findings that
/// say that there are more, and $8 is the presentation of one that is checked for the first time.
macro_rules! version_columns {
    ($name:literal, $find:literal) => {
        concat!(
            "-- ",
            $name,
            "
            SELECT a.election, a.organization, a.id, r.number AS revision, r.content, ",
            is_own_column!(),
            ",
                CAST(CASE WHEN r.document_index = $2 THEN 1 ELSE 0 END AS BIGINT) AS same_document,
                CAST(CASE WHEN r.birth_index = $3 THEN 1 ELSE 0 END AS BIGINT) AS same_birth_date,",
            text_in_findings!($find, "$5", "knows"),
            ",",
            text_in_findings!($find, "$6", "more_documents"),
            ",",
            text_in_findings!($find, "$7", "more_people"),
            ",
                CAST(CASE WHEN s.application IS NULL AND a.presentation = $8 THEN 1 ELSE 0 END AS BIGINT) AS waits_too"
        )
    };
}

/// Whether a text stands in what the checks of the other have found.
macro_rules! text_in_findings {
    ($find:literal, $text:literal, $column:literal) => {
        concat!(
            " CAST(CASE WHEN ",
            $find,
            "(CASE WHEN a.state = 'ACCREDITED' THEN z.findings ELSE s.findings END, ",
            $text,
            ") > 0 THEN 1 ELSE 0 END AS BIGINT) AS ",
            $column
        )
    };
}

/// A page. With $12 it has only those who have something to learn: they do not say that there are more, and do not find it by
/// themselves. The COALESCE keeps planners from walking the election by ids.
macro_rules! select_page {
    ($name:literal, $by:literal, $find:literal, $more:literal) => {
        select_versions!(
            version_columns!($name, $find),
            $by,
            concat!(
                " AND a.id <> $4 AND (COALESCE(a.id, $9), r.number) > ($9, $10) AND ($12 = 0 OR (",
                $find,
                "(COALESCE(CASE WHEN a.state = 'ACCREDITED' THEN z.findings ELSE s.findings END, ''), ",
                $more,
                ") = 0 AND CASE WHEN s.application IS NULL AND a.presentation = $8 THEN 1 ELSE 0 END = 0))
            ORDER BY a.id, r.number LIMIT $11"
            )
        )
    };
}

macro_rules! select_by_id {
    ($find:literal) => {
        select_versions!(version_columns!("versions of another", $find), "r.application = $4", " ORDER BY r.number")
    };
}

macro_rules! compared_revisions {
    ($lock:literal) => {
        select_versions!(
            concat!("-- lookup versions\n            SELECT r.number AS revision, ", is_own_column!()),
            "r.application = $2",
            $lock
        )
    };
}

/// The beginning of a finding that says that there are more, as it is kept.
fn more_duplicates_text(code: FindingCode) -> String {
    let text = serde_json::to_string(&Finding::rest(code)).expect("the domain's values serialize");
    let end = text.find(",\"clearance\"").unwrap_or(text.len());
    text[..end].to_owned()
}

fn alike(row: &Row) -> Result<Alike, StoreError> {
    let more = [
        (FindingCode::DuplicateDocument, row.flag("more_documents")?),
        (FindingCode::DuplicatePerson, row.flag("more_people")?),
    ];
    let rest = more.into_iter().filter(|(_, more)| *more).map(|(code, _)| code).collect();
    Ok(Alike {
        name: ApplicationName {
            election: row.parse("election")?,
            organization: row.parse("organization")?,
            id: ApplicationId(row.uuid("id")?),
        },
        revision: row.number("revision")?,
        is_own: row.flag("own")?,
        same_document: row.flag("same_document")?,
        same_birth_date: row.flag("same_birth_date")?,
        content: row.json("content")?,
        known: Known { this: row.flag("knows")?, rest, waits_too: row.flag("waits_too")? },
    })
}

impl Tx<'_> {
    /// A page of the versions of others that are like what an application says or said, in the order of their ids: what they
    /// say is compared by whoever asks. Those whose accreditation ended by itself are left out.
    pub async fn alike(
        &mut self,
        of: HeldAgainst<'_>,
        likeness: Likeness,
        page: AlikePage,
    ) -> Result<Vec<Alike>, StoreError> {
        let by_document = self.session.select_sql(
            select_page!("applications with the document", "r.document_index = $2", "instr", "$6"),
            select_page!("applications with the document", "r.document_index = $2", "strpos", "$6"),
        );
        let by_birth_date = self.session.select_sql(
            select_page!(
                "applications with the birth date",
                "r.birth_index = $3 AND r.document_index <> $2",
                "instr",
                "$7"
            ),
            select_page!(
                "applications with the birth date",
                "r.birth_index = $3 AND r.document_index <> $2",
                "strpos",
                "$7"
            ),
        );
        let sql = if likeness == Likeness::Document { by_document } else { by_birth_date };
        let AlikePage { after, limit, only_unaware } = page;
        let (id, revision) = after.unwrap_or((ApplicationId(Uuid::nil()), 0));
        let mut values = self.comparison_params(of, of.name.id);
        values.extend(params![id.0, revision, limit, only_unaware]);
        self.session.fetch_all(sql, values).await?.iter().map(alike).collect()
    }

    /// The versions of one other application, whether they are like it or not.
    pub async fn versions_of_other(
        &mut self,
        of: HeldAgainst<'_>,
        other: ApplicationId,
    ) -> Result<Vec<Alike>, StoreError> {
        let sql = self.session.select_sql(select_by_id!("instr"), select_by_id!("strpos"));
        let values = self.comparison_params(of, other);
        self.session.fetch_all(sql, values).await?.iter().map(alike).collect()
    }

    fn comparison_params(&self, of: HeldAgainst<'_>, other: ApplicationId) -> Vec<Value> {
        let HeldAgainst { name, filing, presentation } = of;
        let (document, birth) = self.blind_indexes(filing);
        let [documents, people] =
            [FindingCode::DuplicateDocument, FindingCode::DuplicatePerson].map(more_duplicates_text);
        params![name.election.as_str(), document, birth, other.0, name.to_string(), documents, people, presentation]
    }

    /// The numbers of an application's revisions that others are held against, and whether its own checks look at each.
    pub async fn versions(&mut self, name: &ApplicationName) -> Result<BTreeMap<i32, bool>, StoreError> {
        self.read_compared_revisions(name, compared_revisions!("")).await
    }

    /// The same, and nobody changes the application before this transaction has ended.
    pub async fn versions_to_go_by(&mut self, name: &ApplicationName) -> Result<BTreeMap<i32, bool>, StoreError> {
        self.read_compared_revisions(
            name,
            self.session.select_sql(compared_revisions!(""), compared_revisions!(" FOR SHARE OF a")),
        )
        .await
    }

    async fn read_compared_revisions(
        &mut self,
        name: &ApplicationName,
        sql: &'static str,
    ) -> Result<BTreeMap<i32, bool>, StoreError> {
        let rows = self.session.fetch_all(sql, params![name.election.as_str(), name.id.0]).await?;
        rows.iter().map(|row| Ok((row.number("revision")?, row.flag("own")?))).collect()
    }

    /// The organizations of other applications with the same passport or the same birth date.
    pub async fn organizations_alike(
        &mut self,
        name: &ApplicationName,
        filing: &Filing,
    ) -> Result<Vec<OrganizationCode>, StoreError> {
        // Two halves, each by its index.
        let sql = concat!(
            select_versions!(
                "-- organizations alike
            SELECT a.organization",
                "r.document_index = $2 AND a.id <> $4",
                ""
            ),
            " UNION ",
            select_versions!("SELECT a.organization", "r.birth_index = $3 AND a.id <> $4", "")
        );
        let (document, birth) = self.blind_indexes(filing);
        let values = params![name.election.as_str(), document, birth, name.id.0];
        self.session.fetch_all(sql, values).await?.iter().map(|row| row.parse("organization")).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::application::StateKind;

    use crate::tx::accreditation::ended_automatically;

    #[test]
    fn the_states_that_are_compared_are_those_of_the_rule() {
        let statement: &str = select_by_id!("instr");
        let compared = StateKind::ALL.into_iter().filter(|kind| kind.is_compared());
        let compared: Vec<_> = compared.map(|kind| format!("'{kind}'")).collect();
        assert!(statement.contains(&format!("a.state IN ({})", compared.join(", "))), "{statement}");
    }
}
