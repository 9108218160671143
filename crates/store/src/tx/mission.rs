//! Invitations and missions.
//!
//! Tables: `invitation` and `mission`, both with the election and the
//! organization as key. So an organization is invited once to an election, and
//! a mission needs an invitation. On PostgreSQL an organization sees its own;
//! it may answer an invitation and write its mission. Quotas are in the
//! invitation, which only the hosts insert.

use domain::mission::{Invitation, Mission, MissionWithdrawal};
use domain::policy::{Permit, Scope};
use domain::vocabulary::id::{ElectionCode, OrganizationCode};
use domain::vocabulary::name::{InvitationName, MissionName};
use domain::vocabulary::personal::Personal;
use jiff::Timestamp;

use crate::StoreError;
use crate::session::{Row, enum_text, json, params, text};
use crate::tx::{Page, Tx};

pub(crate) mod withdrawal;

/// Reads an invitation.
pub(crate) fn invitation(row: &Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        name: InvitationName { election: row.parse("election")?, organization: row.parse("organization")? },
        inviter: row.parse("inviter")?,
        state: row.enum_value("state")?,
        quotas: row.json("quotas")?,
        version: row.int("version")?,
        create_time: row.time("create_time")?,
        response_time: row.opt_time("response_time")?,
    })
}

/// Reads a mission.
pub(crate) fn mission(row: &Row) -> Result<Mission, StoreError> {
    Ok(Mission {
        name: MissionName { election: row.parse("election")?, organization: row.parse("organization")? },
        format: row.text("format")?,
        head: Personal::new(row.text("head")?),
        headquarters: row.text("headquarters")?,
        start_date: row.parse("start_date")?,
        end_date: row.parse("end_date")?,
        version: row.int("version")?,
        create_time: row.time("create_time")?,
        withdrawal: row.opt_time("withdraw_time")?.map(|time| withdrawal(row, time)).transpose()?,
    })
}

/// Reads the withdrawal of a mission. Its reason is empty after erasure.
fn withdrawal(row: &Row, time: Timestamp) -> Result<MissionWithdrawal, StoreError> {
    let reason = Personal::new(row.text("withdraw_reason")?);
    Ok(MissionWithdrawal { time, note_number: row.text("withdraw_note_number")?, reason })
}

/// The organization that a scope is limited to, as a parameter; NULL for all
/// organizations.
pub(crate) fn scope_value(scope: &Scope) -> Option<String> {
    scope.organization().map(ToString::to_string)
}

