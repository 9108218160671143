//! `FileAppeal`: a delegation appeals against the decision that stands on an application of its
//! own.
//!
//! - **Rule:** `domain::appeal::acts::file`. There is something to appeal, and no appeal against
//!   the same decree yet.
//! - **Locks:** the row of the application first, so that the erasure does not run between the
//!   look and the appeal. Once the appeal is stored, it stops the erasure of the whole election
//!   until it is decided.
//! - **Two at once:** the second waits for the row and finds the first appeal. The table also
//!   has a unique key of application and decree.

use domain::appeal::acts::{self, FileInput};
use domain::appeal::appealable;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Files one appeal.
pub(crate) struct FileAppeal;

impl Mutation for FileAppeal {
    const ACTION: Action = Action::FileAppeal;
    type Message = v1::FileAppealRequest;
    type Input = request::FileAppeal;
    type Answer = v1::Appeal;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::file_appeal(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        // Locked before it is known whether there is anything to appeal: what is read after this
        // stays true until the commit.
        let application = tx.lock_application(by.permit, &input.application).await?;
        let accreditation = tx.accreditation_of(by.permit, &application).await?;
        let filed = match appealable(&application, accreditation.as_ref()) {
            Ok(decree) => tx.appeal_against(&application.name, decree).await?,
            // The act refuses with the same reason; here only the look-up is left out.
            Err(_) => None,
        };
        let loaded = FileInput { application, accreditation, filed, id: tx.new_uuid(by.now) };
        Ok(acts::file(by, loaded, input.text.clone())?)
    }
}
