//! Every stable error reason has its page: what happened, why, what to do.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Faults, sources};

/// Where the reasons of the rules are defined, as string literals in upper case.
pub(super) const REASONS: &str = "crates/domain/src/refusal/reason.rs";
/// Where each one is explained, under a heading of its own.
pub(super) const PAGES: &str = "docs/errors.md";

pub fn check(root: &Path) -> Result<Faults> {
    let read = |path| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"));
    let sources = sources::read(root)?;
    // Our own tests, below, say reasons without meaning them.
    let everything: String =
        sources.into_iter().filter(|(path, _)| !path.starts_with("crates/xtask/")).map(|(_, text)| text).collect();
    let page = read(PAGES)?;
    let mut faults = compare(&literals(&read(REASONS)?), &literals(&everything), &sections(&page));
    faults.extend(unlinked(&page));
    Ok(faults)
}

/// The sections that the contents at the top of `page` do not link.
fn unlinked(page: &str) -> Faults {
    let is_linked = |reason: &str| page.contains(&format!("](#{})", reason.to_lowercase()));
    let missing = sections(page).into_iter().filter(|(reason, _)| !is_linked(reason));
    missing.map(|(reason, _)| format!("the contents of {PAGES} do not link `## {reason}`")).collect()
}

/// The string literals of `source` that look like a reason.
pub(super) fn literals(source: &str) -> BTreeSet<&str> {
    // A reason has no escape in it, so whatever stands between two quotation marks will do.
    source.split('"').filter(|literal| is_reason(literal)).collect()
}

/// The headings of `page` that look like a reason, each with whether text follows it.
pub(super) fn sections(page: &str) -> BTreeSet<(&str, bool)> {
    let sections = page.split("\n## ").skip(1).map(|section| section.split_once('\n').unwrap_or((section, "")));
    let named = sections.map(|(heading, text)| (heading.trim(), !text.trim().is_empty()));
    named.filter(|(heading, _)| is_reason(heading)).collect()
}

/// Wants a section for each of `reasons`, and no section for what is nowhere in the source. The server and the wire add
/// reasons of their own to those of the rules, and the handshake writes some into the log.
fn compare(reasons: &BTreeSet<&str>, everything: &BTreeSet<&str>, sections: &BTreeSet<(&str, bool)>) -> Faults {
    let explained: BTreeSet<&str> = sections.iter().map(|(reason, _)| *reason).collect();
    let none = reasons.is_empty().then(|| format!("{REASONS} defines no reason"));
    let missing = reasons.difference(&explained).map(|reason| format!("{PAGES} has no section `## {reason}`"));
    let stale = explained.difference(everything).map(|reason| format!("{PAGES} explains {reason}, which nothing says"));
    let empty = sections.iter().filter(|(_, text)| !text);
    let empty = empty.map(|(reason, _)| format!("the section `## {reason}` of {PAGES} is empty"));
    none.into_iter().chain(missing).chain(stale).chain(empty).collect()
}

fn is_reason(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks `page` against three reasons, of which the rules define two.
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
    fn reasons_and_sections_must_agree() {
        let both = "# Errors\n\n## BUSY\n\nWait.\n\n## FOUR_EYES\n\nAsk someone else.\n";
        check(both, &[]);
        check(&format!("{both}\n## INTERNAL\n\nCall us.\n"), &[]);
        check(&format!("{both}\n## OLD\n\nGone.\n"), &["explains OLD"]);
        check("# Errors\n\n## BUSY\n\nWait.\n", &["no section `## FOUR_EYES`"]);
        check("# Errors\n\n## BUSY\n\n## FOUR_EYES\nAsk.\n", &["`## BUSY` of docs/errors.md is empty"]);
    }

    #[test]
    fn the_contents_link_every_section() {
        let page = "# Errors\n\n- [BUSY](#busy), [FOUR_EYES](#four_eyes)\n\n## BUSY\n\nWait.\n\n## FOUR_EYES\n\nAsk.\n";
        assert_eq!(unlinked(page), Faults::new());
        let faults = unlinked(&page.replace("(#four_eyes)", "(#four)"));
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].ends_with("do not link `## FOUR_EYES`"), "{faults:?}");
    }

    #[test]
    fn a_source_without_reasons_is_a_fault() {
        assert_eq!(compare(&literals("fn f() {}"), &BTreeSet::new(), &BTreeSet::new()).len(), 1);
    }
}
