//! Proposals to change accreditations, and what a decree needs to know to carry
//! them out.
//!
//! Table: `proposal`. A reviewer proposes and the commission decides by a
//! decree, so a proposal changes nothing by itself. A partial unique index
//! allows one open proposal for each accreditation. On PostgreSQL only the
//! hosts see them. Erasure empties the free texts.

use domain::accreditation::Accreditation;
use domain::policy::Permit;
use domain::proposal::{Proposal, ProposalDraft, ProposalState, Proposed, ReinstatementObstacle};
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::name::{AccreditationName, ApplicationName, ProposalName};
use domain::vocabulary::personal::Personal;

use crate::session::{Row, enum_text, json, params, text};
use crate::tx::decree::adopted_only;
use crate::tx::presentation::listed_application;
use crate::tx::{Page, Tx};
use crate::{CommandError, StoreError};

/// Reads a proposal.
fn proposal(row: &Row) -> Result<Proposal, StoreError> {
    let name = ProposalName { election: row.parse("election")?, number: row.number("number")? };
    let state = match row.text("state")?.as_str() {
        "OPEN" => ProposalState::Open,
        "WITHDRAWN" => ProposalState::Withdrawn {
            by: row.parse("closed_by")?,
            time: row.time("close_time")?,
            reason: Personal::new(row.opt_text("withdraw_reason")?.unwrap_or_default()),
        },
        "CARRIED_OUT" => ProposalState::CarriedOut {
            decree: row.number("decree")?,
            by: row.parse("closed_by")?,
            time: row.time("close_time")?,
        },
        _ => return Err(row.invalid("state", "unknown value")),
    };
    Ok(Proposal {
        accreditation: AccreditationName { election: name.election.clone(), number: row.number("accreditation")? },
        application: listed_application(row)?,
        changes: row.number("changes")?,
        draft: ProposalDraft {
            kind: row.enum_value("kind")?,
            ground: row.text("ground")?,
            text: Personal::new(row.text("text")?),
        },
        proposed_by: row.json("proposed_by")?,
        create_time: row.time("create_time")?,
        name,
        state,
    })
}

