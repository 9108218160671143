//! Keeps an application, or everything of an election, beyond its retention.

use domain::event::LogName;
use domain::legal_hold::LegalHold;
use domain::name::{ApplicationName, LegalHoldName};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct CreateLegalHold;

impl Mutation for CreateLegalHold {
    const ACTION: Action = Action::CreateLegalHold;
    type Message = v1::CreateLegalHoldRequest;
    type Input = request::CreateLegalHold;
    type Answer = v1::LegalHold;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_legal_hold(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let election = &input.election.election;
        // Nothing is erased between this look and the hold.
        if tx.lookup_election_to_keep(election).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        if let Some(application) = &input.application {
            check_whole(tx, application).await?;
        }
        let hold = LegalHold {
            name: LegalHoldName { election: election.clone(), id: tx.new_uuid(cx.now) },
            application: input.application.clone(),
            reason: input.reason.clone(),
            created_by: cx.actor.principal.clone(),
            create_time: cx.now,
            release: None,
        };
        tx.insert_legal_hold(cx.permit, &hold).await?;
        let held = input.application.as_ref().map_or_else(|| input.election.to_string(), ToString::to_string);
        let effect = Effect::new(LogName::Election(election.clone()), &hold.name, &cx.actor.principal.organization);
        Ok(effect.fact("held", held).note(input.reason.expose()))
    }
}

/// Any application can be held, whoever has seen it yet; of one that was erased there is nothing to hold.
async fn check_whole(tx: &mut Tx<'_>, name: &ApplicationName) -> Result<(), CommandError> {
    let found = tx.application_of_anyone(&name.election, name.id).await?;
    let found = found.filter(|found| found.name == *name).ok_or_else(|| Refusal::not_found(name))?;
    Ok(found.check_whole()?)
}
