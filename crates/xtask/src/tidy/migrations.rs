//! Checks that no merged migration is edited. Databases that have run it would have another schema, and nobody would
//! notice.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::{Faults, sources};

/// The file with the digests of all migrations, in the format of `sha256sum`.
const DIGESTS: &str = "migrations/DIGESTS";

/// The crate that includes the migrations.
const STORE: &str = "crates/store/src";

/// The SHA-256 of each migration in hexadecimal, by its path, for example `sqlite/0001_start.sql`.
type Digests = BTreeMap<String, String>;

/// Compares the migrations with their recorded digests.
pub fn check(root: &Path) -> Result<Faults> {
    let recorded = fs::read_to_string(root.join(DIGESTS)).with_context(|| format!("cannot read {DIGESTS}"))?;
    let actual = compute_digests(&root.join("migrations"))?;
    let mut faults = compare(&parse(&recorded)?, &actual);
    faults.extend(not_compiled_in(root, &actual)?);
    Ok(faults)
}

/// Lists migrations that no server would run, because the store does not include their files.
fn not_compiled_in(root: &Path, actual: &Digests) -> Result<Faults> {
    let store: String = sources::read_in(root, &[STORE], &["rs"])?.into_iter().map(|(_, text)| text).collect();
    let missing = actual.keys().filter(|path| !store.contains(&format!("migrations/{path}\"")));
    Ok(missing.map(|path| format!("migrations/{path} is not compiled in: add it to the list in {STORE}")).collect())
}

/// Reads lines of the form `digest  path`.
fn parse(recorded: &str) -> Result<Digests> {
    let line = |line: &str| {
        let (digest, path) = line
            .split_once("  ")
            .with_context(|| format!("{DIGESTS}: cannot parse `{line}`; expected a digest, two spaces and a path"))?;
        Ok((path.to_owned(), digest.to_owned()))
    };
    recorded.lines().map(line).collect()
}

/// Computes the digests of the files below `migrations`, which has one directory for each database.
fn compute_digests(migrations: &Path) -> Result<Digests> {
    let mut digests = Digests::new();
    for database in fs::read_dir(migrations)?.collect::<std::io::Result<Vec<_>>>()? {
        if !database.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(database.path())? {
            let file = file?;
            let name = format!("{}/{}", database.file_name().display(), file.file_name().display());
            digests.insert(name, hex::encode(Sha256::digest(fs::read(file.path())?)));
        }
    }
    Ok(digests)
}

/// Lists migrations that were edited or removed, and new ones without a digest.
fn compare(recorded: &Digests, actual: &Digests) -> Faults {
    let changed = recorded.iter().filter_map(|(path, digest)| match actual.get(path) {
        None => Some(format!(
            "migrations/{path} is missing: a merged migration is never removed; restore it and add a new one"
        )),
        Some(now) if now != digest => Some(format!(
            "migrations/{path} was edited: a merged migration is never edited; restore it and add a new one"
        )),
        Some(_) => None,
    });
    let new = actual.iter().filter(|(path, _)| !recorded.contains_key(*path));
    let new =
        new.map(|(path, digest)| format!("migrations/{path} is new: add the line `{digest}  {path}` to {DIGESTS}"));
    changed.chain(new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edited_removed_and_new_migrations_give_different_faults() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| fs::write(root.path().join(path), text).unwrap();
        fs::create_dir_all(root.path().join("migrations/sqlite")).unwrap();
        fs::create_dir_all(root.path().join(STORE)).unwrap();
        write("crates/store/src/sqlite.rs", "include_str!(\"../../../migrations/sqlite/0001_start.sql\")");
        write("migrations/sqlite/0001_start.sql", "");
        let recorded = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  sqlite/0001_start.sql\n";
        write(DIGESTS, recorded);
        assert_eq!(check(root.path()).unwrap(), Faults::new());

        write("migrations/sqlite/0001_start.sql", "SELECT 1;");
        write("migrations/sqlite/0002_more.sql", "");
        let faults = check(root.path()).unwrap();
        assert!(faults[0].contains("never edited; restore it and add a new one"), "{faults:?}");
        assert!(faults[1].contains("0002_more.sql is new"), "{faults:?}");
        assert!(faults[2].contains("0002_more.sql is not compiled in"), "{faults:?}");

        fs::remove_file(root.path().join("migrations/sqlite/0001_start.sql")).unwrap();
        assert!(check(root.path()).unwrap()[0].contains("never removed"));
    }

    #[test]
    fn a_line_without_a_digest_is_an_error() {
        assert!(parse("sqlite/0001_start.sql").is_err());
    }
}
