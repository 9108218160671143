//! The legal act on a rule pack: importing.

use super::{ImportedRulePack, RulePackFile};
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange, Service};
use crate::refusal::Refusal;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::log::LogName;

/// Reads the file of a rule pack that is to be imported.
///
/// # Errors
///
/// [`Refusal::InvalidRulePack`] with every problem of the file.
pub fn read(text: &str) -> Result<RulePackFile, Refusal> {
    RulePackFile::read(text).map_err(|problems| Refusal::InvalidRulePack { problems })
}

/// Imports a rule pack. `before` is the pack that has the id already, if there is one.
///
/// # Errors
///
/// [`Refusal::AlreadyExists`] for the id, also if it is the same file: an imported pack never changes.
pub fn import(by: &CallContext<'_>, file: RulePackFile, before: Option<&ImportedRulePack>) -> Result<Outcome, Refusal> {
    let new = ImportedRulePack { file, import_time: by.now };
    if let Some(before) = before {
        let content = if before.file.digest() == new.file.digest() { "the same content" } else { "another content" };
        return Err(Refusal::AlreadyExists { resource: format!("{} with {content}", new.name()) });
    }
    Ok(by.single_outcome(imported(new, &by.actor.principal.organization)))
}

/// Imports the built-in packs when a service is set up.
pub fn import_built_in(by: &Service) -> Vec<Outcome> {
    let packs = RulePackFile::built_in().into_iter().map(|file| ImportedRulePack { file, import_time: by.now });
    packs.map(|new| by.setup_outcome(imported(new, &OrganizationCode::commission()))).collect()
}

/// The event with the row of a new pack.
fn imported(new: ImportedRulePack, organization: &OrganizationCode) -> EventDraft {
    let payload = EventPayload::RulePackImported { digest: new.file.digest() };
    EventDraft::new(LogName::Registry, new.name(), organization, payload)
        .with_row(RowChange::NewRulePack(Box::new(new)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::at;
    use crate::policy::{Action, Actor, permit};
    use crate::registry::organization::Holder;
    use crate::vocabulary::id::EventId;
    use crate::vocabulary::role::{OrganizationKind, Role};

    const EVENT: EventId = EventId(uuid::Uuid::nil());

    #[test]
    fn a_pack_is_imported_once_and_its_event_has_the_digest() {
        let actor = Actor {
            principal: "organizations/cec/principals/registrar".parse().expect("a name"),
            kind: OrganizationKind::ElectionCommission,
            holder: Holder::Person("p1".parse().expect("an id")),
            roles: vec![Role::CecRegistrar],
        };
        let permit = permit(&actor, Action::ImportRulePack).expect("a registrar");
        let by = CallContext { actor: &actor, permit: &permit, now: at("2019-04-01T00:00:00Z"), received: None };
        let built_in = RulePackFile::built_in();
        let [first, second, ..] = &built_in[..] else { panic!("{built_in:?}") };
        let outcome = import(&by, first.clone(), None).expect("nobody has the id");
        let new = ImportedRulePack { file: first.clone(), import_time: by.now };
        assert_eq!(outcome.main().rows(), [RowChange::NewRulePack(Box::new(new.clone()))]);
        assert_eq!(outcome.main().payload(), &EventPayload::RulePackImported { digest: first.digest() });
        assert_eq!(outcome.event(outcome.main(), EVENT).subject, "rulePacks/kz-1");
        let again = |file: RulePackFile| import(&by, file, Some(&new)).map(drop);
        let exists = |content| Err(Refusal::AlreadyExists { resource: format!("rulePacks/kz-1 with {content}") });
        assert_eq!(again(first.clone()), exists("the same content"));
        let other = read(&format!("{} ", first.text())).expect("the same rules");
        assert_eq!(again(other), exists("another content"));
        assert!(matches!(read("{}"), Err(Refusal::InvalidRulePack { .. })));
        assert!(import(&by, second.clone(), None).is_ok());
    }

    #[test]
    fn a_new_service_has_the_built_in_packs() {
        let outcomes = import_built_in(&Service { now: at("2019-04-01T00:00:00Z") });
        let subjects: Vec<_> = outcomes.iter().map(|one| one.event(one.main(), EVENT).subject).collect();
        assert_eq!(subjects, ["rulePacks/kz-1", "rulePacks/kz-2", "rulePacks/kz-3", "rulePacks/kz-4"]);
    }
}