impl Tx<'_> {
    /// Inserts an invitation. An organization is invited once to each election:
    /// the second time fails with [`StoreError::DuplicateKey`].
    pub(crate) async fn insert_invitation(&mut self, _permit: &Permit, new: &Invitation) -> Result<(), StoreError> {
        let sql = "-- insert invitation
            INSERT INTO invitation (election, organization, inviter, state, quotas, version, create_time, response_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let Invitation { name, inviter, state, quotas, version, create_time, response_time } = new;
        let (election, organization) = (name.election.as_str(), name.organization.as_str());
        let (inviter, quotas) = (inviter.as_str(), json(quotas));
        let values =
            params![election, organization, inviter, enum_text(state), quotas, *version, *create_time, *response_time];
        self.session.execute_one(sql, values).await
    }

    /// Records the answer to a pending invitation. `before` is the version that
    /// was answered. Two answers at once cannot both succeed.
    pub(crate) async fn answer_invitation(
        &mut self,
        _permit: &Permit,
        changed: &Invitation,
        before: i64,
    ) -> Result<(), StoreError> {
        let sql = "-- answer invitation
            UPDATE invitation SET state = $4, response_time = $5, version = $6
            WHERE election = $1 AND organization = $2 AND version = $3 AND state = 'PENDING'";
        let Invitation { name, state, version, response_time, .. } = changed;
        let (election, organization) = (name.election.as_str(), name.organization.as_str());
        let values = params![election, organization, before, enum_text(state), *response_time, *version];
        self.session.execute_one(sql, values).await
    }

    /// Changes the quotas of an invitation. `before` is the version with the
    /// old quotas. The version stops two officers from overwriting
    /// each other.
    pub(crate) async fn update_quotas(
        &mut self,
        _permit: &Permit,
        changed: &Invitation,
        before: i64,
    ) -> Result<(), StoreError> {
        let sql = "-- update quotas
            UPDATE invitation SET quotas = $4, version = $5
            WHERE election = $1 AND organization = $2 AND version = $3";
        let Invitation { name, quotas, version, .. } = changed;
        let (election, organization) = (name.election.as_str(), name.organization.as_str());
        self.session.execute_one(sql, params![election, organization, before, json(quotas), *version]).await
    }

    /// An invitation by name, as far as the scope reaches.
    pub async fn lookup_invitation(
        &mut self,
        scope: &Scope,
        name: &InvitationName,
    ) -> Result<Option<Invitation>, StoreError> {
        let sql = "-- lookup invitation
            SELECT * FROM invitation
            WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)";
        let key = params![text(&name.election), text(&name.organization), scope_value(scope)];
        self.session.fetch_optional(sql, key).await?.as_ref().map(invitation).transpose()
    }

    /// A page of an election's invitations, as far as the scope reaches.
    pub async fn list_invitations(
        &mut self,
        scope: &Scope,
        election: &ElectionCode,
        page: &Page<OrganizationCode>,
    ) -> Result<Vec<Invitation>, StoreError> {
        let sql = "-- list invitations
            SELECT * FROM invitation
            WHERE election = $1 AND organization > $2 AND ($3 IS NULL OR organization = $3)
            ORDER BY organization LIMIT $4";
        let after = page.after.as_ref().map_or("", OrganizationCode::as_str);
        let values = params![election.as_str(), after, scope_value(scope), page.limit()];
        self.session.fetch_all(sql, values).await?.iter().map(invitation).collect()
    }

    /// Inserts a mission. A foreign key requires an invitation, and the primary
    /// key allows one mission for each.
    pub(crate) async fn insert_mission(&mut self, _permit: &Permit, new: &Mission) -> Result<(), StoreError> {
        let sql = "-- insert mission
            INSERT INTO mission (election, organization, format, head, headquarters, start_date, end_date, version,
                create_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let Mission { name, format, head, headquarters, start_date, end_date, version, create_time, withdrawal: _ } =
            new;
        let (election, organization) = (name.election.as_str(), name.organization.as_str());
        let (format, head, place) = (format.as_str(), head.clone(), headquarters.as_str());
        let (start, end) = (text(start_date), text(end_date));
        let values = params![election, organization, format, head, place, start, end, *version, *create_time];
        self.session.execute_one(sql, values).await
    }

    /// Changes a mission. `before` is the version that the change started from.
    /// A withdrawal also changes the version, so a mission cannot be changed
    /// after it.
    pub(crate) async fn update_mission(
        &mut self,
        _permit: &Permit,
        changed: &Mission,
        before: i64,
    ) -> Result<(), StoreError> {
        let sql = "-- update mission
            UPDATE mission SET format = $4, head = $5, headquarters = $6, start_date = $7, end_date = $8, version = $9
            WHERE election = $1 AND organization = $2 AND version = $3";
        let Mission { name, format, head, headquarters, start_date, end_date, version, .. } = changed;
        let (election, organization) = (name.election.as_str(), name.organization.as_str());
        let (format, head, place) = (format.as_str(), head.clone(), headquarters.as_str());
        let (start, end) = (text(start_date), text(end_date));
        let values = params![election, organization, before, format, head, place, start, end, *version];
        self.session.execute_one(sql, values).await
    }

    /// A mission by name, as far as the scope reaches. A command that adds to a
    /// mission uses [`Tx::lookup_mission_to_add_to`] instead, which locks it.
    pub async fn lookup_mission(&mut self, scope: &Scope, name: &MissionName) -> Result<Option<Mission>, StoreError> {
        let sql = "-- lookup mission
            SELECT * FROM mission WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)";
        let key = params![text(&name.election), text(&name.organization), scope_value(scope)];
        self.session.fetch_optional(sql, key).await?.as_ref().map(mission).transpose()
    }

    /// A page of an election's missions, as far as the scope reaches.
    pub async fn list_missions(
        &mut self,
        scope: &Scope,
        election: &ElectionCode,
        page: &Page<OrganizationCode>,
    ) -> Result<Vec<Mission>, StoreError> {
        let sql = "-- list missions
            SELECT * FROM mission
            WHERE election = $1 AND organization > $2 AND ($3 IS NULL OR organization = $3)
            ORDER BY organization LIMIT $4";
        let after = page.after.as_ref().map_or("", OrganizationCode::as_str);
        let values = params![election.as_str(), after, scope_value(scope), page.limit()];
        self.session.fetch_all(sql, values).await?.iter().map(mission).collect()
    }
}
