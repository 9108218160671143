//! Faults that are injected into a copy of `deploy/`, one at a time. A check must find each of its faults.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{DeployFiles, Findings};

/// The directory of secrets that `deploy/compose/prepare.sh` creates. No check needs them, so they are not copied.
const SECRETS: &str = "files";

/// A fault to put into a file of `deploy/`.
pub struct InjectedFault {
    /// The file, below `deploy/`.
    pub file: &'static str,
    /// The text that is replaced, everywhere in the file.
    pub original: &'static str,
    /// The faulty text.
    pub replacement: &'static str,
}

impl fmt::Display for InjectedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, original, replacement } = *self;
        let (original, replacement) = (original.trim(), replacement.trim());
        match replacement {
            "" => write!(f, "{file} without `{original}`"),
            replacement => write!(f, "{file} with `{replacement}` instead of `{original}`"),
        }
    }
}

impl InjectedFault {
    /// Runs `check` on a copy with the fault. Returns an error text if the check found nothing.
    pub fn run(&self, files: &DeployFiles<'_>, check: fn(&DeployFiles<'_>) -> Result<Findings>) -> Result<Vec<String>> {
        let deploy = files.scratch.join("injected-fault");
        if deploy.exists() {
            fs::remove_dir_all(&deploy).with_context(|| format!("cannot remove {}", deploy.display()))?;
        }
        copy(&files.deploy, &deploy)?;
        self.inject(&deploy)?;
        let faulty = DeployFiles { deploy, scratch: files.scratch.clone(), ..*files };
        let missed = check(&faulty)?.faults.is_empty();
        Ok(Vec::from_iter(missed.then(|| "the check did not find the injected fault".to_owned())))
    }

    /// Replaces the text in the copy. Fails if the file no longer contains it, because the check would then prove
    /// nothing.
    fn inject(&self, deploy: &Path) -> Result<()> {
        let path = deploy.join(self.file);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", self.file))?;
        ensure!(
            text.contains(self.original),
            "{} does not contain `{}`, which the injected fault replaces: change the fault in crates/xtask/src/deploy",
            self.file,
            self.original
        );
        fs::write(&path, text.replace(self.original, self.replacement))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// Copies a directory and everything in it, except secrets.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
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

    const FAULT: InjectedFault = InjectedFault { file: "a/unit", original: "Safe=yes", replacement: "Safe=no" };

    /// Injects the fault into a directory whose unit contains `text`, and runs `check` on it.
    fn run(text: &str, check: fn(&DeployFiles<'_>) -> Result<Findings>) -> Result<Vec<String>> {
        let root = tempfile::tempdir().unwrap();
        let deploy = root.path().join("deploy");
        fs::create_dir_all(deploy.join("a/files")).unwrap();
        fs::write(deploy.join("a/unit"), text).unwrap();
        fs::write(deploy.join("a/files/key"), "secret").unwrap();
        let tools = Tools::default();
        FAULT
            .run(&DeployFiles { root: root.path(), deploy, scratch: root.path().join("scratch"), tools: &tools }, check)
    }

    fn check_safe(files: &DeployFiles<'_>) -> Result<Findings> {
        assert!(!files.deploy.join("a/files").exists(), "secrets were copied");
        let text = fs::read_to_string(files.deploy.join("a/unit"))?;
        Ok(Findings::from_program((text.contains("Safe=yes"), "not safe".to_owned())))
    }

    #[test]
    fn an_injected_fault_is_displayed_on_one_line() {
        assert_eq!(FAULT.to_string(), "a/unit with `Safe=no` instead of `Safe=yes`");
        let removal = InjectedFault { original: "Safe=yes\n", replacement: "", ..FAULT };
        assert_eq!(removal.to_string(), "a/unit without `Safe=yes`");
    }

    #[test]
    fn a_check_must_find_the_injected_fault() {
        assert!(run("[Service]\nSafe=yes\n", check_safe).unwrap().is_empty());
        assert_eq!(
            run("[Service]\nSafe=yes\n", |_| Ok(Findings::default())).unwrap(),
            ["the check did not find the injected fault"]
        );
    }

    #[test]
    fn a_fault_whose_text_is_missing_is_an_error() {
        let error = run("[Service]\n", check_safe).unwrap_err().to_string();
        assert!(error.starts_with("a/unit does not contain `Safe=yes`"), "{error}");
    }
}
