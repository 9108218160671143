//! Replaces list positions in refusals by the names of the items.
//!
//! Requests for decrees, presentations and confirmations name hundreds of items. If some are refused, the person must
//! know which ones without counting.

use client::Error;

use crate::terminal::failure::Failure;

/// One list field of a request: its name and the item names in it.
pub type ItemList<'a> = (&'a str, &'a [String]);

/// Returns the refusal with item names in place of list positions.
///
/// The service says `applications[0]`, but a person does not know which application that is.
pub fn with_item_names(error: Error, lists: &[ItemList<'_>]) -> Failure {
    let Error::Refused(mut refusal) = error else { return error.into() };
    for violation in &mut refusal.violations {
        if let Some(name) = lookup_item_name(&violation.field, lists) {
            name.clone_into(&mut violation.field);
        }
    }
    Error::Refused(refusal).into()
}

/// The name at a list position such as `presentation.applications[3]`; `None` for any other field.
fn lookup_item_name<'a>(field: &str, lists: &[ItemList<'a>]) -> Option<&'a str> {
    let (path, place) = field.strip_suffix(']')?.split_once('[')?;
    let list = path.rsplit('.').next()?;
    let (_, names) = lists.iter().find(|(known, _)| *known == list)?;
    names.get(place.parse::<usize>().ok()?).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A position beyond the list, or of another list, keeps the text of the service.
    #[test]
    fn only_positions_of_known_lists_have_names() {
        let names = |prefix: &str| [1, 2].map(|number| format!("{prefix}/{number}"));
        let (applications, proposals) = (names("applications"), names("proposals"));
        let lists: [ItemList<'_>; 2] = [("applications", &applications), ("proposals", &proposals)];
        for (field, name) in [
            ("applications[0]", Some("applications/1")),
            ("presentation.applications[1]", Some("applications/2")),
            ("proposals[1]", Some("proposals/2")),
            ("proposals[2]", None),
            ("accreditations[0]", None),
            ("applications", None),
            ("applications[x]", None),
            ("name", None),
        ] {
            assert_eq!(lookup_item_name(field, &lists), name, "{field}");
        }
    }
}
