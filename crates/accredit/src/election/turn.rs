//! The turns of an election that nobody takes back: it is postponed, goes into a run-off, has its results.

use clap::Args;
use jiff::civil::Date;
use wire::v1;

use super::cutoff;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::Facts;
use crate::terminal::session::Session;
use crate::terminal::words::{parse_time, word};

/// What `--help` says of a postponement.
const ABOUT_POSTPONE: &str = "\
Example:
  accredit election postpone kz-president-2019 --from 2019-06-09 --to 2019-06-16 --act 'Decree 12' --reason 'Floods.'";

#[derive(Debug, Args)]
#[command(after_help = ABOUT_POSTPONE)]
pub struct Postpone {
    #[command(flatten)]
    to: Move,
}

/// What `--help` says of a run-off.
const ABOUT_RUN_OFF: &str = "\
Example:
  accredit election run-off kz-president-2019 --from 2019-06-09 --to 2019-06-23 --act 'Decree 20' --reason 'No majority.'

What it means for whoever is accredited is a rule of the election, which `election show` prints as run_off: they go on,
or each delegation confirms whom it keeps (`accreditation confirm`), or everyone is filed anew.";

#[derive(Debug, Args)]
#[command(after_help = ABOUT_RUN_OFF)]
pub struct RunOff {
    #[command(flatten)]
    to: Move,
}

/// That voting is on a later day, or once more.
#[derive(Debug, Args)]
struct Move {
    /// The election's code or name.
    election: String,
    /// The voting day as it stands; if it is another by now, nothing is done.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: String,
    /// The new voting day, a later one.
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: String,
    /// The act that postpones it, by number or title.
    #[arg(long)]
    act: String,
    /// Why, in words that everybody reads.
    #[arg(long)]
    reason: String,
    /// Does it without asking; at a terminal you are shown what moves, and asked.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Args)]
pub struct Results {
    /// The election's code or name.
    election: String,
    /// When they were published, as in 2019-06-10T09:00:00+06:00.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    published: prost_types::Timestamp,
    /// Does it without asking; at a terminal you are shown the election, and asked.
    #[arg(long)]
    yes: bool,
}

impl Postpone {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let name = self.to.agreed(session, "postpone it").await?;
        let Move { from: expected_voting_day, to: voting_day, act, reason, .. } = self.to;
        let request_id = session.request_id();
        let request = v1::PostponeElectionRequest { request_id, name, expected_voting_day, voting_day, reason, act };
        session.screen.show(&session.client.postpone_election(request).await?)
    }
}

impl RunOff {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let name = self.to.agreed(session, "call the run-off").await?;
        let Move { from: expected_voting_day, to: voting_day, act, reason, .. } = self.to;
        let request_id = session.request_id();
        let request = v1::CallRunOffRequest { request_id, name, expected_voting_day, voting_day, reason, act };
        session.screen.show(&session.client.call_run_off(request).await?)
    }
}

impl Move {
    /// Asks before voting is moved: nobody moves it back, whatever the year was to be. Gives the election's name.
    async fn agreed(&self, session: &Session, verb: &str) -> Result<String, Failure> {
        let name = full_name("elections", &self.election);
        let read = session.client.get_election(v1::GetElectionRequest { name: name.clone() });
        let told = |election: &v1::Election| {
            let facts = standing(election).and("moves to", away(&election.voting_day, &self.to));
            (facts, format!("both cutoffs are computed anew, and everybody is told: {verb}"))
        };
        session.confirmed(self.yes, read, told).await?;
        Ok(name)
    }
}

impl Results {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (name, publish_time) = (full_name("elections", &self.election), Some(self.published));
        let read = session.client.get_election(v1::GetElectionRequest { name: name.clone() });
        let told = |election: &v1::Election| {
            let facts = standing(election).and("results published", cutoff(publish_time, &election.time_zone));
            (facts, "whatever accreditation is in force ends soon after, for good: record the results".to_owned())
        };
        session.confirmed(self.yes, read, told).await?;
        let request = v1::PublishResultsRequest { request_id: session.request_id(), name, publish_time };
        session.screen.show(&session.client.publish_results(request).await?)
    }
}

/// An election's days as they stand.
fn standing(election: &v1::Election) -> Facts {
    Facts::default()
        .and("election", &election.name)
        .and("display name", &election.display_name)
        .and("state", word::<v1::ElectionState>(election.state))
        .and("voting day", &election.voting_day)
        .and("submission cutoff", cutoff(election.submission_cutoff, &election.time_zone))
        .and("presentation cutoff", cutoff(election.presentation_cutoff, &election.time_zone))
}

/// A day with its weekday and how far it is from another; what is no day is left to the service to refuse.
fn away(from: &str, to: &str) -> String {
    let (Ok(first), Ok(day)) = (from.parse::<Date>(), to.parse::<Date>()) else { return to.to_owned() };
    let days = (day - first).get_days();
    let (count, direction) = (days.abs(), if days < 0 { "earlier" } else { "later" });
    format!("{to}, a {}, {count} day(s) {direction}", day.strftime("%A"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_that_is_mistyped_is_seen() {
        for (from, to, shown) in [
            ("2019-06-09", "2019-06-16", "2019-06-16, a Sunday, 7 day(s) later"),
            ("2019-06-09", "2109-06-16", "2109-06-16, a Sunday, 32879 day(s) later"),
            ("2019-06-09", "2019-06-08", "2019-06-08, a Saturday, 1 day(s) earlier"),
            ("2019-06-09", "next week", "next week"),
        ] {
            assert_eq!(away(from, to), shown);
        }
    }
}
