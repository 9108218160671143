//! Submits a draft, or again what the ministry returned or what has lapsed, before the submission cutoff.

use domain::application::acts::{self, ToSubmit};
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::vocabulary::name::AccreditationName;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::replacement;
use crate::engine::Mutation;
use crate::engine::loading::{election_of, places};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        let (name, election) = (&application.name, election_of(tx, &application.name).await?);
        let kept = tx.kept(&application).await?;
        let place = match application.replaces.filter(|_| application.takes_its_place_anew()) {
            Some(number) => {
                let taken = AccreditationName { election: name.election.clone(), number };
                replacement::place(tx, by, Some(&taken), Some(name.id)).await?
            }
            None => None,
        };
        let loaded = ToSubmit {
            mission: tx.lookup_mission(by.permit.scope(), &name.mission()).await?,
            places: places(tx, &election, &application, kept.whole().map(|filing| &filing.content)).await?,
            uploaded: tx.uploaded(name).await?,
            election,
            kept,
            place,
            application,
        };
        Ok(acts::submit(by, loaded, input.etag.as_deref())?)
    }
}
