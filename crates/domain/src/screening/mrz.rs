//! The machine-readable zone of a passport (ICAO Doc 9303-4, format TD3), compared with the typed data.

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
    /// The number of the document.
    DocumentNumber,
    /// The issuer of the document.
    IssuingState,
    /// The nationality of the holder.
    Nationality,
    /// The date of birth of the holder.
    BirthDate,
    /// The last day on which the document is valid.
    ExpiryDate,
    /// The sex of the holder.
    Sex,
    /// The primary identifier: the family name.
    FamilyName,
    /// The secondary identifier: the given names.
    GivenName,
    /// Optional data of the issuer, often a personal number. It is not typed, so only its check digit can be wrong.
    PersonalNumber,
    /// The fields under the composite check digit at the end of the second line.
    Composite,
}

impl MrzField {
    /// The path of the typed field; that of the zone for fields that are not typed.
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

/// A problem of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MrzProblem {
    /// It is not two lines of 44 characters with the fields of a passport. Nothing more can be said about it.
    Malformed,
    /// The check digit of the field is wrong: the zone was misread, mistyped or forged.
    CheckDigit(MrzField),
    /// The field differs from the typed data.
    Mismatch(MrzField),
}

/// The problems of the zone of a filing, alone and compared with the typed data. An empty zone has none: not every
/// document has a zone.
pub fn compare(filing: &Filing) -> Vec<MrzProblem> {
    let text = filing.identity.mrz.expose();
    if text.is_empty() {
        return Vec::new();
    }
    let Some(zone) = Zone::read(text) else { return vec![MrzProblem::Malformed] };
    let check_digits = zone.wrong_check_digits().into_iter().map(MrzProblem::CheckDigit);
    check_digits.chain(mismatches(&zone, filing).into_iter().map(MrzProblem::Mismatch)).collect()
}

/// The fields that differ from the typed data, in the order of [`MrzField`].
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

/// A typed document number in the form of the zone: without anything that is neither letter nor digit.
fn number(typed: &str) -> String {
    // A letter of another script stays, so that a Cyrillic series is not ignored.
    typed
        .chars()
        .filter(|character| character.is_alphanumeric())
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

/// Compares codes of states without fillers. Germany's code in the zone is the single letter D.
fn same_state(zone: &str, typed: &str) -> bool {
    let typed = typed.trim().to_ascii_uppercase();
    let code = |code: &str| if code == "D" { "DEU".to_owned() } else { code.to_owned() };
    code(zone.trim_end_matches('<')) == code(&typed)
}

/// Compares dates. A year in the zone has two digits, so the century is not compared. An unknown part of a date has
/// fillers and is not compared either.
fn same_date(zone: &str, typed: Date) -> bool {
    let parts = [i32::from(typed.year()).rem_euclid(100), i32::from(typed.month()), i32::from(typed.day())];
    let same = |(index, part): (usize, i32)| {
        let read = &zone[index * 2..index * 2 + 2];
        read == "<<" || read.parse() == Ok(part)
    };
    parts.into_iter().enumerate().all(same)
}

/// Compares the sex. An unspecified one is a filler in the zone.
fn same_sex(zone: char, typed: Sex) -> bool {
    match typed {
        Sex::Female => zone == 'F',
        Sex::Male => zone == 'M',
        Sex::X => matches!(zone, 'X' | '<'),
    }
}
