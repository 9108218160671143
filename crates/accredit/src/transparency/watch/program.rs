//! A program that is handed every event, to send a mail or to tell a chat.

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};
use wire::json::to_json;
use wire::v1;

use super::state;
use crate::terminal::screen::Screen;

/// After the first failure it waits so long, and after each further one twice as long as before.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// But never longer.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What is started for each event.
#[derive(Debug)]
pub struct Program {
    command: String,
    arguments: Vec<String>,
    limit: Duration,
}

impl Program {
    /// A program with its arguments, which may run for so long.
    pub fn new(words: &[String], limit: Duration) -> Option<Self> {
        let (command, arguments) = words.split_first()?;
        Some(Self { command: command.clone(), arguments: arguments.to_vec(), limit })
    }

    /// Hands an event over; again and again, until the program ends with 0.
    pub async fn hand(&self, event: &v1::Event, screen: Screen) {
        let mut wait = FIRST_WAIT;
        while let Err(why) = self.attempt(event).await {
            let Self { command, .. } = self;
            let (id, seconds) = (&event.event_id, wait.as_secs());
            screen.note(&format!("{command}: {why}; the event {id} is handed to it again in {seconds} s"));
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn attempt(&self, event: &v1::Event) -> Result<(), String> {
        let mut child = self.command(event).spawn().map_err(|error| error.to_string())?;
        let line = format!("{}\n", to_json(event));
        let end = async {
            // Whoever does not read it may end well all the same.
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
                stop(&mut child).await;
                Err(format!("took longer than {} s and was killed", self.limit.as_secs()))
            }
        }
    }

    /// No shell reads it, and nothing that names a person is in its arguments or its environment: both can be seen by
    /// others on the machine.
    fn command(&self, event: &v1::Event) -> Command {
        let mut command = Command::new(&self.command);
        command.args(&self.arguments).stdin(Stdio::piped()).process_group(0);
        command.env("ACCREDIT_EVENT_ID", &event.event_id);
        command.env("ACCREDIT_EVENT_ACTION", &event.action);
        command.env("ACCREDIT_EVENT_SUBJECT", &event.subject);
        command.env("ACCREDIT_EVENT_STATE", state(event));
        command
    }
}

/// Kills it with whatever it has started.
async fn stop(child: &mut Child) {
    if let Some(group) = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.kill().await;
}
