//! Checks the Dockerfile, the Compose file and the configuration of Prometheus.

use std::process::Command;

use anyhow::Result;

use super::injected_faults::InjectedFault;
use super::{Check, DeployFiles, Findings};
use crate::command::capture;

const DOCKERFILE: &str = "docker/Dockerfile";
const COMPOSE: &str = "compose/compose.yaml";
const PROMETHEUS: &str = "prometheus/agent.yml";

pub const CHECKS: [Check; 3] = [
    Check {
        rule: "hadolint finds nothing in the Dockerfile",
        check: dockerfile,
        injected_faults: &[
            InjectedFault { file: DOCKERFILE, original: "rust:1.95-bookworm", replacement: "rust" },
            InjectedFault { file: DOCKERFILE, original: "USER 65532:65532", replacement: "USER root" },
        ],
    },
    Check {
        rule: "the Compose file follows the Compose specification",
        check: compose,
        injected_faults: &[InjectedFault { file: COMPOSE, original: "read_only:", replacement: "readonly:" }],
    },
    Check {
        rule: "promtool accepts the configuration of Prometheus",
        check: prometheus,
        injected_faults: &[InjectedFault {
            file: PROMETHEUS,
            original: "scrape_interval:",
            replacement: "scrape_intervall:",
        }],
    },
];

fn dockerfile(files: &DeployFiles<'_>) -> Result<Findings> {
    let hadolint = files.tools.bin.join("hadolint");
    Ok(Findings::from_program(capture(Command::new(hadolint).arg(files.deploy.join(DOCKERFILE)))?))
}

fn compose(files: &DeployFiles<'_>) -> Result<Findings> {
    let mut validate = Command::new(files.tools.bin.join("check-jsonschema"));
    validate.args(["--builtin-schema", "vendor.compose-spec"]).arg(files.deploy.join(COMPOSE));
    Ok(Findings::from_program(capture(&mut validate)?))
}

fn prometheus(files: &DeployFiles<'_>) -> Result<Findings> {
    let mut promtool = Command::new(&files.tools.promtool);
    promtool.args(["check", "config", "--agent"]).arg(files.deploy.join(PROMETHEUS));
    Ok(Findings::from_program(capture(&mut promtool)?))
}
