//! Replacements: an application that is to take the place of somebody who is accredited.
//!
//! Filing, updating, submitting, deciding an appeal and adopting a decree all need to know
//! whether a place is still free. A unique index allows one open application for each place. So
//! two that read "free" at once cannot both be stored.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::application::{Application, ReplacementTarget};
use domain::decree::acts::ReplacedAccreditation;
use domain::outcome::CallContext;
use domain::vocabulary::id::ApplicationId;
use domain::vocabulary::name::{AccreditationName, PresentationName};
use store::{CommandError, Tx};

/// Reads the place that an application is to take, and whether another application has it.
///
/// `own` is the application itself, if it is filed already: it does not take the place from itself.
/// `None` if the application replaces nobody.
pub(crate) async fn place(
    tx: &mut Tx<'_>,
    by: &CallContext<'_>,
    new_content: Option<&AccreditationName>,
    own: Option<ApplicationId>,
) -> Result<Option<ReplacementTarget>, CommandError> {
    let Some(name) = new_content.cloned() else { return Ok(None) };
    let found = tx.lookup_accreditation(by.permit, &name).await?;
    let taken = tx.replacement(&name, own).await?.is_some();
    Ok(Some(ReplacementTarget { name, found, taken }))
}

/// Whether the place that an application was to take is free. Also true if it was to take none.
///
/// A refused application holds no place, so another may have taken it before an appeal is upheld.
pub(crate) async fn is_place_free(application: &Application, tx: &mut Tx<'_>) -> Result<bool, CommandError> {
    let Some(number) = application.replaces else { return Ok(true) };
    let replaced = AccreditationName { election: application.name.election.clone(), number };
    Ok(tx.replacement(&replaced, Some(application.name.id)).await?.is_none())
}

/// Locks the applications of the accreditations whose places a decree gives to others, and reads
/// them.
///
/// Each comes with the number of the note that presented the successor. The note is the reason for
/// the end that the replaced person's delegation reads. An accreditation that does not exist is
/// left out.
pub(crate) async fn taken_places(
    places: &[(AccreditationName, PresentationName)],
    tx: &mut Tx<'_>,
    by: &CallContext<'_>,
) -> Result<BTreeMap<AccreditationName, ReplacedAccreditation>, CommandError> {
    let (mut notes, mut taken) = (BTreeMap::new(), BTreeMap::new());
    for (place, presentation) in places {
        // Many successors come with one note, so each note is read once.
        if let Entry::Vacant(unread) = notes.entry(presentation) {
            let found = tx.lookup_presentation(presentation).await?;
            unread.insert(found.map(|found| found.note_number).unwrap_or_default());
        }
        let Some(replaced) = tx.lookup_accreditation(by.permit, place).await? else { continue };
        // Until the commit no other decree ends or reinstates it. So the accreditation is read
        // again below, with the lock.
        tx.locked_application(by.permit, &replaced.application).await?;
        if let Some(accreditation) = tx.lookup_accreditation(by.permit, place).await? {
            let note_number = notes[presentation].clone();
            taken.insert(place.clone(), ReplacedAccreditation { accreditation, note_number });
        }
    }
    Ok(taken)
}
