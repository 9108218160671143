//! Decrees: drafts with their lists, and adopted decrees, which never change.
//!
//! Tables: `decree`, `decree_item` (applications), `decree_proposal`
//! (proposals) and `decree_scan`. Unique keys allow each official number once
//! in an election, and each application once on a decree. A trigger refuses any
//! update of an adopted decree. On PostgreSQL only the hosts see these tables.

use std::collections::BTreeSet;

use domain::decree::{Decree, DecreeState};
use domain::policy::{Permit, View};
use domain::vocabulary::id::{ApplicationId, ElectionCode};
use domain::vocabulary::name::{DecreeName, ProposalName};
use domain::vocabulary::personal::Personal;

use crate::StoreError;
use crate::session::{Row, json, params, text};
use crate::tx::presentation::listed_application;
use crate::tx::{Page, Tx};

pub(crate) mod scan;

/// Reads a decree without its lists.
fn decree(row: &Row) -> Result<Decree, StoreError> {
    Ok(Decree {
        name: DecreeName { election: row.parse("election")?, number: row.number("number")? },
        decree_number: row.text("decree_number")?,
        session_date: row.parse("session_date")?,
        chair: Personal::new(row.text("chair")?),
        secretary: Personal::new(row.text("secretary")?),
        state: row.json("facts")?,
        version: row.int("version")?,
        applications: Vec::new(),
        proposals: Vec::new(),
        scans: Vec::new(),
        created_by: row.parse("created_by")?,
        create_time: row.time("create_time")?,
    })
}

/// Whether the viewer sees only adopted decrees. Drafts are internal to the
/// commission.
pub(crate) fn adopted_only(permit: &Permit) -> bool {
    matches!(permit.view(), View::Delegation | View::Ministry)
}

