//! `ProposeChange`: a reviewer proposes that an accreditation be revoked or annulled. Another
//! person carries it out by decree.
//!
//! - **Rule:** `domain::proposal::acts::propose`. An accreditation has one open proposal. If the
//!   delegation will read the text, it must not name other organizations that filed the person.
//! - **Reads:** the accreditation twice: before the lock, to learn which application to lock,
//!   and after it.
//! - **Locks:** the row of the application, then the counter of proposals.
//! - **Two at once:** the second waits for the row and finds the open proposal. A unique index
//!   on open proposals makes sure of it.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::proposal::acts::{self, ProposeInput};
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, list_other_organizations};

/// Makes one proposal.
pub(crate) struct ProposeChange;

impl Mutation for ProposeChange {
    const ACTION: Action = Action::ProposeChange;
    type Message = v1::ProposeChangeRequest;
    type Input = request::ProposeChange;
    type Answer = v1::Proposal;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::propose_change(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let (name, missing) = (&input.accreditation, || Refusal::not_found(&input.accreditation));
        let found = tx.lookup_accreditation(by.permit, name).await?.ok_or_else(missing)?;
        // The lock keeps out the erasure, which would miss this text, and any decree that ends the
        // accreditation.
        let application = tx.lock_application(by.permit, &found.application).await?;
        let accreditation = tx.lookup_accreditation(by.permit, name).await?.ok_or_else(missing)?;
        // The text of an annulment is read by the commission only, so it may name anybody.
        let others = match input.draft.is_told() {
            true => {
                let screening = tx.screening(&application.name).await?;
                list_other_organizations(tx, &application, &[&screening]).await?
            }
            false => Vec::new(),
        };
        let open = tx.open_proposal(&accreditation.name).await?;
        let rules = get_election_of(tx, &application.name).await?.rules;
        let number = tx.take_numbers(by.permit, &accreditation.name.election, Series::Proposal, 1).await?;
        let loaded = ProposeInput { accreditation, application, open, others, rules, number };
        Ok(acts::propose(by, loaded, input.draft.clone())?)
    }
}
