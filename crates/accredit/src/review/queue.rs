//! `accredit review queue`: lists the review queue.
//!
//! The queue is ordered by presentation, then by the position in its list. An application that was returned keeps its
//! place.

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::v1;

use super::queue_filter::{QueueFilter, WAITING};
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;
use crate::terminal::time::{format_time, parse_time};

/// The options of `review queue`.
#[derive(Debug, Args)]
pub struct Queue {
    /// The election's code or name.
    election: String,
    #[command(flatten)]
    filter: QueueFilter,
    /// Lists the applications that you have claimed, not those that wait.
    #[arg(long, conflicts_with = "recommended")]
    mine: bool,
    /// Lists the applications with this recommendation, not those that wait.
    #[arg(long, value_name = "VERDICT", value_parser = enum_parser::<v1::Verdict>())]
    recommended: Option<v1::Verdict>,
    /// Lists what is claimed or asked about and due before this time, as in 2019-06-07T18:00:00+06:00.
    #[arg(long, value_name = "TIME", value_parser = parse_time, conflicts_with_all = ["mine", "recommended"])]
    due_before: Option<prost_types::Timestamp>,
}

impl Queue {
    /// Prints the list. If the filters match nothing, a message says how many there are without them.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let name = full_name("elections", &self.election);
        let request = v1::ListApplicationsRequest {
            parent: format!("{name}/missions/-"),
            filter: self.filter.filter(Some(&self.base_term())),
            order_by: "queue".to_owned(),
            ..Default::default()
        };
        let applications = session.client.all_applications(request).await?;
        let page = v1::ListApplicationsResponse { applications, ..Default::default() };
        if session.printer.is_json() {
            return session.printer.print_list(&page, &page.applications);
        }
        let election = session.client.get_election(v1::GetElectionRequest { name: name.clone() }).await?;
        // UTC is a safe fallback, because each time is printed with its offset.
        let zone = TimeZone::get(&election.time_zone).unwrap_or(TimeZone::UTC);
        let rows = page.applications.iter().map(|application| cells(application, &zone)).collect();
        session.printer.print_table(&HEADINGS, rows)?;
        if page.applications.is_empty()
            && let Some(message) = self.filter.describe_unfiltered(session, &name, &self.base_term()).await?
        {
            session.printer.message(&message);
        }
        Ok(())
    }

    /// The filter term of the chosen list.
    fn base_term(&self) -> String {
        match (self.mine, self.recommended, self.due_before) {
            (true, _, _) => "reviewer = me".to_owned(),
            (_, Some(verdict), _) => {
                format!("state = RECOMMENDED AND verdict = {}", enum_label::<v1::Verdict>(verdict.into()))
            }
            (_, _, Some(due)) => format!("due_before = {}", format_time(Some(due))),
            _ => WAITING.to_owned(),
        }
    }
}

/// The headings of the queue.
const HEADINGS: [&str; 7] = ["PLACE", "STATE", "DUE", "CATEGORY", "FAMILY NAME", "FINDINGS", "APPLICATION"];

/// One row of the queue: its place, what is due when, and the open findings that block it.
fn cells(application: &v1::Application, zone: &TimeZone) -> Vec<String> {
    let presentation = application.presentation.rsplit('/').next().unwrap_or_default();
    // A claim expires; a question must be answered. Other states have nothing that is due.
    let due = match application.state() {
        v1::ApplicationState::InReview => application.lease_expire_time,
        v1::ApplicationState::Returned => application.last_return.as_ref().and_then(|asked| asked.due_time),
        _ => None,
    };
    let blocking = application.findings.iter().filter(|found| found.blocking && found.cleared_by.is_empty());
    vec![
        format!("{presentation}.{}", application.presentation_position),
        enum_label::<v1::ApplicationState>(application.state).to_owned(),
        due.map(|due| capital_time(due, zone)).unwrap_or_default(),
        enum_label::<v1::Category>(application.category).to_owned(),
        application.person.as_ref().map(|person| person.family_name.clone()).unwrap_or_default(),
        blocking.map(|found| found.code.as_str()).collect::<Vec<_>>().join(" "),
        application.name.clone(),
    ]
}

/// The time on the capital's clock. A reviewer and a delegation meet deadlines by that clock.
fn capital_time(time: prost_types::Timestamp, zone: &TimeZone) -> String {
    let moment = Timestamp::new(time.seconds, time.nanos);
    moment
        .map(|moment| moment.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M %:z").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter_of(queue: &Queue) -> String {
        queue.filter.filter(Some(&queue.base_term()))
    }

    fn queue() -> Queue {
        Queue {
            election: "e1".to_owned(),
            filter: QueueFilter::default(),
            mine: false,
            recommended: None,
            due_before: None,
        }
    }

    /// The other lists replace this term. The options for organization, category and so on are added to each of them.
    #[test]
    fn the_filter_selects_waiting_applications_by_default() {
        assert_eq!(filter_of(&queue()), "state = PRESENTED");
        let filter =
            QueueFilter { organization: Some("cis".to_owned()), findings: Some(false), ..QueueFilter::default() };
        assert_eq!(
            filter_of(&Queue { filter, mine: true, ..queue() }),
            "reviewer = me AND organization = cis AND findings = false"
        );
        let recommended = Some(v1::Verdict::Refuse);
        assert_eq!(filter_of(&Queue { recommended, ..queue() }), "state = RECOMMENDED AND verdict = REFUSE");
        let due_before = parse_time("2019-06-07T18:00:00+06:00").ok();
        assert_eq!(filter_of(&Queue { due_before, ..queue() }), "due_before = 2019-06-07T12:00:00Z");
    }

    /// Almaty was six hours ahead of UTC in 2019.
    #[test]
    fn due_times_are_on_the_capitals_clock() {
        let zone = TimeZone::get("Asia/Almaty").expect("a zone");
        let application = v1::Application {
            state: v1::ApplicationState::InReview.into(),
            lease_expire_time: parse_time("2019-06-07T12:30:00Z").ok(),
            presentation: "elections/e1/presentations/3".to_owned(),
            presentation_position: 14,
            ..Default::default()
        };
        let cells = cells(&application, &zone);
        assert_eq!(cells[..3], ["3.14", "IN_REVIEW", "2019-06-07 18:30 +06:00"]);
    }
}
