//! Replaces the content of a draft, of what the ministry returned, or of what lapsed before its cutoff was moved.

use domain::application::{Application, Verb};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::{check_mission, election_of};
use super::{Cx, Effect, Mutation, replacement};

pub(crate) struct UpdateApplication;

impl Mutation for UpdateApplication {
    const ACTION: Action = Action::UpdateApplication;
    type Message = v1::UpdateApplicationRequest;
    type Input = request::UpdateApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::update_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    fn validate_only(input: &Self::Input) -> bool {
        input.validate_only
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        let registrar = cx.registrar()?;
        let before = before.entered_by(registrar.as_ref())?;
        check_mission(tx, cx, &before.name).await?;
        before.check_etag(&input.etag)?;
        let election = election_of(tx, &before.name).await?;
        let before = before.with_paper(input.paper.as_ref(), registrar.as_ref(), &election, cx.now)?;
        let (mut replaces, mission) = (input.replaces.as_ref().map(|said| said.number), before.name.mission());
        if before.state.kind().is_unsubmitted() {
            let (category, own) = (input.filing.content.category, Some(before.name.id));
            replaces = replacement::check(tx, cx, input.replaces.as_ref(), &mission, category, own).await?;
        }
        let before = before.replacing(replaces)?;
        let state = before.state.clone();
        let update = |before: Application, category, digest| before.update(category, digest, &election, cx.now);
        let changed = tx.revise_application(cx.permit, before, &input.filing, cx.now, update).await?;
        Ok(Effect::transition(Verb::Update, &state, &changed))
    }
}
