//! `cargo xtask many-servers`: checks what several servers on one PostgreSQL guarantee, at full size.
//!
//! Some checks run again with an injected fault, and must fail. `cargo xtask test` runs the same tests at a smaller
//! size.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use throwaway::{APPLICATION, Cluster, OWNER, SHARED, Sync};

use crate::command::{output, run};
use crate::test_figures::TestFigures;

/// The size of each check.
#[derive(Debug, clap::Args)]
pub struct Sizes {
    /// Number of request ids that several callers send at once through four servers.
    #[arg(long, default_value_t = 100_000)]
    keys: u32,
    /// Number of callers that disconnect in the middle of a transaction.
    #[arg(long, default_value_t = 10_000)]
    cancellations: u32,
    /// Number of times that a watch is interrupted and continues on another server.
    #[arg(long, default_value_t = 1_000)]
    cuts: u32,
}

/// The size of a check with an injected fault. It is small, because such a check fails soon.
const FAULT_CHECK_SIZE: u32 = 1_000;

/// One check: a test, its size, and the figures that the report shows.
struct Check<'a> {
    /// What the report says about the check.
    description: &'a str,
    /// The package, target and name of the test. The target is empty for the unit tests of the package.
    test: [&'a str; 3],
    /// Environment variables of the test.
    variables: Vec<(&'a str, String)>,
    /// Features of the package, which inject a fault.
    features: &'a [&'a str],
    /// The figures that the report shows.
    shown: &'a [&'a str],
    /// Empty if the check must pass. Otherwise the check must fail, and one of these figures must not be 0.
    fault_figures: &'a [&'a str],
}

/// Several callers send each request at once, through different servers.
const RACE: [&str; 3] = ["stories", "many_servers", "callers_that_send_one_request"];
/// A watch is interrupted, and continues on another server.
const INTERRUPTED_WATCHES: [&str; 3] = ["stories", "many_servers", "a_watch_that_is_interrupted"];
/// Callers disconnect during a transaction. The rest of the transaction must still run.
const CANCELLATIONS: [&str; 3] = ["store", "", "contract::cancellations"];
/// Each row-level security policy is removed and opened. The tests must notice each change.
const POLICIES: [&str; 3] = ["store", "", "contract::row_level_security::each_policy"];

/// The figures of [`RACE`] in the report.
const RACE_FIGURES: [&str; 6] = ["raced_keys", "calls", "by_64_callers", "cut_off", "changed_refused", "doubles"];
/// The figures of [`CANCELLATIONS`] in the report.
const CANCELLATION_FIGURES: [&str; 5] = ["calls", "cancelled", "idle_in_transaction", "halves", "wrong_tenant"];

/// Runs every check and prints a table.
///
/// Fails if a check fails, or if a check does not notice its injected fault.
pub fn run_all(root: &Path, target: &Path, sizes: &Sizes) -> Result<()> {
    run(Command::new("cargo").args(["build", "--release", "--workspace", "--bins", "--locked"]).current_dir(root))?;
    let cluster = Cluster::start(Sync::On)?;
    let size = |variable, size: u32| vec![(variable, size.to_string())];
    let without_the_key = [size("RACED_KEYS", FAULT_CHECK_SIZE), size("WITHOUT_THE_KEY", 1)].concat();
    let check = |description, test, variables, shown| Check {
        description,
        test,
        variables,
        features: &[],
        shown,
        fault_figures: &[],
    };
    let checks = [
        check(
            "each row policy removed, and then opened (S3)",
            POLICIES,
            Vec::new(),
            &["policies", "removed", "opened", "unnoticed"],
        ),
        check(
            "callers disconnect (R6)",
            CANCELLATIONS,
            size("CANCELLATIONS", sizes.cancellations),
            &CANCELLATION_FIGURES,
        ),
        Check {
            features: &["dangerous-run-in-caller"],
            fault_figures: &["idle_in_transaction", "halves", "wrong_tenant"],
            ..check(
                "the same, with the transaction in the task of the caller",
                CANCELLATIONS,
                size("CANCELLATIONS", FAULT_CHECK_SIZE),
                &CANCELLATION_FIGURES,
            )
        },
        check(
            "several callers send one request through four servers (R3)",
            RACE,
            size("RACED_KEYS", sizes.keys),
            &RACE_FIGURES,
        ),
        Check {
            fault_figures: &["doubles"],
            ..check("the same, without the unique key of requests", RACE, without_the_key, &RACE_FIGURES)
        },
        check(
            "a watch is interrupted on four servers, and some are killed",
            INTERRUPTED_WATCHES,
            size("WATCH_CUTS", sizes.cuts),
            &["watch_cuts", "servers_killed", "events", "events_lost", "events_twice"],
        ),
    ];
    println!("| check | figures | seconds |\n|---|---|---|");
    for check in &checks {
        println!("{}", check.run(root, &cluster)?);
    }
    println!("{}", run_rehearsals(target, &cluster)?);
    Ok(())
}

impl Check<'_> {
    /// Runs the check and returns its row of the table.
    fn run(&self, root: &Path, cluster: &Cluster) -> Result<String> {
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
        let figures = TestFigures::run(&mut test, &format!("{} ", self.mark()))?;
        let seconds = start.elapsed().as_secs();
        let noticed = self.fault_figures.iter().any(|key| figures.lookup_figure(key).is_some_and(|figure| figure > 0));
        if self.fault_figures.is_empty() {
            ensure!(figures.passed, "{}: the check failed; its output:\n{}", self.description, figures.log);
        } else {
            ensure!(
                !figures.passed && noticed,
                "{}: the check did not notice the injected fault; its output:\n{}",
                self.description,
                figures.log
            );
        }
        let shown: Vec<_> =
            self.shown.iter().map(|key| format!("{} {}", key.replace('_', " "), figures.figure_text(key))).collect();
        Ok(format!("| {} | {} | {seconds} |", self.description, shown.join(", ")))
    }

    /// The word before the figures that the test prints.
    fn mark(&self) -> &str {
        match self.test {
            CANCELLATIONS => "cancellations",
            POLICIES => "walls",
            _ => "many_servers",
        }
    }
}

/// Runs the rehearsal on four servers, and again while one server is killed. The rehearsal checks its totals.
fn run_rehearsals(target: &Path, cluster: &Cluster) -> Result<String> {
    let mut rows = Vec::new();
    for (what, kill) in [("the rehearsal on four servers", None), ("the same, one server killed", Some("--kill-one"))] {
        let database = cluster.database()?;
        let mut rehearsal = Command::new(target.join("release/rehearsal"));
        rehearsal.args(["--database", &database.url(APPLICATION), "--owner-url", &database.url(OWNER)]);
        rehearsal.args(["--servers", "4", "--json"]).args(kill);
        let start = Instant::now();
        let report: serde_json::Value = serde_json::from_str(output(&mut rehearsal)?.trim())?;
        let figure =
            |key: &str| report[key].as_u64().with_context(|| format!("the report of the rehearsal has no `{key}`"));
        let (accredited, states, calls) = (figure("accredited_total")?, figure("states")?, figure("rpcs")?);
        let seconds = start.elapsed().as_secs();
        rows.push(format!("| {what} | accredited {accredited}, states {states}, calls {calls} | {seconds} |"));
    }
    Ok(rows.join("\n"))
}
