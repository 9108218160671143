//! Appeals against the decision that stands on an application of the caller's own.

use domain::appeal::acts::{self, ToFile};
use domain::appeal::appealable;
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        // What is appealed is not erased meanwhile, and from then on not before the appeal is decided.
        let application = tx.application_to_keep(by.permit, &input.application).await?;
        let accreditation = tx.accreditation_of(by.permit, &application).await?;
        let filed = match appealable(&application, accreditation.as_ref()) {
            Ok(decree) => tx.appeal_against(&application.name, decree).await?,
            Err(_) => None, // the act says why
        };
        let loaded = ToFile { application, accreditation, filed, id: tx.new_uuid(by.now) };
        Ok(acts::file(by, loaded, input.text.clone())?)
    }
}
