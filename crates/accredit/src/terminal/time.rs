//! Times, as people read and write them.
//!
//! Times are printed in UTC, as the log has them. Cutoffs and due times are also shown on the capital's clock, by the
//! commands that print them.

use prost_types::Timestamp;

/// The time in RFC 3339 and UTC; empty if it is not set.
pub fn format_time(timestamp: Option<Timestamp>) -> String {
    timestamp.map(|timestamp| timestamp.to_string()).unwrap_or_default()
}

/// Parses a time in RFC 3339 with an offset.
///
/// Without an offset nobody knows whose clock is meant, and at a cutoff hours matter.
pub fn parse_time(text: &str) -> Result<Timestamp, String> {
    let moment = Some(text).filter(|text| is_rfc_3339(text)).and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let expected = "expected a date, a time and an offset from UTC, as in 2026-03-09T18:00:00+05:00; \
                    write Z in place of the offset for UTC";
    let moment = moment.ok_or(expected)?;
    let mut timestamp = Timestamp { seconds: moment.as_second(), nanos: moment.subsec_nanosecond() };
    // jiff gives negative nanoseconds before 1970; protobuf requires positive ones.
    timestamp.normalize();
    Ok(timestamp)
}

/// Whether the text has the form of RFC 3339. jiff also reads times without seconds or colons, and names of zones.
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

    /// Times before 1970 have negative seconds, and protobuf wants their nanoseconds to be positive.
    #[test]
    fn times_are_read_with_an_offset_and_shown_in_utc() {
        let timestamp = parse_time("2019-06-03T18:00:00+06:00").expect("RFC 3339");
        assert_eq!(format_time(Some(timestamp)), "2019-06-03T12:00:00Z");
        assert_eq!(format_time(None), "");
        for (given, shown) in [
            ("2019-06-03T12:00:00Z", "2019-06-03T12:00:00Z"),
            ("2019-06-03T07:00:00.25-05:00", "2019-06-03T12:00:00.250Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
        ] {
            assert_eq!(parse_time(given).map(|timestamp| format_time(Some(timestamp))).as_deref(), Ok(shown));
        }
    }

    /// jiff alone would accept several of these, such as times without seconds.
    #[test]
    fn a_time_without_offset_is_refused() {
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
        // These jiff refuses by itself; the others need the check of the form.
        for text in ["2026-12-31", "2026-12-31T18:00:00"] {
            assert!(text.parse::<jiff::Timestamp>().is_err(), "{text}");
        }
    }
}
