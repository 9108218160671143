//! The specimen of ICAO Doc 9303-4, and what can be wrong with it.

use MrzField as Field;
use MrzProblem::{CheckDigit, Malformed, Mismatch};

use super::*;
use crate::application::fixture;
use crate::vocabulary::personal::Personal;

const FIRST: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const SECOND: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";

/// A filing of the specimen's holder with another zone.
fn holder(zone: &str) -> Filing {
    let mut filing = fixture::filing();
    filing.content.family_name = Personal::new("Eriksson".to_owned());
    filing.content.given_name = Personal::new("Anna Maria".to_owned());
    (filing.content.nationality, filing.content.issuing_state) = ("UTO".to_owned(), "UTO".to_owned());
    filing.content.passport_expiry = "2012-04-15".parse().expect("a date");
    filing.identity.passport_number = Personal::new("L898902C3".to_owned());
    filing.identity.birth_date = Personal::new("1974-08-12".parse().expect("a date"));
    filing.identity.mrz = Personal::new(zone.to_owned());
    filing
}

/// A second line with correct check digits.
fn second(number: &str, state: &str, birth: &str, sex: char, expiry: &str, optional: &str) -> String {
    let digit = |field: &str| {
        let value = |character: char| character.to_digit(36).unwrap_or(0);
        let sum: u32 = field.chars().zip([7, 3, 1].into_iter().cycle()).map(|(one, weight)| value(one) * weight).sum();
        format!("{field}{}", sum % 10)
    };
    let number = if number.len() > 9 { number.to_owned() } else { digit(&format!("{number:<<9}")) };
    let (birth, expiry, optional) = (digit(birth), digit(expiry), digit(&format!("{optional:<<14}")));
    let composite = digit(&format!("{number}{birth}{expiry}{optional}"));
    let composite = composite.chars().last().expect("a digit");
    format!("{number}{state:<<3}{birth}{sex}{expiry}{optional}{composite}")
}

/// The problems of a name field compared with typed names.
fn names(family: &str, given: &str, field: &str) -> Vec<MrzProblem> {
    let mut filing = holder(&format!("P<UTO{field:<<39}\n{SECOND}"));
    filing.content.family_name = Personal::new(family.to_owned());
    filing.content.given_name = Personal::new(given.to_owned());
    compare(&filing)
}

/// A correct zone gives no findings, and neither does a missing one.
#[test]
fn the_specimen_and_a_missing_zone_have_no_problems() {
    assert_eq!(compare(&holder(&format!("{FIRST}\n{SECOND}"))), []);
    assert_eq!(compare(&holder("")), []);
}

/// Everything that does not have the form of a passport's zone.
#[test]
fn malformed_zones_are_recognized() {
    let check = |zone: &str| assert_eq!(compare(&holder(zone)), [Malformed], "{zone}");
    check(FIRST);
    check("\n");
    check(&format!("{SECOND}\n{FIRST}"));
    check(&format!("{FIRST}\n{SECOND}\n{SECOND}"));
    check(&format!("{FIRST}<\n{SECOND}"));
    check(&format!("{}\n{SECOND}", FIRST.to_lowercase()));
    check(&format!("{}\n{SECOND}", FIRST.replace("ERIKSSON", "ERIKSSÖ")));
    check(&format!("{}\n{SECOND}", FIRST.replace("ANNA", "ANN4")));
    check(&format!("{}\n{SECOND}", FIRST.replace("ANNA<", "AN<<A")));
    check(&format!("{}\n{SECOND}", FIRST.replace("ERIKSSON", "<RIKSSON")));
    check(&format!("{}\n{SECOND}", FIRST.replacen('P', "V", 1)));
    check(&format!("{FIRST}\n{}", SECOND.replace("740812", "7408I2")));
    check(&format!("{FIRST}\n{}", SECOND.replace("2F1", "2Q1")));
}

/// Each field has a check digit, and the composite one covers the others.
#[test]
fn every_check_digit_counts() {
    let check = |place: usize, expected: &[Field]| {
        let mut line = SECOND.as_bytes().to_vec();
        line[place] = if line[place] == b'9' { b'8' } else { line[place] + 1 };
        let line = String::from_utf8(line).expect("ASCII stays ASCII");
        let expected: Vec<_> = expected.iter().copied().map(CheckDigit).collect();
        assert_eq!(compare(&holder(&format!("{FIRST}\n{line}"))), expected, "{line}");
    };
    check(9, &[Field::DocumentNumber, Field::Composite]);
    check(19, &[Field::BirthDate, Field::Composite]);
    check(27, &[Field::ExpiryDate, Field::Composite]);
    check(36, &[Field::PersonalNumber, Field::Composite]);
    check(43, &[Field::Composite]);
}

