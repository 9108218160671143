//! Presents a list of submitted applications under a note's number: all of them or none.

use domain::application::{Application, Place, StateKind, Verb};
use domain::decree::check_items;
use domain::event::LogName;
use domain::name::{ElectionName, PresentationName};
use domain::policy::Action;
use domain::presentation::{Presentation, check_count};
use domain::refusal::{Refusal, Stage};
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::transition;
use super::{Cx, Effect, Mutation};

pub(crate) struct CreatePresentation;

impl Mutation for CreatePresentation {
    const ACTION: Action = Action::CreatePresentation;
    type Message = v1::CreatePresentationRequest;
    type Input = request::CreatePresentation;
    type Answer = v1::Presentation;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_presentation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let ElectionName { election: code } = &input.election;
        let election = tx.lookup_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        let names = &input.presentation.applications;
        check_count(names.len(), input.expected_count)?;
        election.cutoffs.check(Stage::Presentation, cx.now, &election.time_zone)?;
        if tx.has_note(code, &input.presentation.note_number).await? {
            let resource = format!("a presentation of the note {}", input.presentation.note_number);
            return Err(Refusal::AlreadyExists { resource }.into());
        }
        let found = tx.applications(cx.permit, code, names).await?;
        check_items(&found, submitted)?;
        let number = tx.take_numbers(cx.permit, code, Series::Presentation, 1).await?;
        let new = Presentation {
            name: PresentationName { election: code.clone(), number },
            note_number: input.presentation.note_number.clone(),
            applications: names.clone(),
            presented_by: cx.actor.principal.clone(),
            create_time: cx.now,
        };
        tx.insert_presentation(cx.permit, &new).await?;
        for (position, application) in (1..).zip(found.into_iter().flatten()) {
            present(application, Place { presentation: number, position }, tx, cx).await?;
        }
        Ok(Effect::new(LogName::Election(code.clone()), &new.name, &cx.actor.principal.organization)
            .fact("applications", names.len()))
    }
}

fn submitted(application: &Application) -> Result<(), String> {
    match application.state.kind() {
        StateKind::Submitted => Ok(()),
        other => Err(format!("expected an application in state SUBMITTED, this one is {other}")),
    }
}

/// Presents one application; the checks run once it is committed.
async fn present(before: Application, place: Place, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<(), CommandError> {
    tx.queue_screening(cx.permit, &before.name).await?;
    let effect = transition(tx, cx, Verb::Present, before, |before| before.present(place)).await?;
    cx.record(tx, effect).await?;
    Ok(())
}