impl Tx<'_> {
    /// Inserts a proposal.
    ///
    /// A partial unique index allows one open proposal for each accreditation.
    /// The second of two parallel requests fails with
    /// [`StoreError::DuplicateKey`].
    pub(crate) async fn insert_proposal(&mut self, _permit: &Permit, new: &Proposal) -> Result<(), StoreError> {
        let sql = "-- insert proposal
            INSERT INTO proposal (election, number, accreditation, changes, kind, ground, text, proposed_by, create_time,
                state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let Proposal { name, accreditation, application: _, changes, draft, proposed_by, create_time, state } = new;
        let values = params![
            name.election.as_str(),
            name.number,
            accreditation.number,
            *changes,
            enum_text(&draft.kind),
            draft.ground.as_str(),
            draft.text.clone(),
            json(proposed_by),
            *create_time,
            state.as_str(),
        ];
        self.session.execute_one(sql, values).await
    }

    /// Closes an open proposal: withdrawn, or carried out by a decree. If it
    /// was closed meanwhile, no row changes and the whole decree rolls back.
    pub(crate) async fn close_proposal(&mut self, _permit: &Permit, closed: &Proposal) -> Result<(), StoreError> {
        let (decree, by, time, reason) = match &closed.state {
            ProposalState::Open => return Ok(()),
            ProposalState::Withdrawn { by, time, reason } => (None, by, *time, Some(reason.expose().clone())),
            ProposalState::CarriedOut { decree, by, time } => (Some(*decree), by, *time, None),
        };
        let sql = "-- close proposal
            UPDATE proposal SET state = $3, decree = $4, closed_by = $5, close_time = $6, withdraw_reason = $7
            WHERE election = $1 AND number = $2 AND state = 'OPEN'";
        let Proposal { name, state, .. } = closed;
        let values = params![name.election.as_str(), name.number, state.as_str(), decree, text(by), time, reason];
        self.session.execute_one(sql, values).await
    }

    /// The open proposal about an accreditation, if there is one.
    pub async fn open_proposal(&mut self, of: &AccreditationName) -> Result<Option<ProposalName>, StoreError> {
        let sql = "-- open proposal
            SELECT number FROM proposal WHERE election = $1 AND accreditation = $2 AND state = 'OPEN'";
        let row = self.session.fetch_optional(sql, params![of.election.as_str(), of.number]).await?;
        let name = |row: &Row| Ok(ProposalName { election: of.election.clone(), number: row.number("number")? });
        row.as_ref().map(name).transpose()
    }

    /// A proposal by name. The ministry sees only those that were carried out:
    /// what was merely proposed is internal to the commission.
    pub async fn lookup_proposal(
        &mut self,
        permit: &Permit,
        name: &ProposalName,
    ) -> Result<Option<Proposal>, StoreError> {
        let sql = "-- lookup proposal
            SELECT p.*, a.organization, a.application FROM proposal p
            JOIN accreditation a ON a.election = p.election AND a.number = p.accreditation
            WHERE p.election = $1 AND p.number = $2 AND ($3 = 0 OR p.state = 'CARRIED_OUT')";
        let key = params![name.election.as_str(), name.number, adopted_only(permit)];
        self.session.fetch_optional(sql, key).await?.as_ref().map(proposal).transpose()
    }

    /// The proposals with the given names, each with the accreditation and
    /// application that it is about. A name that is not found is given back.
    ///
    /// The applications are locked, so that none is erased before the decree
    /// commits.
    pub async fn proposed(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        names: &[ProposalName],
    ) -> Result<Vec<Result<Proposed, ProposalName>>, CommandError> {
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            // A name of another election is answered as not found, without a
            // query.
            let known = match name.election == *election {
                true => self.lookup_proposal(permit, name).await?,
                false => None,
            };
            let proposed = match known {
                Some(proposal) => self.load_proposed(permit, proposal).await?,
                None => None,
            };
            found.push(proposed.ok_or_else(|| name.clone()));
        }
        Ok(found)
    }

    /// Locks and reads what a proposal is about. A reinstatement locks the
    /// mission as well: it must not withdraw before the observer is active
    /// again.
    async fn load_proposed(&mut self, permit: &Permit, of: Proposal) -> Result<Option<Proposed>, CommandError> {
        // The mission is locked before the application, as in every command
        // that needs both.
        let mission = match of.reinstates() {
            true => self.lookup_mission_to_add_to(permit.scope(), &of.application.mission()).await?,
            false => None,
        };
        let application = self.locked_application(permit, &of.application).await?;
        let Some(accreditation) = self.lookup_accreditation(permit, &of.accreditation).await? else { return Ok(None) };
        let obstacle = match of.reinstates() {
            true => {
                let in_place = self.replacing_accreditation(permit, &of.accreditation).await?;
                ReinstatementObstacle::of(mission.as_ref(), in_place.as_ref())?
            }
            false => None,
        };
        Ok(Some(Proposed { proposal: of, accreditation, application, obstacle }))
    }

    /// The accreditation that replaces this one, if there is one.
    async fn replacing_accreditation(
        &mut self,
        permit: &Permit,
        of: &AccreditationName,
    ) -> Result<Option<Accreditation>, CommandError> {
        let Some(id) = self.replacement(of, None).await? else { return Ok(None) };
        let Some(application) = self.application_of_anyone(&of.election, id).await? else { return Ok(None) };
        Ok(self.accreditation_of(permit, &application).await?)
    }

    /// A page of an election's proposals. The ministry sees only those that
    /// were carried out.
    pub async fn list_proposals(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        page: &Page<u32>,
    ) -> Result<Vec<Proposal>, StoreError> {
        let sql = "-- list proposals
            SELECT p.*, a.organization, a.application FROM proposal p
            JOIN accreditation a ON a.election = p.election AND a.number = p.accreditation
            WHERE p.election = $1 AND p.number > $2 AND ($3 = 0 OR p.state = 'CARRIED_OUT')
            ORDER BY p.number LIMIT $4";
        let values = params![election.as_str(), page.after.unwrap_or(0), adopted_only(permit), page.limit()];
        self.session.fetch_all(sql, values).await?.iter().map(proposal).collect()
    }

    /// All proposals about an application's accreditation, oldest first.
    pub async fn proposals_about(&mut self, of: &ApplicationName) -> Result<Vec<Proposal>, StoreError> {
        let sql = "-- proposals about application
            SELECT p.*, a.organization, a.application FROM proposal p
            JOIN accreditation a ON a.election = p.election AND a.number = p.accreditation
            WHERE a.election = $1 AND a.application = $2 ORDER BY p.number";
        let rows = self.session.fetch_all(sql, params![of.election.as_str(), of.id.0]).await?;
        rows.iter().map(proposal).collect()
    }
}
