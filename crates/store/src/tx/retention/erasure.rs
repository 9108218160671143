//! Erasure after retention. The rows stay, so that the log can still be
//! checked. What goes is personal data: the keys of documents, the identity and
//! most of the content of revisions, and free texts.
//!
//! The names and the nationality of an accredited person stay, because the
//! public register needs them. The job erases one application in each
//! transaction. An application that changes meanwhile has another version; its
//! transaction rolls back and the job meets it again.

use domain::application::{Application, StoredVersion};
use domain::election::Election;
use domain::policy::Permit;
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::name::ApplicationName;
use jiff::Timestamp;
use uuid::Uuid;

use crate::StoreError;
use crate::session::{Row, params, text};
use crate::tx::Tx;
use crate::tx::application::application;
use crate::tx::election::election;
use crate::tx::transparency::log::ExclusiveJob;

impl Tx<'_> {
    /// The elections whose results are published. Only these have a retention
    /// that may be over.
    pub async fn elections_with_results(&mut self) -> Result<Vec<Election>, StoreError> {
        let sql = "-- elections with results
            SELECT e.*, (SELECT p.content FROM rule_pack p WHERE p.digest = e.rule_pack) AS rules
            FROM election e WHERE e.results_time IS NOT NULL ORDER BY e.code";
        self.session.fetch_all(sql, Vec::new()).await?.iter().map(election).collect()
    }

    /// Waits until no other server erases.
    pub async fn lock_erasure(&mut self) -> Result<(), StoreError> {
        self.lock_job(ExclusiveJob::Retention).await
    }

    /// Whether personal data of an election has been erased.
    pub async fn has_erased_data(&mut self, election: &ElectionCode) -> Result<bool, StoreError> {
        let sql = "-- something erased
            SELECT id FROM application WHERE election = $1 AND erase_time IS NOT NULL LIMIT 1";
        Ok(self.session.fetch_optional(sql, params![election.as_str()]).await?.is_some())
    }

    /// Whether an election still has personal data that no hold protects.
    pub async fn has_data_to_erase(&mut self, election: &ElectionCode) -> Result<bool, StoreError> {
        Ok(!self.applications_to_erase(election, 1).await?.is_empty()
            || (!self.is_held(election).await?
                && (self.has_watch_list(election).await? || !self.missions_with_reasons(election).await?.is_empty())))
    }

    /// Applications that have not been erased, and that neither a legal hold
    /// nor an open appeal of the election protects.
    pub async fn applications_to_erase(
        &mut self,
        election: &ElectionCode,
        limit: u32,
    ) -> Result<Vec<Application>, StoreError> {
        let sql = "-- applications to erase
            SELECT a.* FROM application a WHERE a.election = $1 AND a.erase_time IS NULL
                AND NOT EXISTS (
                    SELECT 1 FROM legal_hold h WHERE h.election = a.election AND h.release_time IS NULL
                        AND (h.application IS NULL OR h.application = a.id)
                )
                AND NOT EXISTS (SELECT 1 FROM appeal o WHERE o.election = a.election AND o.state = 'OPEN')
            ORDER BY a.id LIMIT $2";
        let rows = self.session.fetch_all(sql, params![election.as_str(), limit]).await?;
        rows.iter().map(application).collect()
    }

    /// How many documents of an application have not been erased.
    pub async fn count_documents(&mut self, of: &ApplicationName) -> Result<u64, StoreError> {
        let sql = "-- count documents
            SELECT COUNT(*) AS documents FROM document WHERE election = $1 AND application = $2 AND erase_time IS NULL";
        let row = self.session.fetch_optional(sql, params![of.election.as_str(), of.id.0]).await?;
        row.map_or(Ok(0), |row: Row| row.number("documents"))
    }

    /// Erases the personal data of an application. `erased` is the application
    /// after [`Application::erase`], `before` is what this started from.
    pub(crate) async fn erase_application(
        &mut self,
        permit: &Permit,
        erased: &Application,
        before: StoredVersion,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.update_application(permit, erased, before, now).await?;
        let name = &erased.name;
        let (election, id) = (name.election.as_str(), name.id.0);
        // The key goes first: without it the bytes in the vault are unreadable.
        let sql = "-- erase document
            UPDATE document SET wrapped_key = NULL, erase_time = $3
            WHERE election = $1 AND application = $2 AND erase_time IS NULL";
        self.session.execute(sql, params![election, id, erased.erase_time]).await?;
        // Findings quote what an application says, and name possible
        // duplicates.
        let sql = "-- erase screening
            UPDATE screening SET findings = '[]', stands = 0, version = version + 1
            WHERE election = $1 AND application = $2";
        self.session.execute(sql, params![election, id]).await?;
        let sql = "-- erase amendment_screening
            UPDATE amendment_screening SET findings = '[]', version = version + 1 WHERE election = $1 AND application = $2";
        self.session.execute(sql, params![election, id]).await?;
        self.erase_revisions(erased).await
    }

    /// Erases revisions, reasons of changes, and free texts of events, appeals,
    /// amendments and proposals.
    ///
    /// On PostgreSQL the service's role may do none of this. A function of the
    /// schema's owner does it, after it has checked by itself that the
    /// retention is over. So not even a compromised server can erase early.
    async fn erase_revisions(&mut self, erased: &Application) -> Result<(), StoreError> {
        let (election, id) = (erased.name.election.as_str(), erased.name.id.0);
        let sql = "-- erase revision
            SELECT erase_application($1, $2)";
        self.session.execute_on_postgres(sql, params![election, id]).await?;
        let sql = "-- erase revision
            UPDATE revision SET salt = NULL, identity = NULL, document_index = X'', birth_index = X'',
                content = CASE WHEN content IS NOT NULL AND number IN (
                    SELECT a.revision FROM application a WHERE a.election = $1 AND a.id = $2 AND a.state = 'ACCREDITED'
                    UNION SELECT m.before_revision FROM amendment m
                        WHERE m.election = $1 AND m.application = $2 AND m.state = 'ACCEPTED'
                ) THEN json_object(
                    'family_name', json_extract(content, '$.family_name'),
                    'given_name', json_extract(content, '$.given_name'),
                    'native_name', json_extract(content, '$.native_name'),
                    'name_kk', json_extract(content, '$.name_kk'),
                    'name_ru', json_extract(content, '$.name_ru'),
                    'nationality', json_extract(content, '$.nationality')) END
            WHERE election = $1 AND application = $2";
        self.session.execute_on_sqlite(sql, params![election, id]).await?;
        let sql = "-- erase accreditation_change
            UPDATE accreditation_change SET reason = '' WHERE election = $1 AND accreditation IN (
                SELECT number FROM accreditation WHERE election = $1 AND application = $2)";
        self.session.execute_on_sqlite(sql, params![election, id]).await?;
        let sql = "-- erase proposal
            UPDATE proposal SET text = '', withdraw_reason = NULL WHERE election = $1 AND accreditation IN (
                SELECT number FROM accreditation WHERE election = $1 AND application = $2)";
        self.session.execute_on_sqlite(sql, params![election, id]).await?;
        let sql = "-- erase appeal
            UPDATE appeal SET text = '', decision_text = NULL WHERE election = $1 AND application = $2";
        self.session.execute_on_sqlite(sql, params![election, id]).await?;
        let sql = "-- erase amendment
            UPDATE amendment SET reason = '', text = CASE WHEN text IS NULL THEN NULL ELSE '' END
            WHERE election = $1 AND application = $2";
        self.session.execute_on_sqlite(sql, params![election, id]).await?;
        let sql = "-- erase event_note
            DELETE FROM event_note WHERE event IN (
                SELECT id FROM event WHERE subject = $1 OR (subject > $1 || '/' AND subject < $1 || '0'))";
        self.session.execute_on_sqlite(sql, params![text(&erased.name)]).await
    }

    /// Erased documents whose encrypted bytes may still be in the vault. The
    /// vault is no part of the transaction, so its files are deleted after
    /// COMMIT.
    pub async fn documents_to_clear(&mut self, limit: u32) -> Result<Vec<Uuid>, StoreError> {
        let sql = "-- documents to clear
            SELECT id FROM document WHERE erase_time IS NOT NULL AND clear_time IS NULL ORDER BY id LIMIT $1";
        let rows = self.session.fetch_all(sql, params![limit]).await?;
        rows.iter().map(|row: &Row| row.uuid("id")).collect()
    }

    /// Records that the encrypted bytes of an erased document are gone. Doing
    /// it twice changes nothing.
    pub async fn document_is_clear(&mut self, _permit: &Permit, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
        let sql = "-- clear document
            UPDATE document SET clear_time = $2 WHERE id = $1 AND erase_time IS NOT NULL AND clear_time IS NULL";
        self.session.execute(sql, params![id, now]).await.map(drop)
    }

    /// Which of these documents and decree scans can still be decrypted. All
    /// other files of a vault are left over and may be deleted.
    pub async fn documents_with_keys(&mut self, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let sql = "-- document with a key
            SELECT id FROM document WHERE id = $1 AND wrapped_key IS NOT NULL
            UNION ALL SELECT id FROM decree_scan WHERE id = $1 LIMIT 1";
        let mut known = Vec::new();
        for id in ids {
            if self.session.fetch_optional(sql, params![*id]).await?.is_some() {
                known.push(*id);
            }
        }
        Ok(known)
    }
}
