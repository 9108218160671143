//! Proposes that an accreditation be revoked or annulled; another person carries it out by decree.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::proposal::acts::{self, ToPropose};
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::loading::{election_of, others};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let (name, missing) = (&input.accreditation, || Refusal::not_found(&input.accreditation));
        let found = tx.lookup_accreditation(by.permit, name).await?.ok_or_else(missing)?;
        // A text that comes in is erased with the rest, or not taken any more; and no decree ends the accreditation meanwhile.
        let application = tx.application_to_keep(by.permit, &found.application).await?;
        let accreditation = tx.lookup_accreditation(by.permit, name).await?.ok_or_else(missing)?;
        let others = match input.draft.is_told() {
            true => {
                let screening = tx.screening(&application.name).await?;
                others(tx, &application, &[&screening]).await?
            }
            false => Vec::new(),
        };
        let open = tx.open_proposal(&accreditation.name).await?;
        let rules = election_of(tx, &application.name).await?.rules;
        let number = tx.take_numbers(by.permit, &accreditation.name.election, Series::Proposal, 1).await?;
        let loaded = ToPropose { accreditation, application, open, others, rules, number };
        Ok(acts::propose(by, loaded, input.draft.clone())?)
    }
}
