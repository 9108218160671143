//! Organizations and their principals.

use domain::registry::organization::acts::OrganizationDraft;
use domain::registry::organization::{Holder, Organization, Principal};
use domain::vocabulary::name::{OrganizationName, PersonName};
use domain::vocabulary::role::Role;
use jiff::Timestamp;

use crate::convert::dated_name;
use crate::convert::enums::{self, Enumerated as _};
use crate::convert::time::timestamp;
use crate::v1;
use crate::violations::Violations;

/// Reads the fields of an organization that a registrar sets.
pub fn draft(message: v1::Organization, path: &str, violations: &mut Violations) -> Option<OrganizationDraft> {
    let v1::Organization {
        name: _,
        kind,
        display_name: _,
        state,
        trust_domain,
        anchors,
        suspended: _,
        create_time: _,
        names,
        receipt: _,
    } = message;
    let kind = enums::read(kind, &format!("{path}.kind"), violations);
    let names = dated_name::drafts(names, &format!("{path}.names"), violations);
    let trust_domain = violations.parse(&trust_domain, &format!("{path}.trust_domain"));
    let state = (!state.is_empty()).then_some(state);
    Some(OrganizationDraft { kind: kind?, names: names?, state, trust_domain: trust_domain?, anchors })
}

/// The organization as readers see it now.
pub fn to_message(organization: &Organization, now: Timestamp) -> v1::Organization {
    let Organization { code, kind, names, state, trust_domain, anchors, suspended, create_time } = organization;
    v1::Organization {
        name: OrganizationName { organization: code.clone() }.to_string(),
        kind: kind.number(),
        display_name: names.shown(now).to_owned(),
        state: state.clone().unwrap_or_default(),
        trust_domain: trust_domain.to_string(),
        anchors: anchors.clone(),
        suspended: *suspended,
        create_time: Some(timestamp(*create_time)),
        names: dated_name::to_messages(names),
        receipt: None,
    }
}

/// The fields of a principal that a registrar sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalDraft {
    /// Who holds its key.
    pub holder: Holder,
    /// What it may do.
    pub roles: Vec<Role>,
}

/// Reads the fields of a principal that a registrar sets.
pub fn principal_draft(message: v1::Principal, path: &str, violations: &mut Violations) -> Option<PrincipalDraft> {
    let v1::Principal { name: _, spiffe_id: _, kind, person, roles, disabled: _, receipt: _ } = message;
    let holder = holder(kind, &person, path, violations);
    let known = Role::ALL.map(Role::as_str).join(", ");
    let mut read = Vec::with_capacity(roles.len());
    for (index, role) in roles.iter().enumerate() {
        match role.parse::<Role>() {
            Ok(role) => read.push(role),
            Err(_) => violations.add_if_absent(&format!("{path}.roles[{index}]"), format!("must be one of {known}")),
        }
    }
    let holder = holder?;
    (read.len() == roles.len()).then_some(PrincipalDraft { holder, roles: read })
}

fn holder(kind: i32, person: &str, path: &str, violations: &mut Violations) -> Option<Holder> {
    let field = format!("{path}.person");
    match v1::PrincipalKind::try_from(kind) {
        Ok(v1::PrincipalKind::Person) if person.is_empty() => {
            violations.add_if_absent(&field, "must be set for a principal of kind PERSON");
            None
        }
        Ok(v1::PrincipalKind::Person) => {
            violations.parse(person, &field).map(|name: PersonName| Holder::Person(name.person))
        }
        Ok(v1::PrincipalKind::System) if person.is_empty() => Some(Holder::System),
        Ok(v1::PrincipalKind::System) => {
            violations.add_if_absent(&field, "must be empty for a principal of kind SYSTEM");
            None
        }
        Ok(v1::PrincipalKind::Unspecified) | Err(_) => {
            violations.add_if_absent(&format!("{path}.kind"), "must be PRINCIPAL_KIND_PERSON or PRINCIPAL_KIND_SYSTEM");
            None
        }
    }
}

/// The principal as readers see it.
pub fn principal_to_message(principal: &Principal) -> v1::Principal {
    let Principal { name, spiffe_id, holder, roles, disabled } = principal;
    let (kind, person) = match holder {
        Holder::Person(person) => (v1::PrincipalKind::Person, PersonName { person: person.clone() }.to_string()),
        Holder::System => (v1::PrincipalKind::System, String::new()),
    };
    v1::Principal {
        name: name.to_string(),
        spiffe_id: spiffe_id.clone(),
        kind: kind.into(),
        person,
        roles: roles.iter().map(ToString::to_string).collect(),
        disabled: *disabled,
        receipt: None,
    }
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::dated_name::{DatedName, NameDraft};

    use super::*;
    use crate::convert::sample;

    #[test]
    fn an_organization_reads_back_as_written() {
        let check = |state: Option<&str>| {
            let organization = Organization { state: state.map(str::to_owned), ..sample::organization() };
            let message = to_message(&organization, sample::time("2019-04-02T00:00:00Z"));
            assert_eq!(message.name, "organizations/cis");
            assert_eq!(message.display_name, "Commonwealth of Independent States");
            assert!(message.suspended);
            assert_eq!(message.create_time, Some(timestamp(organization.create_time)));
            let Organization { kind, names, state, trust_domain, anchors, .. } = organization;
            let sent_back = |name: &DatedName| {
                let DatedName { language, text, valid_from } = name.clone();
                NameDraft { language, text, valid_from: Some(valid_from) }
            };
            let names = names.all().iter().map(sent_back).collect();
            let expected = Some(OrganizationDraft { kind, names, state, trust_domain, anchors });
            assert_eq!(draft(message, "organization", &mut Violations::default()), expected);
        };
        check(None);
        check(Some("DEU"));
    }

    #[test]
    fn a_principal_reads_back_as_written() {
        let person = Holder::Person("p.1".parse().expect("an id"));
        for (holder, holder_name) in [(Holder::System, ""), (person, "people/p.1")] {
            let principal = Principal { holder, roles: Role::ALL.to_vec(), ..sample::registered() };
            let message = principal_to_message(&principal);
            assert_eq!(message.name, "organizations/cis/principals/secretary");
            assert_eq!(message.spiffe_id, "spiffe://cis.example/secretary");
            assert!(message.disabled);
            assert_eq!(message.person, holder_name);
            let Principal { holder, roles, .. } = principal;
            let expected = Some(PrincipalDraft { holder, roles });
            assert_eq!(principal_draft(message, "principal", &mut Violations::default()), expected);
        }
    }

    #[test]
    fn a_person_is_named_exactly_when_there_is_one() {
        let check = |kind: i32, person: &str, role: &str, fields: &[&str]| {
            let (person, roles) = (person.to_owned(), vec!["auditor".to_owned(), role.to_owned()]);
            let mut violations = Violations::default();
            let message = v1::Principal { kind, person, roles, ..Default::default() };
            assert_eq!(principal_draft(message, "principal", &mut violations), None);
            let found: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
            assert_eq!(found, fields);
        };
        check(1, "", "verifier", &["principal.person"]);
        check(1, "people/Not An Id", "verifier", &["principal.person"]);
        check(1, "p1", "verifier", &["principal.person"]);
        check(2, "people/p1", "verifier", &["principal.person"]);
        check(0, "people/p1", "verifier", &["principal.kind"]);
        check(3, "", "cec.chair", &["principal.kind", "principal.roles[1]"]);
    }
}
