//! Asking for what is not there for the caller is recorded.

use domain::policy::Scope;
use domain::vocabulary::name::PrincipalName;
use jiff::Timestamp;
use store::{AccessAttempt, Command, CommandError, Tx};

/// A call that asked for what is not there for its caller, whether it exists or not.
pub(crate) struct Attempt {
    pub(crate) time: Timestamp,
    pub(crate) principal: PrincipalName,
    pub(crate) method: &'static str,
    pub(crate) resource: String,
}

impl Command for Attempt {
    const NAME: &'static str = "access attempt";
    type Output = ();

    /// Nobody but an auditor reads these: not even whoever made the attempt.
    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        let Self { time, principal, method, resource } = self;
        let (id, principal, method) = (tx.new_uuid(*time), principal.clone(), (*method).to_owned());
        let attempt = AccessAttempt { id, time: *time, principal, method, resource: resource.clone() };
        Ok(tx.insert_access_attempt(&attempt).await?)
    }
}
