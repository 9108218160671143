//! Enumerations and times as people write and read them.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use prost_types::Timestamp;
use wire::v1;

/// An enumeration of the proto.
pub trait Word: Copy + Send + Sync + TryFrom<i32> + 'static {
    /// Its name in the proto.
    const NAME: &'static str;
    /// What the proto puts before each value.
    const PREFIX: &'static str;

    /// The value of this full name.
    fn from_full_name(name: &str) -> Option<Self>;

    /// The value's full name.
    fn full_name(self) -> &'static str;
}

macro_rules! words {
    ($($name:ident: $prefix:literal,)+) => {$(
        impl Word for v1::$name {
            const NAME: &'static str = concat!("accreditation.v1.", stringify!($name));
            const PREFIX: &'static str = $prefix;

            fn from_full_name(name: &str) -> Option<Self> {
                Self::from_str_name(name)
            }

            fn full_name(self) -> &'static str {
                self.as_str_name()
            }
        }
    )+};
}

words! {
    AccreditationState: "ACCREDITATION_STATE_",
    AmendmentKind: "AMENDMENT_KIND_",
    AmendmentState: "AMENDMENT_STATE_",
    AppealState: "APPEAL_STATE_",
    ApplicationState: "APPLICATION_STATE_",
    Category: "CATEGORY_",
    DecreeState: "DECREE_STATE_",
    DocumentKind: "DOCUMENT_KIND_",
    ElectionKind: "ELECTION_KIND_",
    ElectionState: "ELECTION_STATE_",
    InvitationState: "INVITATION_STATE_",
    Language: "LANGUAGE_",
    ProposalKind: "PROPOSAL_KIND_",
    ProposalState: "PROPOSAL_STATE_",
    LeftOutReason: "LEFT_OUT_REASON_",
    ListFormat: "LIST_FORMAT_",
    OrganizationKind: "ORGANIZATION_KIND_",
    PrincipalKind: "PRINCIPAL_KIND_",
    ReportGroup: "REPORT_GROUP_",
    ReturnReason: "RETURN_REASON_",
    ReturnedBy: "RETURNED_BY_",
    RunOff: "RUN_OFF_",
    ScheduleKind: "SCHEDULE_KIND_",
    Sex: "SEX_",
    Verdict: "VERDICT_",
    WithdrawalOutcome: "WITHDRAWAL_OUTCOME_",
}

/// The value as it is shown and filtered by, as in `SHORT_TERM_OBSERVER`; empty if it is not set.
pub fn word<W: Word>(number: i32) -> &'static str {
    let name = W::try_from(number).map_or("UNKNOWN", Word::full_name);
    match name.strip_prefix(W::PREFIX).unwrap_or(name) {
        "UNSPECIFIED" => "",
        word => word,
    }
}

/// The value of a word in either spelling: `short-term-observer` or `SHORT_TERM_OBSERVER`.
pub fn parse<W: Word>(text: &str) -> Result<W, String> {
    let word = text.to_ascii_uppercase().replace('-', "_");
    W::from_full_name(&format!("{}{word}", W::PREFIX))
        .filter(|_| word != "UNSPECIFIED")
        .ok_or_else(|| format!("`{text}` is none of {}", spellings::<W>().join(", ")))
}

/// A command-line value that is one of these words.
pub fn one_of<W: Word>() -> impl TypedValueParser<Value = W> {
    let values = spellings::<W>().into_iter().map(|spelling| {
        let alias = spelling.to_ascii_uppercase().replace('-', "_");
        PossibleValue::new(spelling).alias(alias)
    });
    PossibleValuesParser::new(values).try_map(|text| parse(&text))
}

fn spellings<W: Word>() -> Vec<String> {
    let descriptor = wire::DESCRIPTOR_POOL.get_enum_by_name(W::NAME).expect("the enumeration is part of the proto");
    let values = descriptor.values().filter(|value| value.number() != 0);
    values.map(|value| value.name().trim_start_matches(W::PREFIX).to_ascii_lowercase().replace('_', "-")).collect()
}

