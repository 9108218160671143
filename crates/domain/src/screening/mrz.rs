//! The machine-readable zone of a passport (ICAO Doc 9303-4, format TD3), and whether it says what was typed.

mod spelling;
#[cfg(test)]
mod tests;
mod zone;

use jiff::civil::Date;
use spelling::Typed;
use zone::Zone;

use crate::application::content::Filing;
use crate::vocabulary::sex::Sex;

/// A field of the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MrzField {
    /// The document number.
    DocumentNumber,
    /// Who issued the document.
    IssuingState,
    /// Whose citizen the holder is.
    Nationality,
    /// The holder's date of birth.
    BirthDate,
    /// The last day of validity.
    ExpiryDate,
    /// The holder's sex.
    Sex,
    /// The primary identifier.
    FamilyName,
    /// The secondary identifier.
    GivenName,
    /// What the issuer adds, often a personal number. It is not typed, so only its check digit can be wrong.
    PersonalNumber,
    /// The fields of the second line together: what their common check digit covers.
    Composite,
}

impl MrzField {
    /// The path of the field that was typed; the zone's own for what is not typed.
    pub fn path(self) -> &'static str {
        match self {
            Self::DocumentNumber => "person.passport.number",
            Self::IssuingState => "person.passport.issuing_state",
            Self::Nationality => "person.nationality",
            Self::BirthDate => "person.birth_date",
            Self::ExpiryDate => "person.passport.expiry_date",
            Self::Sex => "person.sex",
            Self::FamilyName => "person.family_name",
            Self::GivenName => "person.given_name",
            Self::PersonalNumber | Self::Composite => "person.passport.mrz",
        }
    }
}

/// What is wrong with a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MrzProblem {
    /// It is not two lines of 44 characters with the fields of a passport, so nothing more can be said of it.
    Malformed,
    /// The check digit of the field does not fit it: misread, mistyped or made up.
    CheckDigit(MrzField),
    /// The field does not say what was typed.
    Mismatch(MrzField),
}

/// What is wrong with the zone of a filing, read alone and next to the typed data. An empty zone has no problems: there
/// may be none.
pub fn compare(filing: &Filing) -> Vec<MrzProblem> {
    let text = filing.identity.mrz.expose();
    if text.is_empty() {
        return Vec::new();
    }
    let Some(zone) = Zone::read(text) else { return vec![MrzProblem::Malformed] };
    let check_digits = zone.wrong_check_digits().into_iter().map(MrzProblem::CheckDigit);
    check_digits.chain(mismatches(&zone, filing).into_iter().map(MrzProblem::Mismatch)).collect()
}

/// The fields that do not say what was typed, in the order of [`MrzField`].
fn mismatches(zone: &Zone<'_>, filing: &Filing) -> Vec<MrzField> {
    let (content, identity) = (&filing.content, &filing.identity);
    let (family, given) = (content.family_name.expose(), content.given_name.expose());
    let names = zone.names.compare(&Typed::new(family), &Typed::new(given));
    let agreements = [
        (MrzField::DocumentNumber, zone.number == number(identity.passport_number.expose())),
        (MrzField::IssuingState, same_state(zone.issuing_state, &content.issuing_state)),
        (MrzField::Nationality, same_state(zone.nationality, &content.nationality)),
        (MrzField::BirthDate, same_date(zone.birth_date, *identity.birth_date.expose())),
        (MrzField::ExpiryDate, same_date(zone.expiry_date, content.passport_expiry)),
        (MrzField::Sex, same_sex(zone.sex, content.sex)),
        (MrzField::FamilyName, names.family),
        (MrzField::GivenName, names.given),
    ];
    agreements.into_iter().filter(|(_, agrees)| !agrees).map(|(field, _)| field).collect()
}

/// A typed document number as the zone has it: what is neither letter nor digit is left out, there by fillers.
fn number(typed: &str) -> String {
    // A letter of another script stays, so that a Cyrillic series does not pass for a number without one.
    typed
        .chars()
        .filter(|character| character.is_alphanumeric())
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

/// Codes compare without fillers; Germany's is one letter in the zone.
fn same_state(zone: &str, typed: &str) -> bool {
    let typed = typed.trim().to_ascii_uppercase();
    let code = |code: &str| if code == "D" { "DEU".to_owned() } else { code.to_owned() };
    code(zone.trim_end_matches('<')) == code(&typed)
}

/// Years have two digits, so the century is not compared. A part that the issuer does not know, or a passport without an
/// end, has fillers: there is nothing to compare.
fn same_date(zone: &str, typed: Date) -> bool {
    let parts = [i32::from(typed.year()).rem_euclid(100), i32::from(typed.month()), i32::from(typed.day())];
    let same = |(index, part): (usize, i32)| {
        let read = &zone[index * 2..index * 2 + 2];
        read == "<<" || read.parse() == Ok(part)
    };
    parts.into_iter().enumerate().all(same)
}

fn same_sex(zone: char, typed: Sex) -> bool {
    match typed {
        Sex::Female => zone == 'F',
        Sex::Male => zone == 'M',
        Sex::X => matches!(zone, 'X' | '<'),
    }
}
