//! Pools of common given and family names, and which pool the citizens of a state use.

mod arabic;
mod cyrillic;
mod latin;

use super::transliteration::Writing;

/// The names of one language or region. Each list is a text with a comma and a space between two names.
pub struct NamePool {
    /// The writing of the names, which decides how they are transliterated.
    pub writing: Writing,
    /// Whether the family name comes first in the full name.
    pub family_first: bool,
    /// Men's given names.
    pub male: &'static str,
    /// Women's given names.
    pub female: &'static str,
    /// Family names in the men's form.
    pub family: &'static str,
    /// Names of people with only one name; empty where that does not occur.
    pub mononyms: &'static str,
}

/// The endings of family names that differ for women: the men's form, then the women's. The first match counts.
const FEMININE: [(&str, &str); 15] = [
    ("ов", "ова"),
    ("ев", "ева"),
    ("ёв", "ёва"),
    ("ин", "ина"),
    ("ский", "ская"),
    ("ський", "ська"),
    ("скі", "ская"),
    ("цкі", "цкая"),
    ("ски", "ска"),
    ("ski", "ska"),
    ("ov", "ova"),
    ("ev", "eva"),
    ("ák", "áková"),
    ("ņš", "ņa"),
    ("auskas", "auskienė"),
];

/// The women's form of a family name.
pub fn feminine(family: &str) -> String {
    let change = FEMININE.iter().find_map(|(male, female)| Some(format!("{}{female}", family.strip_suffix(male)?)));
    change.unwrap_or_else(|| family.to_owned())
}

/// The pool for citizens of a state (three-letter code of ICAO Doc 9303). States without a pool get English names.
pub fn pool(state: &str) -> &'static NamePool {
    match state {
        "RUS" => &cyrillic::RUSSIAN,
        "UKR" => &cyrillic::UKRAINIAN,
        "BLR" => &cyrillic::BELARUSIAN,
        "BGR" => &cyrillic::BULGARIAN,
        "KAZ" | "KGZ" | "TJK" | "UZB" => &cyrillic::CENTRAL_ASIAN,
        "ARE" | "EGY" | "JOR" | "KWT" | "MAR" | "SAU" | "TUN" => &arabic::ARABIC,
        "AUT" | "CHE" | "DEU" => &latin::GERMAN,
        "BEL" | "FRA" => &latin::FRENCH,
        "NLD" => &latin::DUTCH,
        "ITA" => &latin::ITALIAN,
        "BRA" | "PRT" => &latin::PORTUGUESE,
        "ESP" => &latin::SPANISH,
        "POL" => &latin::POLISH,
        "CZE" => &latin::CZECH,
        "SRB" => &latin::SERBIAN,
        "MDA" | "ROU" => &latin::ROMANIAN,
        "EST" | "FIN" => &latin::FINNIC,
        "LTU" | "LVA" => &latin::BALTIC,
        "DNK" | "NOR" | "SWE" => &latin::NORDIC,
        "TUR" => &latin::TURKISH,
        "AZE" => &latin::AZERBAIJANI,
        "IDN" | "MYS" => &latin::MALAY,
        "PAK" => &latin::PAKISTANI,
        _ => &latin::ENGLISH,
    }
}

/// The names of a list.
pub fn list(names: &'static str) -> Vec<&'static str> {
    names.split(", ").filter(|name| !name.is_empty()).collect()
}

/// States that together use every pool.
#[cfg(test)]
pub const STATES: [&str; 43] = [
    "ARE", "AUT", "AZE", "BEL", "BGR", "BLR", "BRA", "CAN", "CHE", "CZE", "DEU", "DNK", "EGY", "ESP", "EST", "FIN",
    "FRA", "GBR", "IDN", "IRL", "ITA", "JOR", "KAZ", "KGZ", "LTU", "LVA", "MAR", "MDA", "MYS", "NLD", "NOR", "PAK",
    "POL", "PRT", "ROU", "RUS", "SAU", "SRB", "SWE", "TJK", "TUN", "TUR", "UKR",
];
