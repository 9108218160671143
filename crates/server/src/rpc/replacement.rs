//! Somebody in the place of somebody who is accredited.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::application::{Application, check_replaced};
use domain::content::Category;
use domain::decree::acts::TakenPlace;
use domain::id::ApplicationId;
use domain::name::{AccreditationName, MissionName, PresentationName};
use domain::refusal::Refusal;
use store::{CommandError, Tx};

use super::Cx;

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

/// The accreditations whose places a decree gives to others, each with the note that presented whoever takes it.
pub(super) async fn taken_places(
    places: &[(AccreditationName, PresentationName)],
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
) -> Result<BTreeMap<AccreditationName, TakenPlace>, CommandError> {
    let (mut notes, mut taken) = (BTreeMap::new(), BTreeMap::new());
    for (place, presentation) in places {
        if let Entry::Vacant(unread) = notes.entry(presentation) {
            let found = tx.lookup_presentation(presentation).await?;
            unread.insert(found.map(|found| found.note_number).unwrap_or_default());
        }
        let Some(replaced) = tx.lookup_accreditation(cx.permit, place).await? else { continue };
        // No other decree ends or reinstates it meanwhile.
        tx.locked_application(cx.permit, &replaced.application).await?;
        if let Some(accreditation) = tx.lookup_accreditation(cx.permit, place).await? {
            let note_number = notes[presentation].clone();
            taken.insert(place.clone(), TakenPlace { accreditation, note_number });
        }
    }
    Ok(taken)
}
