//! Names that are the same, and names that are not.

use super::*;
use crate::application::fixture;
use crate::vocabulary::personal::Personal;

/// A person with these spellings.
fn names(spellings: &[&str]) -> PersonNames {
    PersonNames::of_spellings(spellings.iter().copied())
}

/// One name in several scripts and transliterations.
#[test]
fn the_same_name() {
    let check = |a: &str, b: &str| {
        let similarity = similarity(&names(&[a]), &names(&[b]));
        assert!(similarity >= SAME_NAME, "{a} and {b}: {similarity}");
    };
    check("Khrushchev Yuriy", "Hrusev Urij");
    check("Хрущёв Юрий", "Khrushchev Yuriy");
    check("Zhumagulov Qasym", "Жұмағұлов Қасым");
    check("Jean-Luc Picard", "PICARD Jeanluc");
    check("Müller Jörg", "Mueller Joerg");
    check("محمد الخطيب", "Mohammed Al-Khatib");
    check("mhmd alkhtyb", "Muhammad El Khatib");
    check("عبد الرحمن حسين", "Abdulrahman Hussein");
    check("Ivanov Ivan Petrovich", "Ivan Ivanov");
    check("Suharto", "Soeharto");
}

/// Names that differ in a letter or a part, such as the names of brothers.
#[test]
fn different_names() {
    let check = |a: &str, b: &str| {
        let similarity = similarity(&names(&[a]), &names(&[b]));
        assert!(similarity < SAME_NAME, "{a} and {b}: {similarity}");
    };
    check("Petrova Marina", "Petrova Karina");
    check("Petrov Ivan", "Petrov Ian");
    check("Aliyev Ilham", "Alimov Ilham");
    check("Иванов Сергей Петрович", "Иванов Андрей Петрович");
    check("جمال حسن", "Jamil Hassan");
    check("جمال حسن", "Jamal Hussein");
    check("Suharto", "Suharto Ahmad");
    check("", "Suharto");
}

/// Each field with a name is compared, and one name is enough.
#[test]
fn an_application_has_every_spelling_of_its_person() {
    let mut content = fixture::filing().content;
    content.name_kk = Personal::new("Анна Мюллер".to_owned());
    content.name_ru = Personal::new("Мюллер Анна Карловна".to_owned());
    let person = PersonNames::of(&content);
    for spelling in ["Anna Mueller", "Müller, Anna", "Анна Мюллер", "Miuller Anna Karlovna"] {
        assert!(same_person_name(&person, &names(&[spelling])), "{spelling}");
    }
    assert!(!same_person_name(&person, &names(&["Hanna Miller"])));
    content.given_name = Personal::default();
    content.family_name = Personal::default();
    assert!(!PersonNames::of(&content).is_empty());
    assert!(names(&["", " - "]).is_empty());
}

/// Arbitrary text must not make the comparison panic or leave the range from 0 to 1.
#[test]
fn arbitrary_names_are_compared() {
    let long = "Ж".repeat(10_000);
    let odd = [
        "",
        "'",
        "-",
        "\u{0301}",
        "1",
        "𝓐",
        "王小明",
        "ꙮ",
        "\u{202e}abd",
        "abd al",
        "عبد",
        "al",
        long.as_str(),
        "a b c d e f g h i j k",
    ];
    for a in odd {
        for b in odd {
            let value = similarity(&names(&[a]), &names(&[b]));
            assert!((0.0..=1.0).contains(&value), "{a} {b} {value}");
        }
    }
    assert!(same_person_name(&names(&["王小明"]), &names(&["王小明"])));
    assert!(!same_person_name(&names(&[""]), &names(&[""])));
}

/// Names are personal data.
#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", names(&["Ivanov"])), "[personal]");
}
