//! Withdrawal of whole missions, and the locks that keep a mission from
//! withdrawing.

use domain::application::Application;
use domain::mission::{Mission, MissionWithdrawal};
use domain::policy::{Permit, Scope};
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::name::MissionName;

use crate::StoreError;
use crate::session::{params, text};
use crate::tx::Tx;
use crate::tx::application::application;
use crate::tx::mission::{mission, scope_value};

impl Tx<'_> {
    /// Locks a mission in order to withdraw it (FOR NO KEY UPDATE on
    /// PostgreSQL).
    ///
    /// It waits for every transaction that is adding to the mission. Otherwise
    /// an application that commits just after the withdrawal would belong to a
    /// mission that is gone.
    pub async fn lookup_mission_to_withdraw(
        &mut self,
        scope: &Scope,
        name: &MissionName,
    ) -> Result<Option<Mission>, StoreError> {
        let sql = self.session.select_sql(
            "-- lookup mission to withdraw
            SELECT * FROM mission WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)",
            "-- lookup mission to withdraw
            SELECT * FROM mission WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)
            FOR NO KEY UPDATE",
        );
        let key = params![text(&name.election), text(&name.organization), scope_value(scope)];
        self.session.fetch_optional(sql, key).await?.as_ref().map(mission).transpose()
    }

    /// Locks a mission in order to add something to it (FOR SHARE on
    /// PostgreSQL). Several transactions can add at the same time; only a
    /// withdrawal waits.
    pub async fn lookup_mission_to_add_to(
        &mut self,
        scope: &Scope,
        name: &MissionName,
    ) -> Result<Option<Mission>, StoreError> {
        let sql = self.session.select_sql(
            "-- lookup mission that goes on
            SELECT * FROM mission WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)",
            "-- lookup mission that goes on
            SELECT * FROM mission WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)
            FOR SHARE",
        );
        let key = params![text(&name.election), text(&name.organization), scope_value(scope)];
        self.session.fetch_optional(sql, key).await?.as_ref().map(mission).transpose()
    }

    /// Records the withdrawal of a mission. `before` is the version that was
    /// withdrawn. The condition on the time stops a second withdrawal.
    pub(crate) async fn withdraw_mission(
        &mut self,
        _permit: &Permit,
        changed: &Mission,
        before: i64,
    ) -> Result<(), StoreError> {
        let sql = "-- withdraw mission
            UPDATE mission SET version = $4, withdraw_time = $5, withdraw_note_number = $6, withdraw_reason = $7
            WHERE election = $1 AND organization = $2 AND version = $3 AND withdraw_time IS NULL";
        let Mission { name, version, withdrawal, .. } = changed;
        let Some(MissionWithdrawal { time, note_number, reason }) = withdrawal else { return Ok(()) };
        let (election, organization) = (name.election.as_str(), name.organization.as_str());
        let values = params![election, organization, before, *version, *time, note_number.as_str(), reason.clone()];
        self.session.execute_one(sql, values).await
    }

    /// All applications of a mission in the order of filing, as far as the
    /// permit reaches.
    pub async fn applications_of_mission(
        &mut self,
        permit: &Permit,
        name: &MissionName,
    ) -> Result<Vec<Application>, StoreError> {
        let sql = "-- applications of mission
            SELECT * FROM application WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)
            ORDER BY id";
        let key = params![text(&name.election), text(&name.organization), scope_value(permit.scope())];
        self.session.fetch_all(sql, key).await?.iter().map(application).collect()
    }

    /// All applications of a mission, locked against erasure and parallel
    /// changes. The locks are taken in the order of ids, so that two
    /// transactions cannot deadlock.
    pub async fn applications_of_mission_to_keep(
        &mut self,
        permit: &Permit,
        name: &MissionName,
    ) -> Result<Vec<Application>, StoreError> {
        let sql = self.session.select_sql(
            "-- applications of mission to keep
            SELECT * FROM application WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)
            ORDER BY id",
            "-- applications of mission to keep
            SELECT * FROM application WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)
            ORDER BY id FOR NO KEY UPDATE",
        );
        let key = params![text(&name.election), text(&name.organization), scope_value(permit.scope())];
        self.session.fetch_all(sql, key).await?.iter().map(application).collect()
    }

    /// The withdrawn missions of an election whose reason has not been erased.
    pub async fn missions_with_reasons(&mut self, election: &ElectionCode) -> Result<Vec<Mission>, StoreError> {
        let sql = "-- missions with withdraw reasons
            SELECT * FROM mission WHERE election = $1 AND withdraw_reason <> '' ORDER BY organization";
        self.session.fetch_all(sql, params![election.as_str()]).await?.iter().map(mission).collect()
    }

    /// Erases the reason of a withdrawal. `before` is the version that had it.
    /// Time and note number stay: they are no personal data.
    pub(crate) async fn erase_withdraw_reason(
        &mut self,
        _permit: &Permit,
        erased: &Mission,
        before: i64,
    ) -> Result<(), StoreError> {
        let sql = "-- erase withdraw reason
            UPDATE mission SET withdraw_reason = '', version = $4
            WHERE election = $1 AND organization = $2 AND version = $3";
        let (election, organization) = (erased.name.election.as_str(), erased.name.organization.as_str());
        self.session.execute_one(sql, params![election, organization, before, erased.version]).await
    }
}
