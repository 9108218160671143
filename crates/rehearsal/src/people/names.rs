//! Common given and family names, from which people are composed; and whose citizens bear which.

mod arabic;
mod cyrillic;
mod latin;

use super::transliteration::Writing;

/// The names of one people.
pub struct Pool {
    /// How they are written.
    pub writing: Writing,
    /// Whether the family name stands first in the full name.
    pub family_first: bool,
    /// Men's given names, separated by a comma and a space, as all lists here.
    pub male: &'static str,
    /// Women's given names.
    pub female: &'static str,
    /// Family names, as men bear them.
    pub family: &'static str,
    /// Names of people who have one name only; empty where that does not occur.
    pub mononyms: &'static str,
}

/// Endings of family names that change for women.
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

/// A family name as a woman bears it.
pub fn feminine(family: &str) -> String {
    let change = FEMININE.iter().find_map(|(male, female)| Some(format!("{}{female}", family.strip_suffix(male)?)));
    change.unwrap_or_else(|| family.to_owned())
}

/// The names that citizens of a state bear, by its ICAO code of three letters.
pub fn pool(state: &str) -> &'static Pool {
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

/// Every pool, with its citizens' states.
#[cfg(test)]
pub const STATES: [&str; 43] = [
    "ARE", "AUT", "AZE", "BEL", "BGR", "BLR", "BRA", "CAN", "CHE", "CZE", "DEU", "DNK", "EGY", "ESP", "EST", "FIN",
    "FRA", "GBR", "IDN", "IRL", "ITA", "JOR", "KAZ", "KGZ", "LTU", "LVA", "MAR", "MDA", "MYS", "NLD", "NOR", "PAK",
    "POL", "PRT", "ROU", "RUS", "SAU", "SRB", "SWE", "TJK", "TUN", "TUR", "UKR",
];
