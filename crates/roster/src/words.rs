//! What people write for a category and for a sex.

use domain::vocabulary::category::Category;
use domain::vocabulary::language::Language;
use domain::vocabulary::sex::Sex;

use crate::column::plain;

/// Of each category: code, the words in English, Russian and Kazakh that the template offers, and what else is taken.
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

/// Of each sex: code, the words that the template offers, and what else is taken.
const SEXES: [(Sex, &str, [&str; 3], &[&str]); 3] = [
    (Sex::Female, "F", ["Female", "Женский", "Әйел"], &["SEX_FEMALE", "Woman", "Ж", "Жен", "Женщина", "Ә"]),
    (Sex::Male, "M", ["Male", "Мужской", "Ер"], &["SEX_MALE", "Man", "М", "Муж", "Мужчина", "Еркек", "Е", "Ер адам"]),
    (Sex::X, "X", ["Unspecified", "Не указан", "Көрсетілмеген"], &["SEX_X", "Х", "Other", "Другой", "Басқа"]),
];

/// The category that a word or code stands for.
pub(crate) fn category(text: &str) -> Option<Category> {
    find(&CATEGORIES, text)
}

/// The sex that a word or code stands for; `<` is how the machine-readable zone has X.
pub(crate) fn sex(text: &str) -> Option<Sex> {
    if text == "<" { Some(Sex::X) } else { find(&SEXES, text) }
}

/// The words for the categories that the template offers in a language.
pub(crate) fn categories_in(language: Language) -> Vec<&'static str> {
    CATEGORIES.iter().map(|(_, _, words, _)| language.choose(*words)).collect()
}

/// The codes of the categories, for a message.
pub(crate) fn category_codes() -> String {
    CATEGORIES.map(|(_, code, ..)| code).join(", ")
}

/// The words for the sexes that the template offers in a language.
pub(crate) fn sexes_in(language: Language) -> Vec<&'static str> {
    SEXES.iter().map(|(_, _, words, _)| language.choose(*words)).collect()
}

fn find<T: Copy>(table: &[(T, &str, [&str; 3], &[&str])], text: &str) -> Option<T> {
    let wanted = plain(text);
    let is = |known: &str| plain(known) == wanted;
    let row = table.iter().find(|(_, code, words, also)| is(code) || words.iter().chain(*also).any(|word| is(word)));
    row.map(|(value, ..)| *value)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_and_words_in_three_languages_are_taken() {
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
            assert_eq!(category(text), expected, "{text}");
        }
        for (text, expected) in
            [("f", Some(Sex::Female)), ("М", Some(Sex::Male)), ("M", Some(Sex::Male)), ("<", Some(Sex::X)), ("?", None)]
        {
            assert_eq!(sex(text), expected, "{text}");
        }
    }

    #[test]
    fn every_category_and_sex_has_its_words_and_no_word_stands_for_two() {
        for language in Language::ALL {
            let read: Vec<_> = categories_in(language).into_iter().filter_map(category).collect();
            assert_eq!(read, Category::ALL, "{language:?}");
            let read: Vec<_> = sexes_in(language).into_iter().filter_map(sex).collect();
            assert_eq!(read, [Sex::Female, Sex::Male, Sex::X], "{language:?}");
        }
        for (value, code, words, also) in CATEGORIES {
            let all: HashSet<_> = words.iter().chain(also).chain([&code]).map(|word| category(word)).collect();
            assert_eq!(all, HashSet::from([Some(value)]));
        }
    }
}
