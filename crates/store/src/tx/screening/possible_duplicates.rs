//! Possible duplicates: applications of any organization that may belong to the
//! same person.
//!
//! The checks compare an application with all others of the same passport or
//! the same birth date. An election may have thousands of one birth date, so
//! they are read in pages.
//!
//! A finding names few duplicates and then says that there are more. So a new
//! application must be made known only to those that have something to learn:
//! the statements read what the others' findings say already. Blind indexes
//! find equal values; names are compared by the caller.

use std::collections::BTreeMap;

use domain::application::content::Filing;
use domain::screening::{Finding, Known, SimilarApplication};
use domain::vocabulary::finding_code::FindingCode;
use domain::vocabulary::id::{ApplicationId, OrganizationCode};
use domain::vocabulary::name::ApplicationName;
use uuid::Uuid;

use crate::StoreError;
use crate::session::{Row, Value, params};
use crate::tx::Tx;
use crate::tx::accreditation::ended_automatically;

/// By what other applications are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimilarityKind {
    /// They have the same passport.
    Document,
    /// They have the same birth date and another passport.
    BirthDate,
}

/// The application that others are compared with.
#[derive(Debug, Clone, Copy)]
pub struct ComparedWith<'a> {
    /// Its name.
    pub name: &'a ApplicationName,
    /// Its filing, or an earlier one.
    pub filing: &'a Filing,
    /// Its presentation, if the checks have never run for it. Applications of
    /// the same presentation that have not been checked either will find it by
    /// themselves.
    pub presentation: Option<u32>,
}

/// Which part of the possible duplicates to read.
#[derive(Debug, Clone, Copy)]
pub struct SimilarPage {
    /// The last one of the previous page; `None` for the first page.
    pub after: Option<SimilarCursor>,
    /// The most rows of the page.
    pub limit: u32,
    /// Leaves out those who would learn nothing new: they already report more
    /// duplicates than they name, or will find this one by themselves.
    pub only_unaware: bool,
}

/// The key of a page: the application and the number of its revision.
pub type SimilarCursor = (ApplicationId, i32);

/// SQL: the compared revisions of all other relevant applications. A revision
/// is compared if it is the current one, or the one that an open amendment
/// would make.
///
/// `$1` is the election, `$2` and `$3` are the blind indexes of passport and
/// birth date, `$4` is the application itself. The revisions come first in the
/// FROM: SQLite joins the tables of a CROSS JOIN in their order, and would
/// otherwise read all applications.
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

/// SQL: whether a revision is the one that the checks of its own application
/// look at.
macro_rules! is_own_column {
    () => {
        "CAST(CASE WHEN a.state = 'ACCREDITED' AND r.number = m.after_revision
            OR a.state <> 'ACCREDITED' AND r.number = a.revision THEN 1 ELSE 0 END AS BIGINT) AS own"
    };
}

/// SQL: the columns of a compared revision.
///
/// `$5` is the name of the application that is compared. `$6` and `$7` are the
/// texts that a finding has if there are more duplicates than it names. `$8` is
/// the presentation of an application that is checked for the first time.
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

/// SQL: whether the findings of the other application contain a text.
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

/// SQL: a page of possible duplicates. With `$12` only those that have
/// something to learn. The COALESCE keeps the planners from reading all
/// applications by id.
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

/// SQL: the compared revisions of one other application.
macro_rules! select_by_id {
    ($find:literal) => {
        select_versions!(version_columns!("versions of another", $find), "r.application = $4", " ORDER BY r.number")
    };
}

/// SQL: the numbers of the compared revisions of one application.
macro_rules! compared_revisions {
    ($lock:literal) => {
        select_versions!(
            concat!("-- lookup versions\n            SELECT r.number AS revision, ", is_own_column!()),
            "r.application = $2",
            $lock
        )
    };
}

/// The text with which a finding begins that says "there are more", as it is
/// stored.
fn more_duplicates_text(code: FindingCode) -> String {
    let text = serde_json::to_string(&Finding::rest(code)).expect("the domain's values serialize");
    let end = text.find(",\"clearance\"").unwrap_or(text.len());
    text[..end].to_owned()
}

