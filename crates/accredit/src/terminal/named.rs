//! What is wrong with items of a list, by their names.

use client::Error;

use crate::terminal::failure::Failure;

/// A list of a request, by its field, and the names in it.
pub type List<'a> = (&'a str, &'a [String]);

/// The same refusal, but for its items: the service says `applications[0]`, which tells nobody who that is.
pub fn by_name(error: Error, lists: &[List<'_>]) -> Failure {
    let Error::Refused(mut refusal) = error else { return error.into() };
    for violation in &mut refusal.violations {
        if let Some(name) = name_of(&violation.field, lists) {
            name.clone_into(&mut violation.field);
        }
    }
    Error::Refused(refusal).into()
}

/// The name at a place, as in `presentation.applications[3]`.
fn name_of<'a>(field: &str, lists: &[List<'a>]) -> Option<&'a str> {
    let (path, place) = field.strip_suffix(']')?.split_once('[')?;
    let list = path.rsplit('.').next()?;
    let (_, names) = lists.iter().find(|(known, _)| *known == list)?;
    names.get(place.parse::<usize>().ok()?).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_called_by_its_name_and_all_else_as_the_service_says() {
        let names = |prefix: &str| [1, 2].map(|number| format!("{prefix}/{number}"));
        let (applications, proposals) = (names("applications"), names("proposals"));
        let lists: [List<'_>; 2] = [("applications", &applications), ("proposals", &proposals)];
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
            assert_eq!(name_of(field, &lists), name, "{field}");
        }
    }
}
