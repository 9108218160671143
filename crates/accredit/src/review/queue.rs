//! `accredit review queue`.

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::v1;

use super::of::{Of, WAITING};
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::session::Session;
use crate::terminal::words::{one_of, parse_time, time, word};

#[derive(Debug, Args)]
pub struct Queue {
    /// The election's code or name.
    election: String,
    #[command(flatten)]
    of: Of,
    /// What you hold, instead of what waits.
    #[arg(long, conflicts_with = "recommended")]
    mine: bool,
    /// What was recommended so, instead of what waits.
    #[arg(long, value_name = "VERDICT", value_parser = one_of::<v1::Verdict>())]
    recommended: Option<v1::Verdict>,
    /// What is held or asked about until a moment before this one, as in 2019-06-07T18:00:00+06:00.
    #[arg(long, value_name = "TIME", value_parser = parse_time, conflicts_with_all = ["mine", "recommended"])]
    due_before: Option<prost_types::Timestamp>,
}

impl Queue {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let name = full_name("elections", &self.election);
        let request = v1::ListApplicationsRequest {
            parent: format!("{name}/missions/-"),
            filter: self.of.filter(Some(&self.own())),
            order_by: "queue".to_owned(),
            ..Default::default()
        };
        let applications = session.client.all_applications(request).await?;
        let page = v1::ListApplicationsResponse { applications, ..Default::default() };
        if session.screen.is_json() {
            return session.screen.list(&page, &page.applications);
        }
        let election = session.client.get_election(v1::GetElectionRequest { name: name.clone() }).await?;
        let zone = TimeZone::get(&election.time_zone).unwrap_or(TimeZone::UTC);
        let rows = page.applications.iter().map(|application| cells(application, &zone)).collect();
        session.screen.table(&HEADINGS, rows)?;
        if page.applications.is_empty()
            && let Some(passed_over) = self.of.passed_over(session, &name, &self.own()).await?
        {
            session.screen.note(&passed_over);
        }
        Ok(())
    }

    /// Which list it is.
    fn own(&self) -> String {
        match (self.mine, self.recommended, self.due_before) {
            (true, _, _) => "reviewer = me".to_owned(),
            (_, Some(verdict), _) => {
                format!("state = RECOMMENDED AND verdict = {}", word::<v1::Verdict>(verdict.into()))
            }
            (_, _, Some(due)) => format!("due_before = {}", time(Some(due))),
            _ => WAITING.to_owned(),
        }
    }
}

const HEADINGS: [&str; 7] = ["PLACE", "STATE", "DUE", "CATEGORY", "FAMILY NAME", "FINDINGS", "APPLICATION"];

/// A line: what stands in the way is named, and what is due when is told in the capital's time.
fn cells(application: &v1::Application, zone: &TimeZone) -> Vec<String> {
    let presentation = application.presentation.rsplit('/').next().unwrap_or_default();
    let due = match application.state() {
        v1::ApplicationState::InReview => application.lease_expire_time,
        v1::ApplicationState::Returned => application.last_return.as_ref().and_then(|asked| asked.due_time),
        _ => None,
    };
    let standing = application.findings.iter().filter(|found| found.blocking && found.cleared_by.is_empty());
    vec![
        format!("{presentation}.{}", application.presentation_position),
        word::<v1::ApplicationState>(application.state).to_owned(),
        due.map(|due| local(due, zone)).unwrap_or_default(),
        word::<v1::Category>(application.category).to_owned(),
        application.person.as_ref().map(|person| person.family_name.clone()).unwrap_or_default(),
        standing.map(|found| found.code.as_str()).collect::<Vec<_>>().join(" "),
        application.name.clone(),
    ]
}

/// A moment on the capital's clock.
fn local(time: prost_types::Timestamp, zone: &TimeZone) -> String {
    let moment = Timestamp::new(time.seconds, time.nanos);
    moment
        .map(|moment| moment.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M %:z").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(queue: &Queue) -> String {
        queue.of.filter(Some(&queue.own()))
    }

    fn queue() -> Queue {
        Queue { election: "e1".to_owned(), of: Of::default(), mine: false, recommended: None, due_before: None }
    }

    #[test]
    fn what_waits_is_asked_for_unless_something_else_is() {
        assert_eq!(filter(&queue()), "state = PRESENTED");
        let of = Of { organization: Some("cis".to_owned()), findings: Some(false), ..Of::default() };
        assert_eq!(
            filter(&Queue { of, mine: true, ..queue() }),
            "reviewer = me AND organization = cis AND findings = false"
        );
        let recommended = Some(v1::Verdict::Refuse);
        assert_eq!(filter(&Queue { recommended, ..queue() }), "state = RECOMMENDED AND verdict = REFUSE");
        let due_before = parse_time("2019-06-07T18:00:00+06:00").ok();
        assert_eq!(filter(&Queue { due_before, ..queue() }), "due_before = 2019-06-07T12:00:00Z");
    }

    #[test]
    fn due_times_are_the_capital_s() {
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
