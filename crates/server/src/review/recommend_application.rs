//! Recommends to accredit, or to refuse with a ground; another person decides by decree.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::review::acts::{self, Read};
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::loading::{election_of, others};

pub(crate) struct RecommendApplication;

impl Mutation for RecommendApplication {
    const ACTION: Action = Action::RecommendApplication;
    type Message = v1::RecommendApplicationRequest;
    type Input = request::RecommendApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::recommend_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    fn signature(input: &Self::Input) -> Vec<u8> {
        input.signature.clone()
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        // What the checks find from here on, they find after it was recommended.
        let screening = tx.screening_to_go_by(&application.name).await?;
        let others = match input.verdict.is_told() {
            true => others(tx, &application, &[&screening]).await?,
            false => Vec::new(),
        };
        let rules = election_of(tx, &application.name).await?.rules;
        let read = Read { application, screening, etag: Some(input.etag.clone()) };
        Ok(acts::recommend(by, read, &others, &rules, input.verdict.clone())?)
    }
}
