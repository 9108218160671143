//! `cargo xtask many-servers`: what many servers on one PostgreSQL promise, at full size, and the proof that each check
//! would notice a fault. `cargo xtask test` runs the same tests, smaller.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use throwaway::{APPLICATION, Cluster, OWNER, SHARED, Sync};

use crate::command::{output, run};
use crate::measured::Measured;

/// How much is tried.
#[derive(Debug, clap::Args)]
pub struct Sizes {
    /// Request ids that race themselves over four servers.
    #[arg(long, default_value_t = 100_000)]
    keys: u32,
    /// Callers that go away in the middle of a transaction.
    #[arg(long, default_value_t = 10_000)]
    cancellations: u32,
    /// Times that a watch is cut and goes on at another server.
    #[arg(long, default_value_t = 1_000)]
    cuts: u32,
}

/// How large a check is that has a fault put in and has to fail.
const CONTROL: u32 = 1_000;

/// One row of the report: what is checked, on what, with which figures.
struct Check<'a> {
    what: &'a str,
    /// The test's package, target and name; the target is empty for the package's own tests.
    test: [&'a str; 3],
    variables: Vec<(&'a str, String)>,
    features: &'a [&'a str],
    shown: &'a [&'a str],
    /// Figures of which one must not be 0 for the fault to count as noticed; without any, the check has to pass.
    fault: &'a [&'a str],
}

const RACE: [&str; 3] = ["stories", "many_servers", "a_request_that_races"];
const CUTS: [&str; 3] = ["stories", "many_servers", "a_watcher_cut"];
const CANCELLATIONS: [&str; 3] = ["store", "", "contract::cancellations"];
const WALLS: [&str; 3] = ["store", "", "contract::row_level_security::each_policy"];

const RACED: [&str; 6] = ["raced_keys", "calls", "by_64_callers", "cut_off", "changed_refused", "doubles"];
const CANCELLED: [&str; 5] = ["calls", "cancelled", "idle_in_transaction", "halves", "wrong_tenant"];

/// Runs everything and prints a table; fails unless every check passes, and every one with a fault fails for it.
pub fn run_all(root: &Path, target: &Path, sizes: &Sizes) -> Result<()> {
    run(Command::new("cargo").args(["build", "--release", "--workspace", "--bins", "--locked"]).current_dir(root))?;
    let cluster = Cluster::start(Sync::On)?;
    let size = |variable, size: u32| vec![(variable, size.to_string())];
    let without_the_key = [size("RACED_KEYS", CONTROL), size("WITHOUT_THE_KEY", 1)].concat();
    let check = |what, test, variables, shown| Check { what, test, variables, features: &[], shown, fault: &[] };
    let checks = [
        check(
            "every policy removed, and opened, in turn (S3)",
            WALLS,
            Vec::new(),
            &["policies", "removed", "opened", "unnoticed"],
        ),
        check("callers go away (R6)", CANCELLATIONS, size("CANCELLATIONS", sizes.cancellations), &CANCELLED),
        Check {
            features: &["dangerous-run-in-caller"],
            fault: &["idle_in_transaction", "halves", "wrong_tenant"],
            ..check(
                "the same, with work done in the caller's task",
                CANCELLATIONS,
                size("CANCELLATIONS", CONTROL),
                &CANCELLED,
            )
        },
        check("requests race themselves over four servers (R3)", RACE, size("RACED_KEYS", sizes.keys), &RACED),
        Check {
            fault: &["doubles"],
            ..check("the same, without the key that keeps requests apart", RACE, without_the_key, &RACED)
        },
        check(
            "a watch is cut over four servers, of which some are killed",
            CUTS,
            size("WATCH_CUTS", sizes.cuts),
            &["watch_cuts", "servers_killed", "events", "events_lost", "events_twice"],
        ),
    ];
    println!("| what | figures | seconds |\n|---|---|---|");
    for check in &checks {
        println!("{}", check.row(root, &cluster)?);
    }
    println!("{}", rehearsal(target, &cluster)?);
    Ok(())
}

impl Check<'_> {
    fn row(&self, root: &Path, cluster: &Cluster) -> Result<String> {
        let [package, target, name] = self.test;
        let mut test = Command::new("cargo");
        test.args(["test", "--release", "--locked", "--quiet", "--package", package]);
        match target {
            "" => test.arg("--lib"),
            target => test.args(["--test", target]),
        };
        test.args(self.features.iter().flat_map(|feature| ["--features", feature]));
        test.args(["--", name, "--nocapture", "--test-threads=1"]).current_dir(root);
        test.env(SHARED, cluster.sockets()).envs(self.variables.iter().map(|(name, value)| (*name, value)));
        let start = Instant::now();
        let measured = Measured::run(&mut test, &format!("{} ", self.mark()))?;
        let seconds = start.elapsed().as_secs();
        let noticed = self.fault.iter().any(|key| measured.figure(key).is_some_and(|figure| figure > 0));
        if self.fault.is_empty() {
            ensure!(measured.passed, "{}: failed\n{}", self.what, measured.log);
        } else {
            ensure!(!measured.passed && noticed, "{}: the fault was not noticed\n{}", self.what, measured.log);
        }
        let figures: Vec<_> =
            self.shown.iter().map(|key| format!("{} {}", key.replace('_', " "), measured.shown(key))).collect();
        Ok(format!("| {} | {} | {seconds} |", self.what, figures.join(", ")))
    }

    /// The word before its figures.
    fn mark(&self) -> &str {
        match self.test {
            CANCELLATIONS => "cancellations",
            WALLS => "walls",
            _ => "many_servers",
        }
    }
}

/// The whole election on four servers, and once more while one is killed: the totals are checked by the rehearsal.
fn rehearsal(target: &Path, cluster: &Cluster) -> Result<String> {
    let mut rows = Vec::new();
    for (what, kill) in [("the rehearsal on four servers", None), ("the same, one server killed", Some("--kill-one"))] {
        let database = cluster.database()?;
        let mut rehearsal = Command::new(target.join("release/rehearsal"));
        rehearsal.args(["--database", &database.url(APPLICATION), "--owner-url", &database.url(OWNER)]);
        rehearsal.args(["--servers", "4", "--json"]).args(kill);
        let start = Instant::now();
        let report: serde_json::Value = serde_json::from_str(output(&mut rehearsal)?.trim())?;
        let figure = |key: &str| report[key].as_u64().with_context(|| format!("no {key} in the report"));
        let (accredited, states, calls) = (figure("accredited_total")?, figure("states")?, figure("rpcs")?);
        let seconds = start.elapsed().as_secs();
        rows.push(format!("| {what} | accredited {accredited}, states {states}, calls {calls} | {seconds} |"));
    }
    Ok(rows.join("\n"))
}
