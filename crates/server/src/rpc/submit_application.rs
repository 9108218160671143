//! Submits a draft, or again what the ministry returned or what has lapsed, before the submission cutoff.

use domain::application::{Application, State, SubmissionGuard, Verb};
use domain::name::AccreditationName;
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::quota::Places;
use super::transition::{check_mission, election_of, transition};
use super::{Cx, Effect, Mutation, replacement};

pub(crate) struct SubmitApplication;

impl Mutation for SubmitApplication {
    const ACTION: Action = Action::SubmitApplication;
    type Message = v1::SubmitApplicationRequest;
    type Input = request::SubmitApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::submit_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        let before = before.entered_by(cx.registrar()?.as_ref())?;
        check_mission(tx, cx, &before.name).await?;
        if let Some(etag) = &input.etag {
            before.check_etag(etag)?;
        }
        let election = election_of(tx, &before.name).await?;
        let filing = tx.filing(&before).await?;
        if before.state == State::Lapsed && before.replaces.is_some() {
            // Another may have taken the place meanwhile: what has lapsed holds none.
            let election = before.name.election.clone();
            let replaced = before.replaces.map(|number| AccreditationName { election, number });
            let (mission, own) = (before.name.mission(), Some(before.name.id));
            replacement::check(tx, cx, replaced.as_ref(), &mission, filing.content.category, own).await?;
        }
        let places = Places::hold(tx, &election, &before, filing.content.category).await?;
        let uploaded = tx.uploaded(&before.name).await?;
        let (content, received) = (&filing.content, cx.now);
        let guard = SubmissionGuard { election: &election, content, uploaded: &uploaded, received };
        let submit = |before: Application| {
            let submitted = before.submit(guard)?;
            places.check(&election)?;
            Ok(submitted)
        };
        transition(tx, cx, Verb::Submit, before, submit).await
    }
}