impl Tx<'_> {
    /// Inserts a draft. The official number is unique within the election: a
    /// second draft with it fails with [`StoreError::DuplicateKey`].
    pub(crate) async fn insert_decree(&mut self, _permit: &Permit, new: &Decree) -> Result<(), StoreError> {
        let sql = "-- insert decree
            INSERT INTO decree (election, number, decree_number, session_date, chair, secretary, adopted, facts, version,
                created_by, create_time)
            VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10)";
        let Decree { name, decree_number, session_date, chair, secretary, state, version, .. } = new;
        let values = params![
            name.election.as_str(),
            name.number,
            decree_number.as_str(),
            text(session_date),
            chair.clone(),
            secretary.clone(),
            json(state),
            *version,
            text(&new.created_by),
            new.create_time,
        ];
        self.session.execute_one(sql, values).await
    }

    /// Writes a draft after a change, without its lists. `before` is the
    /// version that the change started from.
    ///
    /// Both the condition here and a trigger keep adopted decrees from
    /// changing. The trigger also guards against a defect of this statement.
    pub(crate) async fn update_decree(
        &mut self,
        _permit: &Permit,
        changed: &Decree,
        before: i64,
    ) -> Result<(), StoreError> {
        let sql = "-- update decree
            UPDATE decree SET decree_number = $4, session_date = $5, chair = $6, secretary = $7, adopted = $8, facts = $9,
                version = $10
            WHERE election = $1 AND number = $2 AND version = $3 AND adopted = 0";
        let Decree { name, decree_number, session_date, chair, secretary, state, version, .. } = changed;
        let values = params![
            name.election.as_str(),
            name.number,
            before,
            decree_number.as_str(),
            text(session_date),
            chair.clone(),
            secretary.clone(),
            !matches!(state, DecreeState::Draft),
            json(state),
            *version,
        ];
        self.session.execute_one(sql, values).await
    }

    /// Replaces the lists of a draft: its applications and its proposals, in
    /// their order.
    ///
    /// Rewriting all rows is simpler than moving single ones, and a list has at
    /// most some hundred items. A foreign key refuses an item that does not
    /// exist.
    pub(crate) async fn replace_decree_items(&mut self, _permit: &Permit, changed: &Decree) -> Result<(), StoreError> {
        let (election, number) = (changed.name.election.as_str(), changed.name.number);
        let sql = "-- delete decree_item
            DELETE FROM decree_item WHERE election = $1 AND decree = $2";
        self.session.execute(sql, params![election, number]).await?;
        let sql = "-- insert decree_item
            INSERT INTO decree_item (election, decree, position, organization, application)
            VALUES ($1, $2, $3, $4, $5)";
        for (position, application) in (1_u32..).zip(&changed.applications) {
            let (organization, id) = (application.organization.as_str(), application.id.0);
            self.session.execute_one(sql, params![election, number, position, organization, id]).await?;
        }
        let sql = "-- delete decree_proposal
            DELETE FROM decree_proposal WHERE election = $1 AND decree = $2";
        self.session.execute(sql, params![election, number]).await?;
        let sql = "-- insert decree_proposal
            INSERT INTO decree_proposal (election, decree, position, proposal) VALUES ($1, $2, $3, $4)";
        for (position, proposal) in (1_u32..).zip(&changed.proposals) {
            self.session.execute_one(sql, params![election, number, position, proposal.number]).await?;
        }
        Ok(())
    }

    /// The applications that other drafts of the election list. An application
    /// must not be decided twice, so the rules leave these out of a new draft.
    /// Adoption itself is guarded by the application's version.
    pub async fn listed_elsewhere(&mut self, decree: &DecreeName) -> Result<BTreeSet<ApplicationId>, StoreError> {
        let sql = "-- list decree_item of other drafts
            SELECT i.application FROM decree d CROSS JOIN decree_item i
            WHERE d.election = $1 AND d.adopted = 0 AND d.number <> $2 AND i.election = d.election AND i.decree = d.number";
        let rows = self.session.fetch_all(sql, params![decree.election.as_str(), decree.number]).await?;
        rows.iter().map(|row| row.uuid("application").map(ApplicationId)).collect()
    }

    /// The decree with this official number, by its number within the election.
    pub async fn decree_of_number(&mut self, election: &ElectionCode, number: &str) -> Result<Option<u32>, StoreError> {
        let sql = "-- lookup decree_number
            SELECT number FROM decree WHERE election = $1 AND decree_number = $2";
        let row = self.session.fetch_optional(sql, params![election.as_str(), number]).await?;
        row.map(|row| row.number("number")).transpose()
    }

    /// A decree by name, with its lists and scans. Viewers other than the
    /// commission find adopted ones only.
    pub async fn lookup_decree(&mut self, permit: &Permit, name: &DecreeName) -> Result<Option<Decree>, StoreError> {
        let sql = "-- lookup decree
            SELECT * FROM decree WHERE election = $1 AND number = $2 AND adopted >= $3";
        let key = params![name.election.as_str(), name.number, adopted_only(permit)];
        let row = self.session.fetch_optional(sql, key).await?;
        let Some(mut found) = row.as_ref().map(decree).transpose()? else { return Ok(None) };
        self.load_decree_lists(&mut found).await?;
        Ok(Some(found))
    }

    /// Reads the lists and scans of a decree.
    async fn load_decree_lists(&mut self, found: &mut Decree) -> Result<(), StoreError> {
        let sql = "-- list decree_item
            SELECT * FROM decree_item WHERE election = $1 AND decree = $2 ORDER BY position";
        let rows = self.session.fetch_all(sql, params![found.name.election.as_str(), found.name.number]).await?;
        found.applications = rows.iter().map(listed_application).collect::<Result<_, _>>()?;
        let sql = "-- list decree_proposal
            SELECT * FROM decree_proposal WHERE election = $1 AND decree = $2 ORDER BY position";
        let rows = self.session.fetch_all(sql, params![found.name.election.as_str(), found.name.number]).await?;
        let name = |row: &Row| Ok(ProposalName { election: row.parse("election")?, number: row.number("proposal")? });
        found.proposals = rows.iter().map(name).collect::<Result<_, StoreError>>()?;
        found.scans = self.list_decree_scans(&found.name).await?;
        Ok(())
    }

    /// A page of an election's decrees, with their lists. The key of a page is
    /// the number. Each decree costs three more statements; a page is small.
    pub async fn list_decrees(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        page: &Page<u32>,
    ) -> Result<Vec<Decree>, StoreError> {
        let sql = "-- list decrees
            SELECT * FROM decree WHERE election = $1 AND number > $2 AND adopted >= $3 ORDER BY number LIMIT $4";
        let after = page.after.unwrap_or(0);
        let values = params![election.as_str(), after, adopted_only(permit), page.limit()];
        let mut found = self.session.fetch_all(sql, values).await?.iter().map(decree).collect::<Result<Vec<_>, _>>()?;
        for decree in &mut found {
            self.load_decree_lists(decree).await?;
        }
        Ok(found)
    }
}
