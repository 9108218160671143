//! Puts a new watch list in the place of the old one.

use domain::event::LogName;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct ReplaceWatchList;

impl Mutation for ReplaceWatchList {
    const ACTION: Action = Action::ReplaceWatchList;
    type Message = v1::ReplaceWatchListRequest;
    type Input = request::ReplaceWatchList;
    type Answer = v1::WatchList;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::replace_watch_list(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let election = &input.election.election;
        if tx.lookup_election(election).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        tx.replace_watch_list(cx.permit, election, &input.people, cx.now).await?;
        tx.queue_screenings(cx.permit, election, None).await?;
        let log = LogName::Election(election.clone());
        Ok(Effect::new(log, &input.election, &cx.actor.principal.organization).fact("entries", input.people.len()))
    }
}
