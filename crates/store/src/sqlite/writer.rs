//! The one writer. Commands that wait together share a commit, each within a savepoint of its own; no reply, refusals
//! included, leaves before COMMIT.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::command::AnyCommand;
use crate::session::Session;
use crate::store::attempt;
use crate::{CommandError, Keys, StoreError};

/// How many commands share a commit at the most.
const GROUP: usize = 64;

/// How a command went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ran {
    Done,
    /// The rules refused it: undo this command alone.
    Refused,
    /// The database failed: what the transaction still holds is uncertain.
    Failed,
}

/// A command on its way, with the place to answer to.
pub(super) struct Job {
    command: Arc<dyn AnyCommand>,
    outcome: Option<Result<(), CommandError>>,
    reply: Option<oneshot::Sender<Result<(), CommandError>>>,
}

impl Job {
    pub(super) fn new(command: Arc<dyn AnyCommand>, reply: oneshot::Sender<Result<(), CommandError>>) -> Self {
        Self { command, outcome: None, reply: Some(reply) }
    }

    /// Runs the command and keeps its outcome.
    async fn run(&mut self, session: &mut Session, keys: &Keys) -> Ran {
        let outcome = attempt(session, keys, self.command.as_ref()).await;
        let ran = match &outcome {
            Ok(()) => Ran::Done,
            Err(CommandError::Refused(_) | CommandError::Undone) => Ran::Refused,
            Err(CommandError::Store(_)) => Ran::Failed,
        };
        self.outcome = Some(outcome);
        if cfg!(feature = "dangerous-reply-before-commit") {
            self.answer();
        }
        ran
    }

    /// Answers with the outcome kept.
    fn answer(&mut self) {
        // The caller may have gone; what it asked for is done all the same.
        if let (Some(reply), Some(outcome)) = (self.reply.take(), self.outcome.take()) {
            let _ = reply.send(outcome);
        }
    }

    /// Answers that the store failed.
    fn fail(&mut self, error: StoreError) {
        if let Some(reply) = self.reply.take() {
            tracing::error!(command = self.command.name(), %error, "the store failed");
            let _ = reply.send(Err(error.into()));
        }
    }
}

/// Runs until every sender is gone.
pub(super) async fn run(mut session: Session, keys: Arc<Keys>, mut jobs: mpsc::Receiver<Job>) {
    let mut group = Vec::with_capacity(GROUP);
    while jobs.recv_many(&mut group, GROUP).await > 0 {
        if group.len() > 1 && together(&mut session, &keys, &mut group).await.is_ok() {
            group.iter_mut().for_each(Job::answer);
        } else {
            for job in &mut group {
                alone(&mut session, &keys, job).await;
            }
        }
        group.clear();
    }
}

/// The group as a whole did not commit; nothing of it is there.
struct Undone;

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a shared commit failed; its commands run again one by one");
        Self
    }
}

async fn together(session: &mut Session, keys: &Keys, group: &mut [Job]) -> Result<(), Undone> {
    let done = async {
        session.execute("-- begin a group\nBEGIN IMMEDIATE; SAVEPOINT command", Vec::new()).await?;
        for job in group {
            let end = match job.run(session, keys).await {
                Ran::Done => "-- next\nRELEASE command; SAVEPOINT command",
                // The savepoint stays. This fails if an error took the whole transaction away, and the group runs again.
                Ran::Refused => "-- undo one\nROLLBACK TO command",
                Ran::Failed => return Err(Undone),
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

async fn alone(session: &mut Session, keys: &Keys, job: &mut Job) {
    let committed = async {
        session.execute("-- begin\nBEGIN IMMEDIATE", Vec::new()).await?;
        let end = match job.run(session, keys).await {
            Ran::Done => "-- commit\nCOMMIT",
            Ran::Refused | Ran::Failed => "-- roll back\nROLLBACK",
        };
        session.execute(end, Vec::new()).await.map(|_| ())
    }
    .await;
    match committed {
        Ok(()) => job.answer(),
        Err(error) => {
            roll_back(session).await;
            job.fail(error);
        }
    }
}

/// There may be nothing left to roll back: that is what it is for.
async fn roll_back(session: &mut Session) {
    let _ = session.execute("-- roll back\nROLLBACK", Vec::new()).await;
}
