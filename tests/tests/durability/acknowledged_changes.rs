//! Compares the acknowledged changes with what the service returns after a restart.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::ensure;
use futures_util::{StreamExt as _, stream};
use rehearsal::world::{ELECTION, SECRETARY, World};
use wire::v1::{self, ApplicationState};

use crate::traffic::{Change, DELEGATIONS, KilledRun, SentChange};

/// Number of calls that the check makes at once.
const CONCURRENT_CALLS: usize = 16;

/// All changes acknowledged so far, and what was wrong after the restarts.
#[derive(Debug, Default)]
pub struct AcknowledgedChanges {
    pub kills: usize,
    /// Number of acknowledged changes.
    pub acknowledged: usize,
    /// Number of acknowledged changes that are missing.
    pub lost: usize,
    /// The smallest number of calls that were in flight at a kill.
    pub fewest_in_flight: Option<usize>,
    /// Number of calls that a kill left without an answer although their change is stored.
    pub done_without_answer: usize,
    /// Other faults, each as a sentence.
    pub faults: Vec<String>,
    /// The names of all applications that must exist.
    names: BTreeSet<String>,
}

impl AcknowledgedChanges {
    /// Compares the restarted service with the changes that were sent to the killed one.
    pub async fn check(&mut self, world: &World, killed: &KilledRun) -> anyhow::Result<()> {
        let (answered, unanswered): (Vec<&SentChange>, Vec<&SentChange>) =
            killed.sent.iter().partition(|sent| sent.answer.is_some());
        self.kills += 1;
        self.acknowledged += answered.len();
        self.fewest_in_flight = Some(self.fewest_in_flight.unwrap_or(usize::MAX).min(killed.in_flight));
        self.names.extend(answered.iter().filter_map(|sent| Some(sent.answer.as_ref()?.name.clone())));
        let before = list(world).await?;
        self.count_lost(world, &answered).await?;
        self.check_none_is_missing(&before);
        if self.lost > 0 || !self.faults.is_empty() {
            // A repeated request would create a lost application again, and hide the loss.
            return Ok(());
        }
        self.repeat_acknowledged(world, &answered).await;
        self.repeat_unanswered(world, &unanswered, &before).await;
        let after = list(world).await?;
        self.check_none_is_missing(&after);
        let surplus = after.len() - self.names.len().min(after.len());
        self.note(surplus == 0, || format!("{surplus} applications exist that nobody filed"));
        Ok(())
    }

    /// Reads every application with an acknowledged change, and counts the changes that are missing.
    async fn count_lost(&mut self, world: &World, answered: &[&SentChange]) -> anyhow::Result<()> {
        let names: BTreeMap<&str, &str> = answered.iter().map(|sent| (name(sent), sent.delegation)).collect();
        let found = stream::iter(names).map(|(name, delegation)| async move {
            let request = v1::GetApplicationRequest { name: name.to_owned() };
            (name, world.actor(delegation, SECRETARY).get_application(request).await)
        });
        let found: BTreeMap<_, _> = found.buffer_unordered(CONCURRENT_CALLS).collect().await;
        for sent in answered {
            let answer = sent.answer.as_ref().expect("every change here was answered");
            match &found[answer.name.as_str()] {
                Ok(application) => self.lost += usize::from(!has_change(answer, application)),
                Err(error) if error.reason() == Some("NOT_FOUND") => self.lost += 1,
                Err(error) => anyhow::bail!("{}: {error}", answer.name),
            }
        }
        Ok(())
    }

    /// Repeats the acknowledged requests. Each must get its first answer again.
    async fn repeat_acknowledged(&mut self, world: &World, answered: &[&SentChange]) {
        for (sent, again) in repeat(world, answered).await {
            let same = again
                .as_ref()
                .is_ok_and(|again| sent.answer.as_ref().is_some_and(|answer| are_of_one_change(answer, again)));
            self.note(same, || format!("{}: a repeated request got another answer", name(sent)));
        }
    }

    /// Repeats the unanswered requests, twice. Each must take effect exactly once.
    async fn repeat_unanswered(
        &mut self,
        world: &World,
        unanswered: &[&SentChange],
        before: &BTreeMap<String, v1::Application>,
    ) {
        let first: BTreeMap<_, _> =
            repeat(world, unanswered).await.into_iter().map(|(sent, answer)| (request_id(sent), answer)).collect();
        for (sent, second) in repeat(world, unanswered).await {
            let (Ok(first), Ok(second)) = (&first[&request_id(sent)], &second) else {
                self.note(false, || format!("the repeated request {} was refused", request_id(sent)));
                continue;
            };
            self.note(are_of_one_change(first, second), || {
                format!("{}: a repeated request took effect twice", first.name)
            });
            self.done_without_answer +=
                usize::from(before.get(&first.name).is_some_and(|before| before.etag == first.etag));
            self.names.insert(first.name.clone());
        }
    }

    /// Compares the list of applications with the names that must exist.
    fn check_none_is_missing(&mut self, listed: &BTreeMap<String, v1::Application>) {
        let missing = self.names.iter().filter(|name| !listed.contains_key(*name)).count();
        self.note(missing == 0, || format!("{missing} applications are missing from the list"));
    }

    /// Adds a fault unless `is_right`.
    fn note(&mut self, is_right: bool, fault: impl FnOnce() -> String) {
        if !is_right {
            self.faults.push(fault());
        }
    }
}

/// Whether the stored application has the acknowledged change, or a later change of it.
fn has_change(acknowledged: &v1::Application, found: &v1::Application) -> bool {
    let same = acknowledged.etag == found.etag && acknowledged.state == found.state;
    let withdrawn = acknowledged.state() == ApplicationState::Draft && found.state() == ApplicationState::Withdrawn;
    acknowledged.name == found.name && acknowledged.content_digest == found.content_digest && (same || withdrawn)
}

/// Whether two answers are about one change. The resource may have changed between them.
fn are_of_one_change(first: &v1::Application, second: &v1::Application) -> bool {
    first.name == second.name && first.receipt.is_some() && first.receipt == second.receipt
}

/// Sends the same requests again.
async fn repeat<'a>(
    world: &World,
    sent: &[&'a SentChange],
) -> Vec<(&'a SentChange, Result<v1::Application, client::Error>)> {
    let answers = stream::iter(sent.iter().copied())
        .map(|sent| async move { (sent, sent.change.send(&world.actor(sent.delegation, SECRETARY)).await) });
    answers.buffer_unordered(CONCURRENT_CALLS).collect().await
}

/// Lists all applications of both delegations. Fails if one is listed twice.
async fn list(world: &World) -> anyhow::Result<BTreeMap<String, v1::Application>> {
    let mut all = BTreeMap::new();
    for delegation in DELEGATIONS {
        let parent = format!("elections/{ELECTION}/missions/{delegation}");
        let request = v1::ListApplicationsRequest { parent, ..Default::default() };
        for application in world.actor(delegation, SECRETARY).all_applications(request).await? {
            let twice = all.insert(application.name.clone(), application);
            ensure!(twice.is_none(), "an application is listed twice: {twice:?}");
        }
    }
    Ok(all)
}

/// The name of the application in an answer. Empty if there is no answer.
fn name(sent: &SentChange) -> &str {
    sent.answer.as_ref().map_or("", |answer| &answer.name)
}

/// The request id of a change.
fn request_id(sent: &SentChange) -> &str {
    match &sent.change {
        Change::File(request) => &request.request_id,
        Change::Withdraw(request) => &request.request_id,
    }
}
