//! Elections.

use domain::election::cutoff::Cutoffs;
use domain::election::region_set::{Region, RegionSet};
use domain::election::{Election, ElectionDraft, ScheduleEntry};
use domain::policy::View;
use domain::vocabulary::ground::Ground;
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::language::{Language, Localized};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::dated_name;
use super::enums::{self, Enumerated as _};
use super::time::{date, timestamp};
use crate::v1;
use crate::violations::Violations;

/// Reads the fields of an election that a registrar sets. The domain checks whether the rule pack exists, because that
/// refusal has a reason of its own.
pub fn draft(
    code: Option<ElectionCode>,
    message: v1::Election,
    path: &str,
    violations: &mut Violations,
) -> Option<ElectionDraft> {
    let v1::Election {
        name: _,
        display_name: _,
        kind,
        voting_day,
        time_zone,
        rule_pack,
        region_set,
        state: _,
        submission_cutoff: _,
        presentation_cutoff: _,
        create_time: _,
        regions: _,
        results_time: _,
        retention_end_time: _,
        schedule: _,
        run_off: _,
        names,
        refusal_grounds: _,
        revocation_grounds: _,
        receipt: _,
        rule_pack_sha256: _,
    } = message;
    let rule_pack = violations.parse(&rule_pack, &format!("{path}.rule_pack"));
    let names = dated_name::drafts(names, &format!("{path}.names"), violations);
    let kind = enums::read(kind, &format!("{path}.kind"), violations);
    let voting_day = date(&voting_day, &format!("{path}.voting_day"), violations);
    if TimeZone::get(&time_zone).is_err() {
        violations.add_if_absent(&format!("{path}.time_zone"), "must be an IANA time zone, as in Asia/Almaty");
    }
    if RegionSet::find(&region_set).is_none() {
        violations.add_if_absent(&format!("{path}.region_set"), format!("must be one of {}", RegionSet::known()));
    }
    Some(ElectionDraft {
        code: code?,
        names: names?,
        kind: kind?,
        voting_day: voting_day?,
        time_zone,
        rule_pack: rule_pack?,
        region_set,
    })
}

/// The election with its schedule, as a reader sees it now. A delegation does not see that an appeal moved the end of
/// the retention: the appeal may be of another delegation.
pub fn to_message(election: &Election, schedule: &[ScheduleEntry], view: View, now: Timestamp) -> v1::Election {
    let name = election.name().to_string();
    let retention_end = match view {
        View::Delegation => election.retention_end_by_results(),
        View::Ministry | View::Commission | View::CommissionAndRegistrar | View::Registrar => election.retention_end(),
    };
    let regions = election.regions().map(|set| set.regions.iter().map(region_to_message).collect());
    let Election {
        code: _,
        names,
        kind,
        voting_day,
        time_zone,
        rules,
        rule_pack_digest,
        region_set,
        state,
        cutoffs: Cutoffs { submission, presentation },
        create_time,
        results_time,
        appeal_time: _,
        run_off_time: _,
    } = election;
    v1::Election {
        name,
        display_name: names.shown(now).to_owned(),
        kind: kind.number(),
        voting_day: voting_day.to_string(),
        time_zone: time_zone.clone(),
        rule_pack: rules.id.to_string(),
        region_set: region_set.clone(),
        state: state.number(),
        submission_cutoff: Some(timestamp(*submission)),
        presentation_cutoff: Some(timestamp(*presentation)),
        create_time: Some(timestamp(*create_time)),
        regions: regions.unwrap_or_default(),
        results_time: results_time.map(timestamp),
        retention_end_time: retention_end.map(timestamp),
        schedule: schedule.iter().map(schedule_entry_to_message).collect(),
        run_off: rules.run_off.value.number(),
        names: dated_name::to_messages(names),
        refusal_grounds: rules.refusal_grounds.iter().map(ground_to_message).collect(),
        revocation_grounds: rules.revocation_grounds.iter().map(ground_to_message).collect(),
        receipt: None,
        rule_pack_sha256: rule_pack_digest.to_vec(),
    }
}

/// The election in a list, without the grounds: a page of a thousand elections would be too long with them.
pub fn to_list_item(election: &Election, schedule: &[ScheduleEntry], view: View, now: Timestamp) -> v1::Election {
    let (refusal_grounds, revocation_grounds) = (Vec::new(), Vec::new());
    v1::Election { refusal_grounds, revocation_grounds, ..to_message(election, schedule, view, now) }
}

fn schedule_entry_to_message(entry: &ScheduleEntry) -> v1::ScheduleEntry {
    let ScheduleEntry { kind, voting_day, cutoffs: Cutoffs { submission, presentation }, reason, act, time } = entry;
    v1::ScheduleEntry {
        kind: kind.number(),
        voting_day: voting_day.to_string(),
        submission_cutoff: Some(timestamp(*submission)),
        presentation_cutoff: Some(timestamp(*presentation)),
        reason: reason.clone(),
        act: act.clone(),
        time: Some(timestamp(*time)),
    }
}

fn ground_to_message(ground: &Ground) -> v1::Ground {
    let Ground { code, text, source: _ } = ground;
    v1::Ground { code: code.clone(), text: in_every_language(text) }
}

