//! Lists of resources of an election, as pages in the order of their keys, as far as the permit
//! of the caller reaches.
//!
//! The macro writes a [`Query`](super::Query) for each list. They differ in the store's
//! function, in the key and in the message; everything else would be copied for each.

use domain::refusal::Refusal;
use domain::vocabulary::name::ElectionName;
use store::{CommandError, Tx};

/// Refuses a list of an election that does not exist. It must not look like an empty list.
///
/// # Errors
///
/// NOT_FOUND.
pub(crate) async fn check_election_exists(tx: &mut Tx<'_>, election: &ElectionName) -> Result<(), CommandError> {
    match tx.lookup_election(&election.election).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::not_found(election).into()),
    }
}

/// Defines a method that lists resources of an election. Its three closures are, in this order:
///
/// - how the store reads a page,
/// - the key of the last item, for the token of the next page,
/// - how an item becomes a message.
macro_rules! list {
    (
        $action:ident, $request:ident, $response:ident { $items:ident }, $read:ident,
        |$tx:ident, $by:ident, $election:ident, $page:ident| $found:expr,
        |$last:ident| $key:expr,
        |$one:ident| $message:expr
    ) => {
        /// Lists resources of one election, page by page.
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
                $by: &domain::outcome::CallContext<'_>,
            ) -> Result<Self::Answer, store::CommandError> {
                let $election = &input.parent.election;
                $crate::engine::list::check_election_exists($tx, &input.parent).await?;
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
