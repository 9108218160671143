//! Dates: cells that are dates, and the ways of writing them that mean one day only.

use jiff::civil::{Date, date};

use crate::cell::Cell;

/// Nobody who travels was born before this day.
const OLDEST: Date = date(1900, 1, 1);
/// No passport is valid so long: the year is a slip of the pen.
const LATEST: Date = date(2199, 12, 31);

pub(crate) const BORN_TOO_LATE: &str = "The date of birth is not before the passport's expiry. Look for the two being \
    exchanged, or for a wrong year.";

pub(crate) fn birth(cell: &Cell) -> Result<Date, String> {
    in_range(cell)
}

pub(crate) fn expiry(cell: &Cell) -> Result<Date, String> {
    in_range(cell)
}

fn in_range(cell: &Cell) -> Result<Date, String> {
    let date = match cell {
        Cell::Empty => return Err("A date is missing. Write it as 1980-12-31 or 31.12.1980.".to_owned()),
        Cell::Date(date) => *date,
        Cell::Number(_) => {
            return Err("The cell holds a number. Format the column as a date or as text, and write the date as \
            1980-12-31 or 31.12.1980."
                .to_owned());
        }
        other => written(&other.shown())?,
    };
    if date < OLDEST || date > LATEST {
        return Err("A year from 1900 to 2199 is expected. Correct the year, with all its four digits.".to_owned());
    }
    Ok(date)
}

fn written(text: &str) -> Result<Date, String> {
    let separator = ['-', '.', '/'].into_iter().find(|separator| text.contains(*separator)).unwrap_or(' ');
    let parts: Vec<_> = text.split(separator).map(str::trim).collect();
    let [first, second, third] = parts[..] else { return Err(expected()) };
    let (Some(one), Some(two), Some(three)) = (digits(first), digits(second), digits(third)) else {
        return Err(expected());
    };
    if first.len() <= 2 && third.len() <= 2 {
        return Err("The year has two digits. Write it with four, as in 1980-12-31 or 31.12.1980.".to_owned());
    }
    match (separator, first.len(), third.len()) {
        ('-', 4, 1..=2) => day(one, two, three),
        ('.', 1..=2, 4) => day(three, two, one),
        ('/', 1..=2, 4) => slashed(one, two, three),
        _ => Err(expected()),
    }
}

/// `31/12/1980` can be one day only; `05/04/1980` is another day in London than in Washington.
fn slashed(one: i16, month: i16, year: i16) -> Result<Date, String> {
    if one > 12 {
        return day(year, month, one);
    }
    Err("A date with slashes may have day or month first. Write it as 1980-12-31 or 31.12.1980.".to_owned())
}

fn day(year: i16, month: i16, day: i16) -> Result<Date, String> {
    let small = |number: i16| i8::try_from(number).ok();
    let date = small(month).zip(small(day)).and_then(|(month, day)| Date::new(year, month, day).ok());
    date.ok_or_else(|| "There is no such day in the calendar. Correct the day, the month or the year.".to_owned())
}

fn digits(text: &str) -> Option<i16> {
    let all = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().expect("four digits fit"))
}

fn expected() -> String {
    "A date is expected. Write it as 1980-12-31 or 31.12.1980.".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &Cell, expected: Result<Date, &str>) {
        match (birth(cell), expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected),
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (other, _) => panic!("{other:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_date_is_written_in_ways_that_mean_one_day() {
        let last = Ok(date(1980, 12, 31));
        for text in ["1980-12-31", "31.12.1980", "31/12/1980", " 31. 12. 1980 "] {
            check(&Cell::text(text), last);
        }
        check(&Cell::Date(date(1980, 12, 31)), last);
        check(&Cell::text("1.2.1980"), Ok(date(1980, 2, 1)));
        check(&Cell::text("1980-2-1"), Ok(date(1980, 2, 1)));
    }

    #[test]
    fn what_may_mean_two_days_or_none_is_refused() {
        for (text, part) in [
            ("05/04/1980", "day or month first"),
            ("12/31/1980", "day or month first"),
            ("05/05/1980", "day or month first"),
            ("31.12.80", "two digits"),
            ("31/12/80", "two digits"),
            ("80-12-31", "two digits"),
            ("30.02.1980", "no such day"),
            ("1980-13-01", "no such day"),
            ("1980/12/31", "is expected"),
            ("31-12-1980", "is expected"),
            ("31 December 1980", "is expected"),
            ("12345", "is expected"),
            ("+1.1.1980", "is expected"),
            ("1899-12-31", "1900 to 2199"),
            ("0080-12-31", "1900 to 2199"),
            ("2980-12-31", "1900 to 2199"),
            ("", "missing"),
        ] {
            check(&Cell::text(text), Err(part));
        }
        check(&Cell::Number(29_586.0), Err("Format the column"));
    }
}
