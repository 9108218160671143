//! The single writer of SQLite.
//!
//! Commands that wait at the same time share one transaction and one COMMIT,
//! because syncing the disk costs far more than a command. Each runs within a
//! savepoint, so that a refusal rolls back that command alone. No reply leaves
//! before COMMIT, refusals included: a refusal may rest on a row of another
//! command of the group, which must not be lost afterwards.
//!
//! A group goes through these steps:
//!
//! 1. BEGIN IMMEDIATE and a savepoint.
//! 2. Each command runs. Success releases the savepoint and sets the next one;
//!    a refusal rolls back to the savepoint.
//! 3. COMMIT, then all replies.
//!
//! If the database fails anywhere, the whole group is rolled back and each of
//! its commands runs again in a transaction of its own. So one command that
//! fails does not harm the others, and its caller alone gets the error.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::command::AnyCommand;
use crate::session::Session;
use crate::store::run_catching_panics;
use crate::{CommandError, Keys, StoreError};

/// How many commands share a commit at most. The first of them waits for the
/// last.
const MAX_GROUP: usize = 64;

/// How a command went, as far as the transaction is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JobOutcome {
    /// Keep what it wrote.
    Succeeded,
    /// A rule refused it, or it rolled itself back: roll back to its savepoint
    /// and go on with the group.
    Refused,
    /// The database failed. What the transaction still holds is uncertain, so
    /// all of it is rolled back.
    Failed,
}

/// A queued command.
pub(super) struct Job {
    /// The command, without its types.
    command: Arc<dyn AnyCommand>,
    /// The outcome of the last run, until it is sent.
    outcome: Option<Result<(), CommandError>>,
    /// The channel to the caller; `None` once the reply was sent.
    reply: Option<oneshot::Sender<Result<(), CommandError>>>,
}

impl Job {
    /// A command that waits for the writer.
    pub(super) fn new(command: Arc<dyn AnyCommand>, reply: oneshot::Sender<Result<(), CommandError>>) -> Self {
        Self { command, outcome: None, reply: Some(reply) }
    }

    /// Runs the command and keeps its outcome until COMMIT.
    async fn run(&mut self, session: &mut Session, keys: &Keys) -> JobOutcome {
        let outcome = run_catching_panics(session, keys, self.command.as_ref()).await;
        let job_outcome = match &outcome {
            Ok(()) => JobOutcome::Succeeded,
            Err(CommandError::Refused(_) | CommandError::RolledBack) => JobOutcome::Refused,
            Err(CommandError::Store(_)) => JobOutcome::Failed,
        };
        self.outcome = Some(outcome);
        if cfg!(feature = "dangerous-reply-before-commit") {
            self.send_reply();
        }
        job_outcome
    }

    /// Sends the outcome to the caller. The caller may have gone; the
    /// transaction has committed all the same.
    fn send_reply(&mut self) {
        if let (Some(reply), Some(outcome)) = (self.reply.take(), self.outcome.take()) {
            let _ = reply.send(outcome);
        }
    }

    /// Tells the caller that the database failed.
    fn send_failure(&mut self, error: StoreError) {
        if let Some(reply) = self.reply.take() {
            tracing::error!(command = self.command.name(), %error, "a write failed in the database");
            let _ = reply.send(Err(error.into()));
        }
    }
}

/// Runs queued commands until every sender is gone. A group that fails runs
/// again, one command at a time.
pub(super) async fn run(mut session: Session, keys: Arc<Keys>, mut jobs: mpsc::Receiver<Job>) {
    let mut group = Vec::with_capacity(MAX_GROUP);
    while jobs.recv_many(&mut group, MAX_GROUP).await > 0 {
        // A single command needs no savepoint. A group that did not commit runs
        // again one by one, so that one failing command does not take others
        // with it.
        if group.len() > 1 && run_group(&mut session, &keys, &mut group).await.is_ok() {
            group.iter_mut().for_each(Job::send_reply);
        } else {
            for job in &mut group {
                run_single(&mut session, &keys, job).await;
            }
        }
        group.clear();
    }
}

/// The shared transaction did not commit; none of its changes is there.
struct GroupFailed;

impl From<StoreError> for GroupFailed {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a shared commit failed; its commands run again, each in a transaction of its own");
        Self
    }
}

/// Runs a group of commands in one transaction. No reply is sent here.
async fn run_group(session: &mut Session, keys: &Keys, group: &mut [Job]) -> Result<(), GroupFailed> {
    let done = async {
        session.execute("-- begin a group\nBEGIN IMMEDIATE; SAVEPOINT command", Vec::new()).await?;
        for job in group {
            let end = match job.run(session, keys).await {
                JobOutcome::Succeeded => "-- next\nRELEASE command; SAVEPOINT command",
                // ROLLBACK TO keeps the savepoint, so the next command uses it.
                // It fails if an error has ended the whole transaction; then
                // the group runs again.
                JobOutcome::Refused => "-- undo one\nROLLBACK TO command",
                JobOutcome::Failed => return Err(GroupFailed),
            };
            session.execute(end, Vec::new()).await?;
        }
        session.execute("-- commit\nCOMMIT", Vec::new()).await?;
        Ok(())
    }
    .await;
    if done.is_err() {
        roll_back(session).await;
    }
    done
}

/// Runs one command in a transaction of its own and replies to it.
async fn run_single(session: &mut Session, keys: &Keys, job: &mut Job) {
    let committed = async {
        session.execute("-- begin\nBEGIN IMMEDIATE", Vec::new()).await?;
        let end = match job.run(session, keys).await {
            JobOutcome::Succeeded => "-- commit\nCOMMIT",
            JobOutcome::Refused | JobOutcome::Failed => "-- roll back\nROLLBACK",
        };
        session.execute(end, Vec::new()).await.map(|_| ())
    }
    .await;
    match committed {
        Ok(()) => job.send_reply(),
        Err(error) => {
            roll_back(session).await;
            job.send_failure(error);
        }
    }
}

/// Rolls back whatever is left of a transaction. An error of the database may
/// have ended it already, so a failure of ROLLBACK means nothing.
async fn roll_back(session: &mut Session) {
    let _ = session.execute("-- roll back\nROLLBACK", Vec::new()).await;
}
