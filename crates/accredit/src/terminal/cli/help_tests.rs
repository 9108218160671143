//! Tests that error messages and help texts tell a person what to do.

use clap::{CommandFactory as _, Parser as _};

use super::Cli;

/// clap would otherwise name the internal group, which nobody can type.
#[test]
fn the_error_for_a_missing_choice_names_all_options() {
    for (line, ways) in [
        ("decree add elections/e1/decrees/1", &["APPLICATIONS", "--from", "--filter", "--all-rec", "--prop"][..]),
        ("decree remove elections/e1/decrees/1", &["APPLICATIONS", "--from", "--proposals"]),
        ("accreditation confirm elections/e1/missions/osce", &["ACCREDITATIONS", "--all"]),
        ("presentation create e1 --note 1", &["APPLICATIONS", "--from", "--all-submitted"]),
    ] {
        let parsed = Cli::try_parse_from(std::iter::once("accredit").chain(line.split_whitespace()));
        let error = parsed.expect_err(line).to_string();
        let named = error.split("Usage:").next().unwrap_or_default();
        assert!(ways.iter().all(|way| named.contains(way)), "{error}");
    }
}

/// A person who forgets the language must learn the spelling from the error alone.
#[test]
fn the_error_for_a_name_without_language_lists_the_languages() {
    let line = "accredit organization create osce --kind state --trust-domain o.org --anchor a.pem --name";
    for name in ["OSCE", "fr=OSCE"] {
        let parsed = Cli::try_parse_from(line.split_whitespace().chain([name]));
        let error = parsed.expect_err(name).to_string();
        assert!(error.contains("expected kk=TEXT, ru=TEXT or en=TEXT"), "{error}");
    }
}

/// People look at the list of commands first. A role that only the long help names is found after a refusal.
#[test]
fn the_short_help_names_the_required_roles() {
    let root = Cli::command();
    for (path, role) in [
        ("decree create", "cec.adopter"),
        ("decree add", "cec.adopter"),
        ("decree remove", "cec.adopter"),
        ("decree adopt", "cec.adopter"),
        ("decree check", "cec.adopter"),
        ("decree send-back", "cec.adopter"),
        ("decree attach-scan", "cec.adopter"),
        ("accreditation withdraw", "delegation.submitter"),
        ("accreditation confirm", "delegation.submitter, or cec.registrar"),
        ("accreditation amend", "delegation.submitter, or cec.registrar"),
        ("accreditation revoke", "cec.reviewer"),
        ("accreditation annul", "cec.reviewer"),
        ("application file", "delegation.submitter, or cec.registrar"),
        ("application update", "delegation.submitter, or cec.registrar"),
        ("application submit", "delegation.submitter, or cec.registrar"),
        ("application withdraw", "delegation.submitter, or cec.registrar"),
        ("application answer", "delegation.submitter, or cec.registrar"),
        ("presentation create", "mfa.officer"),
        ("presentation return", "mfa.officer"),
        ("mission create", "delegation.submitter, or cec.registrar"),
        ("mission update", "delegation.submitter, or cec.registrar"),
        ("mission withdraw", "delegation.submitter"),
        ("mission deployment set", "delegation.submitter"),
        ("person create", "cec.registrar"),
        ("person show", "cec.registrar, auditor"),
        ("person list", "cec.registrar, auditor"),
    ] {
        let found = path.split(' ').try_fold(&root, |command, word| command.find_subcommand(word));
        let about = found.and_then(clap::Command::get_about).map(ToString::to_string).unwrap_or_default();
        assert!(about.contains(&format!("({role}")), "{path}: {about}");
    }
}

/// The id alone would not tell an auditor who acted.
#[test]
fn a_person_is_registered_with_a_full_name() {
    let parses = |words: &[&str]| Cli::try_parse_from([&["accredit"], words].concat()).is_ok();
    for words in [
        &["person", "create", "aliya", "--full-name", "Aliya Omarova"][..],
        &["person", "show", "people/aliya"],
        &["person", "list", "--json"],
        &[
            "principal",
            "create",
            "osce",
            "a",
            "--kind",
            "person",
            "--person",
            "aliya",
            "--role",
            "delegation.submitter",
        ],
    ] {
        assert!(parses(words), "{words:?}");
    }
    assert!(!parses(&["person", "create", "aliya"]));
    assert!(!parses(&["person", "show"]));
}
