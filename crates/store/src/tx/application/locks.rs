//! Locks on applications.
//!
//! Retention erases applications in parallel with other work. A command that
//! decides by what an application says must keep it from being erased until it
//! has committed. PostgreSQL takes FOR NO KEY UPDATE, which does not block
//! inserts that refer to the row. SQLite has one writer and needs no lock.

use domain::application::Application;
use domain::policy::Permit;
use domain::refusal::Refusal;
use domain::vocabulary::name::ApplicationName;

use crate::CommandError;
use crate::session::{params, text};
use crate::tx::Tx;
use crate::tx::application::application;
use crate::tx::mission::scope_value;

impl Tx<'_> {
    /// Locks the application of an accreditation, and fails if its personal
    /// data has been erased.
    pub async fn lock_application(
        &mut self,
        permit: &Permit,
        name: &ApplicationName,
    ) -> Result<Application, CommandError> {
        let found = self.locked_application(permit, name).await?;
        found.check_whole()?;
        Ok(found)
    }

    /// Locks an application that may have been erased.
    pub async fn locked_application(
        &mut self,
        permit: &Permit,
        name: &ApplicationName,
    ) -> Result<Application, CommandError> {
        let sql = self.session.select_sql(
            "-- lookup application to keep
            SELECT * FROM application WHERE election = $1 AND organization = $2 AND id = $3
                AND ($4 IS NULL OR organization = $4)",
            "-- lookup application to keep
            SELECT * FROM application WHERE election = $1 AND organization = $2 AND id = $3
                AND ($4 IS NULL OR organization = $4) FOR NO KEY UPDATE",
        );
        let key = params![text(&name.election), text(&name.organization), name.id.0, scope_value(permit.scope())];
        let row = self.session.fetch_optional(sql, key).await?;
        Ok(row.as_ref().map(application).transpose()?.ok_or_else(|| Refusal::not_found(name))?)
    }
}
