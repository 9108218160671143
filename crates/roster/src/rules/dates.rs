//! The rules for dates. A date is a cell of the type date, or a text in a form that can mean only one day.
//!
//! Forms that can mean two days are refused instead of guessed. A wrong birth date would only be found at the border.

use jiff::civil::{Date, date};

use crate::cell::Cell;

/// No traveller was born before this day, so an earlier year is a mistake in typing.
const EARLIEST: Date = date(1900, 1, 1);
/// No passport is valid for so long, so a later year is a mistake in typing.
const LATEST: Date = date(2199, 12, 31);

/// Said when a row's birth date is not before the expiry of its passport; usually the two were exchanged.
pub(crate) const BORN_TOO_LATE: &str = "The date of birth is not before the passport's expiry. Check whether the two \
    dates are exchanged or a year is wrong, and correct it.";

/// The rule of the date of birth.
pub(crate) fn birth(cell: &Cell) -> Result<Date, String> {
    parse_date(cell)
}

/// The rule of the passport's expiry. It may lie in the past: the server decides whether the passport is valid.
pub(crate) fn expiry(cell: &Cell) -> Result<Date, String> {
    parse_date(cell)
}

/// The date in a cell, if its year is plausible.
fn parse_date(cell: &Cell) -> Result<Date, String> {
    let date = match cell {
        Cell::Empty => return Err("The date is missing. Write it as 1980-12-31 or 31.12.1980.".to_owned()),
        Cell::Date(date) => *date,
        Cell::Number(_) => {
            return Err(
                "The cell holds a number, and a date is expected. Format the column as text and write the date \
            as 1980-12-31 or 31.12.1980."
                    .to_owned(),
            );
        }
        other => parse_text(&other.shown())?,
    };
    if date < EARLIEST || date > LATEST {
        return Err("A year from 1900 to 2199 is expected. Correct the year, and write all four digits.".to_owned());
    }
    Ok(date)
}

/// Parses `1980-12-31`, `31.12.1980` and, where the day is above 12, `31/12/1980`.
fn parse_text(text: &str) -> Result<Date, String> {
    // Without a separator the space is tried, which the match below never accepts.
    let separator = ['-', '.', '/'].into_iter().find(|separator| text.contains(*separator)).unwrap_or(' ');
    let parts: Vec<_> = text.split(separator).map(str::trim).collect();
    let [first, second, third] = parts[..] else { return Err(unknown_form()) };
    let (Some(one), Some(two), Some(three)) = (parse_digits(first), parse_digits(second), parse_digits(third)) else {
        return Err(unknown_form());
    };
    // A message of its own, because the general one would not say that the century is missing.
    if first.len() <= 2 && third.len() <= 2 {
        return Err("The year has only two digits. Write all four, as in 1980-12-31 or 31.12.1980.".to_owned());
    }
    match (separator, first.len(), third.len()) {
        ('-', 4, 1..=2) => calendar_date(one, two, three),
        ('.', 1..=2, 4) => calendar_date(three, two, one),
        ('/', 1..=2, 4) => parse_slashed(one, two, three),
        _ => Err(unknown_form()),
    }
}

/// Parses a date with slashes. `31/12/1980` can mean only one day; `05/04/1980` is another day in London than in
/// Washington.
fn parse_slashed(one: i16, month: i16, year: i16) -> Result<Date, String> {
    if one > 12 {
        return calendar_date(year, month, one);
    }
    Err("A date with slashes can have day or month first. Write it as 1980-12-31 or 31.12.1980.".to_owned())
}

/// The day of the calendar, if there is one.
fn calendar_date(year: i16, month: i16, day: i16) -> Result<Date, String> {
    let small = |number: i16| i8::try_from(number).ok();
    let date = small(month).zip(small(day)).and_then(|(month, day)| Date::new(year, month, day).ok());
    date.ok_or_else(|| "There is no such day in the calendar. Correct the day, the month or the year.".to_owned())
}

/// A number of one to four digits. Signs are refused, which `parse` alone would accept.
fn parse_digits(text: &str) -> Option<i16> {
    let all = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().expect("four digits fit"))
}

/// The message for a text that is no date in a known form.
fn unknown_form() -> String {
    "A date is expected, and this text is none in a known form. Write it as 1980-12-31 or 31.12.1980.".to_owned()
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
    fn forms_with_one_meaning_are_accepted() {
        let last = Ok(date(1980, 12, 31));
        for text in ["1980-12-31", "31.12.1980", "31/12/1980", " 31. 12. 1980 "] {
            check(&Cell::text(text), last);
        }
        check(&Cell::Date(date(1980, 12, 31)), last);
        check(&Cell::text("1.2.1980"), Ok(date(1980, 2, 1)));
        check(&Cell::text("1980-2-1"), Ok(date(1980, 2, 1)));
    }

    #[test]
    fn forms_with_two_meanings_or_none_are_refused() {
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
