//! `WithdrawAccreditation`: a delegation ends an accreditation of its own, at any time.
//!
//! - **Rule:** `domain::accreditation::acts::withdraw`. Only an accreditation in force can be
//!   withdrawn.
//! - **Reads:** the accreditation, as far as the permit reaches. One of another organization is
//!   not found.
//! - **Locks:** the row of its application. The erasure locks the same row. So the reason for
//!   the withdrawal is stored before the erasure, which then removes it, or is refused after it.
//! - **Two at once:** every change of an accreditation is a new row with the next sequence
//!   number. Of two changes the later one finds its key taken and runs again.

use domain::accreditation::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Withdraws one accreditation, with a reason and the number of a note.
pub(crate) struct WithdrawAccreditation;

impl Mutation for WithdrawAccreditation {
    const ACTION: Action = Action::WithdrawAccreditation;
    type Message = v1::WithdrawAccreditationRequest;
    type Input = request::WithdrawAccreditation;
    type Answer = v1::Accreditation;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::withdraw_accreditation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_accreditation(by.permit, &input.accreditation).await?;
        let before = found.ok_or_else(|| Refusal::not_found(&input.accreditation))?;
        // Without this lock the reason could be stored just after the erasure, and would stay for
        // ever.
        tx.lock_application(by.permit, &before.application).await?;
        Ok(acts::withdraw(by, before, input.withdrawal.clone())?)
    }
}
