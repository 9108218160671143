//! `WhoAmI`: says as whom the service knows the caller. A client uses it to test its
//! certificate.
//!
//! It reads the principal again and does not repeat what the gate found. So the answer has
//! everything that the registry says of it.

use domain::outcome::CallContext;
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::v1;
use wire::violations::Violations;

use crate::engine::{Query, Resource as _};

/// Answers with the principal of the caller.
pub(crate) struct WhoAmI;

impl Query for WhoAmI {
    const ACTION: Action = Action::WhoAmI;
    type Message = v1::WhoAmIRequest;
    type Input = ();
    type Answer = v1::Principal;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        let v1::WhoAmIRequest {} = message;
        Ok(())
    }

    async fn answer(_input: &(), tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        v1::Principal::load(tx, by.permit, &by.actor.principal.to_string(), by.now).await
    }
}
