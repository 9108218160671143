//! A delegation never learns of another one from what the commission writes to it.

use std::collections::BTreeSet;

use crate::application::Application;
use crate::refusal::Refusal;
use crate::screening::Screening;
use crate::vocabulary::dated_name::Names;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::name::ApplicationName;

/// An organization that has filed the same person as another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherOrganization {
    /// Its code.
    pub code: OrganizationCode,
    /// What it is called, whenever and in whichever language; none if that is not known.
    pub names: Option<Names>,
}

/// The organizations that have filed whoever an application is for, as the checks found and as it is now: what was decided
/// before another one filed is not checked again.
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

/// Refuses texts to a delegation that name any of the others.
pub fn check(others: &[OtherOrganization], field: &'static str, texts: &[&str]) -> Result<(), Refusal> {
    let texts: Vec<_> = texts.iter().map(|text| text.to_lowercase()).collect();
    let names = |other: &OtherOrganization| {
        let names = other.names.iter().flat_map(Names::all).map(|name| name.text.to_lowercase());
        let mut telling = names.chain([other.code.to_string()]);
        telling.any(|name| texts.iter().any(|text| text.contains(&name)))
    };
    if others.iter().any(names) {
        let problem = "expected a text that does not name the other organization: the delegation will read it";
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

    #[test]
    fn no_text_names_another_organization_in_any_case() {
        let named = |text: &str| check(&[other()], "text", &[text]).is_err();
        assert!(named("Filed by the ipa cis too.") && named("See cis-ipa."));
        assert!(!named("Filed twice."));
        let nameless = OtherOrganization { names: None, ..other() };
        assert!(check(&[nameless], "text", &["Anything."]).is_ok());
    }

    #[test]
    fn a_name_tells_in_any_language_and_also_before_or_after_it_holds() {
        let named = |text: &str| check(&[other()], "text", &["Seen.", text]).is_err();
        for text in ["И мпа снг тоже.", "Бұл ТМД ПАА емес пе?", "Была Межпарламентская ассамблея."]
        {
            assert!(named(text), "{text}");
        }
        assert!(!named("Ассамблея"));
    }

    #[test]
    fn the_others_are_those_found_and_those_alike_without_its_own() {
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
