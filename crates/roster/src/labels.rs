//! The codes and labels by which a category and a sex are recognized, in three languages.
//!
//! The first label of each language is the one that the template offers. The others are what secretaries write in lists
//! of their own.

use domain::vocabulary::category::Category;
use domain::vocabulary::language::Language;
use domain::vocabulary::sex::Sex;

use crate::column::normalize;

/// Each category with its code, its label in English, Russian and Kazakh, and further accepted labels.
const CATEGORIES: [(Category, &str, [&str; 3], &[&str]); 10] = [
    (
        Category::HeadOfMission,
        "HEAD_OF_MISSION",
        Category::HeadOfMission.words(),
        &["Head", "HoM", "Глава", "Руководитель миссии", "Басшы"],
    ),
    (
        Category::DeputyHead,
        "DEPUTY_HEAD",
        Category::DeputyHead.words(),
        &["Deputy head of mission", "DHoM", "Deputy", "Заместитель главы", "Заместитель", "Басшының орынбасары"],
    ),
    (
        Category::CoreTeam,
        "CORE_TEAM",
        Category::CoreTeam.words(),
        &["Core team member", "Основная команда", "Член основного состава", "Негізгі топ"],
    ),
    (Category::LongTermObserver, "LONG_TERM_OBSERVER", Category::LongTermObserver.words(), &["LTO", "ДСН"]),
    (Category::ShortTermObserver, "SHORT_TERM_OBSERVER", Category::ShortTermObserver.words(), &["STO", "КСН"]),
    (
        Category::Parliamentarian,
        "PARLIAMENTARIAN",
        Category::Parliamentarian.words(),
        &["Member of parliament", "MP", "Депутат", "Член парламента", "Парламент депутаты"],
    ),
    (Category::Diplomat, "DIPLOMAT", Category::Diplomat.words(), &["Diplomatic staff", "Елші қызметкер"]),
    (Category::Interpreter, "INTERPRETER", Category::Interpreter.words(), &["Translator", "Переводчица", "Тілмаш"]),
    (Category::Driver, "DRIVER", Category::Driver.words(), &["Chauffeur", "Шофер"]),
    (Category::Assistant, "ASSISTANT", Category::Assistant.words(), &["Помощник", "Ассистентка"]),
];

/// Each sex with its code, its label in English, Russian and Kazakh, and further accepted labels.
const SEXES: [(Sex, &str, [&str; 3], &[&str]); 3] = [
    (Sex::Female, "F", ["Female", "Женский", "Әйел"], &["SEX_FEMALE", "Woman", "Ж", "Жен", "Женщина", "Ә"]),
    (Sex::Male, "M", ["Male", "Мужской", "Ер"], &["SEX_MALE", "Man", "М", "Муж", "Мужчина", "Еркек", "Е", "Ер адам"]),
    (Sex::X, "X", ["Unspecified", "Не указан", "Көрсетілмеген"], &["SEX_X", "Х", "Other", "Другой", "Басқа"]),
];

/// The category for which a code or label stands, or `None` if it is unknown.
pub(crate) fn parse_category(text: &str) -> Option<Category> {
    find_value(&CATEGORIES, text)
}

/// The sex for which a code or label stands, or `None` if it is unknown. The machine-readable zone prints X as `<`.
pub(crate) fn parse_sex(text: &str) -> Option<Sex> {
    if text == "<" { Some(Sex::X) } else { find_value(&SEXES, text) }
}

/// The labels of the categories that the template offers in a language, in the order of the domain's list.
pub(crate) fn categories_in(language: Language) -> Vec<&'static str> {
    CATEGORIES.iter().map(|(_, _, words, _)| language.choose(*words)).collect()
}

/// The codes of all categories, separated by commas, for a message.
pub(crate) fn category_codes() -> String {
    CATEGORIES.map(|(_, code, ..)| code).join(", ")
}

/// The labels of the sexes that the template offers in a language.
pub(crate) fn sexes_in(language: Language) -> Vec<&'static str> {
    SEXES.iter().map(|(_, _, words, _)| language.choose(*words)).collect()
}

/// The value whose code or label is equal to the text, apart from case, spaces and punctuation.
fn find_value<T: Copy>(table: &[(T, &str, [&str; 3], &[&str])], text: &str) -> Option<T> {
    let wanted = normalize(text);
    let is = |known: &str| normalize(known) == wanted;
    let row = table.iter().find(|(_, code, words, also)| is(code) || words.iter().chain(*also).any(|word| is(word)));
    row.map(|(value, ..)| *value)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_and_labels_in_three_languages_are_recognized() {
        for (text, expected) in [
            ("SHORT_TERM_OBSERVER", Some(Category::ShortTermObserver)),
            ("short-term observer", Some(Category::ShortTermObserver)),
            ("sto", Some(Category::ShortTermObserver)),
            ("Краткосрочный  наблюдатель", Some(Category::ShortTermObserver)),
            ("қысқа мерзімді бақылаушы", Some(Category::ShortTermObserver)),
            ("Миссия басшысы", Some(Category::HeadOfMission)),
            ("ДЕПУТАТ", Some(Category::Parliamentarian)),
            ("tourist", None),
            ("", None),
        ] {
            assert_eq!(parse_category(text), expected, "{text}");
        }
        for (text, expected) in
            [("f", Some(Sex::Female)), ("М", Some(Sex::Male)), ("M", Some(Sex::Male)), ("<", Some(Sex::X)), ("?", None)]
        {
            assert_eq!(parse_sex(text), expected, "{text}");
        }
    }

    /// The template offers these labels. A label that is not read back would be refused in the template's own list.
    #[test]
    fn every_label_of_the_template_is_read_back_as_its_value() {
        for language in Language::ALL {
            let read: Vec<_> = categories_in(language).into_iter().filter_map(parse_category).collect();
            assert_eq!(read, Category::ALL, "{language:?}");
            let read: Vec<_> = sexes_in(language).into_iter().filter_map(parse_sex).collect();
            assert_eq!(read, [Sex::Female, Sex::Male, Sex::X], "{language:?}");
        }
        for (value, code, words, also) in CATEGORIES {
            let all: HashSet<_> = words.iter().chain(also).chain([&code]).map(|word| parse_category(word)).collect();
            assert_eq!(all, HashSet::from([Some(value)]));
        }
    }
}
