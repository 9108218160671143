//! Runs other programs. An error names the command that failed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A cargo command in a workspace, without incremental compilation: its files would take ten gigabytes.
pub fn cargo_command(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root).env("CARGO_INCREMENTAL", "0");
    command
}

/// Runs `command` with the standard output and standard error of this process. Fails if the command fails.
pub fn run(command: &mut Command) -> Result<()> {
    let typed = command_line(command);
    let status = command.status().with_context(|| format!("cannot start `{typed}`"))?;
    if !status.success() {
        bail!("`{typed}` failed ({status})");
    }
    Ok(())
}

/// Runs `command`, prints its standard output line by line and calls `each` with every line.
///
/// Returns whether the command succeeded.
pub fn stream(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    let typed = command_line(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{typed}`"))?;
    let output = BufReader::new(child.stdout.take().expect("standard output was piped just above"));
    let mut out = std::io::stdout();
    for line in output.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        writeln!(out, "{line}")?;
        each(&line);
    }
    Ok(child.wait()?.success())
}

/// Runs `command` and returns its standard output. Fails if the command fails.
pub fn output(command: &mut Command) -> Result<String> {
    let typed = command_line(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{typed}`"))?;
    if !output.status.success() {
        bail!("`{typed}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{typed}` wrote bytes that are not UTF-8"))
}

/// Runs `command`. Returns whether it succeeded, and its standard output followed by its standard error.
pub fn capture(command: &mut Command) -> Result<(bool, String)> {
    let typed = command_line(command);
    let output = command.output().with_context(|| format!("cannot start `{typed}`"))?;
    let text = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

/// Whether `command` can be started and succeeds. Its output is discarded.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The command as a person would type it.
fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_a_command_that_fails() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err().to_string();
        assert_eq!(error, "`sh -c exit 3` failed (exit status: 3)");
    }

    #[test]
    fn the_error_names_a_missing_program() {
        let error = output(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert_eq!(error, "cannot start `no-such-program`");
    }

    #[test]
    fn capture_returns_the_success_and_both_outputs() {
        let captured = capture(Command::new("sh").args(["-c", "echo a; echo b >&2; exit 1"])).unwrap();
        assert_eq!(captured, (false, "a\nb\n".to_owned()));
    }

    #[test]
    fn stream_passes_on_every_line_and_returns_the_success() {
        let mut seen = Vec::new();
        let succeeded =
            stream(Command::new("sh").args(["-c", "printf 'a\\nb'; exit 1"]), |line| seen.push(line.to_owned()));
        assert!(!succeeded.unwrap());
        assert_eq!(seen, ["a", "b"]);
    }
}
