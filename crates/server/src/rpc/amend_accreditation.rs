//! A delegation, or a registrar for what came on paper, asks for an accredited application to say something else.

use domain::amendment::{Amendment, MOST_AMENDMENTS};
use domain::application::Application;
use domain::event::LogName;
use domain::name::AccreditationName;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, NewAmendment, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::election_of;
use super::{Cx, Effect, Mutation};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        // As far as the caller sees applications; what comes in is erased with the rest, or not taken any more.
        tx.application(cx.permit, &input.application).await?;
        let found = tx.application_to_keep(cx.permit, &input.application).await?;
        let (stored, registrar) = (found.stored(), cx.registrar()?);
        let entered = found.quietly_entered_by(registrar.as_ref())?;
        let accreditation = check_in_force(tx, cx, &entered).await?;
        // Whoever entered something of it now has not read another version for that.
        entered.check_etag(&input.etag)?;
        let amendments = tx.amendments_of(&entered.name).await?;
        if let Some(open) = amendments.iter().find(|one| one.is_open()) {
            return Err(Refusal::AlreadyExists { resource: open.name.to_string() }.into());
        }
        if amendments.len() >= MOST_AMENDMENTS {
            return Err(Refusal::TooManyAmendments { limit: MOST_AMENDMENTS }.into());
        }
        let (filing, paper, replaces) = &input.said;
        let election = election_of(tx, &entered.name).await?;
        let entered = entered.with_paper(paper.as_ref(), registrar.as_ref(), &election, cx.now)?;
        let entered = entered.replacing(replaces.as_ref().map(|said| said.number))?;
        input.kind.check(&tx.filing(&entered).await?, filing)?;
        filing.content.check_documents(&election.rules, entered.paper.is_some())?;
        filing.content.check_uploads(&tx.uploaded(&entered.name).await?)?;
        tx.update_if_changed(cx.permit, &entered, stored, cx.now).await?;
        let (kind, reason) = (input.kind, input.reason.clone());
        let by = &cx.actor.principal;
        let new = NewAmendment { accreditation: accreditation.number, kind, filing, reason, by, now: cx.now };
        let amendment = tx.insert_amendment(cx.permit, &entered, new).await?;
        tx.queue_screening(cx.permit, &entered.name).await?;
        Ok(effect(&amendment).marked(entered.paper.is_some()))
    }
}

/// The accreditation of an application that can be amended, while it is in force.
pub(super) async fn check_in_force(
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
    application: &Application,
) -> Result<AccreditationName, CommandError> {
    let number = application.check_amendable()?;
    let name = AccreditationName { election: application.name.election.clone(), number };
    let found = tx.lookup_accreditation(cx.permit, &name).await?;
    found.ok_or_else(|| Refusal::not_found(&name))?.check_in_force()?;
    Ok(name)
}

/// What an amendment's event says: what it is and where it stands, never what it says.
pub(super) fn effect(amendment: &Amendment) -> Effect {
    let log = LogName::Election(amendment.name.election.clone());
    Effect::new(log, &amendment.name, &amendment.name.organization)
        .fact("accreditation", amendment.accreditation())
        .fact("kind", amendment.kind.as_str())
        .fact("state", amendment.state.as_str())
        .fact("revision", amendment.after)
        .fact("content_digest", hex::encode(amendment.content_digest))
}
