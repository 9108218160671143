//! Badges. Serial numbers are never reused, and a void badge stays in the
//! table: somebody who checks a badge at a polling station must see that it was
//! voided.
//!
//! A trigger refuses any update of a badge that is void. On PostgreSQL an
//! organization may void its own badges, when it withdraws somebody, and can
//! insert none.

use domain::accreditation::Accreditation;
use domain::accreditation::badge::{Badge, Void};
use domain::policy::Permit;
use domain::vocabulary::id::ElectionCode;

use crate::StoreError;
use crate::session::{Row, enum_text, params};
use crate::tx::Tx;

/// Reads a badge.
pub(super) fn badge(row: &Row) -> Result<Badge, StoreError> {
    let void = match row.opt_time("void_time")? {
        Some(time) => Some(Void { reason: row.enum_value("void_reason")?, time }),
        None => None,
    };
    Ok(Badge { serial: row.number("serial")?, issue_time: row.time("issue_time")?, void })
}

impl Tx<'_> {
    /// Inserts a badge.
    pub(super) async fn insert_badge(
        &mut self,
        _permit: &Permit,
        of: &Accreditation,
        new: &Badge,
    ) -> Result<(), StoreError> {
        let sql = "-- insert badge
            INSERT INTO badge (election, serial, organization, accreditation, issue_time) VALUES ($1, $2, $3, $4, $5)";
        let (election, organization) = (of.name.election.as_str(), of.application.organization.as_str());
        let values = params![election, new.serial, organization, of.name.number, new.issue_time];
        self.session.execute_one(sql, values).await
    }

    /// Voids a badge. It must not be void already: two transactions cannot both
    /// replace it.
    pub(super) async fn void_badge(
        &mut self,
        election: &ElectionCode,
        badge: &Badge,
        void: Void,
    ) -> Result<(), StoreError> {
        let sql = "-- void badge
            UPDATE badge SET void_reason = $3, void_time = $4 WHERE election = $1 AND serial = $2 AND void_time IS NULL";
        let values = params![election.as_str(), badge.serial, enum_text(&void.reason), void.time];
        self.session.execute_one(sql, values).await
    }

    /// Voids the old badge and inserts the new one, in this order, so that no
    /// moment has two valid badges.
    pub(crate) async fn reissue_badge(
        &mut self,
        permit: &Permit,
        of: &Accreditation,
        old: Option<&Badge>,
    ) -> Result<(), StoreError> {
        if let Some((old, void)) = old.and_then(|badge| badge.void.map(|void| (badge, void))) {
            self.void_badge(&of.name.election, old, void).await?;
        }
        match &of.badge {
            Some(badge) => self.insert_badge(permit, of, badge).await,
            None => Ok(()),
        }
    }

    /// The earlier badges of an accreditation, oldest first.
    pub async fn former_badges(&mut self, of: &Accreditation) -> Result<Vec<Badge>, StoreError> {
        let sql = "-- former badges
            SELECT serial, issue_time, void_reason, void_time FROM badge
            WHERE election = $1 AND accreditation = $2 AND serial < $3 ORDER BY serial";
        let last = of.badge.as_ref().map_or(0, |badge| badge.serial);
        let rows = self.session.fetch_all(sql, params![of.name.election.as_str(), of.name.number, last]).await?;
        rows.iter().map(badge).collect()
    }
}
