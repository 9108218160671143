//! Negative controls: a copy of `deploy/` with one fault, which a check has to notice.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{Findings, Site};

/// What `deploy/compose/prepare.sh` makes: secrets, of no use to a check and not ours to copy.
const SECRETS: &str = "files";

/// A fault to put into a file of `deploy/`.
pub struct Control {
    /// The file, below `deploy/`.
    pub file: &'static str,
    /// What stands there.
    pub from: &'static str,
    /// What is put in its place, wherever it stands.
    pub to: &'static str,
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, from, to } = *self;
        let (from, to) = (from.trim(), to.trim());
        match to {
            "" => write!(f, "{file} without `{from}`"),
            to => write!(f, "{file} with `{to}` for `{from}`"),
        }
    }
}

impl Control {
    /// Runs `check` on a copy with the fault. What is wrong then is that nothing was found.
    pub fn run(&self, site: &Site<'_>, check: fn(&Site<'_>) -> Result<Findings>) -> Result<Vec<String>> {
        let deploy = site.scratch.join("control");
        if deploy.exists() {
            fs::remove_dir_all(&deploy).with_context(|| format!("cannot remove {}", deploy.display()))?;
        }
        copy(&site.deploy, &deploy)?;
        self.spoil(&deploy)?;
        let spoiled = Site { deploy, scratch: site.scratch.clone(), ..*site };
        let missed = check(&spoiled)?.faults.is_empty();
        Ok(Vec::from_iter(missed.then(|| "the check did not notice".to_owned())))
    }

    fn spoil(&self, deploy: &Path) -> Result<()> {
        let path = deploy.join(self.file);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", self.file))?;
        ensure!(text.contains(self.from), "{} has no `{}` to spoil", self.file, self.from);
        fs::write(&path, text.replace(self.from, self.to)).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// Copies a directory with all that is in it, but secrets.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let entry = entry?;
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if !entry.file_type()?.is_dir() {
            fs::copy(&path, &copied).with_context(|| format!("cannot copy {}", path.display()))?;
        } else if entry.file_name() != SECRETS {
            copy(&path, &copied)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Tools;

    const CONTROL: Control = Control { file: "a/unit", from: "Safe=yes", to: "Safe=no" };

    /// Runs the control on a tree whose unit says `text`, with a check that finds a fault if the unit is not safe.
    fn run(text: &str, check: fn(&Site<'_>) -> Result<Findings>) -> Result<Vec<String>> {
        let root = tempfile::tempdir().unwrap();
        let deploy = root.path().join("deploy");
        fs::create_dir_all(deploy.join("a/files")).unwrap();
        fs::write(deploy.join("a/unit"), text).unwrap();
        fs::write(deploy.join("a/files/key"), "secret").unwrap();
        let tools = Tools::default();
        CONTROL.run(&Site { root: root.path(), deploy, scratch: root.path().join("scratch"), tools: &tools }, check)
    }

    fn safe(site: &Site<'_>) -> Result<Findings> {
        assert!(!site.deploy.join("a/files").exists(), "secrets were copied");
        let text = fs::read_to_string(site.deploy.join("a/unit"))?;
        Ok(Findings::of((text.contains("Safe=yes"), "not safe".to_owned())))
    }

    #[test]
    fn a_control_is_shown_on_one_line() {
        assert_eq!(CONTROL.to_string(), "a/unit with `Safe=no` for `Safe=yes`");
        let gone = Control { from: "Safe=yes\n", to: "", ..CONTROL };
        assert_eq!(gone.to_string(), "a/unit without `Safe=yes`");
    }

    #[test]
    fn a_check_that_notices_passes_and_one_that_does_not_fails() {
        assert!(run("[Service]\nSafe=yes\n", safe).unwrap().is_empty());
        assert_eq!(run("[Service]\nSafe=yes\n", |_| Ok(Findings::default())).unwrap(), ["the check did not notice"]);
    }

    #[test]
    fn a_control_that_no_longer_fits_is_an_error() {
        assert_eq!(run("[Service]\n", safe).unwrap_err().to_string(), "a/unit has no `Safe=yes` to spoil");
    }
}
