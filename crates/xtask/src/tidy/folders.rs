//! A file is in the folder of its noun.
//!
//! The nouns are the names of the files in `proto/`. A change to decrees is then under `decree/` in the domain, in the store,
//! in the server and in the tool, and a newcomer finds it without searching.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use heck::ToSnakeCase as _;

use super::method_comments::PROTO;
use super::{Faults, sources};

/// A folder that is divided by nouns, and what else lies in it because it belongs to no noun.
struct Divided {
    folder: &'static str,
    without_noun: &'static [&'static str],
}

const DIVIDED: [Divided; 6] = [
    Divided {
        folder: "crates/domain/src",
        without_noun: &["lib", "outcome", "policy", "refusal", "screening", "vocabulary"],
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
            "probe",
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
    Divided { folder: "crates/wire/src/convert", without_noun: &["dated_name", "enums", "sample", "time"] },
    Divided { folder: "crates/wire/src/request", without_noun: &["filter", "tests"] },
];

/// Nouns that are part of another one and have a file of their own only in `proto/`.
const PARTS: [(&str, &str); 1] = [("decree_scan", "decree")];

/// Checks the folders of a workspace.
pub fn check(root: &Path) -> Result<Faults> {
    let nouns = nouns(root)?;
    let mut faults = Faults::new();
    for divided in &DIVIDED {
        let files = sources::read_in(root, &[divided.folder], &["rs"])?;
        faults.extend(files.iter().flat_map(|(path, _)| misplaced(divided, path, &nouns)));
    }
    Ok(faults)
}

/// The methods of each noun, in snake case. A method belongs to the file that defines its request.
fn nouns(root: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut nouns = BTreeMap::<_, BTreeSet<_>>::new();
    for (path, text) in sources::read_in(root, &[PROTO], &["proto"])? {
        let file = path.trim_start_matches(PROTO).trim_start_matches('/').trim_end_matches(".proto");
        let noun = PARTS.iter().find(|(part, _)| *part == file).map_or(file, |(_, whole)| *whole);
        nouns.entry(noun.to_owned()).or_default().extend(requests(&text).map(str::to_snake_case));
    }
    nouns.remove("common");
    Ok(nouns)
}

/// The methods whose requests a file defines.
fn requests(text: &str) -> impl Iterator<Item = &str> {
    let names = text.lines().filter_map(|line| line.strip_prefix("message "));
    names.filter_map(|name| name.split_whitespace().next()?.strip_suffix("Request"))
}

/// What is wrong with the place of one file, given by its path below the root.
fn misplaced(divided: &Divided, file: &str, nouns: &BTreeMap<String, BTreeSet<String>>) -> Faults {
    let Divided { folder, without_noun } = divided;
    let path = file.trim_start_matches(folder).trim_start_matches('/').trim_end_matches(".rs");
    let first = path.split('/').next().unwrap_or(path);
    let last = path.rsplit('/').next().unwrap_or(path);
    let mut faults = Faults::new();
    if !nouns.contains_key(first) && !without_noun.contains(&first) {
        faults.push(format!("{file} is in no folder of a noun: the nouns are the files of {PROTO}"));
    }
    let owner = nouns.iter().find(|(_, methods)| methods.contains(last)).map(|(noun, _)| noun);
    if let Some(noun) = owner
        && first != noun
    {
        faults.push(format!("{file} is named after a method of {noun}: move it to {folder}/{noun}/"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str) -> Faults {
        let of = |noun: &str, method: &str| (noun.to_owned(), BTreeSet::from([method.to_owned()]));
        let nouns = BTreeMap::from([of("decree", "adopt_decree"), of("review", "claim_application")]);
        misplaced(&Divided { folder: "src", without_noun: &["engine"] }, &format!("src/{file}"), &nouns)
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
        assert_eq!(requests(text).map(str::to_snake_case).collect::<Vec<_>>(), ["adopt_decree"]);
    }
}
