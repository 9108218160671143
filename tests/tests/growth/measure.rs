//! What is measured, and how: a call in each installation in turn, so that whatever else the machine does meets all alike.

pub mod beside;
pub mod cpu;
mod filing;
pub mod lists;

use std::time::Duration;

use client::Error;
use jiff::SignedDuration;
use tokio::time::Instant;
use wire::convert::time::timestamp;
use wire::v1;

use crate::installation::{Installation, election, now, release};
use crate::settings::Settings;
use rehearsal::calls::request_id;

/// Calls before the first that counts: PostgreSQL plans a prepared statement anew five times before it may keep a plan.
const WARM_UP: usize = 8;
/// A call that takes longer is not repeated to warm up.
const SLOW: Duration = Duration::from_secs(1);
/// How often a call is measured at the least, however long it takes.
const FEWEST_ROUNDS: usize = 15;
/// How long it is measured at the most.
const LONGEST: Duration = Duration::from_secs(150);

/// A call, or calls that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// A whole application: an upload and the submission are measured.
    Filing,
    /// A page of applications.
    List(lists::List),
    /// ClaimNextApplication.
    Claim,
    /// The first page of ListRegister.
    Register,
    /// GetReport, a row for each organization.
    Report,
    /// The same as of a day ago: nothing was added up then, so it counts every application.
    PastReport,
    /// GetTotals.
    Totals,
    /// GetApplication.
    Get,
}

/// Every call, the slowest last.
pub const CALLS: [Call; 15] = [
    Call::Get,
    Call::List(lists::List::First),
    Call::List(lists::List::Organization),
    Call::List(lists::List::State),
    Call::List(lists::List::OrganizationAndState),
    Call::List(lists::List::Delegation),
    Call::List(lists::List::Findings),
    Call::List(lists::List::Refusals),
    Call::List(lists::List::Queue),
    Call::List(lists::List::QueueTail),
    Call::Claim,
    Call::Register,
    Call::Filing,
    Call::Totals,
    Call::Report,
];

/// What is measured in one call took so long in each size.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its name in ids.
    pub name: &'static str,
    /// Whether the slow calls are compared, and not the usual ones.
    is_tail: bool,
    /// Each size's.
    pub sizes: Vec<(usize, Quantiles)>,
    /// Why it was broken off.
    pub error: Option<String>,
}

/// How long calls took, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Quantiles {
    /// How many.
    pub calls: usize,
    /// Half of them took no longer.
    pub p50: f64,
    /// 99 of 100 took no longer.
    pub p99: f64,
}

impl Series {
    /// What is compared.
    pub fn figure(&self, of: &Quantiles) -> f64 {
        if self.is_tail { of.p99 } else { of.p50 }
    }

    /// Whether it grows more than it may, or was broken off. An upload is the disk's affair, and too slow to tell.
    pub fn exceeds(&self, limit: f64) -> bool {
        self.name != "upload" && self.ratio().is_none_or(|ratio| ratio > limit)
    }

    /// The largest election's figure to the smallest's.
    pub fn ratio(&self) -> Option<f64> {
        let [(_, smallest), .., (_, largest)] = &self.sizes[..] else { return None };
        Some(self.figure(largest) / self.figure(smallest))
    }
}

impl Quantiles {
    fn of(mut times: Vec<f64>) -> Option<Self> {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get(((times.len().checked_sub(1)?) as f64 * share).round() as usize).copied();
        Some(Self { calls: times.len(), p50: at(0.5)?, p99: at(0.99)? })
    }
}

