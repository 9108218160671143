//! Traces the system calls by which a process writes and syncs, with `strace`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

/// A system call that writes or syncs.
#[derive(Debug, PartialEq, Eq)]
pub struct SystemCall {
    /// The name and the arguments, with the names of files and sockets, for example
    /// `fdatasync(11</tmp/accreditd.db-wal>`.
    pub text: String,
    /// Microseconds since 1970.
    pub began: u64,
    /// Microseconds since 1970.
    pub ended: u64,
    /// The result: the number of bytes written, or 0 for a sync.
    pub result: i64,
}

/// A running `strace`. It is killed when this value is dropped; the traced process continues.
pub struct Tracer {
    strace: Child,
    messages: Lines<BufReader<ChildStderr>>,
    output: PathBuf,
}

impl Tracer {
    /// Starts to trace all threads of a process. Calls after the return of this function are traced.
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
        let mut messages = BufReader::new(strace.stderr.take().context("the standard error is a pipe")?).lines();
        let first = messages.next_line().await?.unwrap_or_default();
        ensure!(first.contains(" attached"), "strace cannot attach to the process; it printed: {first}");
        Ok(Self { strace, messages, output })
    }

    /// Stops tracing. Returns the calls in the order in which they ended.
    pub async fn detach(mut self) -> anyhow::Result<Vec<SystemCall>> {
        let pid = self.strace.id().and_then(|pid| Pid::from_raw(pid.cast_signed())).context("strace runs")?;
        kill_process(pid, Signal::INT)?;
        while self.messages.next_line().await?.is_some() {}
        self.strace.wait().await?;
        parse(&std::fs::read_to_string(&self.output)?)
    }
}

/// Parses lines of the form `{thread} {began} {call}({arguments}) = {result} <{seconds}>`.
///
/// A call is on two lines if another thread made a call before it ended.
fn parse(trace: &str) -> anyhow::Result<Vec<SystemCall>> {
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
        // A call that had not ended when the tracing stopped has the result `?`.
        let Some(result) = outcome.split(' ').next().and_then(|result| result.parse().ok()) else { continue };
        if !text.starts_with("<... ") {
            let lasted =
                outcome.rsplit_once('<').and_then(|(_, lasted)| lasted.strip_suffix('>')).context("a duration")?;
            calls.push(SystemCall { text: text.to_owned(), began: time, ended: time + micros(lasted)?, result });
        } else if let Some((text, began)) = unfinished.remove(thread) {
            calls.push(SystemCall { text, began, ended: time, result });
        }
    }
    Ok(calls)
}

/// `1700000000.123456` and `0.000034` in microseconds.
fn micros(seconds: &str) -> anyhow::Result<u64> {
    let (whole, part) =
        seconds.split_once('.').with_context(|| format!("expected seconds with a decimal point, got {seconds}"))?;
    ensure!(part.len() == 6, "expected six decimal places, got {seconds}");
    Ok(whole.parse::<u64>()? * 1_000_000 + part.parse::<u64>()?)
}

#[test]
fn a_call_on_one_line_and_a_call_on_two_lines_are_parsed() {
    let trace = "7 10.000001 write(5<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"\"..., 300) = 300 <0.000034>\n\
                 7 10.000100 fdatasync(6</tmp/x-wal> <unfinished ...>\n\
                 8  10.000200 write(4<pipe:[9]>, \"\"..., 1) = -1 EAGAIN (no) <0.000001>\n\
                 7 10.000300 <... fdatasync resumed>) = 0 <0.000200>\n\
                 8 10.000400 write(4<pipe:[9]>, \"\"..., 1) = ?\n\
                 8 10.000500 +++ killed by SIGKILL +++\n";
    let call = |text: &str, began, ended, result| SystemCall { text: text.to_owned(), began, ended, result };
    let expected = [
        call("write(5<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"\"..., 300)", 10_000_001, 10_000_035, 300),
        call("write(4<pipe:[9]>, \"\"..., 1)", 10_000_200, 10_000_201, -1),
        call("fdatasync(6</tmp/x-wal>", 10_000_100, 10_000_300, 0),
    ];
    assert_eq!(parse(trace).expect("well formed"), expected);
}
