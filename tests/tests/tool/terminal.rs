//! A person at a terminal: the tool has it on each of its streams, and what is typed waits there for its questions.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::Command;

use anyhow::ensure;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use stories::tool::binary;

use crate::{Service, User};

impl User {
    /// What a command shows at a terminal where this is typed, and its exit code.
    pub fn at_terminal(&self, words: &[&str], typed: &str) -> anyhow::Result<(String, Option<i32>)> {
        let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&near)?;
        unlockpt(&near)?;
        let path = ptsname(&near, Vec::new())?;
        let far = rustix::fs::open(path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let mut near = File::from(near);
        near.write_all(typed.as_bytes())?;
        let mut command = Command::new(binary("accredit")?);
        command.args(&self.flags).args(words);
        let mut child = Service(command.stdin(far.try_clone()?).stdout(far.try_clone()?).stderr(far).spawn()?);
        // With the command go our copies of the far end: the last one that is closed ends what can be read.
        drop(command);
        let mut shown = Vec::new();
        let end = near.read_to_end(&mut shown);
        ensure!(end.is_ok() || end.is_err_and(|error| Errno::from_io_error(&error) == Some(Errno::IO)));
        Ok((String::from_utf8(shown)?, child.0.wait()?.code()))
    }
}