/// Each typed field is compared with its field of the zone.
#[test]
fn every_field_is_compared() {
    let check = |change: fn(&mut Filing), expected: Field| {
        let mut filing = holder(&format!("{FIRST}\n{SECOND}"));
        change(&mut filing);
        assert_eq!(compare(&filing), [Mismatch(expected)]);
    };
    check(|filing| filing.identity.passport_number = Personal::new("L898902C4".into()), Field::DocumentNumber);
    check(|filing| filing.identity.passport_number = Personal::new("L898902С3".into()), Field::DocumentNumber);
    check(|filing| filing.content.issuing_state = "DEU".into(), Field::IssuingState);
    check(|filing| filing.content.nationality = "DEU".into(), Field::Nationality);
    check(|filing| filing.identity.birth_date = Personal::new("1974-08-13".parse().unwrap()), Field::BirthDate);
    check(|filing| filing.content.passport_expiry = "2022-04-15".parse().unwrap(), Field::ExpiryDate);
    check(|filing| filing.content.sex = Sex::X, Field::Sex);
    check(|filing| filing.content.family_name = Personal::new("Erikson".into()), Field::FamilyName);
    check(|filing| filing.content.given_name = Personal::new("Anna".into()), Field::GivenName);
}

/// Special cases: Germany's code, unknown parts of a date, and no sex.
#[test]
fn german_codes_fillers_and_unspecified_sex_agree() {
    let line = second("C01X00T47", "D", "74<<<<", '<', "<<<<<<", "");
    let mut filing = holder(&format!("{}\n{line}", FIRST.replace("UTO", "D<<")));
    (filing.content.nationality, filing.content.issuing_state) = ("DEU".to_owned(), "DEU".to_owned());
    filing.identity.passport_number = Personal::new("c01 X00-T47".to_owned());
    filing.content.sex = Sex::X;
    assert_eq!(compare(&filing), []);
    let unset = |line: &str, place: usize| format!("{}<{}", &line[..place], &line[place + 1..]);
    let text = format!("{}\n{}", FIRST.replace("UTO", "D<<"), unset(&unset(&line, 27), 42));
    filing.identity.mrz = Personal::new(text);
    assert_eq!(compare(&filing), [], "fillers for the check digits of empty fields");
}

/// Some issuers continue a long number in the optional data.
#[test]
fn a_long_number_continues_in_the_optional_data() {
    let line = second("D23145890<", "UTO", "740812", 'F', "120415", "7349");
    let mut filing = holder(&format!("{FIRST}\n{line}"));
    filing.identity.passport_number = Personal::new("D23145890734".to_owned());
    assert_eq!(compare(&filing), []);
    filing.identity.mrz =
        Personal::new(format!("{FIRST}\n{}", second("D23145890<", "UTO", "740812", 'F', "120415", "7340")));
    assert_eq!(compare(&filing), [CheckDigit(Field::DocumentNumber)]);
}

/// Table A offers several spellings, and states use all of them.
#[test]
fn names_in_the_spellings_of_table_a_agree() {
    let check = |family, given, field| assert_eq!(names(family, given, field), [], "{family} {given} {field}");
    check("Müller-Lüdenscheidt", "Jörg", "MUELLER<LUEDENSCHEIDT<<JOERG");
    check("Mu\u{308}ller", "Jörg", "MULLER<<JORG");
    check("Müller", "Jörg", "MUXXLLER<<JOERG");
    check("Ibáñez", "Íñigo", "IBANXXEZ<<INIGO");
    check("D'Amico", "Mary-Anne T.", "DAMICO<<MARY<ANNE<T");
    check("O’Connor", "", "OCONNOR");
    check("Weiß", "Ağca Łukasz Þór", "WEISS<<AGCA<LUKASZ<THOR");
    check("Əliyev", "İlham", "ALIYEV<<ILHAM");
    assert_eq!(names("Müller", "Jörg", "MUELLER<<JERG"), [Mismatch(Field::GivenName)]);
    assert_eq!(names("Иванов", "Ivan", "IVANOV<<IVAN"), [Mismatch(Field::FamilyName)]);
    assert_eq!(names("Suparman", "", "SUPARMAN<<ALI"), [Mismatch(Field::GivenName)]);
    assert_eq!(names("", "", "SUPARMAN"), [Mismatch(Field::FamilyName)]);
}

/// The examples of Doc 9303-4, section 4.2.2.
#[test]
fn truncated_names_agree_if_they_do_not_fit() {
    let check = |family, given, field| assert_eq!(names(family, given, field), [], "{family} {given} {field}");
    let (family, given) = ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang");
    check(family, given, "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K");
    check(family, given, "NILAVADHANANANDA<<CHAYAPA<DEJTHAM<KRASU");
    let (family, given) = ("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo");
    check(family, given, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI");
    check(family, given, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNA");
    let wrong = names(family, given, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<PO");
    assert_eq!(wrong, [Mismatch(Field::GivenName)]);
    // If the field has room, or the name would fit, nothing is truncated.
    assert_eq!(names("Eriksson", "Anna Maria", "ERIKSSON<<ANNA<M"), [Mismatch(Field::GivenName)]);
    let wrong = names("Eriksson", "Anna", "ERIKSSON<<ANNAMARIAANNAMARIAANNAMARIAAN");
    assert_eq!(wrong, [Mismatch(Field::GivenName)]);
}

/// Arbitrary text must not make the check panic.
#[test]
fn arbitrary_text_never_panics() {
    for text in ["\n\n", "ß\n<", "\u{1F600}", &"<".repeat(10_000), &format!("{}\n{SECOND}", "é".repeat(22))] {
        assert_eq!(compare(&holder(text)), [Malformed]);
    }
}
