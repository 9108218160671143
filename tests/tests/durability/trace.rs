//! What a process writes and syncs, as `strace` sees it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

/// A call that syncs or writes.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    /// The name, and the arguments with files and sockets named as in `fdatasync(11</tmp/accreditd.db-wal>`.
    pub text: String,
    /// Microseconds since 1970.
    pub began: u64,
    /// Microseconds since 1970.
    pub ended: u64,
    /// What it returned: the bytes written, 0 for a sync.
    pub result: i64,
}

/// A tracer at work. Dropped, it is killed, which leaves the process as it was.
pub struct Tracer {
    strace: Child,
    said: Lines<BufReader<ChildStderr>>,
    output: PathBuf,
}

impl Tracer {
    /// Traces all threads of a process, from the moment this returns.
    pub async fn attach(pid: u32, output: PathBuf) -> anyhow::Result<Self> {
        let mut strace = Command::new("strace")
            .args(["-f", "-ttt", "-T", "-yy", "-s", "0"])
            .args(["-e", "trace=fsync,fdatasync,write,writev,sendto,sendmsg", "-e", "signal=none", "-p"])
            .arg(pid.to_string())
            .arg("-o")
            .arg(&output)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start strace")?;
        let mut said = BufReader::new(strace.stderr.take().context("the standard error is a pipe")?).lines();
        let first = said.next_line().await?.unwrap_or_default();
        ensure!(first.contains(" attached"), "strace cannot attach; it said: {first}");
        Ok(Self { strace, said, output })
    }

    /// Lets go of the process and returns its calls in the order in which they ended.
    pub async fn detach(mut self) -> anyhow::Result<Vec<Call>> {
        let pid = self.strace.id().and_then(|pid| Pid::from_raw(pid.cast_signed())).context("strace runs")?;
        kill_process(pid, Signal::INT)?;
        while self.said.next_line().await?.is_some() {}
        self.strace.wait().await?;
        parse(&std::fs::read_to_string(&self.output)?)
    }
}

/// Reads lines of `{thread} {began} {call}({arguments}) = {result} <{seconds}>`, of which some come in two parts.
fn parse(trace: &str) -> anyhow::Result<Vec<Call>> {
    let mut calls = Vec::new();
    let mut unfinished = HashMap::new();
    for line in trace.lines() {
        let (thread, rest) = line.split_once(' ').context("a thread")?;
        let (time, rest) = rest.trim_start().split_once(' ').context("a time")?;
        let time = micros(time)?;
        if rest.starts_with("+++") || rest.starts_with("---") {
            continue;
        }
        if let Some(text) = rest.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread, (text.to_owned(), time));
            continue;
        }
        let Some((text, outcome)) = rest.rsplit_once(" = ") else { bail!("no result in {line}") };
        // A call that was interrupted by the end of the tracing has `?` for its result.
        let Some(result) = outcome.split(' ').next().and_then(|result| result.parse().ok()) else { continue };
        if !text.starts_with("<... ") {
            let lasted =
                outcome.rsplit_once('<').and_then(|(_, lasted)| lasted.strip_suffix('>')).context("a duration")?;
            calls.push(Call { text: text.to_owned(), began: time, ended: time + micros(lasted)?, result });
        } else if let Some((text, began)) = unfinished.remove(thread) {
            calls.push(Call { text, began, ended: time, result });
        }
    }
    Ok(calls)
}

/// `1700000000.123456` and `0.000034` in microseconds.
fn micros(seconds: &str) -> anyhow::Result<u64> {
    let (whole, part) = seconds.split_once('.').with_context(|| format!("{seconds} is no time"))?;
    ensure!(part.len() == 6, "{seconds} has no microseconds");
    Ok(whole.parse::<u64>()? * 1_000_000 + part.parse::<u64>()?)
}

#[test]
fn calls_in_one_part_and_in_two() {
    let trace = "7 10.000001 write(5<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"\"..., 300) = 300 <0.000034>\n\
                 7 10.000100 fdatasync(6</tmp/x-wal> <unfinished ...>\n\
                 8  10.000200 write(4<pipe:[9]>, \"\"..., 1) = -1 EAGAIN (no) <0.000001>\n\
                 7 10.000300 <... fdatasync resumed>) = 0 <0.000200>\n\
                 8 10.000400 write(4<pipe:[9]>, \"\"..., 1) = ?\n\
                 8 10.000500 +++ killed by SIGKILL +++\n";
    let call = |text: &str, began, ended, result| Call { text: text.to_owned(), began, ended, result };
    let expected = [
        call("write(5<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"\"..., 300)", 10_000_001, 10_000_035, 300),
        call("write(4<pipe:[9]>, \"\"..., 1)", 10_000_200, 10_000_201, -1),
        call("fdatasync(6</tmp/x-wal>", 10_000_100, 10_000_300, 0),
    ];
    assert_eq!(parse(trace).expect("well formed"), expected);
}
