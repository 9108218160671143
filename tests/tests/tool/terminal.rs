//! Runs the tool at a pseudoterminal. The typed text is written before the tool asks for it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::Command;

use anyhow::ensure;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use stories::tool::binary;

use crate::{ChildProcess, User};

impl User {
    /// Runs a command at a terminal where `typed` is entered. Returns what the terminal shows, and the exit code.
    pub fn at_terminal(&self, arguments: &[&str], typed: &str) -> anyhow::Result<(String, Option<i32>)> {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&controller)?;
        unlockpt(&controller)?;
        let path = ptsname(&controller, Vec::new())?;
        let terminal = rustix::fs::open(path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let mut controller = File::from(controller);
        controller.write_all(typed.as_bytes())?;
        let mut command = Command::new(binary("accredit")?);
        command.args(&self.flags).args(arguments);
        let mut child =
            ChildProcess(command.stdin(terminal.try_clone()?).stdout(terminal.try_clone()?).stderr(terminal).spawn()?);
        // Closes the copies of the terminal in this process. Otherwise reading would never end.
        drop(command);
        let mut shown = Vec::new();
        let end = controller.read_to_end(&mut shown);
        ensure!(end.is_ok() || end.is_err_and(|error| Errno::from_io_error(&error) == Some(Errno::IO)));
        Ok((String::from_utf8(shown)?, child.0.wait()?.code()))
    }
}
