//! Deployment plans of missions, and the counts that quotas are checked with.
//!
//! Tables: `deployment_plan` (the current version) and
//! `deployment_plan_revision` (all versions). A trigger copies each version, so
//! that reports can show a past moment. On PostgreSQL an organization sees its
//! own plans alone: where observers will be is nobody else's business before
//! election day.

use std::collections::BTreeMap;

use domain::application::Application;
use domain::deployment::{DeploymentPlan, Member};
use domain::mission::Invitation;
use domain::policy::{Permit, Scope};
use domain::vocabulary::category::Category;
use domain::vocabulary::id::ApplicationId;
use domain::vocabulary::name::{ApplicationName, DeploymentPlanName, InvitationName, MissionName};
use domain::vocabulary::state::StateKind;

use crate::StoreError;
use crate::session::{Row, enum_text, json, params, text};
use crate::tx::Tx;
use crate::tx::accreditation::ended_automatically;
use crate::tx::application::states_param;
use crate::tx::mission::{invitation, scope_value};

impl Tx<'_> {
    /// A mission's plan, as far as the scope reaches.
    pub async fn lookup_deployment_plan(
        &mut self,
        scope: &Scope,
        name: &DeploymentPlanName,
    ) -> Result<Option<DeploymentPlan>, StoreError> {
        let sql = "-- lookup deployment_plan
            SELECT * FROM deployment_plan
            WHERE election = $1 AND organization = $2 AND ($3 IS NULL OR organization = $3)";
        let plan = |row: &Row| {
            Ok(DeploymentPlan {
                name: name.clone(),
                version: row.int("version")?,
                teams: row.json("teams")?,
                update_time: row.time("update_time")?,
            })
        };
        let key = params![text(&name.mission.election), text(&name.mission.organization), scope_value(scope)];
        self.session.fetch_optional(sql, key).await?.as_ref().map(plan).transpose()
    }

    /// Replaces a plan by its next version, or inserts the first. A trigger
    /// keeps every version for reports about earlier moments.
    ///
    /// Two people who save version 1 meet at the primary key; of two who save a
    /// later version, one finds no row with the version before.
    pub(crate) async fn put_deployment_plan(
        &mut self,
        _permit: &Permit,
        plan: &DeploymentPlan,
    ) -> Result<(), StoreError> {
        let first = "-- insert deployment_plan
            INSERT INTO deployment_plan (election, organization, version, teams, update_time)
            VALUES ($1, $2, $3, $4, $5)";
        let next = "-- update deployment_plan
            UPDATE deployment_plan SET version = $3, teams = $4, update_time = $5
            WHERE election = $1 AND organization = $2 AND version = $3 - 1";
        let DeploymentPlan { name, version, teams, update_time } = plan;
        let (election, organization) = (name.mission.election.as_str(), name.mission.organization.as_str());
        let values = params![election, organization, *version, json(teams), *update_time];
        self.session.execute_one(if *version == 1 { first } else { next }, values).await
    }

    /// Everybody whom a mission's plan can name, with category and state.
    pub async fn members(&mut self, mission: &MissionName) -> Result<BTreeMap<ApplicationName, Member>, StoreError> {
        let sql = "-- members of a mission
            SELECT id, category, state FROM application WHERE election = $1 AND organization = $2";
        let member = |row: &Row| {
            let state = row.text("state")?;
            let state = StateKind::ALL.into_iter().find(|kind| kind.as_str() == state);
            let state = state.ok_or_else(|| row.invalid("state", "unknown value"))?;
            let MissionName { election, organization } = mission.clone();
            let name = ApplicationName { election, organization, id: ApplicationId(row.uuid("id")?) };
            Ok((name, Member { category: row.enum_value("category")?, state }))
        };
        let rows =
            self.session.fetch_all(sql, params![mission.election.as_str(), mission.organization.as_str()]).await?;
        rows.iter().map(member).collect()
    }

    /// Locks an organization's invitation.
    ///
    /// The quotas are in the invitation. Two applications that are submitted at
    /// the same moment would both find a free place; with the lock the second
    /// one waits and counts the first. On PostgreSQL it is FOR UPDATE. SQLite
    /// has one writer and needs no lock.
    pub async fn lock_invitation(&mut self, name: &InvitationName) -> Result<Option<Invitation>, StoreError> {
        let sql = self.session.select_sql(
            "-- hold invitation
            SELECT * FROM invitation WHERE election = $1 AND organization = $2",
            "-- hold invitation
            SELECT * FROM invitation WHERE election = $1 AND organization = $2 FOR UPDATE",
        );
        let key = params![text(&name.election), text(&name.organization)];
        self.session.fetch_optional(sql, key).await?.as_ref().map(invitation).transpose()
    }

    /// How many other applications of the organization take a place of the
    /// category's quota.
    ///
    /// An accreditation that was replaced has left its place to the
    /// replacement, and one that ended automatically has left it to anybody.
    pub async fn quota_used(&mut self, but: &ApplicationName, category: Category) -> Result<i64, StoreError> {
        let sql = concat!(
            "-- quota used
            SELECT COUNT(*) AS used FROM application a
            WHERE a.election = $1 AND a.organization = $2 AND a.category = $3 AND a.id <> $4
                AND $5 LIKE '%,' || a.state || ',%'
                AND NOT ",
            ended_automatically!("a"),
            "
                AND NOT EXISTS (SELECT 1 FROM accreditation c
                    JOIN application r ON r.election = c.election AND r.replaces = c.number
                    WHERE c.election = a.election AND c.application = a.id
                        AND (r.id = $4 OR $5 LIKE '%,' || r.state || ',%'))"
        );
        let states = states_param(|kind| kind.counts_for_quota());
        let (election, organization) = (but.election.as_str(), but.organization.as_str());
        let row = self
            .session
            .fetch_optional(sql, params![election, organization, enum_text(&category), but.id.0, states])
            .await?;
        row.ok_or(StoreError::RowCount { statement: "quota used", rows: 0, expected: 1 })?.int("used")
    }

    /// How many applications of the organization that were submitted before
    /// this one take a place of the quota. Of more applications than places,
    /// the earlier ones are within the quota.
    pub async fn quota_used_before(&mut self, one: &Application, category: Category) -> Result<i64, StoreError> {
        let sql = concat!(
            "-- quota used before
            SELECT COUNT(*) AS used FROM application a
            WHERE a.election = $1 AND a.organization = $2 AND a.category = $3 AND $4 LIKE '%,' || a.state || ',%'
                AND NOT ",
            ended_automatically!("a"),
            "
                AND (a.first_submit_time < $5 OR (a.first_submit_time = $5 AND a.id < $6))
                AND NOT EXISTS (SELECT 1 FROM accreditation c
                    JOIN application r ON r.election = c.election AND r.replaces = c.number
                    WHERE c.election = a.election AND c.application = a.id
                        AND (r.id = $6 OR $4 LIKE '%,' || r.state || ',%'))"
        );
        let states = states_param(|kind| kind.counts_for_quota());
        let (election, organization) = (one.name.election.as_str(), one.name.organization.as_str());
        let values =
            params![election, organization, enum_text(&category), states, one.first_submit_time, one.name.id.0];
        let row = self.session.fetch_optional(sql, values).await?;
        row.ok_or(StoreError::RowCount { statement: "quota used before", rows: 0, expected: 1 })?.int("used")
    }
}
