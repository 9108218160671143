//! Makes the two lines of a passport's machine-readable zone (ICAO Doc 9303-4, format TD3).
//!
//! The domain checks zones with code of its own. This code shares nothing with it, so each one tests the other.

use jiff::civil::Date;
use wire::v1::Sex;

/// The length of the name field in line 1, in characters.
const NAME_FIELD: usize = 39;

/// The data of a passport and its holder that the zone contains.
#[derive(Debug, Clone)]
pub struct Zone<'a> {
    /// The primary identifier: letters `A` to `Z` and single spaces.
    pub family_name: &'a str,
    /// The secondary identifier in the same letters; empty for a person with only one name.
    pub given_name: &'a str,
    /// The document number, at most nine letters and digits.
    pub number: &'a str,
    /// The three-letter code of the issuing state, which here is always the nationality too.
    pub state: &'a str,
    /// The date of birth.
    pub birth: Date,
    /// The sex as printed in the passport.
    pub sex: Sex,
    /// The last day on which the passport is valid.
    pub expiry: Date,
}

impl Zone<'_> {
    /// Both lines, separated by a line feed; `None` if the names would have to be truncated.
    pub fn lines(&self) -> Option<String> {
        let state = code(self.state);
        let names = self.names();
        if names.len() > NAME_FIELD {
            return None;
        }
        let number = with_check_digit(&format!("{:<<9}", self.number));
        let birth = with_check_digit(&yymmdd(self.birth));
        let expiry = with_check_digit(&yymmdd(self.expiry));
        // The optional data is empty, and its check digit is printed all the same.
        let optional = with_check_digit(&"<".repeat(14));
        let composite = check_digit(&format!("{number}{birth}{expiry}{optional}"));
        let sex = self.sex();
        Some(format!("P<{state}{names:<<39}\n{number}{state}{birth}{sex}{expiry}{optional}{composite}"))
    }

    /// The name field without its fillers at the end.
    fn names(&self) -> String {
        let field = |name: &str| name.replace(' ', "<");
        match self.given_name {
            "" => field(self.family_name),
            given => format!("{}<<{}", field(self.family_name), field(given)),
        }
    }

    /// The sex as one character; X is printed as a filler.
    fn sex(&self) -> char {
        match self.sex {
            Sex::Female => 'F',
            Sex::Male => 'M',
            Sex::X | Sex::Unspecified => '<',
        }
    }
}

/// The state's code as printed. Germany's has one letter and two fillers.
fn code(state: &str) -> &str {
    if state == "DEU" { "D<<" } else { state }
}

/// A date as the zone prints it, without the century.
fn yymmdd(date: Date) -> String {
    date.strftime("%y%m%d").to_string()
}

/// A field with its check digit after it.
fn with_check_digit(field: &str) -> String {
    format!("{field}{}", check_digit(field))
}

/// The check digit of ICAO Doc 9303-3, 4.9: the sum of character values with weights 7, 3, 1, modulo 10.
fn check_digit(field: &str) -> u32 {
    let value = |character: char| character.to_digit(36).unwrap_or(0);
    field.chars().zip([7, 3, 1].into_iter().cycle()).map(|(character, weight)| value(character) * weight).sum::<u32>()
        % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specimen of ICAO Doc 9303-4, without its personal number, which this code never writes.
    #[test]
    fn the_specimen_of_icao_is_reproduced() {
        let date = |text: &str| text.parse().expect("a date");
        let zone = Zone {
            family_name: "ERIKSSON",
            given_name: "ANNA MARIA",
            number: "L898902C3",
            state: "UTO",
            birth: date("1974-08-12"),
            sex: Sex::Female,
            expiry: date("2012-04-15"),
        };
        let expected = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159<<<<<<<<<<<<<<08";
        assert_eq!(zone.lines().as_deref(), Some(expected));
    }

    #[test]
    fn names_that_do_not_fit_are_not_cut() {
        let date = "1974-08-12".parse().expect("a date");
        let zone = |family_name| Zone {
            family_name,
            given_name: "",
            number: "X1",
            state: "UTO",
            birth: date,
            sex: Sex::X,
            expiry: date,
        };
        let name = "A".repeat(40);
        assert!(zone(&name[..39]).lines().is_some());
        assert!(zone(&name).lines().is_none());
    }
}
