//! `accredit election`: elections, their dates and rules.

mod turn;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::v1;

use self::turn::{Postpone, Results, RunOff};
use crate::terminal::failure::Failure;
use crate::terminal::input::{Named, full_name};
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{one_of, time, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Registers an election; it takes no applications before it is opened (cec.registrar).
    Create(Create),
    /// Opens an election to observation (cec.registrar).
    Open {
        /// The election's code or name.
        election: String,
    },
    /// Moves voting to a later day, and both cutoffs with it; everybody who was invited is told (cec.registrar).
    Postpone(Postpone),
    /// Calls a run-off on a later day, once voting day has begun (cec.registrar); both cutoffs are computed anew, and
    /// everybody is told.
    RunOff(RunOff),
    /// Records when the official results were published; the retention of personal data counts from then (cec.registrar).
    Results(Results),
    /// Shows one election with its cutoffs and the grounds to refuse or to revoke.
    Show {
        /// The election's code or name.
        election: String,
    },
    /// Lists the regions of an election, whose codes a deployment plan names.
    Regions {
        /// The election's code or name.
        election: String,
    },
    /// Lists all elections.
    List,
}

#[derive(Debug, Args)]
pub struct Create {
    /// The code that becomes part of the name, as in kz-president-2019.
    code: String,
    #[command(flatten)]
    named: Named,
    /// What is voted on.
    #[arg(long, value_parser = one_of::<v1::ElectionKind>())]
    kind: v1::ElectionKind,
    /// The first round's voting day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    voting_day: String,
    /// The capital's time zone, as in Asia/Almaty.
    #[arg(long)]
    time_zone: String,
    /// The rule pack in force, as in kz/1.
    #[arg(long)]
    rule_pack: String,
    /// The region set in force, as in kz-2019.
    #[arg(long)]
    region_set: String,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        let name = |election: String| full_name("elections", &election);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Open { election } => {
                let request = v1::OpenElectionRequest { request_id: session.request_id(), name: name(election) };
                screen.show(&client.open_election(request).await?)
            }
            Self::Postpone(postpone) => postpone.run(session).await,
            Self::RunOff(run_off) => run_off.run(session).await,
            Self::Results(results) => results.run(session).await,
            Self::Show { election } => {
                screen.show(&client.get_election(v1::GetElectionRequest { name: name(election) }).await?)
            }
            Self::Regions { election } => {
                let found = client.get_election(v1::GetElectionRequest { name: name(election) }).await?;
                screen.list(&found, &found.regions)
            }
            Self::List => {
                let elections = client.all_elections(v1::ListElectionsRequest::default()).await?;
                let page = v1::ListElectionsResponse { elections, ..Default::default() };
                screen.list(&page, &page.elections)
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let election = v1::Election {
            names: self.named.names,
            kind: self.kind.into(),
            voting_day: self.voting_day,
            time_zone: self.time_zone,
            rule_pack: self.rule_pack,
            region_set: self.region_set,
            ..Default::default()
        };
        let request = v1::CreateElectionRequest {
            request_id: session.request_id(),
            election_id: self.code,
            election: Some(election),
        };
        session.screen.show(&session.client.create_election(request).await?)
    }
}

impl Resource for v1::Election {
    const HEADINGS: &'static [&'static str] = &["ELECTION", "STATE", "VOTING DAY", "SUBMISSION CUTOFF", "DISPLAY NAME"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            word::<v1::ElectionState>(self.state).to_owned(),
            self.voting_day.clone(),
            cutoff(self.submission_cutoff, &self.time_zone),
            self.display_name.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        let facts = Facts::default()
            .and("election", &self.name)
            .and("display name", &self.display_name)
            .and_names(&self.names)
            .and("kind", word::<v1::ElectionKind>(self.kind))
            .and("state", word::<v1::ElectionState>(self.state))
            .and("voting day", &self.voting_day)
            .and("time zone", &self.time_zone)
            .and("rule pack", &self.rule_pack)
            .and("run_off", word::<v1::RunOff>(self.run_off))
            .and("region set", &self.region_set)
            .and_lines("refusal grounds", self.refusal_grounds.iter().map(ground))
            .and_lines("revocation grounds", self.revocation_grounds.iter().map(ground))
            .and("submission cutoff", cutoff(self.submission_cutoff, &self.time_zone))
            .and("presentation cutoff", cutoff(self.presentation_cutoff, &self.time_zone))
            .and("registered", time(self.create_time))
            .and("results published", self.results_time.map(|moment| time(Some(moment))).unwrap_or_default())
            .and("personal data until", self.retention_end_time.map(|moment| time(Some(moment))).unwrap_or_default());
        let scheduled = self.schedule.iter().fold(facts, |facts, entry| scheduled(facts, entry, &self.time_zone));
        scheduled.and_receipt(self.receipt.as_ref())
    }
}

