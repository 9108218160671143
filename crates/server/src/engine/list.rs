//! Lists: pages in the order of their keys, as far as the caller's permit reaches.

use domain::refusal::Refusal;
use domain::vocabulary::name::ElectionName;
use store::{CommandError, Tx};

/// A list under an election that does not exist is not an empty list.
pub(crate) async fn known(tx: &mut Tx<'_>, election: &ElectionName) -> Result<(), CommandError> {
    match tx.lookup_election(&election.election).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::not_found(election).into()),
    }
}

/// A list of what an election has: the page that the store gives, the key of its last one, and each as a message.
macro_rules! list {
    (
        $action:ident, $request:ident, $response:ident { $items:ident }, $read:ident,
        |$tx:ident, $by:ident, $election:ident, $page:ident| $found:expr,
        |$last:ident| $key:expr,
        |$one:ident| $message:expr
    ) => {
        pub(crate) struct $action;

        impl $crate::engine::Query for $action {
            const ACTION: domain::policy::Action = domain::policy::Action::$action;
            type Message = wire::v1::$request;
            type Input = wire::request::List<domain::vocabulary::name::ElectionName>;
            type Answer = wire::v1::$response;

            fn read(message: Self::Message) -> Result<Self::Input, wire::violations::Violations> {
                wire::request::$read(message)
            }

            async fn answer(
                input: &Self::Input,
                $tx: &mut store::Tx<'_>,
                $by: &domain::outcome::Acting<'_>,
            ) -> Result<Self::Answer, store::CommandError> {
                let $election = &input.parent.election;
                $crate::engine::list::known($tx, &input.parent).await?;
                let $page = &$crate::engine::page::read($tx, $by, &input.page)?;
                let found = $found.await?;
                let (found, next_page_token) = $crate::engine::page::cut($tx, $by, &input.page, found, |$last| $key);
                let $items = found.iter().map(|$one| $message).collect();
                Ok(wire::v1::$response { $items, next_page_token })
            }
        }
    };
}

pub(crate) use list;
