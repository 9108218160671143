//! Checks the systemd units: systemd loads them without warnings, and their sandbox is tight.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::injected_faults::InjectedFault;
use super::{Check, DeployFiles, Findings};
use crate::command::{capture, output};

/// The unit of the server, which gets the injected faults.
const UNIT: &str = "systemd/accreditd.service";

/// The highest exposure level that `systemd-analyze security` may find, in tenths.
const EXPOSURE_THRESHOLD: &str = "--threshold=15";

/// The path of the server in the units.
const PROGRAM: &str = "/usr/local/bin/accreditd";
/// Replaces the server, which is not installed where the checks run. systemd rejects a unit whose program is missing.
const SUBSTITUTE_PROGRAM: &str = "/usr/bin/true";

/// Settings that a unit may leave open, by their names in `systemd-analyze security --json`.
///
/// The server uses the network and may read the hardware clock. The firewall limits addresses, because it knows them.
const ALLOWED_OPEN: [&str; 6] = [
    "DeviceAllow",
    "IPAddressDeny",
    "PrivateNetwork",
    "RestrictAddressFamilies_AF_INET_INET6",
    "RestrictAddressFamilies_AF_UNIX",
    "RootDirectoryOrRootImage",
];

/// The checks of this module, with the faults that they must find.
pub const CHECKS: [Check; 3] = [
    Check {
        rule: "systemd loads every unit without a warning",
        check: check_loading,
        injected_faults: &[
            InjectedFault { file: UNIT, original: "NoNewPrivileges=", replacement: "NoNewPrivilege=" },
            InjectedFault {
                file: UNIT,
                original: "ExecReload=/bin/kill",
                replacement: "ExecReload=/bin/no-such-program",
            },
        ],
    },
    Check {
        rule: "no unit has an exposure level above 1.5",
        check: check_exposure,
        injected_faults: &[
            InjectedFault { file: UNIT, original: "CapabilityBoundingSet=\n", replacement: "" },
            InjectedFault { file: UNIT, original: "SystemCallFilter=", replacement: "" },
        ],
    },
    Check {
        // The exposure level is a sum. One missing line hardly changes it, so each setting is checked too.
        rule: "no unit leaves a setting open that a network server does not need",
        check: check_settings,
        injected_faults: &[
            InjectedFault { file: UNIT, original: "User=accreditd\n", replacement: "User=root\n" },
            InjectedFault { file: UNIT, original: "NoNewPrivileges=yes\n", replacement: "" },
            InjectedFault { file: UNIT, original: "ProtectSystem=strict\n", replacement: "" },
        ],
    },
];

/// systemd only warns about an unknown setting and ignores it. A misspelt setting would switch off a protection.
fn check_loading(files: &DeployFiles<'_>) -> Result<Findings> {
    let mut findings = Findings::default();
    for (name, path) in units(files)? {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let copy = files.scratch.join(&name);
        fs::write(&copy, text.replace(PROGRAM, SUBSTITUTE_PROGRAM))?;
        // Warnings about other units of this machine do not matter here.
        let verify = ["verify", "--man=no", "--recursive-errors=no"];
        findings.add(Findings::from_program(capture(Command::new("systemd-analyze").args(verify).arg(copy))?));
    }
    Ok(findings)
}

/// Compares the exposure level of each unit with the limit, and prints it.
fn check_exposure(files: &DeployFiles<'_>) -> Result<Findings> {
    let mut findings = Findings::default();
    for (_, path) in units(files)? {
        let security = ["security", "--no-pager", "--offline=true", EXPOSURE_THRESHOLD];
        let (succeeded, text) = capture(Command::new("systemd-analyze").args(security).arg(path))?;
        let figure = text
            .lines()
            .rfind(|line| line.contains("exposure level"))
            .unwrap_or("systemd-analyze printed no exposure level");
        findings.notes.push(figure.trim_start_matches(['→', ' ']).to_owned());
        findings.add(Findings::from_program((succeeded, text)));
    }
    Ok(findings)
}

/// Lists each setting that is open and not allowed to be.
fn check_settings(files: &DeployFiles<'_>) -> Result<Findings> {
    let mut findings = Findings::default();
    for (name, path) in units(files)? {
        let security = ["security", "--no-pager", "--offline=true", "--json=short"];
        let table = output(Command::new("systemd-analyze").args(security).arg(path))?;
        findings.faults.extend(list_open_settings(&table)?.into_iter().map(|setting| format!("{name}: {setting}")));
    }
    Ok(findings)
}

/// The settings that are open in the table of `systemd-analyze security --json` and not in [`ALLOWED_OPEN`].
fn list_open_settings(table: &str) -> Result<Vec<String>> {
    let table: Value = serde_json::from_str(table).context("systemd-analyze did not write JSON")?;
    let rows = table.as_array().context("systemd-analyze wrote no table")?;
    let row = |row: &Value| {
        let field = row["json_field"].as_str().unwrap_or_default();
        let is_open = row["set"] == false && !ALLOWED_OPEN.contains(&field);
        is_open.then(|| format!("{field}: {}", row["description"].as_str().unwrap_or_default()))
    };
    Ok(rows.iter().filter_map(row).collect())
}

/// The names and paths of all service units.
fn units(files: &DeployFiles<'_>) -> Result<Vec<(String, PathBuf)>> {
    let directory = files.deploy.join("systemd");
    let entries = fs::read_dir(&directory).with_context(|| format!("cannot list {}", directory.display()))?;
    let entries = entries.collect::<std::io::Result<Vec<_>>>()?;
    let files = entries.into_iter().map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
    Ok(files.filter(|(name, _)| name.ends_with(".service")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_setting_is_a_fault_unless_it_is_allowed() {
        let table = r#"[
            {"set": false, "json_field": "PrivateNetwork", "description": "has a network"},
            {"set": false, "json_field": "NoNewPrivileges", "description": "may acquire privileges"},
            {"set": null, "json_field": "RemoveIPC", "description": "does not apply"},
            {"set": true, "json_field": "UMask", "description": "restricted"}
        ]"#;
        assert_eq!(list_open_settings(table).unwrap(), ["NoNewPrivileges: may acquire privileges"]);
        assert!(list_open_settings("{}").is_err());
    }
}
