//! Accreditations, their changes and confirmations.
//!
//! Tables: `accreditation` (one row for each, never updated),
//! `accreditation_change` (each suspension, withdrawal or ending, numbered),
//! `accreditation_confirmation` (for a run-off) and `badge`. The state of an
//! accreditation is its last change; without one it is active.
//!
//! On PostgreSQL an organization sees its own rows. It may add changes to its
//! own accreditations, because a delegation withdraws its observers, but it can
//! add no accreditation. Erasure empties the reasons of changes.

use domain::accreditation::{Accreditation, Change};
use domain::application::{Application, State};
use domain::election::EndingScope;
use domain::policy::Permit;
use domain::vocabulary::accreditation_state::AccreditationState;
use domain::vocabulary::id::{ApplicationId, ElectionCode, OrganizationCode};
use domain::vocabulary::name::{AccreditationName, ApplicationName, MissionName};
use domain::vocabulary::personal::Personal;
use jiff::Timestamp;

use crate::session::{Row, enum_text, params, text};
use crate::tx::application::{visibility_of, visible};
use crate::tx::mission::scope_value;
use crate::tx::{Page, Tx};

mod badge;

use crate::StoreError;
use badge::badge;

/// SQL: whether the accreditation of application `$row` ended automatically,
/// for example because the election is over. Such an application takes no place
/// of a quota any more.
macro_rules! ended_automatically {
    ($row:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM accreditation n
                JOIN accreditation_change x ON x.election = n.election AND x.accreditation = n.number
                WHERE n.election = ",
            $row,
            ".election AND n.application = ",
            $row,
            ".id AND x.state = 'ENDED')"
        )
    };
}
pub(crate) use ended_automatically;

/// SQL: accreditations of election `$1` within scope `$2`, each with its last
/// badge and last change. `$3` is the view, which decides whether the
/// replacement is shown.
macro_rules! accreditations {
    ($name:literal, $which:literal) => {
        concat!(
            "-- ",
            $name,
            "
            SELECT a.*, b.serial, b.issue_time, b.void_reason, b.void_time, c.sequence, c.state AS current_state, c.reason,
                c.note_number, c.changed_by, c.time AS change_time, c.decree AS change_decree, c.ground, r.id AS replacement,
                k.time AS confirm_time
            FROM accreditation a
            LEFT JOIN badge b ON b.election = a.election AND b.accreditation = a.number AND b.serial = (
                SELECT MAX(l.serial) FROM badge l WHERE l.election = a.election AND l.accreditation = a.number)
            LEFT JOIN accreditation_change c ON c.election = a.election AND c.accreditation = a.number AND c.sequence = (
                SELECT MAX(l.sequence) FROM accreditation_change l
                WHERE l.election = a.election AND l.accreditation = a.number)
            LEFT JOIN accreditation_confirmation k ON k.election = a.election AND k.accreditation = a.number
                AND k.called = (SELECT e.run_off_time FROM election e WHERE e.code = a.election)
            LEFT JOIN application r ON r.election = a.election AND r.replaces = a.number
                AND r.state NOT IN ('REFUSED', 'WITHDRAWN', 'LAPSED')
                AND ",
            visible!("r", "$3"),
            "
            WHERE a.election = $1 AND ($2 IS NULL OR a.organization = $2) ",
            $which
        )
    };
}

/// Reads an accreditation from a row of `accreditations!`.
fn accreditation(row: &Row) -> Result<Accreditation, StoreError> {
    let id = ApplicationId(row.uuid("application")?);
    let election: ElectionCode = row.parse("election")?;
    let organization: OrganizationCode = row.parse("organization")?;
    let replacement = row.opt_uuid("replacement")?.map(|id| ApplicationName {
        election: election.clone(),
        organization: organization.clone(),
        id: ApplicationId(id),
    });
    Ok(Accreditation {
        name: AccreditationName { election: election.clone(), number: row.number("number")? },
        application: ApplicationName { election, organization, id },
        category: row.enum_value("category")?,
        decree: row.number("decree")?,
        recommended_by: row.parse("recommended_by")?,
        adopted_by: row.parse("adopted_by")?,
        accredit_time: row.time("accredit_time")?,
        badge: row.opt_time("issue_time")?.map(|_| badge(row)).transpose()?,
        last_change: row.opt_time("change_time")?.map(|_| change(row)).transpose()?,
        replaced_by: replacement,
        confirm_time: row.opt_time("confirm_time")?,
    })
}

