//! Confidentiality: a delegation never learns from the commission's texts that another organization filed the same
//! person.
//!
//! Embassy diplomats also serve in missions of international organizations. Neither organization may learn of the
//! other.

use std::collections::BTreeSet;

use crate::application::Application;
use crate::refusal::Refusal;
use crate::screening::Screening;
use crate::vocabulary::dated_name::Names;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::name::ApplicationName;

/// Another organization that filed the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherOrganization {
    /// Its code.
    pub code: OrganizationCode,
    /// All its names, in every language and of every time; `None` if they are not known.
    pub names: Option<Names>,
}

/// The codes of the other organizations that filed the same person: those that the screening found, and those that are
/// alike now. A decided application is not screened again, so the findings alone would miss some.
pub fn others(
    own: &Application,
    found: &[&Screening],
    alike: impl IntoIterator<Item = OrganizationCode>,
) -> BTreeSet<OrganizationCode> {
    let findings = found.iter().flat_map(|screening| &screening.findings);
    let related = findings.filter_map(|finding| finding.related.parse::<ApplicationName>().ok());
    let mut others: BTreeSet<_> = related.map(|other| other.organization).chain(alike).collect();
    others.remove(&own.name.organization);
    others
}

/// Checks that no text for a delegation names one of the others, in any language and in any case.
///
/// # Errors
///
/// [`Refusal::InvalidField`] for `field`.
pub fn check(others: &[OtherOrganization], field: &'static str, texts: &[&str]) -> Result<(), Refusal> {
    let texts: Vec<_> = texts.iter().map(|text| text.to_lowercase()).collect();
    let names = |other: &OtherOrganization| {
        let names = other.names.iter().flat_map(Names::all).map(|name| name.text.to_lowercase());
        let mut telling = names.chain([other.code.to_string()]);
        telling.any(|name| texts.iter().any(|text| text.contains(&name)))
    };
    if others.iter().any(names) {
        let problem = "must not name the other organization that filed the person: the delegation reads the text";
        return Err(Refusal::InvalidField { field, problem: problem.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, draft};
    use crate::screening::Finding;
    use crate::vocabulary::dated_name::NameDraft;
    use crate::vocabulary::finding_code::FindingCode;

    /// An organization with a Kazakh name that is valid only later, and an earlier Russian one.
    fn other() -> OtherOrganization {
        let name = |text: &str, from: &str| NameDraft { valid_from: Some(at(from)), ..text.parse().expect("a name") };
        let names = vec![
            name("en=IPA CIS", "2000-01-01T00:00:00Z"),
            name("ru=МПА СНГ", "2000-01-01T00:00:00Z"),
            name("kk=ТМД ПАА", "2030-01-01T00:00:00Z"),
            name("ru=Межпарламентская Ассамблея", "1992-01-01T00:00:00Z"),
        ];
        let names = Names::register(names, "names", at("2019-05-01T00:00:00Z")).expect("names");
        OtherOrganization { code: "cis-ipa".parse().expect("a code"), names: Some(names) }
    }

    /// Capital letters must not hide a name.
    #[test]
    fn an_organization_is_found_in_upper_and_lower_case() {
        let named = |text: &str| check(&[other()], "text", &[text]).is_err();
        assert!(named("Filed by the ipa cis too.") && named("See cis-ipa."));
        assert!(!named("Filed twice."));
        let nameless = OtherOrganization { names: None, ..other() };
        assert!(check(&[nameless], "text", &["Anything."]).is_ok());
    }

    /// A former or future name tells as much as the current one.
    #[test]
    fn names_of_any_language_and_any_time_are_found() {
        let named = |text: &str| check(&[other()], "text", &["Seen.", text]).is_err();
        for text in ["И мпа снг тоже.", "Бұл ТМД ПАА емес пе?", "Была Межпарламентская ассамблея."]
        {
            assert!(named(text), "{text}");
        }
        assert!(!named("Ассамблея"));
    }

    /// The own organization is no secret to the delegation.
    #[test]
    fn other_organizations_exclude_the_own_one() {
        let own = draft();
        let mut related = own.name.clone();
        related.organization = other().code;
        let finding = |related: &ApplicationName| Finding {
            code: FindingCode::ALL[0],
            blocking: false,
            fields: Vec::new(),
            related: related.to_string(),
            clearance: None,
        };
        let found = Screening { findings: vec![finding(&related), finding(&own.name)], ..Screening::default() };
        let alike = "turkpa".parse().expect("a code");
        let all = others(&own, &[&found], [alike]);
        assert_eq!(all.iter().map(OrganizationCode::as_str).collect::<Vec<_>>(), ["cis-ipa", "turkpa"]);
    }
}
