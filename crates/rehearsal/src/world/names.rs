//! What the hosts and the elections are called, in every language.

use wire::v1::{DatedName, Language};

/// A name in English, in Russian and in Kazakh.
pub type InEach = [&'static str; 3];

/// The commission.
pub const COMMISSION: InEach = [
    "Central Election Commission of the Republic of Kazakhstan",
    "Центральная избирательная комиссия Республики Казахстан",
    "Қазақстан Республикасы Орталық сайлау комиссиясы",
];

/// The ministry.
pub const MINISTRY: InEach = [
    "Ministry of Foreign Affairs of the Republic of Kazakhstan",
    "Министерство иностранных дел Республики Казахстан",
    "Қазақстан Республикасы Сыртқы істер министрлігі",
];

/// The election of 9 June 2019.
pub const ELECTION_OF_2019: InEach = [
    "Election of the President, 9 June 2019",
    "Внеочередные выборы Президента Республики Казахстан 9 июня 2019 года",
    "Қазақстан Республикасы Президентінің 2019 жылғы 9 маусымдағы кезектен тыс сайлауы",
];

/// The election of 20 November 2022.
pub const ELECTION_OF_2022: InEach = [
    "Election of the President, 20 November 2022",
    "Внеочередные выборы Президента Республики Казахстан 20 ноября 2022 года",
    "Қазақстан Республикасы Президентінің 2022 жылғы 20 қарашадағы кезектен тыс сайлауы",
];

/// A name in English alone, since the registration.
pub fn english(text: &str) -> Vec<DatedName> {
    vec![name(Language::En, text)]
}

/// A name in every language, since the registration.
pub fn in_each(texts: InEach) -> Vec<DatedName> {
    let languages = [Language::En, Language::Ru, Language::Kk];
    languages.into_iter().zip(texts).map(|(language, text)| name(language, text)).collect()
}

fn name(language: Language, text: &str) -> DatedName {
    DatedName { language: language.into(), text: text.to_owned(), valid_from: None }
}
