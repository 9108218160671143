//! `RecommendApplication`: a reviewer recommends to accredit, or to refuse on a ground. Another
//! person decides by decree.
//!
//! - **Rule:** `domain::review::acts::recommend`. Findings that stand in the way must be cleared
//!   before.
//! - **Reads:** the application, then what the checks found, with a lock.
//! - **Locks:** the row of the findings. A check that runs meanwhile waits, and what it finds
//!   then is known as found after the recommendation. Without the lock a finding could be stored
//!   that neither the reviewer nor the act has seen.
//! - **Two at once:** the update names the version of the application; the later one is refused
//!   by its etag.
//! - **Signature:** the caller's detached signature is stored with the request, unread.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::review::acts::{self, Read};
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, list_other_organizations};

/// Recommends a decision on one application.
pub(crate) struct RecommendApplication;

impl Mutation for RecommendApplication {
    const ACTION: Action = Action::RecommendApplication;
    type Message = v1::RecommendApplicationRequest;
    type Input = request::RecommendApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::recommend_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    fn signature(input: &Self::Input) -> Vec<u8> {
        input.signature.clone()
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        // The lock makes running checks wait until the recommendation is committed.
        let screening = tx.screening_to_go_by(&application.name).await?;
        // Only the text of a refusal is read by the delegation, so only that one is compared with
        // other organizations.
        let others = match input.verdict.is_told() {
            true => list_other_organizations(tx, &application, &[&screening]).await?,
            false => Vec::new(),
        };
        let rules = get_election_of(tx, &application.name).await?.rules;
        let read = Read { application, screening, etag: Some(input.etag.clone()) };
        Ok(acts::recommend(by, read, &others, &rules, input.verdict.clone())?)
    }
}
