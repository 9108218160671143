//! What is held about one person, for the person's own eyes.

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

/// How many events of one application an export has at the most.
const MAX_EVENTS: u32 = 5000;

impl Tx<'_> {
    /// The applications of an election that name a passport, now or in an earlier version, whoever's they are.
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

    /// Every version of what an application said.
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

    /// What happened to an application and its documents, oldest first; what has no position in the log yet is not there.
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

    /// What the commission's people wrote about what they did to an application, the first one first.
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
