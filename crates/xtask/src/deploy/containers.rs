//! What is written for other programs to run: the image's Dockerfile, Compose's file, Prometheus' configuration.

use std::process::Command;

use anyhow::Result;

use super::controls::Control;
use super::{Check, Findings, Site};
use crate::command::report;

const DOCKERFILE: &str = "docker/Dockerfile";
const COMPOSE: &str = "compose/compose.yaml";
const PROMETHEUS: &str = "prometheus/agent.yml";

pub const CHECKS: [Check; 3] = [
    Check {
        rule: "hadolint finds nothing in the Dockerfile",
        check: dockerfile,
        controls: &[
            Control { file: DOCKERFILE, from: "rust:1.95-bookworm", to: "rust" },
            Control { file: DOCKERFILE, from: "USER 65532:65532", to: "USER root" },
        ],
    },
    Check {
        rule: "Compose's file follows the Compose specification",
        check: compose,
        controls: &[Control { file: COMPOSE, from: "read_only:", to: "readonly:" }],
    },
    Check {
        rule: "promtool reads the configuration of Prometheus",
        check: prometheus,
        controls: &[Control { file: PROMETHEUS, from: "scrape_interval:", to: "scrape_intervall:" }],
    },
];

fn dockerfile(site: &Site<'_>) -> Result<Findings> {
    let hadolint = site.tools.bin.join("hadolint");
    Ok(Findings::of(report(Command::new(hadolint).arg(site.deploy.join(DOCKERFILE)))?))
}

fn compose(site: &Site<'_>) -> Result<Findings> {
    let mut validate = Command::new(site.tools.bin.join("check-jsonschema"));
    validate.args(["--builtin-schema", "vendor.compose-spec"]).arg(site.deploy.join(COMPOSE));
    Ok(Findings::of(report(&mut validate)?))
}

fn prometheus(site: &Site<'_>) -> Result<Findings> {
    let mut promtool = Command::new(&site.tools.promtool);
    promtool.args(["check", "config", "--agent"]).arg(site.deploy.join(PROMETHEUS));
    Ok(Findings::of(report(&mut promtool)?))
}
