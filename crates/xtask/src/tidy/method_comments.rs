//! Checks the comment of every method in `proto/`: it lists the roles that may call the method, and its errors.
//!
//! Partners write their clients from these comments alone. The roles must equal those in the table of the policy, so
//! that nobody changes only one of them. Which errors a method can return is known only to its code. So this checks
//! that every listed reason exists, and that every reason of the rules is listed by a method or as common to all
//! methods.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Faults, reasons, sources};

/// Where the methods are, and their comments.
pub(super) const PROTO: &str = "proto/accreditation/v1";
/// The file whose first comment lists the reasons that are common to all methods.
const COMMON: &str = "common.proto";
/// The table of roles that may call each method.
const TABLE: &str = "crates/domain/src/policy/table.rs";
/// The file with the reasons of the server, which are no reasons of the rules.
const STATUS: &str = "crates/server/src/status.rs";

/// A row of the table of the policy.
#[derive(Debug, PartialEq, Eq)]
struct Row<'a> {
    /// The roles as in `Principal.roles`, or only `everyone`.
    roles: BTreeSet<String>,
    /// `Reads`, `Changes`, or `Decides`, which needs a person.
    effect: &'a str,
}

/// The facts in the source files, which the comments are compared with.
struct Known<'a> {
    /// The rows by `Service/Method`.
    table: BTreeMap<String, Row<'a>>,
    /// The reasons of the rules.
    rule_reasons: BTreeSet<&'a str>,
    /// The reasons that a method may list: those of the rules and of the server that have a section in
    /// `docs/errors.md`.
    reasons: BTreeSet<&'a str>,
}

/// A method and the lines of its comment.
struct Method<'a> {
    name: String,
    comment: Vec<&'a str>,
}

/// Reads the facts from the source files and compares them with the comments in `proto/`.
pub fn check(root: &Path) -> Result<Faults> {
    let read = |path: &str| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"));
    let (table, rules, status, pages) = (read(TABLE)?, read(reasons::REASONS)?, read(STATUS)?, read(reasons::PAGES)?);
    let rule_reasons = reasons::literals(&rules);
    let explained: BTreeSet<&str> = reasons::sections(&pages).into_iter().map(|(reason, _)| reason).collect();
    let defined: BTreeSet<&str> = rule_reasons.union(&reasons::literals(&status)).copied().collect();
    let reasons = defined.intersection(&explained).copied().collect();
    let known = Known { table: rows(&table), rule_reasons, reasons };
    let files = sources::read_in(root, &[PROTO], &["proto"])?;
    let name = |path: &str| path.trim_start_matches(PROTO).trim_start_matches('/').to_owned();
    let files: Vec<_> = files.into_iter().map(|(path, text)| (name(&path), text)).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Ok(compare(&files, &known))
}

/// Reads the rows of the table, for example `GetPerson "RegistryService" Roles(&[CecRegistrar, Auditor]), Reads;`.
fn rows(table: &str) -> BTreeMap<String, Row<'_>> {
    let row = |line| {
        let (method, rest) = str::strip_suffix(line, ";")?.trim().split_once(" \"")?;
        let (service, rest) = rest.split_once("\" ")?;
        let (who, effect) = rest.rsplit_once(", ")?;
        let listed = who.strip_prefix("Roles(&[").and_then(|roles| roles.strip_suffix("])"));
        let roles = listed.map_or_else(|| vec![dotted(who)], |roles| roles.split(", ").map(dotted).collect());
        Some((format!("{service}/{method}"), Row { roles: roles.into_iter().collect(), effect }))
    };
    table.lines().filter_map(row).collect()
}

/// The name of a role on the wire: `CecRegistrar` is `cec.registrar`.
fn dotted(variant: &str) -> String {
    let mut word = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('.');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

/// The methods of a file, each with the comment above it.
fn methods(text: &str) -> Vec<Method<'_>> {
    let (mut service, mut comment, mut found) = ("", Vec::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("//") {
            comment.push(text.trim());
            continue;
        }
        let comment = std::mem::take(&mut comment);
        if let Some(rest) = line.strip_prefix("service ") {
            service = rest.trim_end_matches(" {");
        } else if let Some((method, _)) = line.strip_prefix("rpc ").and_then(|rest| rest.split_once('(')) {
            found.push(Method { name: format!("{service}/{method}"), comment });
        }
    }
    found
}

