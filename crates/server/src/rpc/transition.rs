//! What the methods that move an application have in common.

use domain::application::{Application, Verb};
use domain::election::Election;
use domain::name::ApplicationName;
use domain::refusal::Refusal;
use store::{CommandError, Tx};

use super::{Cx, Effect};

/// Makes a transition and writes it; gives its effect.
pub(super) async fn transition(
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
    verb: Verb,
    before: Application,
    change: impl FnOnce(Application) -> Result<Application, Refusal>,
) -> Result<Effect, CommandError> {
    let (state, stored) = (before.state.clone(), before.stored());
    let changed = change(before)?;
    tx.update_application(cx.permit, &changed, stored, cx.now).await?;
    Ok(Effect::transition(verb, &state, &changed))
}

/// The election that an application belongs to.
pub(super) async fn election_of(tx: &mut Tx<'_>, name: &ApplicationName) -> Result<Election, CommandError> {
    let found = tx.lookup_election(&name.election).await?;
    Ok(found.ok_or_else(|| Refusal::not_found(name))?)
}

/// Refuses to go on with an application whose mission was withdrawn. Whoever withdraws the mission meanwhile changes the
/// application too, and one of the two finds another version than it expects.
pub(super) async fn check_mission(tx: &mut Tx<'_>, cx: &Cx<'_>, name: &ApplicationName) -> Result<(), CommandError> {
    let mission = tx.lookup_mission(cx.permit.scope(), &name.mission()).await?;
    Ok(mission.map_or(Ok(()), |mission| mission.check_goes_on())?)
}
