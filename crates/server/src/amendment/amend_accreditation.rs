//! `AmendAccreditation`: a delegation asks to change what an accredited application says.
//!
//! A registrar does it for an application that came on paper.
//!
//! - **Rule:** `domain::amendment::acts::ask`. The accreditation is in force, no amendment is
//!   open, their number is limited, and all documents of the new content are uploaded.
//! - **Reads:** the application twice. First without a lock and as far as the caller sees
//!   applications; a stranger is told that it does not exist, without waiting for a lock. Then
//!   with the lock.
//! - **Locks:** the row of the application, against the erasure and against the end of its
//!   accreditation.
//! - **Two at once:** the second waits for the lock and then finds an open amendment. A unique
//!   index on open amendments makes sure of it.
//! - **Afterwards:** the new content is a revision of its own; it applies only after a reviewer
//!   has accepted it. The checks run on it soon after the commit.

use domain::amendment::acts::{self, AmendInput, AmendmentRequest};
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, lookup_accreditation_of};

/// Asks for one amendment of an accredited application.
pub(crate) struct AmendAccreditation;

impl Mutation for AmendAccreditation {
    const ACTION: Action = Action::AmendAccreditation;
    type Message = v1::AmendAccreditationRequest;
    type Input = request::AmendAccreditation;
    type Answer = v1::Amendment;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::amend_accreditation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        // The first read applies what the caller may see. The second one locks: what comes in now
        // is removed by a later erasure, or refused after an earlier one.
        tx.application(by.permit, &input.application).await?;
        let application = tx.lock_application(by.permit, &input.application).await?;
        let (filing, paper, replaces) = &input.new_content;
        let current_content = tx.filing(&application).await?;
        let loaded = AmendInput {
            accreditation: lookup_accreditation_of(tx, by, &application).await?,
            amendments: tx.amendments_of(&application.name).await?,
            election: get_election_of(tx, &application.name).await?,
            uploaded: tx.uploaded(&application.name).await?,
            last_revision: tx.last_revision(&application.name).await?,
            new_content: tx.salt(filing.clone()),
            current_content,
            application,
        };
        let asked = AmendmentRequest {
            etag: &input.etag,
            kind: input.kind,
            reason: input.reason.clone(),
            paper: paper.as_ref(),
            replaces: replaces.as_ref().map(|new_content| new_content.number),
        };
        Ok(acts::ask(by, loaded, asked)?)
    }
}
