//! Countries and issuers of passports, as ICAO Doc 9303-3 codes them.
//!
//! The code of a passport is that of ISO 3166-1 with three letters, and a few more: organizations that issue laissez-passers,
//! persons without a state, and those who are British without being of the United Kingdom. Germany's `D` is written
//! `DEU` here: three letters are what the field takes.

mod table;

use table::TABLE;

/// English names that people write and that the table has otherwise; compared as [`folded`].
const ALSO_CALLED: [(&str, &str); 24] = [
    ("bolivia plurinational state of", "BOL"),
    ("brunei darussalam", "BRN"),
    ("burma", "MMR"),
    ("cape verde", "CPV"),
    ("czech republic", "CZE"),
    ("england", "GBR"),
    ("great britain", "GBR"),
    ("holland", "NLD"),
    ("islamic republic of iran", "IRN"),
    ("ivory coast", "CIV"),
    ("kyrgyz republic", "KGZ"),
    ("macedonia", "MKD"),
    ("north korea", "PRK"),
    ("republic of kazakhstan", "KAZ"),
    ("republic of moldova", "MDA"),
    ("russian federation", "RUS"),
    ("slovak republic", "SVK"),
    ("south korea", "KOR"),
    ("swaziland", "SWZ"),
    ("turkey", "TUR"),
    ("uk", "GBR"),
    ("united states", "USA"),
    ("vatican", "VAT"),
    ("vietnam", "VNM"),
];

/// Whether `code` is one of the three-letter codes, in capitals.
pub fn is_known(code: &str) -> bool {
    english_name(code).is_some()
}

/// What a three-letter code stands for, in English.
pub fn english_name(code: &str) -> Option<&'static str> {
    TABLE.binary_search_by(|(known, ..)| (*known).cmp(code)).ok().map(|index| TABLE[index].2)
}

/// The three-letter code that was probably meant: by the two letters of ISO 3166-1, by Germany's `D`, by an English
/// name, or by the code itself in small letters.
pub fn suggest(text: &str) -> Option<&'static str> {
    let wanted = folded(text);
    if wanted.is_empty() {
        return None;
    }
    if wanted == "d" {
        return Some("DEU");
    }
    let matches = |known: &str| !known.is_empty() && folded(known) == wanted;
    let in_table = TABLE.iter().find(|(three, two, name)| matches(three) || matches(two) || matches(name));
    let named_otherwise = || ALSO_CALLED.iter().find(|(name, _)| *name == wanted).map(|(_, code)| *code);
    in_table.map(|(three, ..)| *three).or_else(named_otherwise)
}

/// Small letters, with one space where there was anything but letters, so that `Guinea-Bissau` is `guinea bissau`.
fn folded(text: &str) -> String {
    let spaced: String = text.chars().map(|letter| if letter.is_alphabetic() { letter } else { ' ' }).collect();
    spaced.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_every_code_once() {
        assert!(TABLE.is_sorted_by(|(one, ..), (next, ..)| one < next), "binary search needs it");
        for (three, two, name) in TABLE {
            assert!(three.len() == 3 && three.bytes().all(|byte| byte.is_ascii_uppercase()), "{three}");
            assert!(matches!(two.len(), 0 | 2) && !name.is_empty(), "{three}");
        }
    }

    #[test]
    fn codes_of_passports_are_known_and_others_are_not() {
        for code in "KAZ DEU UNO UNA XXA XXB XXC XXX RKS EUE XPO XOM GBD".split(' ') {
            assert!(is_known(code), "{code}");
        }
        for code in ["", "D", "KZ", "kaz", "ZZZ", "UTO", "KAZA"] {
            assert!(!is_known(code), "{code}");
        }
        assert_eq!(english_name("KGZ"), Some("Kyrgyzstan"));
    }

    #[test]
    fn what_was_meant_is_suggested() {
        for (text, code) in [
            ("D", Some("DEU")),
            ("kz", Some("KAZ")),
            ("kaz", Some("KAZ")),
            ("Germany", Some("DEU")),
            (" guinea bissau ", Some("GNB")),
            ("Czech Republic", Some("CZE")),
            ("U.K.", None),
            ("Atlantis", None),
            ("", None),
        ] {
            assert_eq!(suggest(text), code, "{text}");
        }
    }
}
