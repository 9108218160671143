//! Somebody in the place of somebody who is accredited.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::accreditation::AccreditationState;
use domain::application::{Application, State, check_replaced};
use domain::content::Category;
use domain::id::ApplicationId;
use domain::name::{AccreditationName, MissionName, PresentationName};
use domain::refusal::Refusal;
use store::{CommandError, Tx};

use super::{Cx, Effect};

/// The number of the accreditation whose place an application of that mission and category is to take, if it is free.
/// `own` is the application itself, if it is filed already. Two that take it at once meet at the database's own index.
pub(super) async fn check(
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
    said: Option<&AccreditationName>,
    mission: &MissionName,
    category: Category,
    own: Option<ApplicationId>,
) -> Result<Option<u32>, CommandError> {
    let Some(name) = said else { return Ok(None) };
    let missing = || Refusal::not_found(name);
    if name.election != mission.election {
        return Err(missing().into());
    }
    let replaced = tx.lookup_accreditation(cx.permit, name).await?.ok_or_else(missing)?;
    check_replaced(&replaced, &mission.organization, category)?;
    if tx.replacement(name, own).await?.is_some() {
        return Err(Refusal::AlreadyExists { resource: format!("a replacement of {name}") }.into());
    }
    Ok(Some(name.number))
}

/// Whether nobody else was filed for the place that an application was to take, if it was to take one.
pub(super) async fn is_place_free(application: &Application, tx: &mut Tx<'_>) -> Result<bool, CommandError> {
    let Some(number) = application.replaces else { return Ok(true) };
    let replaced = AccreditationName { election: application.name.election.clone(), number };
    Ok(tx.replacement(&replaced, Some(application.name.id)).await?.is_none())
}

/// Ends the accreditations whose places a decree has given to others, with the notes that presented these; what was
/// withdrawn or has ended otherwise stays as it is.
pub(super) async fn end_replaced(decided: &[Application], tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<(), CommandError> {
    let mut notes = BTreeMap::new();
    for application in decided {
        let (State::Accredited(facts), Some(number)) = (&application.state, application.replaces) else { continue };
        let election = application.name.election.clone();
        let presentation = facts.place.presentation;
        if let Entry::Vacant(unread) = notes.entry(presentation) {
            let name = PresentationName { election: election.clone(), number: presentation };
            let found = tx.lookup_presentation(&name).await?;
            unread.insert(found.map(|found| found.note_number).unwrap_or_default());
        }
        let name = AccreditationName { election, number };
        let Some(replaced) = tx.lookup_accreditation(cx.permit, &name).await? else { continue };
        // No other decree ends or reinstates it meanwhile.
        tx.locked_application(cx.permit, &replaced.application).await?;
        let found = tx.lookup_accreditation(cx.permit, &name).await?;
        let Some(before) = found.filter(|found| found.state() == AccreditationState::Active) else { continue };
        let changed = before.replace(notes[&presentation].clone(), facts.decree, &cx.actor.principal, cx.now)?;
        tx.change_accreditation(cx.permit, &changed).await?;
        let effect = Effect::ended(AccreditationState::Active, &changed).fact("replaced_by", &application.name);
        cx.record(tx, effect).await?;
    }
    Ok(())
}
