//! A delegation, or a registrar for what came on paper, asks for an accredited application to say something else.

use domain::amendment::acts::{self, Asked, ToAsk};
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::loading::{accreditation_of, election_of};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        // As far as the caller sees applications; what comes in is erased with the rest, or not taken any more.
        tx.application(by.permit, &input.application).await?;
        let application = tx.application_to_keep(by.permit, &input.application).await?;
        let (filing, paper, replaces) = &input.said;
        let says = tx.filing(&application).await?;
        let loaded = ToAsk {
            accreditation: accreditation_of(tx, by, &application).await?,
            amendments: tx.amendments_of(&application.name).await?,
            election: election_of(tx, &application.name).await?,
            uploaded: tx.uploaded(&application.name).await?,
            last_revision: tx.last_revision(&application.name).await?,
            said: tx.salt(filing.clone()),
            says,
            application,
        };
        let asked = Asked {
            etag: &input.etag,
            kind: input.kind,
            reason: input.reason.clone(),
            paper: paper.as_ref(),
            replaces: replaces.as_ref().map(|said| said.number),
        };
        Ok(acts::ask(by, loaded, asked)?)
    }
}
