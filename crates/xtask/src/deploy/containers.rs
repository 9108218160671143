//! Checks the Dockerfile, the Compose file and the configuration of Prometheus.

use std::process::Command;

use anyhow::Result;

use super::injected_faults::InjectedFault;
use super::{Check, DeployFiles, Findings};
use crate::command::capture;

/// The file that builds the image of the server.
const DOCKERFILE: &str = "docker/Dockerfile";
/// The file that starts the server and its database with Docker Compose.
const COMPOSE: &str = "compose/compose.yaml";
/// The configuration of a Prometheus agent that reads the metrics of the server.
const PROMETHEUS: &str = "prometheus/agent.yml";

/// The checks of this module, with the faults that they must find.
pub const CHECKS: [Check; 3] = [
    Check {
        rule: "hadolint finds nothing in the Dockerfile",
        check: check_dockerfile,
        injected_faults: &[
            InjectedFault { file: DOCKERFILE, original: "rust:1.95-bookworm", replacement: "rust" },
            InjectedFault { file: DOCKERFILE, original: "USER 65532:65532", replacement: "USER root" },
        ],
    },
    Check {
        rule: "the Compose file follows the Compose specification",
        check: check_compose,
        injected_faults: &[InjectedFault { file: COMPOSE, original: "read_only:", replacement: "readonly:" }],
    },
    Check {
        rule: "promtool accepts the configuration of Prometheus",
        check: check_prometheus,
        injected_faults: &[InjectedFault {
            file: PROMETHEUS,
            original: "scrape_interval:",
            replacement: "scrape_intervall:",
        }],
    },
];

/// hadolint knows common mistakes, such as a base image without a version or a container that runs as root.
fn check_dockerfile(files: &DeployFiles<'_>) -> Result<Findings> {
    let hadolint = files.tools.bin.join("hadolint");
    Ok(Findings::from_program(capture(Command::new(hadolint).arg(files.deploy.join(DOCKERFILE)))?))
}

/// Compose ignores unknown keys without a warning. A misspelt key would switch off a protection, so the schema is
/// checked.
fn check_compose(files: &DeployFiles<'_>) -> Result<Findings> {
    let mut validate = Command::new(files.tools.bin.join("check-jsonschema"));
    validate.args(["--builtin-schema", "vendor.compose-spec"]).arg(files.deploy.join(COMPOSE));
    Ok(Findings::from_program(capture(&mut validate)?))
}

/// A Prometheus agent does not start with an invalid configuration.
fn check_prometheus(files: &DeployFiles<'_>) -> Result<Findings> {
    let mut promtool = Command::new(&files.tools.promtool);
    promtool.args(["check", "config", "--agent"]).arg(files.deploy.join(PROMETHEUS));
    Ok(Findings::from_program(capture(&mut promtool)?))
}
