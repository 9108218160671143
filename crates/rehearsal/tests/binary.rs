//! Runs the `rehearsal` binary as the README tells people to.

use std::process::{Command, Output};

use serde_json::Value;

fn rehearsal(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rehearsal")).args(arguments).output().expect("the binary runs")
}

/// The JSON report of a successful run, which is its last line.
fn json(arguments: &[&str]) -> Value {
    let output = rehearsal(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout).expect("text");
    serde_json::from_str(stdout.lines().last().expect("a line")).expect("JSON")
}

/// The sum of a figure over all organizations.
fn sum(report: &Value, figure: &str) -> i64 {
    let organizations = report["organizations"].as_object().expect("organizations");
    organizations.values().map(|line| line[figure].as_i64().expect("a figure")).sum()
}

/// The seed makes a failure repeatable, so two runs with one seed must give the same totals.
#[test]
fn a_small_rehearsal_ends_as_planned_and_a_seed_repeats_it() {
    let arguments = ["--observers", "100", "--seed", "7", "--json"];
    let report = json(&arguments);
    assert_eq!((&report["accredited_total"], &report["states"]), (&100.into(), &41.into()));
    assert_eq!(sum(&report, "accredited"), 100);
    assert!(["returned", "refused", "withdrawn", "lapsed"].iter().all(|figure| sum(&report, figure) > 0), "{report}");
    assert_eq!(report["submission_cutoff"], "2019-06-03T12:00:00Z");
    let second = [
        "revoked",
        "annulled",
        "reinstated",
        "replaced",
        "withdrawn_with_mission",
        "accredited_for_run_off",
        "in_force",
        "ended",
    ];
    assert_eq!(second.map(|figure| report[figure].as_i64()), [2, 1, 1, 1, 3, 1, 8, 8].map(Some));
    assert_eq!(json(&arguments)["organizations"], report["organizations"]);
}

/// PostgreSQL gives the same totals as SQLite, also when four servers share the work and one of them is killed.
#[test]
fn four_servers_of_which_one_is_killed_give_the_same_totals() {
    let database = throwaway::Cluster::shared().database().expect("a database");
    let (url, owner) = (database.url(throwaway::APPLICATION), database.url(throwaway::OWNER));
    let plan = ["--observers", "150", "--seed", "11", "--json"];
    let many = ["--database", &url, "--owner-url", &owner, "--servers", "4", "--kill-one"];
    let report = json(&[&plan[..], &many[..]].concat());
    assert_eq!(report["accredited_total"], 150);
    assert_eq!(json(&plan)["organizations"], report["organizations"]);
}

#[test]
fn impossible_options_are_refused_with_a_reason() {
    for (arguments, said) in [
        (["--observers", "59"], "59 is not in 60..=20000"),
        (["--database", "postgres://db"], "it names no role"),
        (["--servers", "2"], "several servers need PostgreSQL"),
        (["--kill-one", "--json"], "leaves no server"),
        (["--database", "db"], "expected sqlite:PATH"),
        (["--database", "sqlite:/dev/null"], "is there already"),
        (["--dir", "/dev/null"], "cannot make the directory /dev/null"),
        (["--keep", "--json"], "--dir <DIR>"),
    ] {
        let output = rehearsal(&arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && stderr.contains(said), "{arguments:?}: {stderr}");
    }
}