impl Resource for v1::Region {
    const HEADINGS: &'static [&'static str] = &["CODE", "NAME", "IN RUSSIAN", "IN KAZAKH"];

    fn cells(&self) -> Vec<String> {
        vec![self.code.clone(), self.name_en.clone(), self.name_ru.clone(), self.name_kk.clone()]
    }

    fn facts(&self) -> Facts {
        Facts::default()
            .and("code", &self.code)
            .and("name", &self.name_en)
            .and("name in Russian", &self.name_ru)
            .and("name in Kazakh", &self.name_kk)
    }
}

/// A ground by its code, as other commands take it, and its text in English.
fn ground(ground: &v1::Ground) -> String {
    let english = ground.text.iter().find(|text| text.language() == v1::Language::En);
    format!("{} ({})", ground.code, english.map_or("", |english| &english.text))
}

/// One voting day of a schedule, with what followed from it.
fn scheduled(facts: Facts, entry: &v1::ScheduleEntry, zone: &str) -> Facts {
    let kind = word::<v1::ScheduleKind>(entry.kind);
    let why = [&entry.act, &entry.reason].map(String::as_str).into_iter().filter(|text| !text.is_empty());
    let why: String = why.map(|text| format!("; {text}")).collect();
    facts
        .and(format!("{kind} {}", time(entry.time)), format!("{}{why}", entry.voting_day))
        .and("  submission cutoff", cutoff(entry.submission_cutoff, zone))
        .and("  presentation cutoff", cutoff(entry.presentation_cutoff, zone))
}

/// A cutoff in UTC and as the capital's clocks show it; in UTC alone if this machine does not know the zone.
fn cutoff(moment: Option<prost_types::Timestamp>, zone: &str) -> String {
    let local = moment.and_then(|moment| {
        let zone = TimeZone::get(zone).ok()?;
        let zoned = Timestamp::new(moment.seconds, moment.nanos).ok()?.to_zoned_datetime(zone);
        Some(format!(" ({})", zoned.strftime("%Y-%m-%d %H:%M:%S %:z")))
    });
    time(moment) + &local.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ground_is_shown_by_its_code_with_the_text_in_english() {
        let text = [(v1::Language::Ru, "Агитация"), (v1::Language::En, "Campaigning")];
        let localized = |(language, text): (v1::Language, &str)| v1::LocalizedText {
            language: language.into(),
            text: text.to_owned(),
        };
        let campaigning = v1::Ground { code: "campaigning".to_owned(), text: text.map(localized).to_vec() };
        let election = v1::Election { revocation_grounds: vec![campaigning], ..Default::default() };
        let facts = format!("{:?}", election.facts());
        assert!(facts.contains(r#"("revocation grounds", "campaigning (Campaigning)")"#), "{facts}");
    }

    #[test]
    fn a_cutoff_is_shown_on_both_clocks() {
        let moment = |text: &str| Some(text.parse().expect("RFC 3339"));
        for (utc, zone, shown) in [
            ("2019-06-03T12:00:00Z", "Asia/Almaty", "2019-06-03T12:00:00Z (2019-06-03 18:00:00 +06:00)"),
            ("2026-03-09T13:00:00Z", "Asia/Almaty", "2026-03-09T13:00:00Z (2026-03-09 18:00:00 +05:00)"),
            ("2026-03-09T13:00:00Z", "Asia/Nowhere", "2026-03-09T13:00:00Z"),
        ] {
            assert_eq!(cutoff(moment(utc), zone), shown);
            let (submission_cutoff, time_zone) = (moment(utc), zone.to_owned());
            let election = v1::Election { submission_cutoff, time_zone, ..Default::default() };
            assert!(election.cells().contains(&shown.to_owned()), "{:?}", election.cells());
        }
    }
}
