//! The play: the whole accreditation of 9 June 2019, by separate clients, on the days on which it happened.

mod closing;
mod commission;
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

/// When the curtain rises.
pub const START: &str = "2019-04-15T04:00:00Z";

/// What the server says in the end.
#[derive(Debug)]
pub struct Outcome {
    /// The election, with its cutoffs.
    pub election: v1::Election,
    /// Everyone's figures.
    pub totals: v1::Totals,
    /// How many findings the checks made, by their codes.
    pub findings: BTreeMap<String, i64>,
}

/// What is lost on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Nothing.
    None,
    /// One of the servers, by `kill -9`, while the applications of the second session are filed; it does not come back.
    OneServer,
}

/// Plays the plan in a world that has just started, and reads from the server what came of it.
pub async fn play(world: &mut World, plan: &Plan, progress: &Progress, loss: Loss) -> anyhow::Result<Outcome> {
    set_up::set_up(world, plan, progress).await?;
    let mut play = Play { world, plan, progress, loss, filed: BTreeMap::new() };
    for (session, day) in plan.table.sessions.iter().enumerate() {
        play.session(session, *day).await.with_context(|| format!("before the session of {day}"))?;
    }
    play.close().await
}

/// A play under way.
struct Play<'a> {
    world: &'a World,
    plan: &'a Plan,
    progress: &'a Progress,
    loss: Loss,
    /// The name of every application, with its case.
    filed: BTreeMap<String, &'a Case>,
}

impl<'a> Play<'a> {
    /// From the filing of a session's applications to its decree.
    async fn session(&mut self, session: usize, day: Date) -> anyhow::Result<()> {
        let cases: Vec<&Case> = self.plan.cases.iter().filter(|case| case.session == session).collect();
        self.clock(day, -2, time(4, 0, 0, 0)).await?;
        let (filed, killed) = tokio::join!(self.file(&cases), self.lose(session, cases.len()));
        let (filed, ()) = (filed?, killed?);
        self.filed.extend(filed);
        self.clock(day, -2, time(10, 0, 0, 0)).await?;
        self.return_some(session).await?;
        self.mend(session).await?;
        self.withdraw(session, Withdrawal::Submitted).await?;
        self.clock(day, -1, time(4, 0, 0, 0)).await?;
        self.present(session, day).await?;
        self.withdraw(session, Withdrawal::Presented).await?;
        self.clock(day, -1, time(6, 0, 0, 0)).await?;
        self.wait_for_checks().await?;
        self.review(session, at(day, 0, time(4, 0, 0, 0))?).await?;
        self.withdraw(session, Withdrawal::Recommended).await?;
        self.clock(day, 0, time(6, 0, 0, 0)).await?;
        self.decide(session, day).await
    }

    /// Kills a server when a third of a session's calls have been made, with as many in flight as there can be.
    async fn lose(&self, session: usize, cases: usize) -> anyhow::Result<()> {
        if self.loss == Loss::None || session != 1 {
            return Ok(());
        }
        let enough = self.calls().made() + cases as u64 / 3;
        while self.calls().made() < enough {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.world.kill9_server(1).await.context("cannot kill a server")
    }

    /// Moves the clock to a time (UTC) of a day some days from another.
    async fn clock(&self, day: Date, days: i32, time: Time) -> anyhow::Result<()> {
        self.world.clock().set(at(day, days, time)?).await
    }

    fn calls(&self) -> &Calls {
        self.world.calls()
    }

    /// The session's applications of which something is true, by name.
    fn filed(&self, session: usize, which: impl Fn(&Case) -> bool) -> Vec<(&str, &'a Case)> {
        let all = self.filed.iter().map(|(name, case)| (name.as_str(), *case));
        all.filter(|(_, case)| case.session == session && which(case)).collect()
    }

    fn case(&self, application: &v1::Application) -> anyhow::Result<&'a Case> {
        let case = self.filed.get(&application.name).copied();
        case.with_context(|| format!("{} was filed by nobody", application.name))
    }

    /// The client of a case's delegation.
    fn secretary(&self, case: &Case) -> client::Client {
        self.world.actor(&self.plan.delegation(case).code, crate::world::SECRETARY)
    }

    /// Does something for each item, so many at once as calls can be in flight.
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

/// Does something for each item, so many at once as calls can be in flight, and shows how far it is.
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

fn at(day: Date, days: i32, time: Time) -> anyhow::Result<Timestamp> {
    let day = day.checked_add(Span::new().days(days))?;
    Ok(day.to_datetime(time).to_zoned_datetime(TimeZone::UTC)?.timestamp())
}
