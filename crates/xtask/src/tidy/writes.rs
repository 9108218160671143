//! Checks that a row of a resource is never written without its event.
//!
//! Functions of `store` that write such rows are private, and only `save` calls them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::{Faults, sources};

/// The directory with the SQL statements.
const STATEMENTS: &str = "crates/store/src/tx";
/// Tables that are no resources. The service needs them to work, and they record no decision.
const TECHNICAL: [&str; 12] = [
    "access_attempt",
    "counter",
    "document_read",
    "event_pending",
    "log_entry",
    "master_key",
    "past_state",
    "request",
    "screening_pending",
    "screening_sweep",
    "tally",
    "watch_list_entry",
];
/// Names of statements that store the progress of a job or an upload in a row of a resource.
const PROGRESS: [&str; 7] = [
    "update election ended",
    "clear document",
    "insert watch_list",
    "count watch_list",
    "abandon watch_list",
    "delete watch_list",
    "remove watch_list that was not in force",
];
/// Public functions that may write rows: `save` writes them with events, the others fill a database before it is
/// served.
const ALLOWED_WRITERS: [&str; 3] = ["save", "fill", "record_at_position"];

/// Checks every source file with SQL statements.
pub fn check(root: &Path) -> Result<Faults> {
    let files = sources::read(root)?;
    let texts: Vec<_> = files.iter().filter(|(path, _)| path.starts_with(STATEMENTS)).collect();
    let functions: Vec<_> = texts.iter().flat_map(|(path, text)| functions(path, text)).collect();
    Ok(faults(&functions))
}

/// A function of the store.
struct Function<'a> {
    path: &'a str,
    name: &'a str,
    is_public: bool,
    body: &'a str,
}

/// The functions of a file. The body of each reaches to the next function.
fn functions<'a>(path: &'a str, text: &'a str) -> Vec<Function<'a>> {
    let mut begins = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start();
        let without_visibility = words.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
        let is_public = words.starts_with("pub ");
        let bare = without_visibility.trim_start_matches("pub ").trim_start_matches("async ");
        if let Some(rest) = bare.strip_prefix("fn ") {
            let end = rest.find(|sign: char| !(sign.is_alphanumeric() || sign == '_')).unwrap_or(rest.len());
            begins.push((at, &rest[..end], is_public));
        }
        at += line.len();
    }
    let ends = begins.iter().skip(1).map(|(begin, ..)| *begin).chain([text.len()]);
    let function = |((begin, name, is_public), end): ((usize, &'a str, bool), usize)| Function {
        path,
        name,
        is_public,
        body: &text[begin..end],
    };
    begins.iter().copied().zip(ends).map(function).collect()
}

/// The tables of resources that a function writes.
fn written_tables(body: &str) -> BTreeSet<&str> {
    let statements = body.split("\"-- ").skip(1).filter(|sql| !PROGRESS.iter().any(|name| sql.starts_with(name)));
    let tables = statements.flat_map(|sql| {
        let sql = &sql[..sql.find('"').unwrap_or(sql.len())];
        ["INSERT INTO ", "UPDATE ", "DELETE FROM "].into_iter().flat_map(move |verb| {
            sql.split(verb).skip(1).map(|rest| rest.split_whitespace().next().unwrap_or_default())
        })
    });
    tables.filter(|table| !["SET", ""].contains(table) && !TECHNICAL.contains(table)).collect()
}

/// Lists public functions that write rows of resources themselves, or call a private function that does.
fn faults(functions: &[Function<'_>]) -> Faults {
    let writers: BTreeSet<_> =
        functions.iter().filter(|one| !written_tables(one.body).is_empty()).map(|one| one.name).collect();
    let mut faults = Faults::new();
    for Function { path, name, body, .. } in functions.iter().filter(|one| one.is_public) {
        for table in written_tables(body) {
            faults.push(format!(
                "{path}: {name} writes {table} and is public: make it private, and call it only from `save`"
            ));
        }
        let calls = writers.iter().filter(|writer| body.contains(&format!("self.{writer}(")));
        for writer in calls.filter(|_| !ALLOWED_WRITERS.contains(name)) {
            faults.push(format!(
                "{path}: {name} is public and calls {writer}, which writes a row without its event: call it from `save`"
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;

    #[test]
    fn a_row_that_is_written_without_its_event_is_found_for_each_table() {
        let files = sources::read(&root()).unwrap();
        let texts = files.iter().filter(|(path, _)| path.starts_with(STATEMENTS));
        let real: Vec<_> = texts.flat_map(|(path, text)| functions(path, text)).collect();
        let tables: BTreeSet<_> = real.iter().flat_map(|one| written_tables(one.body)).collect();
        assert!(tables.len() > 25 && tables.contains("application") && tables.contains("badge"), "{tables:?}");
        for table in tables {
            for statement in ["INSERT INTO", "UPDATE", "DELETE FROM"] {
                let sql = format!("let sql = \"-- x\n{statement} {table} \";");
                let public = format!("    pub async fn write(&mut self) {{ {sql} }}\n");
                assert_eq!(faults(&functions("tx/a.rs", &public)).len(), 1, "{public}");
                let own = public.replace("pub ", "pub(crate) ");
                assert_eq!(faults(&functions("tx/a.rs", &own)), Faults::new(), "{own}");
                let around = format!("{own}    pub async fn around(&mut self) {{ self.write() }}\n");
                assert_eq!(faults(&functions("tx/a.rs", &around)).len(), 1, "{around}");
            }
        }
        let technical = "    pub async fn count(&mut self) { let sql = \"-- x\nUPDATE counter SET next = 1\"; }\n";
        assert_eq!(faults(&functions("tx/a.rs", technical)), Faults::new());
    }
}
