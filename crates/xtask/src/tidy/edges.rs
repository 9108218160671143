//! Compares the dependencies between the crates of this workspace with a table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use super::Faults;
use crate::command;

/// For each crate, the crates of this workspace that it uses.
type Edges = BTreeMap<String, BTreeSet<String>>;

/// The table of allowed dependencies.
const TABLE: &str = "crates/xtask/edges.txt";

/// Compares the table with `cargo metadata`.
pub fn check(root: &Path) -> Result<Faults> {
    let table = std::fs::read_to_string(root.join(TABLE)).with_context(|| format!("cannot read {TABLE}"))?;
    let allowed = parse(&table)?;
    let metadata = command::output(
        Command::new("cargo").args(["metadata", "--format-version=1", "--no-deps", "--locked"]).current_dir(root),
    )?;
    let actual = read(&serde_json::from_str(&metadata).context("`cargo metadata` did not write JSON")?)?;
    Ok(compare(&allowed, &actual))
}

/// Reads lines of the form `crate -> crate, crate`. A `#` starts a comment.
fn parse(table: &str) -> Result<Edges> {
    let lines = table.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (from, to) = line.split_once("->").with_context(|| {
                format!("{TABLE}: the line `{line}` has no arrow; expected `crate -> crate, crate`")
            })?;
            let to = to.split(',').map(str::trim).filter(|name| !name.is_empty());
            Ok((from.trim().to_owned(), to.map(str::to_owned).collect()))
        })
        .collect()
}

/// Reads the normal dependencies between the packages of the workspace.
fn read(metadata: &Value) -> Result<Edges> {
    let packages = metadata["packages"].as_array().ok_or_else(|| anyhow!("`cargo metadata` lists no packages"))?;
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let ours: BTreeSet<String> = packages.iter().map(name).collect();
    let edges = packages.iter().map(|package| {
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        // `kind` is null for a normal dependency, "dev" or "build" for the exempt ones.
        let normal = dependencies.filter(|dependency| dependency["kind"].is_null());
        (name(package), normal.map(name).filter(|name| ours.contains(name)).collect())
    });
    Ok(edges.collect())
}

/// Lists dependencies that are not allowed, allowed ones that are not used, and crates without a line.
fn compare(allowed: &Edges, actual: &Edges) -> Faults {
    let mut faults = Faults::new();
    let none = BTreeSet::new();
    let crates: BTreeSet<&String> = allowed.keys().chain(actual.keys()).collect();
    for name in crates {
        match (allowed.contains_key(name), actual.contains_key(name)) {
            (true, false) => {
                faults.push(format!("{TABLE} has a line for {name}, which is no crate of the workspace: remove it"))
            }
            (false, true) => faults.push(format!("{TABLE} has no line for the crate {name}: add one")),
            _ => {}
        }
        let (allowed, actual) = (allowed.get(name).unwrap_or(&none), actual.get(name).unwrap_or(&none));
        faults.extend(actual.difference(allowed).map(|to| {
            format!("{name} -> {to} is not allowed by {TABLE}; read about crates in ARCHITECTURE.md before you add it")
        }));
        faults.extend(
            allowed
                .difference(actual)
                .map(|to| format!("{name} -> {to} is listed in {TABLE}, but {name} does not use {to}: remove it")),
        );
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_normal_dependencies_between_crates_of_the_workspace_are_edges() {
        let metadata = json!({"packages": [
            {"name": "store", "dependencies": [
                {"name": "domain", "kind": null},
                {"name": "sqlx", "kind": null},
                {"name": "wire", "kind": "dev"},
                {"name": "evidence", "kind": "build"},
            ]},
            {"name": "domain", "dependencies": []},
            {"name": "wire", "dependencies": []},
            {"name": "evidence", "dependencies": []},
        ]});
        let expected = parse("store -> domain\n domain ->\n wire ->\n evidence ->").unwrap();
        assert_eq!(read(&metadata).unwrap(), expected);
    }

    #[test]
    fn a_missing_edge_and_an_unused_edge_are_faults() {
        let check = |allowed, actual, expected: &[&str]| {
            let faults = compare(&parse(allowed).unwrap(), &parse(actual).unwrap());
            assert_eq!(faults.len(), expected.len(), "{faults:?}");
            for (fault, start) in faults.iter().zip(expected) {
                assert!(fault.starts_with(start), "{fault}");
            }
        };
        check("a -> b # why\nb ->", "a -> b\nb ->", &[]);
        check("a -> b\nb ->", "a ->\nb ->", &["a -> b is listed in"]);
        check("a ->\nb ->", "a -> b\nb ->", &["a -> b is not allowed"]);
        check("a ->", "a ->\nb ->", &["crates/xtask/edges.txt has no line for the crate b"]);
        check("a ->\nb ->", "a ->", &["crates/xtask/edges.txt has a line for b"]);
    }

    #[test]
    fn a_line_without_an_arrow_is_an_error() {
        assert!(parse("a b").is_err());
    }
}
