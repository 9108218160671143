//! Appeals against the decision that stands on an application of the caller's own.

use domain::appeal::{Appeal, appealable};
use domain::event::LogName;
use domain::name::AppealName;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        // What is appealed is not erased meanwhile, and from then on not before the appeal is decided.
        let application = tx.application_to_keep(cx.permit, &input.application).await?;
        let accreditation = tx.accreditation_of(cx.permit, &application).await?;
        let decree = appealable(&application, accreditation.as_ref())?;
        if let Some(filed) = tx.appeal_against(&application.name, decree).await? {
            return Err(Refusal::AlreadyExists { resource: filed.to_string() }.into());
        }
        let (code, organization) = (application.name.election.clone(), application.name.organization.clone());
        let new = Appeal {
            name: AppealName { election: code.clone(), id: tx.new_uuid(cx.now) },
            application: application.name,
            accreditation: accreditation.map(|accreditation| accreditation.name),
            decree,
            text: input.text.clone(),
            filed_by: cx.actor.principal.clone(),
            file_time: cx.now,
            decision: None,
        };
        tx.insert_appeal(cx.permit, &new).await?;
        let effect = Effect::new(LogName::Election(code), &new.name, &organization);
        Ok(effect.fact("application", &new.application).fact("decree", decree))
    }
}
