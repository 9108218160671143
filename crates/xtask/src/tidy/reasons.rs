//! Checks that every error reason has a section in the documentation: what happened, why, and what to do.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Faults, sources};

/// The file that defines the reasons of the rules, as string literals in upper case.
pub(super) const REASONS: &str = "crates/domain/src/refusal/reason.rs";
/// The page that explains each reason in a section.
pub(super) const PAGES: &str = "docs/errors.md";

/// Compares the reasons in the source files with the sections of the documentation.
pub fn check(root: &Path) -> Result<Faults> {
    let read = |path| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"));
    let sources = sources::read(root)?;
    // The tests of this crate contain reasons that do not exist.
    let all_sources: String =
        sources.into_iter().filter(|(path, _)| !path.starts_with("crates/xtask/")).map(|(_, text)| text).collect();
    let page = read(PAGES)?;
    let mut faults = compare(&literals(&read(REASONS)?), &literals(&all_sources), &sections(&page));
    faults.extend(list_unlinked(&page));
    Ok(faults)
}

/// The sections that are missing in the table of contents at the top of `page`.
fn list_unlinked(page: &str) -> Faults {
    let is_linked = |reason: &str| page.contains(&format!("](#{})", reason.to_lowercase()));
    let missing = sections(page).into_iter().filter(|(reason, _)| !is_linked(reason));
    missing.map(|(reason, _)| format!("the contents of {PAGES} do not link `## {reason}`")).collect()
}

/// The string literals of `source` that look like a reason.
pub(super) fn literals(source: &str) -> BTreeSet<&str> {
    // A reason contains no escape, so it is the text between two quotation marks.
    source.split('"').filter(|literal| is_reason(literal)).collect()
}

/// The headings of `page` that look like a reason, and whether text follows the heading.
pub(super) fn sections(page: &str) -> BTreeSet<(&str, bool)> {
    let sections = page.split("\n## ").skip(1).map(|section| section.split_once('\n').unwrap_or((section, "")));
    let named = sections.map(|(heading, text)| (heading.trim(), !text.trim().is_empty()));
    named.filter(|(heading, _)| is_reason(heading)).collect()
}

/// Demands a section for each of `reasons`, and that the reason of each section is in some source file.
///
/// The second set is larger: `server` and `wire` have reasons too, and the TLS handshake writes some to the log.
fn compare(reasons: &BTreeSet<&str>, in_sources: &BTreeSet<&str>, sections: &BTreeSet<(&str, bool)>) -> Faults {
    let explained: BTreeSet<&str> = sections.iter().map(|(reason, _)| *reason).collect();
    let none = reasons.is_empty().then(|| format!("{REASONS} defines no reason"));
    let missing = reasons.difference(&explained).map(|reason| format!("{PAGES} has no section `## {reason}`: add one"));
    let stale = explained
        .difference(in_sources)
        .map(|reason| format!("{PAGES} explains {reason}, which is in no source file: remove the section"));
    let empty = sections.iter().filter(|(_, text)| !text);
    let empty = empty.map(|(reason, _)| format!("the section `## {reason}` of {PAGES} is empty: say what to do"));
    none.into_iter().chain(missing).chain(stale).chain(empty).collect()
}

/// Whether a text has the form of a reason: upper-case letters and underscores.
fn is_reason(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks `page` against three reasons. The rules define two of them.
    fn check(page: &str, expected: &[&str]) {
        let rules = r#"Self::Busy => "BUSY", Self::FourEyes => "FOUR_EYES", format!("{x}: not one")"#;
        let everything = r#""BUSY" "FOUR_EYES" Some("INTERNAL")"#;
        let faults = compare(&literals(rules), &literals(everything), &sections(page));
        assert_eq!(faults.len(), expected.len(), "{faults:?}");
        for (fault, part) in faults.iter().zip(expected) {
            assert!(fault.contains(part), "{fault}");
        }
    }

    #[test]
    fn every_reason_has_one_section_and_every_section_a_reason() {
        let both = "# Errors\n\n## BUSY\n\nWait.\n\n## FOUR_EYES\n\nAsk someone else.\n";
        check(both, &[]);
        check(&format!("{both}\n## INTERNAL\n\nCall us.\n"), &[]);
        check(&format!("{both}\n## OLD\n\nGone.\n"), &["explains OLD"]);
        check("# Errors\n\n## BUSY\n\nWait.\n", &["no section `## FOUR_EYES`"]);
        check("# Errors\n\n## BUSY\n\n## FOUR_EYES\nAsk.\n", &["`## BUSY` of docs/errors.md is empty"]);
    }

    #[test]
    fn the_table_of_contents_links_every_section() {
        let page = "# Errors\n\n- [BUSY](#busy), [FOUR_EYES](#four_eyes)\n\n## BUSY\n\nWait.\n\n## FOUR_EYES\n\nAsk.\n";
        assert_eq!(list_unlinked(page), Faults::new());
        let faults = list_unlinked(&page.replace("(#four_eyes)", "(#four)"));
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].ends_with("do not link `## FOUR_EYES`"), "{faults:?}");
    }

    #[test]
    fn a_source_file_without_reasons_is_a_fault() {
        assert_eq!(compare(&literals("fn f() {}"), &BTreeSet::new(), &BTreeSet::new()).len(), 1);
    }
}
