//! Measures calls, in each installation in turn. So other programs on the machine slow all installations down equally.

pub mod cpu;
pub mod during_reports;
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

/// Number of calls before the first measured one. PostgreSQL plans a prepared statement five times before it keeps a
/// plan.
const WARM_UP: usize = 8;
/// The warm-up ends after this time.
const WARM_UP_TIME: Duration = Duration::from_secs(1);
/// How often a call is measured at least, unless it takes longer than [`MAX_TIME`].
const MIN_ROUNDS: usize = 15;
/// How long a call is measured at most.
const MAX_TIME: Duration = Duration::from_secs(150);

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
    /// GetReport as of a day ago. There are no stored totals of that time, so it counts every application.
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

/// The times of one measured part of a call, in each size of election.
#[derive(Debug, Clone)]
pub struct Series {
    /// The name in ids.
    pub name: &'static str,
    /// Whether the 99th percentiles are compared. Otherwise the medians are.
    is_p99: bool,
    /// The times for each size.
    pub sizes: Vec<(usize, Quantiles)>,
    /// Why the measurement failed. `None` if it succeeded.
    pub error: Option<String>,
}

/// How long calls took, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Quantiles {
    /// Number of calls.
    pub calls: usize,
    /// Half of the calls took no longer.
    pub p50: f64,
    /// 99 of 100 calls took no longer.
    pub p99: f64,
}

impl Series {
    /// The time that is compared.
    pub fn compared_time(&self, of: &Quantiles) -> f64 {
        if self.is_p99 { of.p99 } else { of.p50 }
    }

    /// Whether the growth exceeds the limit, or the measurement failed. Uploads do not count, as their time depends on
    /// the disk.
    pub fn exceeds(&self, limit: f64) -> bool {
        self.name != "upload" && self.ratio().is_none_or(|ratio| ratio > limit)
    }

    /// The time in the largest election divided by that in the smallest.
    pub fn ratio(&self) -> Option<f64> {
        let [(_, smallest), .., (_, largest)] = &self.sizes[..] else { return None };
        Some(self.compared_time(largest) / self.compared_time(smallest))
    }
}

impl Quantiles {
    /// The quantiles of these times. `None` if there are no times.
    fn of(mut times: Vec<f64>) -> Option<Self> {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get(((times.len().checked_sub(1)?) as f64 * share).round() as usize).copied();
        Some(Self { calls: times.len(), p50: at(0.5)?, p99: at(0.99)? })
    }
}

impl Call {
    /// The name of the call in ids.
    pub fn name(self) -> &'static str {
        self.series()[0]
    }

    /// The names of the measured parts of the call.
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

    /// Makes the call once. Returns how long each of its parts took.
    pub async fn make(self, installation: &Installation, settings: &Settings) -> Result<Vec<Duration>, Error> {
        let (reviewer, auditor) = (&installation.reviewer, &installation.auditor);
        match self {
            Self::Filing => filing::file(installation).await,
            Self::List(list) => list.request(installation, settings.page_size).await,
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
                let request = v1::GetApplicationRequest { name: installation.application.clone() };
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
        each.filter_map(|(installation, times)| Some((installation.size, Quantiles::of(times.clone())?))).collect()
    };
    let one = |(name, times): (&&'static str, &Vec<Vec<f64>>)| {
        // A failed measurement has no times to compare.
        let sizes = if error.is_none() { sizes(times) } else { Vec::new() };
        Series { name, is_p99: false, sizes, error: error.clone() }
    };
    let mut series: Vec<_> = call.series().iter().zip(&times).map(one).collect();
    if call == Call::List(lists::List::Queue) && !settings.compares {
        series.push(Series { name: "queue-p99", is_p99: true, ..series[0].clone() });
    }
    series
}

/// Makes the call in each installation, round after round, and stores the times.
async fn rounds(
    call: Call,
    installations: &[Installation],
    settings: &Settings,
    times: &mut [Vec<Vec<f64>>],
) -> Result<(), (usize, Error)> {
    for installation in installations {
        let failed = |error| (installation.size, error);
        let start = Instant::now();
        for _ in 0..WARM_UP {
            call.make(installation, settings).await.map_err(failed)?;
            if start.elapsed() > WARM_UP_TIME {
                break;
            }
        }
    }
    let start = Instant::now();
    for round in 0..settings.max_rounds {
        let enough = round >= MIN_ROUNDS && start.elapsed() > settings.budget;
        if enough || start.elapsed() > MAX_TIME {
            break;
        }
        // The first call of a round meets other conditions than the next. So each installation is first in turn.
        let mut order: Vec<_> = installations.iter().enumerate().collect();
        order.rotate_left(round % installations.len());
        for (number, installation) in order {
            let took = call.make(installation, settings).await.map_err(|error| (installation.size, error))?;
            for (times, took) in times.iter_mut().zip(took) {
                times[number].push(took.as_secs_f64() * 1000.0);
            }
        }
    }
    Ok(())
}
