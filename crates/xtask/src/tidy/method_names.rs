//! A method's name is written once in each place that has to know it.
//!
//! The proto has it because it is the contract; the permission table because somebody must decide who may call it; its
//! handler and the reader of its request because they are its code. Whatever needs one thing for each method takes the
//! names from `domain::for_each_method!` or `wire::for_each_call!`: a second list is forgotten one day.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use heck::ToSnakeCase as _;

use super::method_comments::PROTO;
use super::{Faults, sources};

/// The list of the methods.
const TABLE: &str = "crates/domain/src/policy/table.rs";
/// A file that names more methods than this is a list. Tests, and the programs that call methods, may name as many as they
/// call.
const MOST: usize = 7;
/// Where a list would be a second one.
const SEARCHED: [&str; 4] = ["crates/client/src/", "crates/domain/src/", "crates/server/src/", "crates/wire/src/"];
/// Where the readers of requests are.
const READERS: &str = "crates/wire/src/request/";
/// Where the handlers are.
const HANDLERS: &str = "crates/server/src/";

pub fn check(root: &Path) -> Result<Faults> {
    let methods = names(root)?;
    let files = sources::read(root)?;
    Ok(lists(&methods, &files).into_iter().chain(copies(&methods, &files)).collect())
}

/// The methods of the API, as the proto names them.
fn names(root: &Path) -> Result<Vec<String>> {
    let files = sources::read_in(root, &[PROTO], &["proto"])?;
    let lines = files.iter().flat_map(|(_, text)| text.lines());
    let declared = lines.filter_map(|line| line.trim_start().strip_prefix("rpc ")?.split_once('('));
    Ok(declared.map(|(name, _)| name.trim().to_owned()).collect())
}

/// The files that list methods beside the table.
fn lists(methods: &[String], files: &[(String, String)]) -> Faults {
    let searched = files.iter().filter(|(path, _)| {
        let is_code = SEARCHED.iter().any(|folder| path.starts_with(folder)) && !path.ends_with("tests.rs");
        is_code && path != TABLE && !path.starts_with(READERS)
    });
    let mut faults = Faults::new();
    for (path, text) in searched {
        let code = text.split("#[cfg(test)]").next().unwrap_or(text);
        let words: BTreeSet<&str> = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//") && !line.starts_with("pub(crate) use "))
            .flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
            .collect();
        let named = methods.iter().filter(|method| words.contains(method.as_str()) && words.contains("Action")).count();
        if named > MOST {
            faults.push(format!("{path} names {named} methods: take them from domain::for_each_method!"));
        }
    }
    faults
}

/// The methods that have two handlers or two readers, or none.
fn copies(methods: &[String], files: &[(String, String)]) -> Faults {
    let mut faults = Faults::new();
    for method in methods {
        let of = |folder: &str, needles: &[String]| {
            let files = files.iter().filter(|(path, _)| path.starts_with(folder));
            files
                .map(|(_, text)| needles.iter().map(|needle| text.matches(needle.as_str()).count()).sum::<usize>())
                .sum()
        };
        let handlers: usize = of(
            HANDLERS,
            &[
                format!("struct {method};"),
                format!("get!({method},"),
                format!("get!(\n    {method},"),
                format!("list!(\n    {method},"),
            ],
        );
        if handlers != 1 {
            faults.push(format!("{method} has {handlers} handlers in {HANDLERS}, not one"));
        }
        let readers: usize = of(READERS, &[format!("fn {}(", method.to_snake_case())]);
        if readers > 1 {
            faults.push(format!("{method} has {readers} readers in {READERS}, not one"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn methods() -> Vec<String> {
        ('A'..='I').map(|letter| format!("Get{letter}")).collect()
    }

    fn file(path: &str, text: &str) -> Vec<(String, String)> {
        vec![(path.to_owned(), text.to_owned())]
    }

    #[test]
    fn a_second_list_of_methods_is_a_fault_and_the_table_is_none() {
        let list = methods().iter().map(|method| format!("Action::{method},\n")).collect::<String>();
        assert_eq!(lists(&methods(), &file("crates/server/src/metrics.rs", &list)).len(), 1);
        assert_eq!(lists(&methods(), &file(TABLE, &list)), Faults::new());
        let few = "Action::GetA, Action::GetB";
        assert_eq!(lists(&methods(), &file("crates/server/src/metrics.rs", few)), Faults::new());
    }

    #[test]
    fn a_method_has_one_handler() {
        let one = ["GetA".to_owned()];
        let handler = |text| copies(&one, &file("crates/server/src/a/get_a.rs", text)).len();
        assert_eq!(handler("pub(crate) struct GetA;"), 0);
        assert_eq!(handler("get!(GetA, AName, v1::A);"), 0);
        assert_eq!(handler(""), 1);
        assert_eq!(handler("struct GetA;\nstruct GetA;"), 1);
    }

    #[test]
    fn a_method_has_one_reader() {
        let one = ["GetA".to_owned()];
        let mut files = file("crates/server/src/a.rs", "struct GetA;");
        files.extend(file("crates/wire/src/request/a.rs", "pub fn get_a(x: X) {}\nfn get_a(y: Y) {}"));
        assert_eq!(copies(&one, &files).len(), 1);
    }
}
