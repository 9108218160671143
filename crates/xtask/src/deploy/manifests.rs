//! Checks the Kubernetes manifests that kustomize builds from the base and from every overlay, field by field.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::injected_faults::InjectedFault;
use super::{Check, DeployFiles, Findings};
use crate::command::capture;

/// The oldest Kubernetes version that has all used features, and the newest version with known schemas.
const VERSIONS: [&str; 2] = ["1.30", "1.37"];

/// The script that validates custom resources, which Kubernetes itself does not define.
const CUSTOM_KINDS: &str = "crates/xtask/src/deploy/custom_kinds.py";
/// The definitions of the custom resources.
const DEFINITIONS: [&str; 2] = [
    "third_party/cert-manager/cert-manager.io_certificates.yaml",
    "third_party/cert-manager/cert-manager.io_issuers.yaml",
];

/// The script that checks the security settings of pods.
const POD_SECURITY: &str = "crates/xtask/src/deploy/pod_security.py";

/// The manifest that runs the servers.
const DEPLOYMENT: &str = "kubernetes/base/deployment.yaml";
/// The manifest of the job that migrates the database.
const MIGRATION: &str = "kubernetes/base/migrate.yaml";

/// The checks of this module, with the faults that they must find.
pub const CHECKS: [Check; 2] = [
    Check {
        rule: "the manifests of the base and of every overlay are valid",
        check: |files| check_each(files, validate),
        injected_faults: &[
            InjectedFault { file: DEPLOYMENT, original: "replicas:", replacement: "replica:" },
            InjectedFault { file: DEPLOYMENT, original: "runAsNonRoot: true", replacement: "runAsNonRoot: yes please" },
            InjectedFault {
                file: "kubernetes/base/service.yaml",
                original: "kind: Service",
                replacement: "kind: Servise",
            },
            InjectedFault {
                file: "kubernetes/base/certificate.yaml",
                original: "renewBefore:",
                replacement: "renewBefor:",
            },
            InjectedFault {
                file: "kubernetes/overlays/example/issuer.yaml",
                original: "secretName:",
                replacement: "secret:",
            },
            InjectedFault {
                file: "kubernetes/overlays/example/database.yaml",
                original: "name: database",
                replacement: "name: databases",
            },
        ],
    },
    Check {
        rule: "every pod follows the restricted pod security profile",
        check: |files| check_each(files, check_pods),
        injected_faults: &[
            InjectedFault { file: DEPLOYMENT, original: "runAsNonRoot: true\n", replacement: "\n" },
            InjectedFault { file: DEPLOYMENT, original: "readOnlyRootFilesystem: true\n", replacement: "\n" },
            InjectedFault { file: MIGRATION, original: "drop: [ALL]", replacement: "drop: [KILL]" },
            InjectedFault { file: MIGRATION, original: "type: RuntimeDefault", replacement: "type: Unconfined" },
        ],
    },
];

/// The manifests that kustomize built from the base or from an overlay.
struct Manifests<'a> {
    files: &'a DeployFiles<'a>,
    /// The name of the base or overlay.
    name: String,
    /// The file with all manifests.
    file: PathBuf,
}

/// Runs `check` on the manifests of the base and of every overlay. If kustomize cannot build them, that is a fault.
fn check_each(files: &DeployFiles<'_>, check: fn(&Manifests<'_>) -> Result<Findings>) -> Result<Findings> {
    let mut findings = Findings::default();
    for directory in directories(&files.deploy.join("kubernetes"))? {
        let (succeeded, manifests) = capture(Command::new(&files.tools.kubectl).arg("kustomize").arg(&directory))?;
        if !succeeded {
            findings.add(Findings::from_program((false, manifests)));
            continue;
        }
        let file = files.scratch.join("manifests.yaml");
        fs::write(&file, manifests).with_context(|| format!("cannot write {}", file.display()))?;
        let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
        findings.add(check(&Manifests { files, name, file })?);
    }
    Ok(findings)
}

/// The directories of the base and of every overlay.
fn directories(kubernetes: &Path) -> Result<Vec<PathBuf>> {
    let overlays = kubernetes.join("overlays");
    let entries = fs::read_dir(&overlays).with_context(|| format!("cannot list {}", overlays.display()))?;
    let overlays = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok([vec![kubernetes.join("base")], overlays].concat())
}

/// Compares every manifest with the schema of its kind. An unknown field is a fault, because Kubernetes would drop it.
fn validate(manifests: &Manifests<'_>) -> Result<Findings> {
    let Manifests { files, name, file } = manifests;
    let mut validate = Command::new(files.tools.bin.join("kubernetes-validate"));
    validate.arg("--strict").args(VERSIONS.iter().flat_map(|version| ["-k", version]));
    let (valid, output) = capture(validate.arg(file))?;
    let definitions = DEFINITIONS.map(|path| files.root.join(path));
    let (custom_valid, custom_output) = manifests.run_python(CUSTOM_KINDS, &definitions)?;

    let mut findings = Findings::from_program((valid, output.clone()));
    findings.add(Findings::from_program((custom_valid, custom_output.clone())));
    findings.faults.extend(list_unknown_kinds(&output, &custom_output));
    let count = |text: &str, word| text.lines().filter(|line| line.starts_with(word)).count();
    let (own, custom) = (count(&output, "INFO") / VERSIONS.len(), count(&custom_output, "checked"));
    let versions = VERSIONS.join(" and ");
    findings.notes.push(format!("{name}: {own} resources checked by Kubernetes {versions}, {custom} by cert-manager"));
    Ok(findings)
}

/// Checks the security settings of every pod. The admission of a cluster would reject a pod that breaks the profile.
fn check_pods(manifests: &Manifests<'_>) -> Result<Findings> {
    Ok(Findings::from_program(manifests.run_python(POD_SECURITY, &[])?))
}

impl Manifests<'_> {
    /// Runs a Python script with the manifests on its standard input.
    fn run_python(&self, script: &str, arguments: &[PathBuf]) -> Result<(bool, String)> {
        let mut python = Command::new(&self.files.tools.python);
        python.arg("-B").arg(self.files.root.join(script)).args(arguments);
        capture(python.stdin(File::open(&self.file)?))
    }
}

/// The kinds that neither validator knows. `kubernetes-validate` only warns about a kind without a schema, and the kind
/// may be misspelt.
fn list_unknown_kinds(output: &str, custom_output: &str) -> Vec<String> {
    let unknown = output.lines().filter_map(|line| line.strip_prefix("WARN ")?.split_once("schema for "));
    let kinds = unknown.map(|(_, kind)| kind.split(" for kubernetes").next().unwrap_or(kind));
    let checked = |kind: &str| custom_output.lines().any(|line| line.strip_prefix("checked ") == Some(kind));
    let mut faults: Vec<_> = kinds
        .filter(|kind| !checked(kind))
        .map(|kind| format!("no schema for {kind}: correct the kind, or add its definition to third_party/"))
        .collect();
    faults.dedup();
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_a_fault_if_neither_validator_has_its_schema() {
        let output = "INFO f passed for resource service/a against version 1.37\n\
                    WARN f Couldn't find schema for kind Issuer with api version c.io/v1 for kubernetes version 1.37\n\
                    WARN f Couldn't find schema for kind Servise with api version v1 for kubernetes version 1.37\n";
        let checked = "checked kind Issuer with api version c.io/v1\n";
        assert_eq!(
            list_unknown_kinds(output, checked),
            ["no schema for kind Servise with api version v1: correct the kind, or add its definition to third_party/"]
        );
        assert_eq!(list_unknown_kinds(output, "").len(), 2);
    }
}
