//! Records calls that asked for something that is not there for their caller.
//!
//! A delegation that tries names of other organizations leaves a trace. It is recorded for every
//! name that was not found, whether somebody else has it or not: nobody can tell the two apart,
//! the caller least of all.
//!
//! No repetition: if the server dies before the commit, the attempt is lost. It is no legal act,
//! and a reply must not wait for it.

use domain::policy::Scope;
use domain::vocabulary::name::PrincipalName;
use jiff::Timestamp;
use store::{AccessAttempt, Command, CommandError, Tx};

/// Inserts one access attempt.
pub(crate) struct RecordAccessAttempt {
    /// When the request was complete.
    pub(crate) time: Timestamp,
    /// Who asked.
    pub(crate) principal: PrincipalName,
    /// By which method, as `Service/Method`.
    pub(crate) method: &'static str,
    /// The name that was not found.
    pub(crate) resource: String,
}

impl Command for RecordAccessAttempt {
    const NAME: &'static str = "access attempt";
    type Output = ();

    /// All organizations: only auditors read access attempts, not even the organization that made
    /// them.
    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let Self { time, principal, method, resource } = self;
        // The id is made here, so that each run after a conflict has a new one.
        let (id, principal, method) = (tx.new_uuid(*time), principal.clone(), (*method).to_owned());
        let attempt = AccessAttempt { id, time: *time, principal, method, resource: resource.clone() };
        Ok(tx.insert_access_attempt(&attempt).await?)
    }
}
