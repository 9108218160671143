//! The automatic checks. They run soon after the commit that asked for them, as the commission, and never in a
//! delegation's call: neither an answer nor its time tells a delegation what was found.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::amendment::Amendment;
use domain::application::{Application, StateKind};
use domain::content::{Category, Filing};
use domain::election::last_day;
use domain::event::{EventActor, LogName};
use domain::id::OrganizationCode;
use domain::name::{ApplicationName, InvitationName};
use domain::policy::{Action, Permit, Scope};
use domain::quota::quota_exceeded;
use domain::screening::{Finding, FindingCode, Screening, Surroundings, screen as check};
use jiff::Timestamp;
use store::{Command, CommandError, Tx};

use super::INTERVAL;
use crate::rpc::{Api, Effect};

/// How many applications one transaction checks.
const BATCH: u32 = 50;

/// Checks what waits, whenever something was committed. One that cannot be checked holds up nobody behind it, and is tried
/// again later.
pub(super) async fn screen(api: Api) {
    let (mut after, mut limit) = (0, BATCH);
    loop {
        let reached = Arc::new(AtomicI64::new(after));
        match check_next(&api, after, limit, reached.clone()).await {
            Ok(0) => (after, limit) = (0, BATCH),
            Ok(checked) => {
                tracing::info!(checked, "applications checked");
                api.committed.notify_one();
                continue;
            }
            Err(error) if limit > 1 => {
                tracing::warn!(%error, "the checks of several applications failed; each is tried alone");
                limit = 1;
                continue;
            }
            Err(error) => {
                tracing::error!(%error, "the checks of an application failed");
                after = reached.load(Ordering::Relaxed);
            }
        }
        tokio::select! {
            () = api.presented.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Checks the next that wait. Most commits ask for no checks, so it is looked first, where nobody waits for it.
async fn check_next(api: &Api, after: i64, limit: u32, reached: Arc<AtomicI64>) -> Result<usize, CommandError> {
    if api.store.read(Waiting { after }).await? {
        return api.store.run(Screen { now: api.clock.now(), after, limit, reached }).await;
    }
    Ok(0)
}

/// Whether an application waits for the checks.
struct Waiting {
    after: i64,
}

impl Command for Waiting {
    const NAME: &'static str = "look for what is to be checked";
    type Output = bool;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, CommandError> {
        Ok(tx.screening_waits(self.after).await?)
    }
}

struct Screen {
    now: Timestamp,
    after: i64,
    limit: u32,
    /// The number of the last one that was taken.
    reached: Arc<AtomicI64>,
}

impl Command for Screen {
    const NAME: &'static str = "screen";
    type Output = usize;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, CommandError> {
        let permit = Permit::for_the_service();
        let pending = tx.pending_screenings(self.after, self.limit).await?;
        if pending.is_empty() {
            return Ok(0);
        }
        let commission = tx.commission().await?;
        let run = Run { permit: &permit, commission: &commission, now: self.now };
        for one in &pending {
            self.reached.store(one.number, Ordering::Relaxed);
            if let Some(application) = tx.application_of_anyone(&one.election, one.application).await? {
                run.with_those_like_it(tx, application).await?;
            }
            tx.end_pending(&permit, one).await?;
        }
        Ok(pending.len())
    }
}

struct Run<'a> {
    permit: &'a Permit,
    commission: &'a OrganizationCode,
    now: Timestamp,
}

impl Run<'_> {
    /// Checks an application, and again whatever was or is found to be like it: a duplicate is one from both sides.
    async fn with_those_like_it(&self, tx: &mut Tx<'_>, application: Application) -> Result<(), CommandError> {
        // Nothing else is amended but what is accredited, and that is checked no more for itself.
        if !is_checked(&application)
            && let Some(amendment) = tx.amendments_of(&application.name).await?.pop()
        {
            return self.with_those_like_amended(tx, application, &amendment).await;
        }
        let before = tx.screening(&application.name).await?;
        let after = self.check(tx, &application, &before).await?;
        let related = |screening: &Screening| {
            let duplicates = screening.findings.iter().filter(|found| is_duplicate(found.code));
            duplicates.filter_map(|found| found.related.parse().ok()).collect::<BTreeSet<ApplicationName>>()
        };
        for name in related(&before).union(&related(&after)) {
            if let Some(other) = tx.application_of_anyone(&name.election, name.id).await? {
                let before = tx.screening(name).await?;
                self.check(tx, &other, &before).await?;
            }
        }
        Ok(())
    }

    /// Checks the last amendment of an application if it is open, and again whatever is like one of its versions: it may have
    /// been asked for, given up or decided.
    async fn with_those_like_amended(
        &self,
        tx: &mut Tx<'_>,
        application: Application,
        amendment: &Amendment,
    ) -> Result<(), CommandError> {
        self.check_amendment(tx, &application, amendment).await?;
        let mut like = BTreeSet::new();
        for said in tx.kept_of_amendment(amendment).await? {
            let Some(filing) = said.whole() else { continue };
            like.extend(tx.others_like(&application.name, filing).await?.into_iter().map(|other| other.name));
        }
        for name in like {
            if let Some(other) = tx.application_of_anyone(&name.election, name.id).await? {
                let before = tx.screening(&name).await?;
                self.check(tx, &other, &before).await?;
            }
        }
        Ok(())
    }

    /// Checks what an open amendment would make its application say.
    async fn check_amendment(
        &self,
        tx: &mut Tx<'_>,
        application: &Application,
        amendment: &Amendment,
    ) -> Result<(), CommandError> {
        if !amendment.is_open() || application.erase_time.is_some() {
            return Ok(());
        }
        let [_, said] = tx.kept_of_amendment(amendment).await?;
        let before = tx.amendment_screening(&amendment.name).await?;
        // Its place in the quota is taken already.
        let found = self.find(tx, &application.name, &said.into_whole(&application.name)?, false).await?;
        let Some(after) = found.and_then(|found| amendment.rerun(&before, found, self.now)) else { return Ok(()) };
        tx.put_amendment_screening(self.permit, &amendment.name, before.version, &after).await?;
        let log = LogName::Election(application.name.election.clone());
        let effect = Effect::new(log, &amendment.name, self.commission)
            .fact("verb", "screen")
            .fact("revision", after.revision)
            .fact("findings", codes(&after));
        let event = effect.event(tx, EventActor::System, Action::Tick, self.now);
        tx.record(self.permit, event).await?;
        Ok(())
    }

    /// What the checks find in what an application says or is to say; none if its mission is gone.
    async fn find(
        &self,
        tx: &mut Tx<'_>,
        name: &ApplicationName,
        filing: &Filing,
        over_quota: bool,
    ) -> Result<Option<Vec<Finding>>, CommandError> {
        let election = tx.lookup_election(&name.election).await?;
        let mission = tx.lookup_mission(&Scope::All, &name.mission()).await?;
        let (Some(election), Some(mission)) = (election, mission) else { return Ok(None) };
        let others = tx.others_like(name, filing).await?;
        let listed = tx.listed_like(&name.election, filing).await?;
        let last_day = last_day(mission.end_date, &tx.schedule(&name.election).await?);
        let around = Surroundings { rules: &election.rules, last_day, others: &others, listed: &listed, over_quota };
        Ok(Some(check(filing, &around)))
    }

    /// Checks one application; what is decided or gone stays as it was found.
    async fn check(
        &self,
        tx: &mut Tx<'_>,
        application: &Application,
        before: &Screening,
    ) -> Result<Screening, CommandError> {
        let name = &application.name;
        if !is_checked(application) {
            if let Some(amendment) = tx.amendments_of(name).await?.pop() {
                self.check_amendment(tx, application, &amendment).await?;
            }
            return Ok(Screening::default());
        }
        let filing = tx.filing(application).await?;
        let over_quota = self.over_quota(tx, application, filing.content.category).await?;
        let Some(found) = self.find(tx, name, &filing, over_quota).await? else { return Ok(Screening::default()) };
        let Some(after) = before.rerun(application, found, self.now) else {
            return Ok(before.clone());
        };
        tx.put_screening(self.permit, name, before.version, &after).await?;
        tx.record(self.permit, self.event(tx, application, &after)).await?;
        Ok(after)
    }

    /// Whether the invitation had no place left when this one came.
    async fn over_quota(&self, tx: &mut Tx<'_>, of: &Application, category: Category) -> Result<bool, CommandError> {
        let (election, organization) = (of.name.election.clone(), of.name.organization.clone());
        let invitation = tx.lookup_invitation(&Scope::All, &InvitationName { election, organization }).await?;
        let Some(invitation) = invitation.filter(|sent| sent.quota(category).is_some()) else { return Ok(false) };
        let came_before = tx.quota_used_before(of, category).await?;
        Ok(quota_exceeded(&invitation, category, came_before))
    }

    /// The commission's own event: that it was found at all is nobody else's to know.
    fn event(&self, tx: &Tx<'_>, application: &Application, after: &Screening) -> domain::event::Event {
        let log = LogName::Election(application.name.election.clone());
        let effect = Effect::new(log, &application.name, self.commission)
            .fact("verb", "screen")
            .fact("from", application.state.kind())
            .fact("to", application.state.kind())
            .fact("revision", after.revision)
            .fact("findings", codes(after))
            .placed(application);
        effect.event(tx, EventActor::System, Action::Tick, self.now)
    }
}

/// The codes of what was found, each once.
fn codes(screening: &Screening) -> String {
    let codes: BTreeSet<&str> = screening.findings.iter().map(|finding| finding.code.as_str()).collect();
    codes.into_iter().collect::<Vec<_>>().join(",")
}

/// As `Tx::queue_screenings` has it.
fn is_checked(application: &Application) -> bool {
    use StateKind::{InReview, Presented, Recommended, ReturnedByCommission};
    let state = application.state.kind();
    application.erase_time.is_none() && matches!(state, Presented | InReview | ReturnedByCommission | Recommended)
}

fn is_duplicate(code: FindingCode) -> bool {
    matches!(code, FindingCode::DuplicateDocument | FindingCode::DuplicatePerson)
}
