//! Ends a legal hold.

use domain::event::LogName;
use domain::legal_hold::Release;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct ReleaseLegalHold;

impl Mutation for ReleaseLegalHold {
    const ACTION: Action = Action::ReleaseLegalHold;
    type Message = v1::ReleaseLegalHoldRequest;
    type Input = request::ReleaseLegalHold;
    type Answer = v1::LegalHold;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::release_legal_hold(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let found = tx.lookup_legal_hold(&input.hold).await?.ok_or_else(|| Refusal::not_found(&input.hold))?;
        let release = Release { by: cx.actor.principal.clone(), time: cx.now, reason: input.reason.clone() };
        found.release(release.clone())?;
        tx.release_legal_hold(cx.permit, &input.hold, &release).await?;
        let log = LogName::Election(input.hold.election.clone());
        Ok(Effect::new(log, &input.hold, &cx.actor.principal.organization).note(input.reason.expose()))
    }
}
