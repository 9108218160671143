//! Running other programs, with errors that name them.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A cargo command in a workspace, for a build that is made once: what would speed up the next one takes ten gigabytes.
pub fn cargo_command(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root).env("CARGO_INCREMENTAL", "0");
    command
}

/// Runs `command` with its output going where ours goes; anything but success is an error that shows the command.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs `command`, passing its standard output on line by line and handing each line to `each`.
///
/// Says whether the command succeeded; its lines have told the rest.
pub fn stream(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    let shown = show(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{shown}`"))?;
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

/// The standard output of `command`, which must succeed.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` wrote something that is not text"))
}

/// Whether `command` succeeds, and everything that it wrote.
pub fn report(command: &mut Command) -> Result<(bool, String)> {
    let shown = show(command);
    let output = command.output().with_context(|| format!("cannot start `{shown}`"))?;
    let text = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

/// Whether `command` can be started and succeeds; what it writes is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The command as one would type it.
fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_named() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err().to_string();
        assert_eq!(error, "`sh -c exit 3` failed (exit status: 3)");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = output(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert_eq!(error, "cannot start `no-such-program`");
    }

    #[test]
    fn a_report_has_the_outcome_and_both_outputs() {
        let told = report(Command::new("sh").args(["-c", "echo a; echo b >&2; exit 1"])).unwrap();
        assert_eq!(told, (false, "a\nb\n".to_owned()));
    }

    #[test]
    fn a_stream_hands_on_every_line_and_the_outcome() {
        let mut seen = Vec::new();
        let succeeded =
            stream(Command::new("sh").args(["-c", "printf 'a\\nb'; exit 1"]), |line| seen.push(line.to_owned()));
        assert!(!succeeded.unwrap());
        assert_eq!(seen, ["a", "b"]);
    }
}
