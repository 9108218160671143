//! `accredit election results`: records when the official results were published.
//!
//! The observation ends with the results. Personal data is kept for a fixed period from then on, so the time of
//! publication decides when it is erased.

use clap::Args;
use wire::v1;

use super::{cutoff, dates};
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::session::Session;
use crate::terminal::time::parse_time;

/// The options of `election results`.
#[derive(Debug, Args)]
pub struct Results {
    /// The election's code or name.
    election: String,
    /// The time of the publication, as in 2019-06-10T09:00:00+06:00.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    published: prost_types::Timestamp,
    /// Records the results without a question. Without it, a terminal shows the election and asks you.
    #[arg(long)]
    yes: bool,
}

impl Results {
    /// Asks, then records the time. A wrong time can be corrected, but accreditations that ended do not come back.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (name, publish_time) = (full_name("elections", &self.election), Some(self.published));
        let read = session.client.get_election(v1::GetElectionRequest { name: name.clone() });
        let show = |election: &v1::Election| {
            let details = dates(election).with("results published", cutoff(publish_time, &election.time_zone));
            (details, "all accreditations end soon after, and nobody can undo that: record the results".to_owned())
        };
        session.confirm(self.yes, read, show).await?;
        let request = v1::PublishResultsRequest { request_id: session.request_id(), name, publish_time };
        session.printer.print(&session.client.publish_results(request).await?)
    }
}
