//! Entries of the public register.

use domain::report::register::Entry;
use domain::vocabulary::name::OrganizationName;
use jiff::Timestamp;

use crate::convert::enums::Enumerated as _;
use crate::convert::time::timestamp;
use crate::v1;

/// An entry, with the name that the organization has now.
pub fn to_message(entry: &Entry, now: Timestamp) -> v1::RegisterEntry {
    let Entry {
        number,
        family_name,
        given_name,
        name_kk,
        name_ru,
        nationality,
        organization,
        names,
        category,
        decree_number,
        session_date,
        in_force,
        since,
    } = entry;
    v1::RegisterEntry {
        number: i64::from(*number),
        family_name: family_name.expose().clone(),
        given_name: given_name.expose().clone(),
        name_kk: name_kk.expose().clone(),
        name_ru: name_ru.expose().clone(),
        nationality: nationality.clone(),
        organization: OrganizationName { organization: organization.clone() }.to_string(),
        organization_display_name: names.shown(now).to_owned(),
        category: category.number(),
        observer_rights: category.observes(),
        decree_number: decree_number.clone(),
        session_date: session_date.to_string(),
        in_force: *in_force,
        since_time: Some(timestamp(*since)),
    }
}
