//! Somebody in the place of somebody who is accredited.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::application::{Application, PlaceToTake};
use domain::decree::acts::TakenPlace;
use domain::outcome::Acting;
use domain::vocabulary::id::ApplicationId;
use domain::vocabulary::name::{AccreditationName, PresentationName};
use store::{CommandError, Tx};

/// The accreditation whose place an application says that it is to take. `own` is the application itself, if it is filed already.
pub(crate) async fn place(
    tx: &mut Tx<'_>,
    by: &Acting<'_>,
    said: Option<&AccreditationName>,
    own: Option<ApplicationId>,
) -> Result<Option<PlaceToTake>, CommandError> {
    let Some(name) = said.cloned() else { return Ok(None) };
    let found = tx.lookup_accreditation(by.permit, &name).await?;
    let taken = tx.replacement(&name, own).await?.is_some();
    Ok(Some(PlaceToTake { name, found, taken }))
}

/// Whether nobody else was filed for the place that an application was to take, if it was to take one.
pub(crate) async fn is_place_free(application: &Application, tx: &mut Tx<'_>) -> Result<bool, CommandError> {
    let Some(number) = application.replaces else { return Ok(true) };
    let replaced = AccreditationName { election: application.name.election.clone(), number };
    Ok(tx.replacement(&replaced, Some(application.name.id)).await?.is_none())
}

/// The accreditations whose places a decree gives to others, each with the note that presented whoever takes it.
pub(crate) async fn taken_places(
    places: &[(AccreditationName, PresentationName)],
    tx: &mut Tx<'_>,
    by: &Acting<'_>,
) -> Result<BTreeMap<AccreditationName, TakenPlace>, CommandError> {
    let (mut notes, mut taken) = (BTreeMap::new(), BTreeMap::new());
    for (place, presentation) in places {
        if let Entry::Vacant(unread) = notes.entry(presentation) {
            let found = tx.lookup_presentation(presentation).await?;
            unread.insert(found.map(|found| found.note_number).unwrap_or_default());
        }
        let Some(replaced) = tx.lookup_accreditation(by.permit, place).await? else { continue };
        // No other decree ends or reinstates it meanwhile.
        tx.locked_application(by.permit, &replaced.application).await?;
        if let Some(accreditation) = tx.lookup_accreditation(by.permit, place).await? {
            let note_number = notes[presentation].clone();
            taken.insert(place.clone(), TakenPlace { accreditation, note_number });
        }
    }
    Ok(taken)
}
