//! Times and dates.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::violations::Violations;

/// The time as messages have it.
pub fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    let nanosecond = time.as_nanosecond();
    let (seconds, nanos) = (nanosecond.div_euclid(1_000_000_000), nanosecond.rem_euclid(1_000_000_000));
    prost_types::Timestamp {
        seconds: i64::try_from(seconds).expect("jiff's times lie within ten thousand years"),
        nanos: i32::try_from(nanos).expect("a remainder by 10^9"),
    }
}

/// Reads a time. One outside the years 1 to 9999 is a violation.
pub fn moment(time: prost_types::Timestamp, field: &str, violations: &mut Violations) -> Option<Timestamp> {
    let prost_types::Timestamp { seconds, nanos } = time;
    let moment = (0..1_000_000_000).contains(&nanos).then(|| Timestamp::new(seconds, nanos).ok()).flatten();
    // Proto JSON writes times by RFC 3339, which has no year before 1.
    let moment = moment.filter(|_| seconds >= -62_135_596_800);
    if moment.is_none() {
        violations.add_if_absent(field, "must be a time between the years 1 and 9999, with 0 to 999999999 nanoseconds");
    }
    moment
}

/// Reads a date, YYYY-MM-DD. A day that does not exist is a violation.
pub fn date(text: &str, field: &str, violations: &mut Violations) -> Option<Date> {
    let date = text.parse().ok().filter(|date: &Date| date.to_string() == text);
    if date.is_none() {
        violations.add_if_absent(field, "must be a date that exists, in the form YYYY-MM-DD");
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_go_there_and_back() {
        let check = |text: &str, seconds: i64, nanos: i32| {
            let time: Timestamp = text.parse().expect("a timestamp");
            let message = timestamp(time);
            assert_eq!(message, prost_types::Timestamp { seconds, nanos });
            assert_eq!(moment(message, "t", &mut Violations::default()), Some(time));
        };
        check("1970-01-01T00:00:00Z", 0, 0);
        check("2019-06-03T12:00:00.000001Z", 1_559_563_200, 1_000);
        check("1969-12-31T23:59:59.25Z", -1, 250_000_000);
        check("0001-01-01T00:00:00Z", -62_135_596_800, 0);
    }

    #[test]
    fn what_is_no_moment_is_a_violation() {
        let before_the_years = (-62_135_596_801, 0);
        for (seconds, nanos) in [(0, -1), (0, 1_000_000_000), before_the_years, (i64::MAX, 0), (i64::MIN, 0)] {
            let mut violations = Violations::default();
            assert_eq!(moment(prost_types::Timestamp { seconds, nanos }, "due_time", &mut violations), None);
            assert!(violations.contains_field("due_time"));
        }
    }

    #[test]
    fn a_date_is_one_that_the_calendar_has() {
        let read = |text: &str| date(text, "d", &mut Violations::default());
        for good in ["2019-06-09", "2020-02-29", "0001-01-01"] {
            assert_eq!(read(good).map(|date| date.to_string()).as_deref(), Some(good));
        }
        for bad in ["2019-02-29", "2019-02-30", "2019-13-01", "2019-6-9", "20190609", "2019-06-09T00:00", "", "9"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_field_that_a_rule_has_named_is_not_named_again() {
        let mut violations = Violations::default();
        violations.add("d", "must be a date, YYYY-MM-DD");
        assert_eq!(date("yesterday", "d", &mut violations), None);
        assert_eq!(violations.len(), 1);
    }
}