/// The same text in every language.
fn in_every_language(text: &Localized) -> Vec<v1::LocalizedText> {
    let localized = |language: Language| {
        let text = text.of(language).to_owned();
        v1::LocalizedText { language: language.number(), text }
    };
    Language::ALL.into_iter().map(localized).collect()
}

fn region_to_message(region: &Region) -> v1::Region {
    let Region { code, name_en, name_ru, name_kk } = region.clone();
    v1::Region { code, name_en, name_ru, name_kk }
}

#[cfg(test)]
mod tests {
    use domain::election::{Reschedule, ScheduleKind};

    use super::super::sample;
    use super::*;

    fn now() -> Timestamp {
        sample::time("2019-06-12T00:00:00Z")
    }

    #[test]
    fn an_election_reads_back_as_written() {
        let election = sample::election();
        let message = to_message(&election, &[], View::Delegation, now());
        assert_eq!(message.name, "elections/kz-2019");
        assert_eq!((&*message.display_name, message.names.len()), ("Presidential election", 2));
        assert_eq!(message.state(), v1::ElectionState::Open);
        assert_eq!(message.submission_cutoff, Some(timestamp(sample::time("2019-06-03T12:00:00Z"))));
        assert_eq!(message.presentation_cutoff, Some(timestamp(sample::time("2019-06-04T12:00:00Z"))));
        let codes = message.regions.iter().map(|region| region.code.as_str());
        assert_eq!((message.regions.len(), codes.min()), (17, Some("KZ-11")));
        let mut violations = Violations::default();
        let draft = draft(Some(election.code.clone()), message, "election", &mut violations).expect("it is whole");
        assert_eq!(
            Election::register(draft, &sample::rule_pack(), election.create_time).map(Election::open),
            Ok(election)
        );
    }

    #[test]
    fn the_grounds_have_their_texts_in_every_language() {
        let message = to_message(&sample::election(), &[], View::Delegation, sample::time("2019-05-01T00:00:00Z"));
        let codes = |grounds: &[v1::Ground]| grounds.iter().map(|ground| ground.code.clone()).collect::<Vec<_>>();
        let refusal =
            ["incomplete-documents", "false-information", "host-citizenship", "not-nominated", "national-interest"];
        assert_eq!(codes(&message.refusal_grounds), refusal);
        let revocation = ["interference", "campaigning", "false-information", "violation-of-electoral-law"];
        assert_eq!(codes(&message.revocation_grounds), revocation);
        let [en, ru, kk] = &message.refusal_grounds[2].text[..] else { panic!("{message:?}") };
        assert_eq!(
            (en.language(), &*en.text),
            (v1::Language::En, "The person is a citizen of the Republic of Kazakhstan")
        );
        assert_eq!((ru.language(), &*ru.text), (v1::Language::Ru, "Лицо является гражданином Республики Казахстан"));
        assert_eq!(
            (kk.language(), &*kk.text),
            (v1::Language::Kk, "Адам Қазақстан Республикасының азаматы болып табылады")
        );
    }

    #[test]
    fn results_come_with_the_end_of_the_retention() {
        let published = |time| Election { results_time: time, ..sample::election() };
        let message = to_message(&published(Some(sample::time("2019-06-10T06:00:00Z"))), &[], View::Delegation, now());
        assert_eq!(message.retention_end_time, Some(timestamp(sample::time("2019-09-08T06:00:00Z"))));
        let message = to_message(&published(None), &[], View::Delegation, now());
        assert_eq!((message.results_time, message.retention_end_time), (None, None));
    }

    #[test]
    fn a_schedule_says_what_followed_from_each_voting_day() {
        let (election, time) = (sample::election(), sample::time("2019-06-05T00:00:00Z"));
        let to = Reschedule {
            expected: election.voting_day,
            voting_day: "2019-06-16".parse().expect("a date"),
            reason: "A flood.".to_owned(),
            act: "Decree 7".to_owned(),
        };
        let moved = election.postpone(&to, time).expect("before voting day");
        let entry = moved.scheduled(ScheduleKind::Postponed, &to, time);
        let message = to_message(&moved, &[entry], View::Delegation, now());
        let [entry] = &message.schedule[..] else { panic!("{message:?}") };
        assert_eq!(entry.kind(), v1::ScheduleKind::Postponed);
        assert_eq!((&*entry.reason, &*entry.act, entry.time), ("A flood.", "Decree 7", Some(timestamp(time))));
        assert_eq!((&entry.voting_day, &*entry.voting_day), (&message.voting_day, "2019-06-16"));
        let cutoffs = (entry.submission_cutoff, entry.presentation_cutoff);
        assert_eq!(cutoffs, (message.submission_cutoff, message.presentation_cutoff));
        assert_eq!(cutoffs.0, Some(timestamp(sample::time("2019-06-10T12:00:00Z"))));
    }

    #[test]
    fn every_field_that_means_nothing_is_a_violation() {
        let message = v1::Election {
            voting_day: "2019-06-31".to_owned(),
            time_zone: "Asia/Atlantis".to_owned(),
            region_set: "kz-1900".to_owned(),
            ..to_message(&sample::election(), &[], View::Delegation, now())
        };
        let mut violations = Violations::default();
        assert_eq!(draft(None, message, "election", &mut violations), None);
        for field in ["election.voting_day", "election.time_zone", "election.region_set"] {
            assert!(violations.contains_field(field), "{field}");
        }
        assert_eq!(violations.len(), 3);
    }
}
