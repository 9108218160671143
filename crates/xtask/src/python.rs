//! Foreign programs join a running world: a client in Python, written against `proto/` alone, and Prometheus' own reader
//! of metrics.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::command::stream;
use crate::tally::Tally;
use crate::tools::Tools;
use crate::world::World;

/// The size of the world's finished election: enough for every organization to have someone.
const OBSERVERS: u32 = 100;

/// Plays a world with the `rehearsal` of `target`, runs `tests/python` against it and has promtool read its metrics.
pub fn test(root: &Path, target: &Path, tools: &Tools) -> Result<Tally> {
    println!("playing an election of {OBSERVERS} observers");
    let world = World::start(Command::new(target.join("debug/rehearsal")), &target.join("python-world"), OBSERVERS)?;
    let mut tally = None;
    let mut pytest = Command::new(&tools.python);
    pytest
        .args(["-B", "-m", "pytest", "-p", "no:cacheprovider", "tests/python"])
        .env("REHEARSAL_WORLD", world.file())
        .env("REHEARSAL_OBSERVERS", OBSERVERS.to_string())
        .current_dir(root);
    let succeeded = stream(&mut pytest, |line| tally = Tally::of_pytest(line).or(tally))?;
    check_metrics(&world, &tools.promtool)?;
    println!("promtool reads the metrics and has nothing to say against them");
    world.end()?;
    match tally {
        Some(mut tally) if succeeded || tally.failed > 0 => {
            tally += Tally::ONE_PASSED;
            Ok(tally)
        }
        _ => bail!("pytest ended without a result"),
    }
}

fn check_metrics(world: &World, promtool: &Path) -> Result<()> {
    let mut stream = TcpStream::connect(world.health_listen()?).context("cannot reach the loopback port")?;
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, metrics) = answer.split_once("\r\n\r\n").context("no answer from /metrics")?;
    ensure!(metrics.contains("accreditd_requests_total{"), "the world has been called, and it counts no request");
    let mut check = Command::new(promtool);
    let mut check = check.args(["check", "metrics"]).stdin(Stdio::piped()).spawn().context("cannot start promtool")?;
    check.stdin.take().context("a pipe")?.write_all(metrics.as_bytes())?;
    ensure!(check.wait()?.success(), "promtool complains about the metrics");
    Ok(())
}