/// RFC 3339 in UTC; empty if it is not set.
pub fn time(timestamp: Option<Timestamp>) -> String {
    timestamp.map(|timestamp| timestamp.to_string()).unwrap_or_default()
}

/// A moment, RFC 3339 with an offset. Without one nobody knows whose clock is meant, and at a cutoff hours matter.
pub fn parse_time(text: &str) -> Result<Timestamp, String> {
    let moment = Some(text).filter(|text| is_rfc_3339(text)).and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let expected = "expected a date, a time and the offset of the clock that shows it, as on the capital's in \
                    2026-03-09T18:00:00+05:00, or Z for UTC";
    let moment = moment.ok_or(expected)?;
    let mut timestamp = Timestamp { seconds: moment.as_second(), nanos: moment.subsec_nanosecond() };
    timestamp.normalize();
    Ok(timestamp)
}

/// Whether it has the form of RFC 3339, of which jiff reads more: no seconds, no colons, the name of a zone.
fn is_rfc_3339(text: &str) -> bool {
    let form: String = text.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect();
    let Some(rest) = form.strip_prefix("0000-00-00T00:00:00") else { return false };
    let offset = match rest.strip_prefix(".0") {
        Some(fraction) => fraction.trim_start_matches('0'),
        None => rest,
    };
    matches!(offset, "Z" | "+00:00" | "-00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read() {
        for text in ["short-term-observer", "SHORT_TERM_OBSERVER"] {
            assert_eq!(parse::<v1::Category>(text), Ok(v1::Category::ShortTermObserver));
        }
        for text in ["observer", "unspecified", ""] {
            let error = parse::<v1::Category>(text).expect_err(text);
            assert!(error.contains("interpreter, driver, assistant"), "{error}");
        }
    }

    #[test]
    fn values_are_shown_without_their_prefix() {
        assert_eq!(word::<v1::ApplicationState>(v1::ApplicationState::InReview.into()), "IN_REVIEW");
        assert_eq!(word::<v1::ApplicationState>(0), "");
        assert_eq!(word::<v1::ApplicationState>(999), "UNKNOWN");
    }

    #[test]
    fn times_are_read_with_an_offset_and_shown_in_utc() {
        let timestamp = parse_time("2019-06-03T18:00:00+06:00").expect("RFC 3339");
        assert_eq!(time(Some(timestamp)), "2019-06-03T12:00:00Z");
        assert_eq!(time(None), "");
        for (given, shown) in [
            ("2019-06-03T12:00:00Z", "2019-06-03T12:00:00Z"),
            ("2019-06-03T07:00:00.25-05:00", "2019-06-03T12:00:00.250Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
        ] {
            assert_eq!(parse_time(given).map(|timestamp| time(Some(timestamp))).as_deref(), Ok(shown));
        }
    }

    #[test]
    fn a_time_whose_clock_is_not_said_is_none() {
        for text in [
            "tomorrow",
            "",
            "2026-12-31",
            "2026-12-31Z",
            "2026-12-31T18:00:00",
            "2026-12-31 18:00:00",
            "2026-12-31 18:00:00+05:00",
            "2026-12-31T18:00:00+05",
            "2026-12-31T18:00:00+0500",
            "2026-12-31T18:00+05:00",
            "2026-12-31T18:00:00.+05:00",
            "20261231T180000+05:00",
            "2026-12-31T18:00:00+05:00[Asia/Almaty]",
            "2026-12-31T18:00:00[Asia/Almaty]",
            "2026-12-31T18:00:00+05:00 ",
            "2026-13-31T18:00:00+05:00",
            "2026-12-31T25:00:00+05:00",
        ] {
            let error = parse_time(text).expect_err(text);
            assert!(error.contains("2026-03-09T18:00:00+05:00"), "{text}: {error}");
        }
        // What jiff refuses by itself.
        for text in ["2026-12-31", "2026-12-31T18:00:00"] {
            assert!(text.parse::<jiff::Timestamp>().is_err(), "{text}");
        }
    }
}
