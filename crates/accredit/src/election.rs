//! `accredit election`: elections, their dates and their rules.
//!
//! The rule pack of an election derives the cutoffs from its voting day. An election that is postponed or goes into a
//! run-off keeps its earlier days in a schedule.

mod results;
mod voting_day;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::v1;

use self::results::Results;
use self::voting_day::{Postpone, RunOff};
use crate::terminal::failure::Failure;
use crate::terminal::input::{NameArgs, full_name};
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit election`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Registers an election (cec.registrar).
    ///
    /// It accepts no applications until `election open`.
    ///
    /// The rule pack and the region set must be known to the service. They decide the cutoffs, the grounds and the
    /// regions.
    Create(Create),
    /// Opens an election to observation (cec.registrar).
    ///
    /// From then on, delegations can file applications.
    Open {
        /// The election's code or name.
        election: String,
    },
    /// Postpones the vote to a later day (cec.registrar).
    ///
    /// Both cutoffs are computed again, and every invited organization is notified. Nobody can undo it.
    ///
    /// It is possible until voting day begins. Lapsed applications can be submitted again until the new cutoff.
    Postpone(Postpone),
    /// Calls a run-off on a later day, once voting day has begun (cec.registrar).
    ///
    /// Both cutoffs are computed again, and every invited organization is notified. Nobody can undo it.
    ///
    /// It is possible until the results are published. What it means for accreditations is the rule that `election
    /// show` prints as run_off.
    RunOff(RunOff),
    /// Records when the official results were published (cec.registrar).
    ///
    /// The accreditations in force end soon after, and nobody can undo that. The retention period of personal data is
    /// counted from this time. The same command corrects the time, until data was erased.
    Results(Results),
    /// Shows one election with its cutoffs, its rules and the grounds to refuse or to revoke.
    ///
    /// Cutoffs are shown in UTC and on the capital's clock. If voting was moved, every earlier day is listed too.
    Show {
        /// The election's code or name.
        election: String,
    },
    /// Lists the regions of an election. A deployment plan names them by their codes.
    Regions {
        /// The election's code or name.
        election: String,
    },
    /// Lists all elections.
    ///
    /// They come in the order of their codes.
    List,
}

/// The options of `election create`.
#[derive(Debug, Args)]
pub struct Create {
    /// The code, which becomes part of the name, as in kz-president-2019.
    code: String,
    #[command(flatten)]
    name_args: NameArgs,
    /// The kind of election.
    #[arg(long, value_parser = enum_parser::<v1::ElectionKind>())]
    kind: v1::ElectionKind,
    /// The voting day of the first round.
    #[arg(long, value_name = "YYYY-MM-DD")]
    voting_day: String,
    /// The time zone of the capital, as in Asia/Almaty. It must be the one in the rule pack.
    #[arg(long)]
    time_zone: String,
    /// The id of the imported rule pack that applies, as in kz-1. `rule-pack list` shows all of them.
    #[arg(long)]
    rule_pack: String,
    /// The region set that applies, as in kz-2019.
    #[arg(long)]
    region_set: String,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        let name = |election: String| full_name("elections", &election);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Open { election } => {
                let request = v1::OpenElectionRequest { request_id: session.request_id(), name: name(election) };
                printer.print(&client.open_election(request).await?)
            }
            Self::Postpone(postpone) => postpone.run(session).await,
            Self::RunOff(run_off) => run_off.run(session).await,
            Self::Results(results) => results.run(session).await,
            Self::Show { election } => {
                printer.print(&client.get_election(v1::GetElectionRequest { name: name(election) }).await?)
            }
            Self::Regions { election } => {
                let found = client.get_election(v1::GetElectionRequest { name: name(election) }).await?;
                printer.print_list(&found, &found.regions)
            }
            Self::List => {
                let elections = client.all_elections(v1::ListElectionsRequest::default()).await?;
                let page = v1::ListElectionsResponse { elections, ..Default::default() };
                printer.print_list(&page, &page.elections)
            }
        }
    }
}

impl Create {
    /// Registers the election.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let election = v1::Election {
            names: self.name_args.names,
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
        session.printer.print(&session.client.create_election(request).await?)
    }
}

