//! `DecideAmendment`: a reviewer accepts or rejects an open amendment.
//!
//! If it is accepted, the application has the new content under the same number, and the person
//! gets another badge.
//!
//! - **Rule:** `domain::amendment::acts::decide`. The reviewer's text must not name another
//!   organization that filed the same person; `list_other_organizations` finds those.
//! - **Reads:** the amendment twice: before the lock, to refuse what is not there, and after it,
//!   because it may have been closed in between.
//! - **Locks:** the row of the application. A withdrawal of the amendment, the end of the
//!   accreditation and the erasure all lock it first. Then, only if a badge is issued, the
//!   counter of badges.
//! - **Two at once:** the second waits for the lock, reads the amendment again and is refused
//!   because it is closed.

use domain::amendment::acts::{self, DecideInput};
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::list_other_organizations;

/// Decides on one open amendment.
pub(crate) struct DecideAmendment;

impl Mutation for DecideAmendment {
    const ACTION: Action = Action::DecideAmendment;
    type Message = v1::DecideAmendmentRequest;
    type Input = request::DecideAmendment;
    type Answer = v1::Amendment;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::decide_amendment(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let (name, missing) = (&input.amendment, || Refusal::not_found(&input.amendment));
        tx.lookup_amendment(by.permit, name).await?.ok_or_else(missing)?;
        // From here on nobody withdraws the amendment or ends the accreditation until this
        // transaction ends.
        let application = tx.lock_application(by.permit, &name.application()).await?;
        let amendment = tx.lookup_amendment(by.permit, name).await?.ok_or_else(missing)?;
        let screening = tx.amendment_screening(name).await?;
        let own = tx.screening(&application.name).await?;
        let others = list_other_organizations(tx, &application, &[&screening, &own]).await?;
        // A number is taken only if the ruling needs one: taking it locks the counter of the whole
        // election until the commit.
        let mut reissue = None;
        if input.ruling.reissues()
            && let Some(found) = tx.lookup_accreditation(by.permit, &amendment.accreditation()).await?
        {
            reissue = Some((found, tx.take_numbers(by.permit, &name.election, Series::Badge, 1).await?));
        }
        let loaded = DecideInput { amendment, screening, application, others, reissue };
        Ok(acts::decide(by, loaded, input.ruling.clone())?)
    }
}