/// The text after a label in a comment. It ends at an empty line or at the label `Errors:`.
fn text_after(comment: &[&str], label: &str) -> Option<String> {
    let start = comment.iter().position(|line| line.starts_with(label))?;
    let more = comment[start + 1..].iter().take_while(|line| !line.is_empty() && !line.starts_with("Errors:"));
    let lines: Vec<_> = [comment[start][label.len()..].trim()].into_iter().chain(more.copied()).collect();
    Some(lines.join(" "))
}

/// The items of a comma-separated list, without text in parentheses.
fn items(list: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut bare = String::new();
    for sign in list.chars() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(sign),
            _ => {}
        }
    }
    bare.split(',').map(|item| item.trim().to_owned()).collect()
}

/// Lists the faults in the comments of all methods, and the reasons that no comment lists.
fn compare(files: &[(&str, &str)], known: &Known<'_>) -> Faults {
    let mut faults = Faults::new();
    let (mut documented, mut listed) = (BTreeSet::new(), BTreeSet::new());
    for (file, text) in files {
        if *file == COMMON {
            listed.extend(common(text, &known.reasons));
        }
        for Method { name, comment } in methods(text) {
            faults.extend(role_faults(&name, &comment, known).into_iter().map(|fault| format!("{file}: {fault}")));
            match text_after(&comment, "Errors:") {
                None => faults
                    .push(format!("{file}: {name} has no line `Errors:`: list its errors, or write `Errors: none`")),
                Some(errors) if errors == "none" => {}
                Some(errors) => {
                    let items = items(&errors);
                    let unknown = items.iter().filter(|item| !known.reasons.contains(item.as_str()));
                    faults.extend(unknown.map(|item| {
                        format!("{file}: {name} lists the error `{item}`, which is no reason: correct it")
                    }));
                    listed.extend(items);
                }
            }
            documented.insert(name);
        }
    }
    let undocumented = known.table.keys().filter(|name| !documented.contains(*name));
    faults.extend(
        undocumented.map(|name| format!("{TABLE} has a row for {name}, which is not in {PROTO}: remove the row")),
    );
    let unlisted = known.rule_reasons.iter().filter(|reason| !listed.contains(**reason));
    faults.extend(unlisted.map(|reason| {
        format!("{reason} is listed by no method and not in {COMMON}: add it to the methods that return it")
    }));
    faults
}

/// The reasons in the first comment of [`COMMON`], from lines of the form `* REASON, REASON: …`.
fn common(text: &str, reasons: &BTreeSet<&str>) -> BTreeSet<String> {
    let head = text.lines().take_while(|line| line.starts_with("//"));
    let bullets = head.filter_map(|line| line.strip_prefix("// * "));
    let words = bullets.flat_map(|line| line.split(|sign: char| !(sign.is_ascii_uppercase() || sign == '_')));
    words.filter(|word| reasons.contains(word)).map(str::to_owned).collect()
}