/// Reads the last change of an accreditation.
fn change(row: &Row) -> Result<Change, StoreError> {
    Ok(Change {
        sequence: row.number("sequence")?,
        state: row.enum_value("current_state")?,
        reason: Personal::new(row.text("reason")?),
        note_number: row.text("note_number")?,
        decree: row.opt_int("change_decree")?.map(|_| row.number("change_decree")).transpose()?,
        ground: row.opt_text("ground")?.unwrap_or_default(),
        by: if row.text("changed_by")?.is_empty() { None } else { Some(row.parse("changed_by")?) },
        time: row.time("change_time")?,
    })
}

impl Tx<'_> {
    /// Inserts an accreditation with its first badge.
    ///
    /// The number comes from [`Tx::take_numbers`], so two decrees that are
    /// adopted at once have different ones. An application has one
    /// accreditation; a unique key refuses a second.
    pub(crate) async fn insert_accreditation(
        &mut self,
        permit: &Permit,
        new: &Accreditation,
    ) -> Result<(), StoreError> {
        let sql = "-- insert accreditation
            INSERT INTO accreditation (election, number, organization, application, category, state, decree,
                recommended_by, adopted_by, accredit_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let Accreditation { name, application, category, decree, recommended_by, adopted_by, accredit_time, .. } = new;
        let values = params![
            name.election.as_str(),
            name.number,
            application.organization.as_str(),
            application.id.0,
            enum_text(category),
            enum_text(&AccreditationState::Active),
            *decree,
            text(recommended_by),
            text(adopted_by),
            *accredit_time,
        ];
        self.session.execute_one(sql, values).await?;
        match &new.badge {
            Some(badge) => self.insert_badge(permit, new, badge).await,
            None => Ok(()),
        }
    }

    /// Adds the last change of an accreditation, and voids or issues the badge
    /// that it concerns.
    ///
    /// Changes are numbered. If another transaction has taken the number, the
    /// unique key fails and the command runs again.
    pub(crate) async fn change_accreditation(
        &mut self,
        permit: &Permit,
        changed: &Accreditation,
    ) -> Result<(), StoreError> {
        let Accreditation { name, application, badge, last_change, .. } = changed;
        let Some(Change { sequence, state, reason, note_number, decree, ground, by, time }) = last_change else {
            return Ok(());
        };
        // The application's row changes first, as in every transaction that
        // writes both.
        let is_active = *state == AccreditationState::Active;
        self.count_accreditation_change(permit, application, is_active, *time).await?;
        let sql = "-- insert accreditation_change
            INSERT INTO accreditation_change (election, accreditation, sequence, organization, state, reason, note_number,
                changed_by, time, decree, ground)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let values = params![
            name.election.as_str(),
            name.number,
            *sequence,
            application.organization.as_str(),
            enum_text(state),
            reason.clone(),
            note_number.as_str(),
            by.as_ref().map(ToString::to_string).unwrap_or_default(),
            *time,
            *decree,
            Some(ground.clone()).filter(|ground| !ground.is_empty()),
        ];
        self.session.execute_one(sql, values).await?;
        // The change has issued a new badge: it was reinstated.
        if let Some(new) = badge.as_ref().filter(|badge| badge.issue_time == *time && badge.void.is_none()) {
            return self.insert_badge(permit, changed, new).await;
        }
        // The change has voided the badge that was valid.
        let void =
            badge.as_ref().and_then(|badge| badge.void.filter(|void| void.time == *time).map(|void| (badge, void)));
        match void {
            Some((badge, void)) => self.void_badge(&name.election, badge, void).await,
            None => Ok(()),
        }
    }

    /// The accreditation of an application, if it has one.
    pub async fn accreditation_of(
        &mut self,
        permit: &Permit,
        of: &Application,
    ) -> Result<Option<Accreditation>, StoreError> {
        let State::Accredited(facts) = &of.state else { return Ok(None) };
        let name = AccreditationName { election: of.name.election.clone(), number: facts.accreditation };
        self.lookup_accreditation(permit, &name).await
    }

    /// An accreditation by name, as far as the permit reaches. It has the
    /// current badge and state, and the replacement if the viewer may see that
    /// application.
    pub async fn lookup_accreditation(
        &mut self,
        permit: &Permit,
        name: &AccreditationName,
    ) -> Result<Option<Accreditation>, StoreError> {
        let sql = accreditations!("lookup accreditation", "AND a.number = $4");
        let (scope, view) = (scope_value(permit.scope()), visibility_of(permit.view()));
        let key = params![name.election.as_str(), scope, view, name.number];
        self.session.fetch_optional(sql, key).await?.as_ref().map(accreditation).transpose()
    }

    /// A page of an election's accreditations, as far as the permit reaches.
    /// The key of a page is the number.
    pub async fn list_accreditations(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        page: &Page<u32>,
    ) -> Result<Vec<Accreditation>, StoreError> {
        let sql = accreditations!("list accreditations", "AND a.number > $4 ORDER BY a.number LIMIT $5");
        let (scope, view) = (scope_value(permit.scope()), visibility_of(permit.view()));
        let values = params![election.as_str(), scope, view, page.after.unwrap_or(0), page.limit()];
        self.session.fetch_all(sql, values).await?.iter().map(accreditation).collect()
    }

    /// A page of the active accreditations that were confirmed for the run-off
    /// called at a moment (`confirmed`), or that still have to be.
    pub async fn list_accreditations_confirmed(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        (called, confirmed): (Timestamp, bool),
        page: &Page<u32>,
    ) -> Result<Vec<Accreditation>, StoreError> {
        let after = page.after.unwrap_or(0);
        if !confirmed {
            // Exactly those that the service ends when the cutoff of the
            // confirmations has passed. One statement for both keeps the list
            // and the job in agreement.
            let scope = EndingScope::UnconfirmedBefore(called);
            return self.accreditations_to_end(permit, election, scope, after, page.size + 1).await;
        }
        // In the order of the confirmations: SQLite reads that table first and
        // would have to sort otherwise.
        let sql = accreditations!(
            "list confirmed accreditations",
            "AND a.number > $4 AND (c.state IS NULL OR c.state = 'ACTIVE') AND k.called = $6
            ORDER BY k.accreditation LIMIT $5"
        );
        let (scope, view) = (scope_value(permit.scope()), visibility_of(permit.view()));
        let values = params![election.as_str(), scope, view, after, page.limit(), called];
        self.session.fetch_all(sql, values).await?.iter().map(accreditation).collect()
    }

    /// The first active accreditations after a number that have to end, by the
    /// given scope of the ending.
    pub async fn accreditations_to_end(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        scope: EndingScope,
        after: u32,
        limit: u32,
    ) -> Result<Vec<Accreditation>, StoreError> {
        let sql = accreditations!(
            "accreditations to end",
            "AND a.number > $4 AND (c.state IS NULL OR c.state = 'ACTIVE')
                AND ($6 IS NULL OR (COALESCE(c.time, a.accredit_time) < $6 AND ($7 = 0 OR k.time IS NULL)))
            ORDER BY a.number LIMIT $5"
        );
        // What became active after the results or the run-off call, for example
        // by a reinstatement, does not end by it.
        let (before, unconfirmed) = match scope {
            EndingScope::Everyone => (None, false),
            EndingScope::Before(called) => (Some(called), false),
            EndingScope::UnconfirmedBefore(called) => (Some(called), true),
        };
        let (scope, view) = (scope_value(permit.scope()), visibility_of(permit.view()));
        let values = params![election.as_str(), scope, view, after, limit, before, unconfirmed];
        self.session.fetch_all(sql, values).await?.iter().map(accreditation).collect()
    }

    /// All accreditations of a mission, as far as the permit reaches.
    pub async fn accreditations_of_mission(
        &mut self,
        permit: &Permit,
        name: &MissionName,
    ) -> Result<Vec<Accreditation>, StoreError> {
        let sql = accreditations!("accreditations of mission", "AND a.organization = $4 ORDER BY a.number");
        let (scope, view) = (scope_value(permit.scope()), visibility_of(permit.view()));
        let key = params![name.election.as_str(), scope, view, name.organization.as_str()];
        self.session.fetch_all(sql, key).await?.iter().map(accreditation).collect()
    }

    /// The application that replaces an accreditation, or has been filed to do
    /// so; `but` is left out. Refused, withdrawn and lapsed applications do not
    /// count.
    pub async fn replacement(
        &mut self,
        of: &AccreditationName,
        but: Option<ApplicationId>,
    ) -> Result<Option<ApplicationId>, StoreError> {
        let sql = "-- lookup replacement
            SELECT id FROM application WHERE election = $1 AND replaces = $2 AND id <> $3
                AND state NOT IN ('REFUSED', 'WITHDRAWN', 'LAPSED')";
        let key = params![of.election.as_str(), of.number, but.map_or(uuid::Uuid::nil(), |id| id.0)];
        let row = self.session.fetch_optional(sql, key).await?;
        row.map(|row| row.uuid("id").map(ApplicationId)).transpose()
    }
}
