//! The two lines of a passport's machine-readable zone (ICAO Doc 9303-4, format TD3).

use jiff::civil::Date;
use wire::v1::Sex;

/// How many characters the name field of line 1 has.
const NAME_FIELD: usize = 39;

/// What the zone says of a passport and its holder.
#[derive(Debug, Clone)]
pub struct Zone<'a> {
    /// Primary identifier: `A`-`Z` and single spaces.
    pub family_name: &'a str,
    /// Secondary identifier, in the same letters; empty for a mononym.
    pub given_name: &'a str,
    /// The document number, up to nine letters and digits.
    pub number: &'a str,
    /// ICAO code of three letters: who issued it and, here always, whose citizen the holder is.
    pub state: &'a str,
    /// Date of birth.
    pub birth: Date,
    /// As printed.
    pub sex: Sex,
    /// Last day of validity.
    pub expiry: Date,
}

impl Zone<'_> {
    /// Both lines with a line feed between them; `None` if the names do not fit without being cut.
    pub fn lines(&self) -> Option<String> {
        let state = code(self.state);
        let names = self.names();
        if names.len() > NAME_FIELD {
            return None;
        }
        let number = with_check_digit(&format!("{:<<9}", self.number));
        let birth = with_check_digit(&yymmdd(self.birth));
        let expiry = with_check_digit(&yymmdd(self.expiry));
        // The optional data is empty.
        let optional = with_check_digit(&"<".repeat(14));
        let composite = check_digit(&format!("{number}{birth}{expiry}{optional}"));
        let sex = self.sex();
        Some(format!("P<{state}{names:<<39}\n{number}{state}{birth}{sex}{expiry}{optional}{composite}"))
    }

    fn names(&self) -> String {
        let field = |name: &str| name.replace(' ', "<");
        match self.given_name {
            "" => field(self.family_name),
            given => format!("{}<<{}", field(self.family_name), field(given)),
        }
    }

    fn sex(&self) -> char {
        match self.sex {
            Sex::Female => 'F',
            Sex::Male => 'M',
            Sex::X | Sex::Unspecified => '<',
        }
    }
}

/// The code as it is printed: Germany's is one letter.
fn code(state: &str) -> &str {
    if state == "DEU" { "D<<" } else { state }
}

fn yymmdd(date: Date) -> String {
    date.strftime("%y%m%d").to_string()
}

fn with_check_digit(field: &str) -> String {
    format!("{field}{}", check_digit(field))
}

/// Weights 7, 3, 1 over the characters' values, modulo 10.
fn check_digit(field: &str) -> u32 {
    let value = |character: char| character.to_digit(36).unwrap_or(0);
    field.chars().zip([7, 3, 1].into_iter().cycle()).map(|(character, weight)| value(character) * weight).sum::<u32>()
        % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specimen of ICAO Doc 9303-4, without its personal number.
    #[test]
    fn the_specimen() {
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
