//! The manifests of Kubernetes: what kustomize makes of the base and of every overlay is valid, field by field.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::controls::Control;
use super::{Check, Findings, Site};
use crate::command::report;

/// The oldest Kubernetes that has all we use, and the newest whose schemas we have.
const VERSIONS: [&str; 2] = ["1.30", "1.37"];

/// Validates custom kinds, which are none of Kubernetes' own.
const CUSTOM_KINDS: &str = "crates/xtask/src/deploy/custom_kinds.py";
/// Where they are defined.
const DEFINITIONS: [&str; 2] = [
    "third_party/cert-manager/cert-manager.io_certificates.yaml",
    "third_party/cert-manager/cert-manager.io_issuers.yaml",
];

/// Judges the pods.
const POD_SECURITY: &str = "crates/xtask/src/deploy/pod_security.py";

const DEPLOYMENT: &str = "kubernetes/base/deployment.yaml";
const MIGRATION: &str = "kubernetes/base/migrate.yaml";

pub const CHECKS: [Check; 2] = [
    Check {
        rule: "the manifests of the base and of every overlay are valid",
        check: |site| each(site, validate),
        controls: &[
            Control { file: DEPLOYMENT, from: "replicas:", to: "replica:" },
            Control { file: DEPLOYMENT, from: "runAsNonRoot: true", to: "runAsNonRoot: yes please" },
            Control { file: "kubernetes/base/service.yaml", from: "kind: Service", to: "kind: Servise" },
            Control { file: "kubernetes/base/certificate.yaml", from: "renewBefore:", to: "renewBefor:" },
            Control { file: "kubernetes/overlays/example/issuer.yaml", from: "secretName:", to: "secret:" },
            Control {
                file: "kubernetes/overlays/example/database.yaml",
                from: "name: database",
                to: "name: databases",
            },
        ],
    },
    Check {
        rule: "every pod is as restricted as can be told from here",
        check: |site| each(site, judge_pods),
        controls: &[
            Control { file: DEPLOYMENT, from: "runAsNonRoot: true\n", to: "\n" },
            Control { file: DEPLOYMENT, from: "readOnlyRootFilesystem: true\n", to: "\n" },
            Control { file: MIGRATION, from: "drop: [ALL]", to: "drop: [KILL]" },
            Control { file: MIGRATION, from: "type: RuntimeDefault", to: "type: Unconfined" },
        ],
    },
];

/// What kustomize makes of the base or of an overlay.
struct Manifests<'a> {
    site: &'a Site<'a>,
    name: String,
    file: PathBuf,
}

/// Runs `check` on the manifests of the base and of every overlay. What kustomize cannot build is a fault.
fn each(site: &Site<'_>, check: fn(&Manifests<'_>) -> Result<Findings>) -> Result<Findings> {
    let mut findings = Findings::default();
    for directory in directories(&site.deploy.join("kubernetes"))? {
        let (succeeded, manifests) = report(Command::new(&site.tools.kubectl).arg("kustomize").arg(&directory))?;
        if !succeeded {
            findings.add(Findings::of((false, manifests)));
            continue;
        }
        let file = site.scratch.join("manifests.yaml");
        fs::write(&file, manifests).with_context(|| format!("cannot write {}", file.display()))?;
        let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
        findings.add(check(&Manifests { site, name, file })?);
    }
    Ok(findings)
}

/// The base and every overlay.
fn directories(kubernetes: &Path) -> Result<Vec<PathBuf>> {
    let overlays = kubernetes.join("overlays");
    let entries = fs::read_dir(&overlays).with_context(|| format!("cannot list {}", overlays.display()))?;
    let overlays = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok([vec![kubernetes.join("base")], overlays].concat())
}

fn validate(manifests: &Manifests<'_>) -> Result<Findings> {
    let Manifests { site, name, file } = manifests;
    let mut validate = Command::new(site.tools.bin.join("kubernetes-validate"));
    validate.arg("--strict").args(VERSIONS.iter().flat_map(|version| ["-k", version]));
    let (valid, said) = report(validate.arg(file))?;
    let definitions = DEFINITIONS.map(|path| site.root.join(path));
    let (custom_valid, said_of_custom) = manifests.python(CUSTOM_KINDS, &definitions)?;

    let mut findings = Findings::of((valid, said.clone()));
    findings.add(Findings::of((custom_valid, said_of_custom.clone())));
    findings.faults.extend(unchecked(&said, &said_of_custom));
    let count = |text: &str, word| text.lines().filter(|line| line.starts_with(word)).count();
    let (own, custom) = (count(&said, "INFO") / VERSIONS.len(), count(&said_of_custom, "checked"));
    let versions = VERSIONS.join(" and ");
    findings.notes.push(format!("{name}: {own} resources by Kubernetes {versions}, {custom} by cert-manager"));
    Ok(findings)
}

fn judge_pods(manifests: &Manifests<'_>) -> Result<Findings> {
    Ok(Findings::of(manifests.python(POD_SECURITY, &[])?))
}

impl Manifests<'_> {
    /// Hands the manifests to a script of ours.
    fn python(&self, script: &str, arguments: &[PathBuf]) -> Result<(bool, String)> {
        let mut python = Command::new(&self.site.tools.python);
        python.arg("-B").arg(self.site.root.join(script)).args(arguments);
        report(python.stdin(File::open(&self.file)?))
    }
}

/// The kinds that neither validator knows. `kubernetes-validate` only warns of a kind without a schema, and that may be
/// a misspelt one.
fn unchecked(said: &str, said_of_custom: &str) -> Vec<String> {
    let unknown = said.lines().filter_map(|line| line.strip_prefix("WARN ")?.split_once("schema for "));
    let kinds = unknown.map(|(_, kind)| kind.split(" for kubernetes").next().unwrap_or(kind));
    let checked = |kind: &str| said_of_custom.lines().any(|line| line.strip_prefix("checked ") == Some(kind));
    let mut faults: Vec<_> = kinds.filter(|kind| !checked(kind)).map(|kind| format!("no schema for {kind}")).collect();
    faults.dedup();
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_without_a_schema_is_a_fault_unless_its_definition_was_used() {
        let said = "INFO f passed for resource service/a against version 1.37\n\
                    WARN f Couldn't find schema for kind Issuer with api version c.io/v1 for kubernetes version 1.37\n\
                    WARN f Couldn't find schema for kind Servise with api version v1 for kubernetes version 1.37\n";
        let checked = "checked kind Issuer with api version c.io/v1\n";
        assert_eq!(unchecked(said, checked), ["no schema for kind Servise with api version v1"]);
        assert_eq!(unchecked(said, "").len(), 2);
    }
}
