//! Delivers events to a program, which can send a mail or a chat message.
//!
//! The program can be a shell script that sends a mail. The next event waits until it succeeds, so the program sees the
//! events in the order of the log.

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};
use wire::json::to_json;
use wire::v1;

use super::state_label;
use crate::terminal::printer::Printer;

/// The wait before the second attempt. Each further wait is twice as long as the last.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The program that is started for each event.
#[derive(Debug)]
pub struct Program {
    /// The path or name of the program.
    command: String,
    /// Its arguments, the same for each event.
    arguments: Vec<String>,
    /// The time after which an attempt is stopped.
    limit: Duration,
}

impl Program {
    /// A program with its arguments, from the words of the command line. `None` if there are none.
    pub fn new(words: &[String], limit: Duration) -> Option<Self> {
        let (command, arguments) = words.split_first()?;
        Some(Self { command: command.clone(), arguments: arguments.to_vec(), limit })
    }

    /// Delivers an event. Retries without end until the program exits with 0, because a lost event cannot be noticed.
    pub async fn deliver(&self, event: &v1::Event, printer: Printer) {
        let mut wait = FIRST_WAIT;
        while let Err(reason) = self.attempt(event).await {
            let Self { command, .. } = self;
            let (id, seconds) = (&event.event_id, wait.as_secs());
            printer.message(&format!("{command}: {reason}; retrying event {id} in {seconds} s"));
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Starts the program once and waits for it.
    async fn attempt(&self, event: &v1::Event) -> Result<(), String> {
        let mut child = self.command(event).spawn().map_err(|error| error.to_string())?;
        let line = format!("{}\n", to_json(event));
        // Writing and waiting share the time limit: a program that never reads stdin must not block the watch.
        let end = async {
            // A program may exit with 0 without reading stdin. The broken pipe is then no error.
            if let Some(mut stdin) = child.stdin.take() {
                let _ = stdin.write_all(line.as_bytes()).await;
            }
            child.wait().await
        };
        match timeout(self.limit, end).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(status.to_string()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => {
                kill_process_group_of(&mut child).await;
                Err(format!("killed because it ran longer than {} s (--exec-timeout)", self.limit.as_secs()))
            }
        }
    }

    /// The command for one event. No shell is involved, so no text of an event can become a command.
    ///
    /// Arguments and environment name no person, because other users of the machine can see both.
    fn command(&self, event: &v1::Event) -> Command {
        let mut command = Command::new(&self.command);
        // The process group lets a kill reach the children of the program too.
        command.args(&self.arguments).stdin(Stdio::piped()).process_group(0);
        command.env("ACCREDIT_EVENT_ID", &event.event_id);
        command.env("ACCREDIT_EVENT_ACTION", &event.action);
        command.env("ACCREDIT_EVENT_SUBJECT", &event.subject);
        command.env("ACCREDIT_EVENT_STATE", state_label(event));
        command
    }
}

/// Kills the program and its children, which share its process group. Otherwise they would pile up with every retry.
async fn kill_process_group_of(child: &mut Child) {
    if let Some(group) = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.kill().await;
}
