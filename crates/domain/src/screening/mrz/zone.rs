//! Splitting a zone into its fields.

use super::MrzField;
use super::spelling::Names;

/// The length of a line in characters.
const LINE: usize = 44;

/// The fields of a zone, as they are printed.
pub struct Zone<'a> {
    /// Both identifiers.
    pub names: Names<'a>,
    /// The issuer, three characters.
    pub issuing_state: &'a str,
    /// The document number without fillers. It has more than nine characters if it continues in the optional data.
    pub number: String,
    /// The nationality, three characters.
    pub nationality: &'a str,
    /// The date of birth as `YYMMDD`; each part is two digits or two fillers.
    pub birth_date: &'a str,
    /// The sex: `F`, `M`, `X` or a filler.
    pub sex: char,
    /// The last day of validity as `YYMMDD`; each part is two digits or two fillers.
    pub expiry_date: &'a str,
    second_line: &'a str,
    long_number: Option<LongNumber<'a>>,
}

/// The part of a long document number that is in the optional data.
struct LongNumber<'a> {
    rest: &'a str,
    check_digit: char,
}

impl<'a> Zone<'a> {
    /// Splits the two lines; `None` if a field is malformed.
    pub fn read(text: &'a str) -> Option<Self> {
        let mut lines = text.lines();
        let (first, second) = (lines.next()?, lines.next()?);
        let is_valid = |line: &str| line.len() == LINE && line.chars().all(is_zone_character);
        if lines.next().is_some() || !is_valid(first) || !is_valid(second) || !first.starts_with('P') {
            return None;
        }
        let long_number = LongNumber::find(second);
        let rest = long_number.as_ref().map_or("", |long| long.rest);
        let zone = Zone {
            names: Names::read(&first[5..])?,
            issuing_state: &first[2..5],
            number: format!("{}{rest}", &second[..9]).replace('<', ""),
            nationality: &second[10..13],
            birth_date: &second[13..19],
            sex: char::from(second.as_bytes()[20]),
            expiry_date: &second[21..27],
            second_line: second,
            long_number,
        };
        zone.has_valid_fields().then_some(zone)
    }

    /// Whether codes, dates and sex have the characters that they may have.
    fn has_valid_fields(&self) -> bool {
        let code = |code: &str| {
            let letters = code.trim_end_matches('<');
            !letters.is_empty() && letters.chars().all(|letter| letter.is_ascii_uppercase())
        };
        let date = |date: &str| {
            let part = |place| &date[place..place + 2];
            [0, 2, 4].map(part).iter().all(|part| *part == "<<" || part.chars().all(|digit| digit.is_ascii_digit()))
        };
        let codes = code(self.issuing_state) && code(self.nationality);
        codes && date(self.birth_date) && date(self.expiry_date) && matches!(self.sex, 'F' | 'M' | 'X' | '<')
    }

    /// The fields whose check digit is wrong.
    pub fn wrong_check_digits(&self) -> Vec<MrzField> {
        let line = self.second_line;
        let at = |place: usize| char::from(line.as_bytes()[place]);
        let composite = format!("{}{}{}", &line[..10], &line[13..20], &line[21..43]);
        let checks = [
            (MrzField::DocumentNumber, self.number_fits()),
            (MrzField::BirthDate, fits_digit(self.birth_date, at(19))),
            (MrzField::ExpiryDate, fits(self.expiry_date, at(27))),
            (MrzField::PersonalNumber, fits(&line[28..42], at(42))),
            (MrzField::Composite, fits_digit(&composite, at(43))),
        ];
        checks.into_iter().filter(|(_, fits)| !fits).map(|(field, _)| field).collect()
    }

    /// Whether the check digit of the document number is right, also of a long one.
    fn number_fits(&self) -> bool {
        let field = &self.second_line[..9];
        match &self.long_number {
            Some(long) => fits_digit(&format!("{field}{}", long.rest), long.check_digit),
            None => fits_digit(field, char::from(self.second_line.as_bytes()[9])),
        }
    }
}

impl<'a> LongNumber<'a> {
    /// Finds a long document number. A filler in place of its check digit says that the number continues in the
    /// optional data, up to the first filler there, with the check digit at the end. Doc 9303 has this rule for other
    /// formats, and some issuers use it for this one.
    fn find(second_line: &'a str) -> Option<Self> {
        let (number, optional) = (&second_line[..9], &second_line[28..42]);
        if second_line.as_bytes()[9] != b'<' || number.ends_with('<') {
            return None;
        }
        let rest = optional.split('<').next()?;
        let check_digit = rest.chars().last()?;
        Some(Self { rest: &rest[..rest.len() - 1], check_digit })
    }
}

/// The characters of a zone: capital Latin letters, digits and the filler.
fn is_zone_character(character: char) -> bool {
    character.is_ascii_uppercase() || character.is_ascii_digit() || character == '<'
}

/// Whether a check digit is right. A field of fillers may have a filler as check digit.
fn fits(field: &str, digit: char) -> bool {
    digit == '<' && field.chars().all(|character| character == '<') || fits_digit(field, digit)
}

/// The check digit of ICAO Doc 9303-3: weights 7, 3, 1 over the values of the characters, modulo 10. A filler counts
/// 0.
fn fits_digit(field: &str, digit: char) -> bool {
    let value = |character: char| character.to_digit(36).unwrap_or(0);
    let weighted =
        field.chars().zip([7, 3, 1].into_iter().cycle()).map(|(character, weight)| value(character) * weight);
    digit.to_digit(10) == Some(weighted.sum::<u32>() % 10)
}
