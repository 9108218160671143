//! The legal act on a person: registering.

use super::Person;
use crate::outcome::{CallContext, EventPayload, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::vocabulary::dated_name::check_text;
use crate::vocabulary::id::PersonId;
use crate::vocabulary::log::LogName;
use crate::vocabulary::personal::Personal;

/// Registers a person. `before` is the person who has the id already, if there is one.
///
/// # Errors
///
/// [`Refusal::InvalidField`] for the name, [`Refusal::AlreadyExists`] for the id.
pub fn register(
    by: &CallContext<'_>,
    id: PersonId,
    full_name: Personal<String>,
    before: Option<&Person>,
) -> Result<Outcome, Refusal> {
    check_text(full_name.expose()).map_err(|problem| Refusal::InvalidField { field: "person.full_name", problem })?;
    let full_name = Personal::new(full_name.expose().trim().to_owned());
    let new = Person { id, full_name, create_time: by.now };
    if before.is_some() {
        return Err(Refusal::AlreadyExists { resource: new.name().to_string() });
    }
    let registered = by.own_event(LogName::Registry, new.name(), EventPayload::PersonRegistered {});
    Ok(by.single_outcome(registered.with_row(RowChange::NewPerson(new))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::at;
    use crate::policy::{Action, Actor, permit};
    use crate::registry::organization::Holder;
    use crate::vocabulary::role::{OrganizationKind, Role};

    /// The name is personal data and must be in no event and in no `Debug`.
    #[test]
    fn a_person_is_registered_once_and_no_event_has_the_name() {
        let actor = Actor {
            principal: "organizations/cec/principals/registrar".parse().expect("a name"),
            kind: OrganizationKind::ElectionCommission,
            holder: Holder::Person("p1".parse().expect("an id")),
            roles: vec![Role::CecRegistrar],
        };
        let permit = permit(&actor, Action::CreatePerson).expect("a registrar");
        let by = CallContext { actor: &actor, permit: &permit, now: at("2019-05-10T00:00:00Z"), received: None };
        let id = || "aliya".parse().expect("an id");
        let full_name = || Personal::new("Aliya Specimen".to_owned());
        let outcome = register(&by, id(), full_name(), None).expect("nobody has the id");
        let person = Person { id: id(), full_name: full_name(), create_time: by.now };
        assert_eq!(outcome.main().rows(), [RowChange::NewPerson(person.clone())]);
        assert_eq!(outcome.main().payload(), &EventPayload::PersonRegistered {});
        assert!(!format!("{outcome:?}").contains("Specimen"), "{outcome:?}");
        for nobody in ["", "  ", "A\nSpecimen", "A \u{202E}Specimen"] {
            let refused = register(&by, id(), Personal::new(nobody.to_owned()), None).map(drop);
            assert!(matches!(refused, Err(Refusal::InvalidField { field: "person.full_name", .. })), "{nobody:?}");
        }
        let again = register(&by, id(), full_name(), Some(&person)).map(drop);
        assert_eq!(again, Err(Refusal::AlreadyExists { resource: "people/aliya".to_owned() }));
    }
}
