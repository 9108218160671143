//! The accreditation for the election of 9 June 2019, by separate clients, on the days on which it happened.
//!
//! Each session of the commission repeats the same steps: delegations file, the ministry returns or presents, two
//! reviewers work through the queue, and a decree is adopted. The clock moves from step to step.

mod commission;
mod cutoffs;
mod delegations;
mod ministry;
mod set_up;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use wire::v1;

use crate::calls::{Calls, IN_FLIGHT};
use crate::plan::{Case, Plan, Withdrawal};
use crate::progress::Progress;
use crate::world::World;

pub use set_up::open_another;

/// The time at which the rehearsal begins.
pub const START: &str = "2019-04-15T04:00:00Z";

/// What the server reports at the end.
#[derive(Debug)]
pub struct Outcome {
    /// The election, with its cutoffs.
    pub election: v1::Election,
    /// The totals of every organization.
    pub totals: v1::Totals,
    /// How many findings the checks made, by their codes.
    pub findings: BTreeMap<String, i64>,
}

/// Whether a server is killed while the election runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerLoss {
    /// All servers keep running.
    None,
    /// One server is killed with `kill -9` while applications of the second session are filed. It is not started again.
    OneServer,
}

/// Carries out the plan in a world that has just started, and reads the result from the server.
///
/// # Errors
///
/// Fails at the first call whose answer is not what the plan expects.
pub async fn run(world: &mut World, plan: &Plan, progress: &Progress, loss: ServerLoss) -> anyhow::Result<Outcome> {
    set_up::set_up(world, plan, progress).await?;
    let mut election = Election2019 { world, plan, progress, loss, filed: BTreeMap::new() };
    for (session, day) in plan.table.sessions.iter().enumerate() {
        election.run_session(session, *day).await.with_context(|| format!("before the session of {day}"))?;
    }
    election.close().await
}

/// The election while it runs.
struct Election2019<'a> {
    world: &'a World,
    plan: &'a Plan,
    progress: &'a Progress,
    loss: ServerLoss,
    /// The case of each application, by the application's name.
    filed: BTreeMap<String, &'a Case>,
}

impl<'a> Election2019<'a> {
    /// Runs one session, from the filing of its applications two days before to its decrees.
    async fn run_session(&mut self, session: usize, day: Date) -> anyhow::Result<()> {
        let cases: Vec<&Case> = self.plan.cases.iter().filter(|case| case.session == session).collect();
        self.set_clock(day, -2, time(4, 0, 0, 0)).await?;
        let (filed, killed) = tokio::join!(self.file(&cases), self.kill_one_server(session, cases.len()));
        let (filed, ()) = (filed?, killed?);
        self.filed.extend(filed);
        self.set_clock(day, -2, time(10, 0, 0, 0)).await?;
        self.return_illegible(session).await?;
        self.correct_returned(session).await?;
        // Each withdrawal comes directly after the step that brings its applications into that state.
        self.withdraw(session, Withdrawal::Submitted).await?;
        self.set_clock(day, -1, time(4, 0, 0, 0)).await?;
        self.present(session, day).await?;
        self.withdraw(session, Withdrawal::Presented).await?;
        self.set_clock(day, -1, time(6, 0, 0, 0)).await?;
        self.wait_for_checks().await?;
        self.review(session, at(day, 0, time(4, 0, 0, 0))?).await?;
        self.withdraw(session, Withdrawal::Recommended).await?;
        self.set_clock(day, 0, time(6, 0, 0, 0)).await?;
        self.adopt_decrees(session, day).await
    }

    /// Kills a server while many calls are in flight: in the second session, after calls for a third of its cases.
    async fn kill_one_server(&self, session: usize, cases: usize) -> anyhow::Result<()> {
        if self.loss == ServerLoss::None || session != 1 {
            return Ok(());
        }
        // The count is polled, because the calls themselves must not know about the kill.
        let enough = self.calls().made() + cases as u64 / 3;
        while self.calls().made() < enough {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.world.kill9_server(1).await.context("cannot kill a server")
    }

    /// Sets the clock to a time (UTC) of the day that is `days` after `day`.
    async fn set_clock(&self, day: Date, days: i32, time: Time) -> anyhow::Result<()> {
        self.world.clock().set(at(day, days, time)?).await
    }

    /// The limit and the count of calls.
    fn calls(&self) -> &Calls {
        self.world.calls()
    }

    /// The applications of a session whose case meets a condition, with their names.
    fn list_filed(&self, session: usize, which: impl Fn(&Case) -> bool) -> Vec<(&str, &'a Case)> {
        let all = self.filed.iter().map(|(name, case)| (name.as_str(), *case));
        all.filter(|(_, case)| case.session == session && which(case)).collect()
    }

    /// The case of an application that the server returned.
    fn get_case(&self, application: &v1::Application) -> anyhow::Result<&'a Case> {
        let case = self.filed.get(&application.name).copied();
        case.with_context(|| format!("{} was not filed by this rehearsal", application.name))
    }

    /// The client of the delegation that files a case.
    fn secretary(&self, case: &Case) -> client::Client {
        self.world.actor(&self.plan.delegation(case).code, crate::world::SECRETARY)
    }

    /// Does something for each item, at most [`IN_FLIGHT`] at once.
    async fn each<T, R, F>(
        &self,
        what: &'static str,
        items: impl IntoIterator<Item = T>,
        act: impl Fn(T) -> F,
    ) -> anyhow::Result<Vec<R>>
    where
        F: Future<Output = anyhow::Result<R>>,
    {
        each(self.progress, what, items, act).await
    }
}

/// Does something for each item, at most [`IN_FLIGHT`] at once, and shows the progress.
async fn each<T, R, F>(
    progress: &Progress,
    what: &'static str,
    items: impl IntoIterator<Item = T>,
    act: impl Fn(T) -> F,
) -> anyhow::Result<Vec<R>>
where
    F: Future<Output = anyhow::Result<R>>,
{
    let items: Vec<T> = items.into_iter().collect();
    progress.begin(what, items.len());
    let under_way = stream::iter(items.into_iter().map(act)).buffer_unordered(IN_FLIGHT);
    under_way.inspect_ok(|_| progress.advance()).try_collect().await
}

/// The time of day (UTC) on the day that is `days` after `day`.
fn at(day: Date, days: i32, time: Time) -> anyhow::Result<Timestamp> {
    let day = day.checked_add(Span::new().days(days))?;
    Ok(day.to_datetime(time).to_zoned_datetime(TimeZone::UTC)?.timestamp())
}
