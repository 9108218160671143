//! The systemd units: they load without a complaint, and expose little.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::controls::Control;
use super::{Check, Findings, Site};
use crate::command::{output, report};

const UNIT: &str = "systemd/accreditd.service";

/// The most that `systemd-analyze security` may find exposed, in tenths.
const EXPOSURE: &str = "--threshold=15";

/// Where a unit says that the server is. On the machine of a check it is not, so another program stands in.
const PROGRAM: &str = "/usr/local/bin/accreditd";
const STAND_IN: &str = "/usr/bin/true";

/// What a unit may leave open, by the names that `systemd-analyze security --json` gives: a server on a network, which
/// may also ask the hardware clock for the time. Addresses are the firewall's, which knows them.
const OPEN: [&str; 6] = [
    "DeviceAllow",
    "IPAddressDeny",
    "PrivateNetwork",
    "RestrictAddressFamilies_AF_INET_INET6",
    "RestrictAddressFamilies_AF_UNIX",
    "RootDirectoryOrRootImage",
];

pub const CHECKS: [Check; 3] = [
    Check {
        rule: "systemd loads every unit without a complaint",
        check: verify,
        controls: &[
            Control { file: UNIT, from: "NoNewPrivileges=", to: "NoNewPrivilege=" },
            Control { file: UNIT, from: "ExecReload=/bin/kill", to: "ExecReload=/bin/no-such-program" },
        ],
    },
    Check {
        rule: "no unit exposes more than 1.5",
        check: exposure,
        controls: &[
            Control { file: UNIT, from: "CapabilityBoundingSet=\n", to: "" },
            Control { file: UNIT, from: "SystemCallFilter=", to: "" },
        ],
    },
    Check {
        // The sum above hardly moves with one line.
        rule: "no unit leaves open what a server on a network can do without",
        check: sandbox,
        controls: &[
            Control { file: UNIT, from: "User=accreditd\n", to: "User=root\n" },
            Control { file: UNIT, from: "NoNewPrivileges=yes\n", to: "" },
            Control { file: UNIT, from: "ProtectSystem=strict\n", to: "" },
        ],
    },
];

fn verify(site: &Site<'_>) -> Result<Findings> {
    let mut findings = Findings::default();
    for (name, path) in units(site)? {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let copy = site.scratch.join(&name);
        fs::write(&copy, text.replace(PROGRAM, STAND_IN))?;
        // Complaints about other units of this machine are not ours.
        let verify = ["verify", "--man=no", "--recursive-errors=no"];
        findings.add(Findings::of(report(Command::new("systemd-analyze").args(verify).arg(copy))?));
    }
    Ok(findings)
}

fn exposure(site: &Site<'_>) -> Result<Findings> {
    let mut findings = Findings::default();
    for (_, path) in units(site)? {
        let security = ["security", "--no-pager", "--offline=true", EXPOSURE];
        let (succeeded, text) = report(Command::new("systemd-analyze").args(security).arg(path))?;
        let figure = text.lines().rfind(|line| line.contains("exposure level")).unwrap_or("no exposure was found");
        findings.notes.push(figure.trim_start_matches(['→', ' ']).to_owned());
        findings.add(Findings::of((succeeded, text)));
    }
    Ok(findings)
}

fn sandbox(site: &Site<'_>) -> Result<Findings> {
    let mut findings = Findings::default();
    for (name, path) in units(site)? {
        let security = ["security", "--no-pager", "--offline=true", "--json=short"];
        let table = output(Command::new("systemd-analyze").args(security).arg(path))?;
        findings.faults.extend(open(&table)?.into_iter().map(|left| format!("{name}: {left}")));
    }
    Ok(findings)
}

/// What the table of `systemd-analyze security --json` shows open and is not in [`OPEN`].
fn open(table: &str) -> Result<Vec<String>> {
    let table: Value = serde_json::from_str(table).context("systemd-analyze wrote something that is not JSON")?;
    let rows = table.as_array().context("systemd-analyze wrote no table")?;
    let row = |row: &Value| {
        let field = row["json_field"].as_str().unwrap_or_default();
        let left = row["set"] == false && !OPEN.contains(&field);
        left.then(|| format!("{field}: {}", row["description"].as_str().unwrap_or_default()))
    };
    Ok(rows.iter().filter_map(row).collect())
}

/// The names and paths of all services.
fn units(site: &Site<'_>) -> Result<Vec<(String, PathBuf)>> {
    let directory = site.deploy.join("systemd");
    let entries = fs::read_dir(&directory).with_context(|| format!("cannot list {}", directory.display()))?;
    let entries = entries.collect::<std::io::Result<Vec<_>>>()?;
    let files = entries.into_iter().map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
    Ok(files.filter(|(name, _)| name.ends_with(".service")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_and_need_not_be_is_a_fault() {
        let table = r#"[
            {"set": false, "json_field": "PrivateNetwork", "description": "has a network"},
            {"set": false, "json_field": "NoNewPrivileges", "description": "may acquire privileges"},
            {"set": null, "json_field": "RemoveIPC", "description": "does not apply"},
            {"set": true, "json_field": "UMask", "description": "restricted"}
        ]"#;
        assert_eq!(open(table).unwrap(), ["NoNewPrivileges: may acquire privileges"]);
        assert!(open("{}").is_err());
    }
}
