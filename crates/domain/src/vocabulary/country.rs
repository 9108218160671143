//! Countries and other issuers of passports, with the codes of ICAO Doc 9303-3.
//!
//! Most codes are the three letters of ISO 3166-1. Others stand for organizations that issue laissez-passers, for
//! stateless persons, and for British nationals who are not citizens of the United Kingdom. Germany's `D` is written
//! `DEU` here, because the field takes three letters.

mod table;

use table::TABLE;

/// Other English names that people write, with the code of each. They are compared as [`normalized`].
const OTHER_NAMES: [(&str, &str); 24] = [
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

/// Whether `code` is one of the codes, in capitals.
pub fn is_known(code: &str) -> bool {
    english_name(code).is_some()
}

/// The English name for a code.
pub fn english_name(code: &str) -> Option<&'static str> {
    TABLE.binary_search_by(|(known, ..)| (*known).cmp(code)).ok().map(|index| TABLE[index].2)
}

/// The code that was probably meant by a two-letter code, by Germany's `D`, by an English name, or by a code in lower
/// case. `None` if nothing fits.
pub fn suggest(text: &str) -> Option<&'static str> {
    let wanted = normalized(text);
    if wanted.is_empty() {
        return None;
    }
    if wanted == "d" {
        return Some("DEU");
    }
    let matches = |known: &str| !known.is_empty() && normalized(known) == wanted;
    let in_table = TABLE.iter().find(|(three, two, name)| matches(three) || matches(two) || matches(name));
    let named_otherwise = || OTHER_NAMES.iter().find(|(name, _)| *name == wanted).map(|(_, code)| *code);
    in_table.map(|(three, ..)| *three).or_else(named_otherwise)
}

/// Lower case, with one space in place of everything that is not a letter: `Guinea-Bissau` becomes `guinea bissau`.
fn normalized(text: &str) -> String {
    let spaced: String = text.chars().map(|letter| if letter.is_alphabetic() { letter } else { ' ' }).collect();
    spaced.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table is searched by halving, which needs it sorted.
    #[test]
    fn the_table_is_sorted_and_has_every_code_once() {
        assert!(TABLE.is_sorted_by(|(one, ..), (next, ..)| one < next), "binary search needs it");
        for (three, two, name) in TABLE {
            assert!(three.len() == 3 && three.bytes().all(|byte| byte.is_ascii_uppercase()), "{three}");
            assert!(matches!(two.len(), 0 | 2) && !name.is_empty(), "{three}");
        }
    }

    /// Codes of issuers that are no state are valid as well; reserved and wrong ones are not.
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

    /// A suggestion must be certain, so an unclear abbreviation gives none.
    #[test]
    fn a_likely_country_code_is_suggested() {
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