impl Call {
    /// Its name.
    pub fn name(self) -> &'static str {
        self.series()[0]
    }

    /// The names of all that is measured in it.
    pub fn series(self) -> &'static [&'static str] {
        match self {
            Self::Filing => &["upload", "submit"],
            Self::List(list) => list.names(),
            Self::Claim => &["claim"],
            Self::Register => &["register"],
            Self::Report => &["report"],
            Self::PastReport => &["past-report"],
            Self::Totals => &["totals"],
            Self::Get => &["get"],
        }
    }

    /// Makes it once; gives how long each of its parts took.
    pub async fn make(self, on: &Installation, settings: &Settings) -> Result<Vec<Duration>, Error> {
        let (reviewer, auditor) = (&on.reviewer, &on.auditor);
        match self {
            Self::Filing => filing::file(on).await,
            Self::List(list) => list.ask(on, settings.page_size).await,
            Self::Claim => {
                let request = v1::ClaimNextApplicationRequest {
                    request_id: request_id(),
                    parent: election(),
                    ..Default::default()
                };
                let (took, claimed) = timed(reviewer.claim_next_application(request)).await?;
                reviewer.release_application(release(&claimed)).await?;
                Ok(vec![took])
            }
            Self::Register => {
                let (parent, page_size) = (election(), settings.page_size);
                let request = v1::ListRegisterRequest { parent, page_size, ..Default::default() };
                Ok(vec![timed(auditor.list_register(request)).await?.0])
            }
            Self::Report | Self::PastReport => {
                let group_by = vec![v1::ReportGroup::Organization.into()];
                let past = now() - SignedDuration::from_hours(24);
                let as_of = (self == Self::PastReport).then(|| timestamp(past));
                let request = v1::GetReportRequest { election: election(), as_of, group_by };
                Ok(vec![timed(auditor.get_report(request)).await?.0])
            }
            Self::Totals => Ok(vec![timed(auditor.get_totals(v1::GetTotalsRequest { election: election() })).await?.0]),
            Self::Get => {
                let request = v1::GetApplicationRequest { name: on.application.clone() };
                Ok(vec![timed(auditor.get_application(request)).await?.0])
            }
        }
    }
}

/// How long a call took, and its answer.
async fn timed<T>(call: impl Future<Output = Result<T, Error>>) -> Result<(Duration, T), Error> {
    let start = Instant::now();
    let answer = call.await?;
    Ok((start.elapsed(), answer))
}

/// Measures a call in every installation in turn.
pub async fn interleave(call: Call, installations: &[Installation], settings: &Settings) -> Vec<Series> {
    let mut times = vec![vec![Vec::new(); installations.len()]; call.series().len()];
    let outcome = rounds(call, installations, settings, &mut times).await;
    let error = outcome.err().map(|(size, error)| format!("at {size} applications: {error}"));
    let sizes = |times: &[Vec<f64>]| {
        let each = installations.iter().zip(times);
        each.filter_map(|(on, times)| Some((on.size, Quantiles::of(times.clone())?))).collect()
    };
    let one = |(name, times): (&&'static str, &Vec<Vec<f64>>)| {
        // What was broken off compares nothing.
        let sizes = if error.is_none() { sizes(times) } else { Vec::new() };
        Series { name, is_tail: false, sizes, error: error.clone() }
    };
    let mut series: Vec<_> = call.series().iter().zip(&times).map(one).collect();
    if call == Call::List(lists::List::Queue) && !settings.compares {
        series.push(Series { name: "queue-p99", is_tail: true, ..series[0].clone() });
    }
    series
}

async fn rounds(
    call: Call,
    installations: &[Installation],
    settings: &Settings,
    times: &mut [Vec<Vec<f64>>],
) -> Result<(), (usize, Error)> {
    for on in installations {
        let failed = |error| (on.size, error);
        let start = Instant::now();
        for _ in 0..WARM_UP {
            call.make(on, settings).await.map_err(failed)?;
            if start.elapsed() > SLOW {
                break;
            }
        }
    }
    let start = Instant::now();
    for round in 0..settings.most_rounds {
        let enough = round >= FEWEST_ROUNDS && start.elapsed() > settings.budget;
        if enough || start.elapsed() > LONGEST {
            break;
        }
        // Whoever comes first finds the machine otherwise than whoever comes after: each comes first in turn.
        let mut order: Vec<_> = installations.iter().enumerate().collect();
        order.rotate_left(round % installations.len());
        for (number, on) in order {
            let took = call.make(on, settings).await.map_err(|error| (on.size, error))?;
            for (times, took) in times.iter_mut().zip(took) {
                times[number].push(took.as_secs_f64() * 1000.0);
            }
        }
    }
    Ok(())
}
