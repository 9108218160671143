//! `accredit election postpone` and `accredit election run-off`: acts that set another voting day.
//!
//! Nobody can undo them, and everybody who was invited is notified. So a person sees the change before it is made.

use clap::Args;
use jiff::civil::Date;
use wire::v1;

use super::dates;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::session::Session;

/// The example at the end of `election postpone --help`.
const ABOUT_POSTPONE: &str = "\
Example:
  accredit election postpone kz-president-2019 --from 2019-06-09 --to 2019-06-16 --act 'Decree 12' --reason 'Floods.'";

/// The options of `election postpone`.
#[derive(Debug, Args)]
#[command(after_help = ABOUT_POSTPONE)]
pub struct Postpone {
    #[command(flatten)]
    change: VotingDayChange,
}

/// The example and the explanation at the end of `election run-off --help`.
const ABOUT_RUN_OFF: &str = "\
Example:
  accredit election run-off kz-president-2019 --from 2019-06-09 --to 2019-06-23 \\
    --act 'Decree 20' --reason 'No majority.'

A rule of the election says what a run-off means for accreditations; `election show` prints it as run_off. Either they
stay in force, or each delegation confirms those that it keeps (`accreditation confirm`), or everyone has to apply
again.";

/// The options of `election run-off`.
#[derive(Debug, Args)]
#[command(after_help = ABOUT_RUN_OFF)]
pub struct RunOff {
    #[command(flatten)]
    change: VotingDayChange,
}

/// The options that describe another voting day and the legal act that sets it.
#[derive(Debug, Args)]
struct VotingDayChange {
    /// The election's code or name.
    election: String,
    /// The current voting day. If the election has another one by now, nothing is done.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: String,
    /// The new voting day, which must be later.
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: String,
    /// The legal act that sets the new day, by number or title.
    #[arg(long)]
    act: String,
    /// The reason. Everybody reads it.
    #[arg(long)]
    reason: String,
    /// Changes the day without a question. Without it, a terminal shows what changes and asks you.
    #[arg(long)]
    yes: bool,
}

impl Postpone {
    /// Asks, then postpones the vote.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let name = self.change.confirm(session, "postpone it").await?;
        let VotingDayChange { from: expected_voting_day, to: voting_day, act, reason, .. } = self.change;
        let request_id = session.request_id();
        let request = v1::PostponeElectionRequest { request_id, name, expected_voting_day, voting_day, reason, act };
        session.printer.print(&session.client.postpone_election(request).await?)
    }
}

impl RunOff {
    /// Asks, then calls the run-off.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let name = self.change.confirm(session, "call the run-off").await?;
        let VotingDayChange { from: expected_voting_day, to: voting_day, act, reason, .. } = self.change;
        let request_id = session.request_id();
        let request = v1::CallRunOffRequest { request_id, name, expected_voting_day, voting_day, reason, act };
        session.printer.print(&session.client.call_run_off(request).await?)
    }
}

impl VotingDayChange {
    /// Shows the election and the new day, and asks. Returns the election's name.
    async fn confirm(&self, session: &Session, verb: &str) -> Result<String, Failure> {
        let name = full_name("elections", &self.election);
        let read = session.client.get_election(v1::GetElectionRequest { name: name.clone() });
        let show = |election: &v1::Election| {
            let details = dates(election).with("moves to", describe_day(&election.voting_day, &self.to));
            (details, format!("both cutoffs are computed again, and everybody is notified: {verb}"))
        };
        session.confirm(self.yes, read, show).await?;
        Ok(name)
    }
}

/// The new day with its weekday and its distance from the current one, so that a mistyped year is noticed.
///
/// A text that is no date is returned unchanged; the service refuses it.
fn describe_day(from: &str, to: &str) -> String {
    let (Ok(first), Ok(day)) = (from.parse::<Date>(), to.parse::<Date>()) else { return to.to_owned() };
    let days = (day - first).get_days();
    let (count, direction) = (days.abs(), if days < 0 { "earlier" } else { "later" });
    format!("{to}, a {}, {count} day(s) {direction}", day.strftime("%A"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The service accepts any later day, so only the person can notice the mistake.
    #[test]
    fn a_mistyped_year_is_noticed() {
        for (from, to, shown) in [
            ("2019-06-09", "2019-06-16", "2019-06-16, a Sunday, 7 day(s) later"),
            ("2019-06-09", "2109-06-16", "2109-06-16, a Sunday, 32879 day(s) later"),
            ("2019-06-09", "2019-06-08", "2019-06-08, a Saturday, 1 day(s) earlier"),
            ("2019-06-09", "next week", "next week"),
        ] {
            assert_eq!(describe_day(from, to), shown);
        }
    }
}
