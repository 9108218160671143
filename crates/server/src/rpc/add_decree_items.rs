//! Lists recommended applications and open proposals in a draft: all that are named or none.

use domain::decree::{Decree, Items};
use domain::event::LogName;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct AddDecreeItems;

impl Mutation for AddDecreeItems {
    const ACTION: Action = Action::AddDecreeItems;
    type Message = v1::AddDecreeItemsRequest;
    type Input = request::DecreeItems;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::add_decree_items(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let found = tx.lookup_decree(cx.permit, &input.decree).await?;
        let before = found.ok_or_else(|| Refusal::not_found(&input.decree))?;
        let election = &input.decree.election;
        let listed = Items {
            applications: tx.applications(cx.permit, election, &input.applications).await?,
            proposals: tx.proposed(cx.permit, election, &input.proposals).await?,
        };
        let version = before.version;
        let changed = before.include(&listed)?;
        save(&changed, version, tx, cx).await
    }
}

/// Writes a draft whose list has changed.
pub(super) async fn save(changed: &Decree, before: i64, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
    tx.update_decree(cx.permit, changed, before).await?;
    tx.replace_decree_items(cx.permit, changed).await?;
    let log = LogName::Election(changed.name.election.clone());
    let effect = Effect::new(log, &changed.name, &cx.actor.principal.organization);
    let effect = effect.fact("applications", changed.applications.len());
    Ok(if changed.proposals.is_empty() { effect } else { effect.fact("proposals", changed.proposals.len()) })
}
