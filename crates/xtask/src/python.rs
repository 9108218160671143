//! Tests a running rehearsal with programs that share no code with it: a client in Python, written against `proto/`
//! alone, and promtool, which checks the metrics.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::command::stream;
use crate::running_rehearsal::RunningRehearsal;
use crate::tally::Tally;
use crate::tools::Tools;

/// Number of observers in the finished election. It is large enough for every organization to have one.
const OBSERVERS: u32 = 100;

/// Starts the `rehearsal` of `target`, runs `tests/python` against it and checks its metrics with promtool.
pub fn test(root: &Path, target: &Path, tools: &Tools) -> Result<Tally> {
    println!("starting a rehearsal with {OBSERVERS} observers");
    let rehearsal = RunningRehearsal::start(
        Command::new(target.join("debug/rehearsal")),
        &target.join("python-rehearsal"),
        OBSERVERS,
    )?;
    let mut tally = None;
    let mut pytest = Command::new(&tools.python);
    pytest
        .args(["-B", "-m", "pytest", "-p", "no:cacheprovider", "tests/python"])
        .env("REHEARSAL_WORLD", rehearsal.world_file())
        .env("REHEARSAL_OBSERVERS", OBSERVERS.to_string())
        .current_dir(root);
    let succeeded = stream(&mut pytest, |line| tally = Tally::of_pytest(line).or(tally))?;
    check_metrics(&rehearsal, &tools.promtool)?;
    println!("promtool accepts the metrics");
    rehearsal.stop_and_check()?;
    match tally {
        Some(mut tally) if succeeded || tally.failed > 0 => {
            tally += Tally::ONE_PASSED;
            Ok(tally)
        }
        _ => bail!("pytest printed no result; its output above says why"),
    }
}

/// Reads the metrics and checks them with promtool. Prometheus ignores metrics that it cannot parse.
fn check_metrics(rehearsal: &RunningRehearsal, promtool: &Path) -> Result<()> {
    let mut stream =
        TcpStream::connect(rehearsal.health_listen()?).context("cannot connect to health_listen of the rehearsal")?;
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, metrics) = answer.split_once("\r\n\r\n").context("/metrics gave no HTTP answer")?;
    ensure!(
        metrics.contains("accreditd_requests_total{"),
        "/metrics counts no request, although pytest has sent requests"
    );
    let mut check = Command::new(promtool);
    let mut check = check.args(["check", "metrics"]).stdin(Stdio::piped()).spawn().context("cannot start promtool")?;
    check.stdin.take().context("standard input is a pipe")?.write_all(metrics.as_bytes())?;
    ensure!(check.wait()?.success(), "promtool rejects the metrics; its output above says which");
    Ok(())
}
