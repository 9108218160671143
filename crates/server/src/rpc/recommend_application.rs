//! Recommends to accredit, or to refuse with a ground; another person decides by decree.

use domain::application::{Application, Verb};
use domain::decree::Verdict;
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::{election_of, transition};
use super::{Cx, Effect, Mutation, discretion};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        // What the checks find from here on, they find after it was recommended.
        let screening = tx.screening_to_go_by(&before.name).await?;
        before.check_etag_with(&screening, &input.etag)?;
        if let Verdict::Refuse(refusal) = &input.verdict {
            discretion::check(tx, &before, &[&screening], "refusal.text", &[&refusal.text]).await?;
        }
        let rules = election_of(tx, &before.name).await?.rules;
        let (reviewer, verdict) = (cx.actor.person()?, input.verdict.clone());
        let recommend = |before: Application| before.recommend(&reviewer, verdict, &rules, &screening, cx.now);
        let effect = transition(tx, cx, Verb::Recommend, before, recommend).await?;
        Ok(match &input.verdict {
            Verdict::Accredit => effect.fact("verdict", "ACCREDIT"),
            Verdict::Refuse(refusal) => effect.fact("verdict", "REFUSE").fact("ground", &refusal.ground),
        })
    }
}