/// Reads a possible duplicate.
fn alike(row: &Row) -> Result<SimilarApplication, StoreError> {
    let more = [
        (FindingCode::DuplicateDocument, row.flag("more_documents")?),
        (FindingCode::DuplicatePerson, row.flag("more_people")?),
    ];
    let rest = more.into_iter().filter(|(_, more)| *more).map(|(code, _)| code).collect();
    Ok(SimilarApplication {
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
    /// A page of possible duplicates of an application, in the order of their
    /// ids. The caller compares what they say. Applications whose accreditation
    /// ended automatically are left out.
    pub async fn alike(
        &mut self,
        of: ComparedWith<'_>,
        likeness: SimilarityKind,
        page: SimilarPage,
    ) -> Result<Vec<SimilarApplication>, StoreError> {
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
        let sql = if likeness == SimilarityKind::Document { by_document } else { by_birth_date };
        let SimilarPage { after, limit, only_unaware } = page;
        let (id, revision) = after.unwrap_or((ApplicationId(Uuid::nil()), 0));
        let mut values = self.comparison_params(of, of.name.id);
        values.extend(params![id.0, revision, limit, only_unaware]);
        self.session.fetch_all(sql, values).await?.iter().map(alike).collect()
    }

    /// The compared revisions of one other application, whether it is a
    /// possible duplicate or not.
    pub async fn versions_of_other(
        &mut self,
        of: ComparedWith<'_>,
        other: ApplicationId,
    ) -> Result<Vec<SimilarApplication>, StoreError> {
        let sql = self.session.select_sql(select_by_id!("instr"), select_by_id!("strpos"));
        let values = self.comparison_params(of, other);
        self.session.fetch_all(sql, values).await?.iter().map(alike).collect()
    }

    /// The first eight parameters of the statements.
    fn comparison_params(&self, of: ComparedWith<'_>, other: ApplicationId) -> Vec<Value> {
        let ComparedWith { name, filing, presentation } = of;
        let (document, birth) = self.blind_indexes(filing);
        let [documents, people] =
            [FindingCode::DuplicateDocument, FindingCode::DuplicatePerson].map(more_duplicates_text);
        params![name.election.as_str(), document, birth, other.0, name.to_string(), documents, people, presentation]
    }

    /// The numbers of an application's compared revisions, and whether its own
    /// checks look at each.
    pub async fn versions(&mut self, name: &ApplicationName) -> Result<BTreeMap<i32, bool>, StoreError> {
        self.read_compared_revisions(name, compared_revisions!("")).await
    }

    /// The same, with the application locked (FOR SHARE on PostgreSQL): nobody
    /// changes it before this transaction has ended. Without the lock a finding
    /// could name a revision that is no longer compared.
    pub async fn versions_to_go_by(&mut self, name: &ApplicationName) -> Result<BTreeMap<i32, bool>, StoreError> {
        self.read_compared_revisions(
            name,
            self.session.select_sql(compared_revisions!(""), compared_revisions!(" FOR SHARE OF a")),
        )
        .await
    }

    /// Runs one of the two statements.
    async fn read_compared_revisions(
        &mut self,
        name: &ApplicationName,
        sql: &'static str,
    ) -> Result<BTreeMap<i32, bool>, StoreError> {
        let rows = self.session.fetch_all(sql, params![name.election.as_str(), name.id.0]).await?;
        rows.iter().map(|row| Ok((row.number("revision")?, row.flag("own")?))).collect()
    }

    /// The organizations of other applications with the same passport or birth
    /// date.
    pub async fn organizations_alike(
        &mut self,
        name: &ApplicationName,
        filing: &Filing,
    ) -> Result<Vec<OrganizationCode>, StoreError> {
        // Two halves, because each can use its own index; an OR could use
        // neither.
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
    use domain::vocabulary::state::StateKind;

    use crate::tx::accreditation::ended_automatically;

    /// The SQL lists the states by hand. A state that the rule compares and the
    /// SQL does not would hide duplicates.
    #[test]
    fn the_states_that_are_compared_are_those_of_the_rule() {
        let statement: &str = select_by_id!("instr");
        let compared = StateKind::ALL.into_iter().filter(|kind| kind.is_compared());
        let compared: Vec<_> = compared.map(|kind| format!("'{kind}'")).collect();
        assert!(statement.contains(&format!("a.state IN ({})", compared.join(", "))), "{statement}");
    }
}