impl Printable for v1::Election {
    const HEADINGS: &'static [&'static str] = &["ELECTION", "STATE", "VOTING DAY", "SUBMISSION CUTOFF", "DISPLAY NAME"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            enum_label::<v1::ElectionState>(self.state).to_owned(),
            self.voting_day.clone(),
            cutoff(self.submission_cutoff, &self.time_zone),
            self.display_name.clone(),
        ]
    }

    fn details(&self) -> Details {
        let details = Details::default()
            .with("election", &self.name)
            .with("display name", &self.display_name)
            .with_names(&self.names)
            .with("kind", enum_label::<v1::ElectionKind>(self.kind))
            .with("state", enum_label::<v1::ElectionState>(self.state))
            .with("voting day", &self.voting_day)
            .with("time zone", &self.time_zone)
            .with("rule pack", &self.rule_pack)
            .with("rule pack SHA-256", hex::encode(&self.rule_pack_sha256))
            .with("run_off", enum_label::<v1::RunOff>(self.run_off))
            .with("region set", &self.region_set)
            .with_lines("refusal grounds", self.refusal_grounds.iter().map(ground))
            .with_lines("revocation grounds", self.revocation_grounds.iter().map(ground))
            .with("submission cutoff", cutoff(self.submission_cutoff, &self.time_zone))
            .with("presentation cutoff", cutoff(self.presentation_cutoff, &self.time_zone))
            .with("registered", format_time(self.create_time))
            .with("results published", self.results_time.map(|moment| format_time(Some(moment))).unwrap_or_default())
            .with(
                "personal data until",
                self.retention_end_time.map(|moment| format_time(Some(moment))).unwrap_or_default(),
            );
        let details =
            self.schedule.iter().fold(details, |details, entry| with_schedule_entry(details, entry, &self.time_zone));
        details.with_receipt(self.receipt.as_ref())
    }
}

impl Printable for v1::Region {
    const HEADINGS: &'static [&'static str] = &["CODE", "NAME", "IN RUSSIAN", "IN KAZAKH"];

    fn cells(&self) -> Vec<String> {
        vec![self.code.clone(), self.name_en.clone(), self.name_ru.clone(), self.name_kk.clone()]
    }

    fn details(&self) -> Details {
        Details::default()
            .with("code", &self.code)
            .with("name", &self.name_en)
            .with("name in Russian", &self.name_ru)
            .with("name in Kazakh", &self.name_kk)
    }
}

/// A ground: its code, which other commands take, and its English text.
fn ground(ground: &v1::Ground) -> String {
    // The tool speaks English; the other languages are for the decree.
    let english = ground.text.iter().find(|text| text.language() == v1::Language::En);
    format!("{} ({})", ground.code, english.map_or("", |english| &english.text))
}

/// Adds one entry of the schedule: the voting day, why it was set, and the cutoffs that follow from it.
fn with_schedule_entry(details: Details, entry: &v1::ScheduleEntry, zone: &str) -> Details {
    let kind = enum_label::<v1::ScheduleKind>(entry.kind);
    // The first day of a schedule has neither: no act moved it.
    let why = [&entry.act, &entry.reason].map(String::as_str).into_iter().filter(|text| !text.is_empty());
    let why: String = why.map(|text| format!("; {text}")).collect();
    details
        .with(format!("{kind} {}", format_time(entry.time)), format!("{}{why}", entry.voting_day))
        .with("  submission cutoff", cutoff(entry.submission_cutoff, zone))
        .with("  presentation cutoff", cutoff(entry.presentation_cutoff, zone))
}

/// The dates of an election, for the question before they change.
fn dates(election: &v1::Election) -> Details {
    Details::default()
        .with("election", &election.name)
        .with("display name", &election.display_name)
        .with("state", enum_label::<v1::ElectionState>(election.state))
        .with("voting day", &election.voting_day)
        .with("submission cutoff", cutoff(election.submission_cutoff, &election.time_zone))
        .with("presentation cutoff", cutoff(election.presentation_cutoff, &election.time_zone))
}

/// A cutoff in UTC and on the capital's clock.
///
/// Shows UTC alone if this machine does not know the time zone. A wrong local time would be worse than none.
///
/// Delegations in other time zones read UTC; the legal act names the capital's clock.
fn cutoff(moment: Option<prost_types::Timestamp>, zone: &str) -> String {
    let local = moment.and_then(|moment| {
        let zone = TimeZone::get(zone).ok()?;
        let zoned = Timestamp::new(moment.seconds, moment.nanos).ok()?.to_zoned_datetime(zone);
        Some(format!(" ({})", zoned.strftime("%Y-%m-%d %H:%M:%S %:z")))
    });
    format_time(moment) + &local.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Other commands take the code, and the text says what it means.
    #[test]
    fn a_ground_is_shown_by_its_code_with_the_text_in_english() {
        let text = [(v1::Language::Ru, "Агитация"), (v1::Language::En, "Campaigning")];
        let localized = |(language, text): (v1::Language, &str)| v1::LocalizedText {
            language: language.into(),
            text: text.to_owned(),
        };
        let campaigning = v1::Ground { code: "campaigning".to_owned(), text: text.map(localized).to_vec() };
        let election = v1::Election { revocation_grounds: vec![campaigning], ..Default::default() };
        let details = format!("{:?}", election.details());
        assert!(details.contains(r#"("revocation grounds", "campaigning (Campaigning)")"#), "{details}");
    }

    /// Kazakhstan changed its offset in 2024, so the same local time is another time in UTC.
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
