//! Everything that is stored about one person, for a request of the data
//! subject.
//!
//! The person is identified by the passport, across all organizations of an
//! election. So only the hosts can answer such a request; a delegation would
//! learn about applications of others.

use domain::application::{Application, Remark};
use domain::retention::subject::{HeldRevision, NotedEvent};
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;

use crate::StoreError;
use crate::session::{Row, params, text};
use crate::tx::Tx;
use crate::tx::application::application;
use crate::tx::application::revision::{document_index_input, kept_filing};
use crate::tx::transparency::log::{action_and_actor, logged_event};

/// The most events of one application in an export, so that one answer stays of
/// a size that can be sent.
const MAX_EVENTS: u32 = 5000;

impl Tx<'_> {
    /// The applications of an election that name this passport, in any revision
    /// and of any organization. The passport is found by its blind index;
    /// nothing is unsealed for the search.
    pub async fn applications_of_document(
        &mut self,
        election: &ElectionCode,
        issuing_state: &str,
        number: &Personal<String>,
    ) -> Result<Vec<Application>, StoreError> {
        let sql = "-- applications of document
            SELECT a.* FROM application a WHERE a.election = $1 AND a.id IN (
                SELECT r.application FROM revision r WHERE r.election = $1 AND r.document_index = $2)
            ORDER BY a.id";
        let index = self.keys.blind_index("document", &document_index_input(issuing_state, number.expose()));
        let rows = self.session.fetch_all(sql, params![election.as_str(), index]).await?;
        rows.iter().map(application).collect()
    }

    /// All revisions of an application.
    pub async fn held_revisions(&mut self, of: &ApplicationName) -> Result<Vec<HeldRevision>, StoreError> {
        let sql = "-- list revision
            SELECT number, create_time, content, identity FROM revision
            WHERE election = $1 AND application = $2 ORDER BY number";
        let rows = self.session.fetch_all(sql, params![of.election.as_str(), of.id.0]).await?;
        let record = |row: &Row| {
            let number = row.number("number")?;
            let (create_time, kept) = (row.time("create_time")?, kept_filing(row, of, number, self.keys)?);
            Ok(HeldRevision { number, create_time, kept })
        };
        rows.iter().map(record).collect()
    }

    /// The events about an application and its documents with their free texts,
    /// oldest first. Events that have no position in the log yet are left out.
    pub async fn noted_events(&mut self, of: &ApplicationName) -> Result<Vec<NotedEvent>, StoreError> {
        let sql = "-- events of subject
            SELECT l.position, l.leaf, e.id, e.time, e.canonical, n.note FROM event e
            JOIN log_entry l ON l.event = e.id LEFT JOIN event_note n ON n.event = e.id
            WHERE e.subject = $1 OR (e.subject > $1 || '/' AND e.subject < $1 || '0')
            ORDER BY l.position LIMIT $2";
        let rows = self.session.fetch_all(sql, params![text(of), MAX_EVENTS]).await?;
        let record =
            |row: &Row| Ok(NotedEvent { event: logged_event(row)?, note: row.opt_text("note")?.map(Personal::new) });
        rows.iter().map(record).collect()
    }

    /// The free texts of the commission about an application, oldest first.
    pub async fn remarks(&mut self, of: &ApplicationName) -> Result<Vec<Remark>, StoreError> {
        let sql = "-- remarks about application
            SELECT e.id, e.time, e.canonical, n.note FROM event e JOIN event_note n ON n.event = e.id
            WHERE e.subject = $1 ORDER BY e.time, e.id LIMIT $2";
        let rows = self.session.fetch_all(sql, params![text(of), MAX_EVENTS]).await?;
        let remark = |row: &Row| {
            let (action, actor) = action_and_actor(row)?;
            Ok(Remark { action, actor, time: row.time("time")?, text: Personal::new(row.text("note")?) })
        };
        rows.iter().map(remark).collect()
    }
}
