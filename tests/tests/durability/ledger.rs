//! What was acknowledged, held against what the service says after it came back.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::ensure;
use futures_util::{StreamExt as _, stream};
use rehearsal::world::{ELECTION, SECRETARY, World};
use wire::v1::{self, ApplicationState};

use crate::traffic::{Change, DELEGATIONS, Killed, Sent};

/// How many calls the check itself makes at once.
const AT_ONCE: usize = 16;

/// Everything acknowledged so far, over all kills.
#[derive(Debug, Default)]
pub struct Ledger {
    pub kills: usize,
    /// Changes that were acknowledged.
    pub acknowledged: usize,
    /// Changes that were acknowledged and are not there.
    pub lost: usize,
    /// The fewest calls that were in flight when the service was killed.
    pub fewest_in_flight: Option<usize>,
    /// Calls that a kill left without an answer, of which the change was there all the same.
    pub done_unheard: usize,
    /// What else is wrong.
    pub faults: Vec<String>,
    /// The names of all applications that there should be.
    names: BTreeSet<String>,
}

impl Ledger {
    /// Checks the service, which has been started again, against what the one that was killed was sent.
    pub async fn check(&mut self, world: &World, killed: &Killed) -> anyhow::Result<()> {
        let (heard, cut_off): (Vec<&Sent>, Vec<&Sent>) = killed.sent.iter().partition(|sent| sent.answer.is_some());
        self.kills += 1;
        self.acknowledged += heard.len();
        self.fewest_in_flight = Some(self.fewest_in_flight.unwrap_or(usize::MAX).min(killed.in_flight));
        self.names.extend(heard.iter().filter_map(|sent| Some(sent.answer.as_ref()?.name.clone())));
        let before = list(world).await?;
        self.find(world, &heard).await?;
        self.none_is_missing(&before);
        if self.lost > 0 || !self.faults.is_empty() {
            // Requests that are repeated would make anew what was lost.
            return Ok(());
        }
        self.repeat_acknowledged(world, &heard).await;
        self.repeat_cut_off(world, &cut_off, &before).await;
        let after = list(world).await?;
        self.none_is_missing(&after);
        let surplus = after.len() - self.names.len().min(after.len());
        self.note(surplus == 0, || format!("{surplus} applications that nobody asked for"));
        Ok(())
    }

    /// Reads every application of which something was acknowledged.
    async fn find(&mut self, world: &World, heard: &[&Sent]) -> anyhow::Result<()> {
        let names: BTreeMap<&str, &str> = heard.iter().map(|sent| (name(sent), sent.delegation)).collect();
        let found = stream::iter(names).map(|(name, delegation)| async move {
            let request = v1::GetApplicationRequest { name: name.to_owned() };
            (name, world.actor(delegation, SECRETARY).get_application(request).await)
        });
        let found: BTreeMap<_, _> = found.buffer_unordered(AT_ONCE).collect().await;
        for sent in heard {
            let answer = sent.answer.as_ref().expect("these were answered");
            match &found[answer.name.as_str()] {
                Ok(application) => self.lost += usize::from(!holds(answer, application)),
                Err(error) if error.reason() == Some("NOT_FOUND") => self.lost += 1,
                Err(error) => anyhow::bail!("{}: {error}", answer.name),
            }
        }
        Ok(())
    }

    /// An acknowledged request that is repeated is answered as it was.
    async fn repeat_acknowledged(&mut self, world: &World, heard: &[&Sent]) {
        for (sent, again) in repeat(world, heard).await {
            let same =
                again.as_ref().is_ok_and(|again| sent.answer.as_ref().is_some_and(|answer| agree(answer, again)));
            self.note(same, || format!("{} was answered otherwise when it was repeated", name(sent)));
        }
    }

    /// A request that was cut off is done now or was done already, and in either case once.
    async fn repeat_cut_off(&mut self, world: &World, cut_off: &[&Sent], before: &BTreeMap<String, v1::Application>) {
        let first: BTreeMap<_, _> =
            repeat(world, cut_off).await.into_iter().map(|(sent, answer)| (key(sent), answer)).collect();
        for (sent, second) in repeat(world, cut_off).await {
            let (Ok(first), Ok(second)) = (&first[&key(sent)], &second) else {
                self.note(false, || format!("the request {} was refused when it was repeated", key(sent)));
                continue;
            };
            self.note(agree(first, second), || format!("{} was done twice", first.name));
            self.done_unheard += usize::from(before.get(&first.name).is_some_and(|before| before.etag == first.etag));
            self.names.insert(first.name.clone());
        }
    }

    fn none_is_missing(&mut self, listed: &BTreeMap<String, v1::Application>) {
        let missing = self.names.iter().filter(|name| !listed.contains_key(*name)).count();
        self.note(missing == 0, || format!("{missing} applications are not listed"));
    }

    fn note(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(fault());
        }
    }
}

/// Whether what was acknowledged is there, or what it has become since.
fn holds(acknowledged: &v1::Application, found: &v1::Application) -> bool {
    let same = acknowledged.etag == found.etag && acknowledged.state == found.state;
    let withdrawn = acknowledged.state() == ApplicationState::Draft && found.state() == ApplicationState::Withdrawn;
    acknowledged.name == found.name && acknowledged.content_digest == found.content_digest && (same || withdrawn)
}

/// Whether two answers are about one change; the resource may have gone on between them.
fn agree(first: &v1::Application, second: &v1::Application) -> bool {
    first.name == second.name && first.receipt.is_some() && first.receipt == second.receipt
}

/// Sends the very same requests again.
async fn repeat<'a>(world: &World, sent: &[&'a Sent]) -> Vec<(&'a Sent, Result<v1::Application, client::Error>)> {
    let answers = stream::iter(sent.iter().copied())
        .map(|sent| async move { (sent, sent.change.send(&world.actor(sent.delegation, SECRETARY)).await) });
    answers.buffer_unordered(AT_ONCE).collect().await
}

/// All applications of both delegations, each listed once.
async fn list(world: &World) -> anyhow::Result<BTreeMap<String, v1::Application>> {
    let mut all = BTreeMap::new();
    for delegation in DELEGATIONS {
        let parent = format!("elections/{ELECTION}/missions/{delegation}");
        let request = v1::ListApplicationsRequest { parent, ..Default::default() };
        for application in world.actor(delegation, SECRETARY).all_applications(request).await? {
            let twice = all.insert(application.name.clone(), application);
            ensure!(twice.is_none(), "listed twice: {twice:?}");
        }
    }
    Ok(all)
}

fn name(sent: &Sent) -> &str {
    sent.answer.as_ref().map_or("", |answer| &answer.name)
}

/// What a request is known by.
fn key(sent: &Sent) -> &str {
    match &sent.change {
        Change::File(request) => &request.request_id,
        Change::Withdraw(request) => &request.request_id,
    }
}