/// Lists the faults in the line `Roles:` of one method.
fn role_faults(name: &str, comment: &[&str], known: &Known<'_>) -> Faults {
    let Some(Row { roles, effect }) = known.table.get(name) else {
        return vec![format!("{name} has no row in {TABLE}: add one")];
    };
    let Some(listed) = text_after(comment, "Roles:") else {
        return vec![format!("{name} has no line `Roles:`: list the roles that may call it")];
    };
    let mut faults = Faults::new();
    let words: BTreeSet<String> = items(&listed).into_iter().collect();
    if words != *roles {
        let roles: Vec<_> = roles.iter().map(String::as_str).collect();
        faults.push(format!("{name} lists `Roles: {listed}`, but {TABLE} has {}: make them equal", roles.join(", ")));
    }
    if *effect == "Decides" && !listed.contains("PERSON") {
        faults.push(format!("only people may call {name}: write `(a PERSON)` after its roles"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;

    const ROWS: &str = "table! {\n    WhoAmI \"RegistryService\" Everyone, Reads;\n    \
        Adopt \"DecreeService\" Roles(&[CecAdopter, Auditor]), Decides;\n}\n";
    const HEAD: &str = "// What is common.\n// * NOT_FOUND: there is none. BUSY: wait.\n\nsyntax = \"proto3\";\n";
    const WHO_AM_I: &str = "service RegistryService {\n  // Who calls.\n  //\n  // Roles: everyone\n  // Errors: none\n  \
        rpc WhoAmI(Request) returns (Principal);\n}\n";

    /// A service with one method and this comment.
    fn adopt(comment: &str) -> String {
        let comment: String = comment.lines().map(|line| format!("  // {line}\n")).collect();
        format!(
            "service DecreeService {{\n  // Before.\n  rpc_count = 1\n{comment}  rpc Adopt(Request) returns (Decree);\n}}\n"
        )
    }

    fn check(file: &str, expected: &[&str]) {
        let known = Known {
            table: rows(ROWS),
            rule_reasons: BTreeSet::from(["DECREE_EMPTY", "NOT_FOUND"]),
            reasons: BTreeSet::from(["DECREE_EMPTY", "NOT_FOUND", "BUSY"]),
        };
        let faults = compare(&[(COMMON, HEAD), ("decree.proto", file), ("registry.proto", WHO_AM_I)], &known);
        assert_eq!(faults.len(), expected.len(), "{file}: {faults:?}");
        for (fault, part) in faults.iter().zip(expected) {
            assert!(fault.contains(part), "{file}: {fault}");
        }
    }

    #[test]
    fn a_comment_lists_the_roles_of_the_table_and_existing_reasons() {
        let good = "Adopts.\n\nRoles: auditor (reads, mostly), cec.adopter\n(a PERSON)\nErrors: DECREE_EMPTY (no, items), BUSY";
        check(&adopt(good), &[]);
        check(&adopt(&good.replace("DECREE_EMPTY (no, items),", "DECREE_EMPTY\n(no, items),")), &[]);
        check(&adopt(&good.replace("Roles:", "Role:")), &["has no line `Roles:`"]);
        check(&adopt(&good.replace(", cec.adopter", "")), &["DecreeService/Adopt lists `Roles: auditor"]);
        check(&adopt(&good.replace("cec.adopter", "cec.adopter, operator")), &["has auditor, cec.adopter"]);
        check(&adopt(&good.replace("PERSON", "person")), &["write `(a PERSON)`"]);
        check(&adopt(&good.replace("BUSY", "BUSIER")), &["decree.proto: DecreeService/Adopt lists the error `BUSIER`"]);
        check(&adopt(&good.replace("BUSY", "")), &["lists the error ``"]);
    }

    #[test]
    fn a_reason_that_no_method_lists_is_a_fault() {
        let none = "Adopts.\nRoles: cec.adopter (a PERSON), auditor\nErrors: none";
        check(&adopt(none), &["DECREE_EMPTY is listed by no method"]);
        let without = none.replace("\nErrors: none", "");
        check(&adopt(&without), &["has no line `Errors:`", "DECREE_EMPTY is listed by no method"]);
    }

    #[test]
    fn a_method_without_a_row_and_a_row_without_a_method_are_faults() {
        let other =
            adopt("Adopts.\nRoles: cec.adopter (a PERSON), auditor\nErrors: DECREE_EMPTY").replace("Adopt(", "Sign(");
        check(&other, &["DecreeService/Sign has no row", "has a row for DecreeService/Adopt, which is not in"]);
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        let table = fs::read_to_string(root().join(TABLE)).unwrap();
        let rows = rows(&table);
        assert_eq!(rows.len(), table.lines().filter(|line| line.contains("Service\" ")).count());
        assert_eq!(
            rows["RegistryService/WhoAmI"],
            Row { roles: BTreeSet::from(["everyone".to_owned()]), effect: "Reads" }
        );
        let people = BTreeSet::from(["auditor".to_owned(), "cec.registrar".to_owned()]);
        assert_eq!(rows["RegistryService/GetPerson"], Row { roles: people, effect: "Reads" });
    }
}
