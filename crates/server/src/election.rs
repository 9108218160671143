//! Elections: dates, run-offs and results.

pub(crate) mod call_run_off;
pub(crate) mod create_election;
pub(crate) mod open_election;
pub(crate) mod postpone_election;
pub(crate) mod publish_results;

use crate::engine::get::get;
use crate::engine::{Query, page};
pub(crate) use call_run_off::CallRunOff;
pub(crate) use create_election::CreateElection;
use domain::outcome::CallContext;
use domain::policy::Action;
use domain::vocabulary::name::ElectionName;
pub(crate) use open_election::OpenElection;
pub(crate) use postpone_election::PostponeElection;
pub(crate) use publish_results::PublishResults;
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

get!(GetElection, ElectionName, GetElectionRequest, v1::Election, get_election);

pub(crate) struct ListElections;

impl Query for ListElections {
    const ACTION: Action = Action::ListElections;
    type Message = v1::ListElectionsRequest;
    type Input = request::Page;
    type Answer = v1::ListElectionsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_elections(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, by, input)?;
        let found = tx.list_elections(&page).await?;
        let (found, next_page_token) = page::cut(tx, by, input, found, |last| last.code.clone());
        let mut elections = Vec::with_capacity(found.len());
        for election in &found {
            let schedule = tx.schedule(&election.code).await?;
            elections.push(convert::election::to_list_item(election, &schedule, by.permit.view(), by.now));
        }
        Ok(v1::ListElectionsResponse { elections, next_page_token })
    }
}
