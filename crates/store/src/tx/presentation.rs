//! Presentations: the lists of applications that the ministry presents to the
//! commission.
//!
//! Tables: `presentation` and `presentation_item`. The number of a presentation
//! and the position on its list are the place of an application in the review
//! queue. On PostgreSQL only the hosts see them.

use domain::policy::Permit;
use domain::presentation::Presentation;
use domain::vocabulary::id::{ApplicationId, ElectionCode};
use domain::vocabulary::name::{ApplicationName, PresentationName};

use crate::StoreError;
use crate::session::{Row, params, text};
use crate::tx::{Page, Tx};

/// Reads a presentation without its list.
fn presentation(row: &Row) -> Result<Presentation, StoreError> {
    Ok(Presentation {
        name: PresentationName { election: row.parse("election")?, number: row.number("number")? },
        note_number: row.text("note_number")?,
        applications: Vec::new(),
        presented_by: row.parse("presented_by")?,
        create_time: row.time("create_time")?,
    })
}

/// Reads the name of the application that a row refers to.
pub(crate) fn listed_application(row: &Row) -> Result<ApplicationName, StoreError> {
    let id = ApplicationId(row.uuid("application")?);
    Ok(ApplicationName { election: row.parse("election")?, organization: row.parse("organization")?, id })
}

impl Tx<'_> {
    /// Inserts a presentation with its list. A note number is unique within the
    /// election, and the foreign keys require that the applications exist.
    pub(crate) async fn insert_presentation(&mut self, _permit: &Permit, new: &Presentation) -> Result<(), StoreError> {
        let sql = "-- insert presentation
            INSERT INTO presentation (election, number, note_number, presented_by, create_time)
            VALUES ($1, $2, $3, $4, $5)";
        let Presentation { name, note_number, applications, presented_by, create_time } = new;
        let election = name.election.as_str();
        let values = params![election, name.number, note_number.as_str(), text(presented_by), *create_time];
        self.session.execute_one(sql, values).await?;
        let sql = "-- insert presentation_item
            INSERT INTO presentation_item (election, presentation, position, organization, application)
            VALUES ($1, $2, $3, $4, $5)";
        for (position, application) in (1_u32..).zip(applications) {
            let (organization, id) = (application.organization.as_str(), application.id.0);
            self.session.execute_one(sql, params![election, name.number, position, organization, id]).await?;
        }
        Ok(())
    }

    /// Whether a presentation with this note number exists in the election. It
    /// makes the refusal readable; the unique key is what stops two
    /// presentations at once.
    pub async fn has_note(&mut self, election: &ElectionCode, note_number: &str) -> Result<bool, StoreError> {
        let sql = "-- lookup note
            SELECT number FROM presentation WHERE election = $1 AND note_number = $2";
        Ok(self.session.fetch_optional(sql, params![election.as_str(), note_number]).await?.is_some())
    }

    /// A presentation by name, with its list.
    pub async fn lookup_presentation(&mut self, name: &PresentationName) -> Result<Option<Presentation>, StoreError> {
        let sql = "-- lookup presentation
            SELECT * FROM presentation WHERE election = $1 AND number = $2";
        let row = self.session.fetch_optional(sql, params![name.election.as_str(), name.number]).await?;
        let Some(mut found) = row.as_ref().map(presentation).transpose()? else { return Ok(None) };
        self.load_presentation_items(&mut found).await?;
        Ok(Some(found))
    }

    /// Reads the list of a presentation.
    async fn load_presentation_items(&mut self, found: &mut Presentation) -> Result<(), StoreError> {
        let sql = "-- list presentation_item
            SELECT * FROM presentation_item WHERE election = $1 AND presentation = $2 ORDER BY position";
        let rows = self.session.fetch_all(sql, params![found.name.election.as_str(), found.name.number]).await?;
        found.applications = rows.iter().map(listed_application).collect::<Result<_, _>>()?;
        Ok(())
    }

    /// A page of an election's presentations, with their lists. The key of a
    /// page is the number.
    pub async fn list_presentations(
        &mut self,
        election: &ElectionCode,
        page: &Page<u32>,
    ) -> Result<Vec<Presentation>, StoreError> {
        let sql = "-- list presentations
            SELECT * FROM presentation WHERE election = $1 AND number > $2 ORDER BY number LIMIT $3";
        let rows =
            self.session.fetch_all(sql, params![election.as_str(), page.after.unwrap_or(0), page.limit()]).await?;
        let mut found = rows.iter().map(presentation).collect::<Result<Vec<_>, _>>()?;
        for presentation in &mut found {
            self.load_presentation_items(presentation).await?;
        }
        Ok(found)
    }
}
