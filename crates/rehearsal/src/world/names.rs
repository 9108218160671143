//! The official names of the host organizations and of the elections, in three languages.
//!
//! The list of a decree is printed in one language, with the election's name in it. So each name needs all three.

use wire::v1::{DatedName, Language};

/// A name in English, in Russian and in Kazakh.
pub type NamesByLanguage = [&'static str; 3];

/// The name of the election commission.
pub const COMMISSION: NamesByLanguage = [
    "Central Election Commission of the Republic of Kazakhstan",
    "Центральная избирательная комиссия Республики Казахстан",
    "Қазақстан Республикасы Орталық сайлау комиссиясы",
];

/// The name of the foreign ministry.
pub const MINISTRY: NamesByLanguage = [
    "Ministry of Foreign Affairs of the Republic of Kazakhstan",
    "Министерство иностранных дел Республики Казахстан",
    "Қазақстан Республикасы Сыртқы істер министрлігі",
];

/// The name of the election of 9 June 2019.
pub const ELECTION_OF_2019: NamesByLanguage = [
    "Election of the President, 9 June 2019",
    "Внеочередные выборы Президента Республики Казахстан 9 июня 2019 года",
    "Қазақстан Республикасы Президентінің 2019 жылғы 9 маусымдағы кезектен тыс сайлауы",
];

/// The name of the election of 20 November 2022.
pub const ELECTION_OF_2022: NamesByLanguage = [
    "Election of the President, 20 November 2022",
    "Внеочередные выборы Президента Республики Казахстан 20 ноября 2022 года",
    "Қазақстан Республикасы Президентінің 2022 жылғы 20 қарашадағы кезектен тыс сайлауы",
];

/// A name in English only, valid since the registration.
pub fn english(text: &str) -> Vec<DatedName> {
    vec![name(Language::En, text)]
}

/// A name in each language, valid since the registration.
pub fn in_each_language(texts: NamesByLanguage) -> Vec<DatedName> {
    let languages = [Language::En, Language::Ru, Language::Kk];
    languages.into_iter().zip(texts).map(|(language, text)| name(language, text)).collect()
}

/// A name in one language, valid since the registration.
fn name(language: Language, text: &str) -> DatedName {
    DatedName { language: language.into(), text: text.to_owned(), valid_from: None }
}
