//! A file is in the folder of its noun.
//!
//! The nouns are the names of the files in `proto/`. A change to decrees is then under `decree/` in the domain, in the store,
//! in the server and in the tool, and a newcomer finds it without searching.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Faults;
use super::method_comments::PROTO;

/// A folder that is divided by nouns, and what else lies in it because it belongs to no noun.
struct Divided {
    folder: &'static str,
    without_noun: &'static [&'static str],
}

const DIVIDED: [Divided; 4] = [
    Divided {
        folder: "crates/domain/src",
        without_noun: &["lib", "outcome", "policy", "refusal", "rule_pack", "screening", "vocabulary"],
    },
    Divided { folder: "crates/store/src/tx", without_noun: &["engine", "screening"] },
    Divided {
        folder: "crates/server/src",
        without_noun: &[
            "clock",
            "config",
            "deadline",
            "engine",
            "gate",
            "health",
            "init",
            "jobs",
            "lib",
            "log_sizes",
            "main",
            "metrics",
            "request_limits",
            "run",
            "status",
            "telemetry",
            "tls",
            "transfer",
            "verify",
            "watch_limiter",
        ],
    },
    Divided { folder: "crates/accredit/src", without_noun: &["main", "terminal"] },
];

/// Nouns that are part of another one and have a file of their own only in `proto/`.
const PARTS: [(&str, &str); 1] = [("decree_scan", "decree")];

/// Checks the folders of a workspace.
pub fn check(root: &Path) -> Result<Faults> {
    let nouns = nouns(root)?;
    let mut faults = Faults::new();
    for divided in &DIVIDED {
        let mut files = Vec::new();
        collect(&root.join(divided.folder), "", &mut files)?;
        faults.extend(misplaced(divided, &files, &nouns));
    }
    Ok(faults)
}

/// The methods of each noun, in snake case. A method belongs to the file that defines its request.
fn nouns(root: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut nouns = BTreeMap::<_, BTreeSet<_>>::new();
    for entry in fs::read_dir(root.join(PROTO)).with_context(|| format!("cannot list {PROTO}"))? {
        let path = entry?.path();
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let noun = PARTS.iter().find(|(part, _)| *part == file).map_or(file, |(_, whole)| (*whole).to_owned());
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        nouns.entry(noun).or_default().extend(requests(&text).map(snake_case));
    }
    nouns.remove("common");
    Ok(nouns)
}

/// The methods whose requests a file defines.
fn requests(text: &str) -> impl Iterator<Item = &str> {
    let names = text.lines().filter_map(|line| line.strip_prefix("message "));
    names.filter_map(|name| name.split_whitespace().next()?.strip_suffix("Request"))
}

pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, letter) in name.char_indices() {
        if letter.is_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// What is wrong with the files of one folder, each given by its path in it.
fn misplaced(divided: &Divided, files: &[String], nouns: &BTreeMap<String, BTreeSet<String>>) -> Faults {
    let Divided { folder, without_noun } = divided;
    let mut faults = Faults::new();
    for file in files {
        let path = file.trim_end_matches(".rs");
        let first = path.split('/').next().unwrap_or(path);
        let last = path.rsplit('/').next().unwrap_or(path);
        if !nouns.contains_key(first) && !without_noun.contains(&first) {
            faults.push(format!("{folder}/{file} is in no folder of a noun: the nouns are the files of {PROTO}"));
        }
        let owner = nouns.iter().find(|(_, methods)| methods.contains(last)).map(|(noun, _)| noun);
        if let Some(noun) = owner
            && first != noun
        {
            faults.push(format!("{folder}/{file} is named after a method of {noun}: move it to {folder}/{noun}/"));
        }
    }
    faults
}

fn collect(directory: &Path, prefix: &str, files: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(directory).with_context(|| format!("cannot list {}", directory.display()))? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if path.ends_with(".rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str) -> Faults {
        let of = |noun: &str, method: &str| (noun.to_owned(), BTreeSet::from([method.to_owned()]));
        let nouns = BTreeMap::from([of("decree", "adopt_decree"), of("review", "claim_application")]);
        misplaced(&Divided { folder: "src", without_noun: &["engine"] }, &[file.to_owned()], &nouns)
    }

    #[test]
    fn a_file_in_its_noun_s_folder_or_in_one_without_a_noun_is_right() {
        for file in ["decree.rs", "decree/adopt_decree.rs", "decree/list/page.rs", "engine/query.rs"] {
            assert_eq!(found(file), Faults::new(), "{file}");
        }
    }

    #[test]
    fn a_file_outside_every_noun_and_a_method_in_another_s_folder_are_faults() {
        for file in ["adoption.rs", "decrees/scan.rs", "decree/claim_application.rs", "engine/adopt_decree.rs"] {
            assert_eq!(found(file).len(), 1, "{file}");
        }
        assert_eq!(found("adopt_decree.rs").len(), 2, "flat, and outside its noun");
    }

    #[test]
    fn the_request_says_whose_a_method_is() {
        let text = "message AdoptDecreeRequest {\n}\nmessage Decree {\n}\n";
        assert_eq!(requests(text).map(snake_case).collect::<Vec<_>>(), ["adopt_decree"]);
    }
}
