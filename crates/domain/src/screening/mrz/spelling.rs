//! Typed names in the letters of a zone, after ICAO Doc 9303-3, section 6, table A, and Doc 9303-4 on truncation.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// The length of the name field in characters.
const NAME_FIELD: usize = 39;

/// Both identifiers of a zone, split into their components.
pub struct Names<'a> {
    family: Vec<&'a str>,
    given: Vec<&'a str>,
    /// Whether the field is full to its last character. By this a zone says that names may be truncated.
    full: bool,
}

/// Which of the two names agree with the typed ones.
pub struct Agreement {
    /// The family name.
    pub family: bool,
    /// The given names.
    pub given: bool,
}

/// A typed name: its components, and for each letter the spellings that a zone may have.
pub struct Typed {
    components: Vec<Vec<Letter>>,
}

/// The spellings of one letter; empty if a zone cannot contain it.
type Letter = Vec<String>;

impl<'a> Names<'a> {
    /// Splits the name field; `None` if it is malformed. A single name has no double filler, except at the end of the
    /// field.
    pub fn read(field: &'a str) -> Option<Self> {
        let text = field.trim_end_matches('<');
        let (family, given) = text.split_once("<<").unwrap_or((text, ""));
        let components = |name: &'a str| -> Vec<_> { name.split('<').filter(|_| !name.is_empty()).collect() };
        let (family, given) = (components(family), components(given));
        let letters = text.chars().all(|letter| letter == '<' || letter.is_ascii_uppercase());
        let valid = !family.is_empty() && family.iter().chain(&given).all(|component| !component.is_empty());
        (letters && valid).then_some(Self { family, given, full: !field.ends_with('<') })
    }

    /// Compares both names with the typed ones. Truncated names agree only if the typed names do not fit into the
    /// field.
    pub fn compare(&self, family: &Typed, given: &Typed) -> Agreement {
        let whole = Agreement { family: family.spells_all(&self.family), given: given.spells_all(&self.given) };
        if !self.full || family.max_length() + 2 + given.max_length() <= NAME_FIELD {
            return whole;
        }
        Agreement {
            family: whole.family || family.may_be_truncated_to(&self.family),
            given: whole.given || given.may_be_truncated_to(&self.given),
        }
    }
}

impl Typed {
    /// Splits a typed name. Spaces and hyphens separate components; apostrophes and full stops are ignored.
    pub fn new(name: &str) -> Self {
        let composed: String = name.nfc().collect();
        let parts =
            composed.split(|character: char| character.is_whitespace() || is_hyphen(character) || character == ',');
        let letters = |part: &str| -> Vec<Letter> {
            part.chars().filter(|character| !is_ignored(*character)).map(spellings).collect()
        };
        Self { components: parts.map(letters).filter(|letters| !letters.is_empty()).collect() }
    }

    /// Whether the zone spells this name completely.
    fn spells_all(&self, zone: &[&str]) -> bool {
        self.components.len() == zone.len()
            && self.pairs(zone).all(|(letters, component)| spells(letters, component, false))
    }

    /// Whether the zone may be a truncation of this name: components are cut, or missing at the end.
    fn may_be_truncated_to(&self, zone: &[&str]) -> bool {
        self.components.len() >= zone.len()
            && self.pairs(zone).all(|(letters, component)| spells(letters, component, true))
    }

    /// Each component with its counterpart in the zone.
    fn pairs<'a>(&'a self, zone: &'a [&'a str]) -> impl Iterator<Item = (&'a Vec<Letter>, &'a str)> {
        self.components.iter().zip(zone.iter().copied())
    }

    /// The maximum length in characters, with a filler between components.
    fn max_length(&self) -> usize {
        let letter = |letter: &Letter| letter.iter().map(String::len).max().unwrap_or(0);
        let component = |letters: &Vec<Letter>| letters.iter().map(letter).sum::<usize>();
        self.components.iter().map(component).sum::<usize>() + self.components.len().saturating_sub(1)
    }
}

/// Whether the letters spell the component; if it may be cut, whether they begin with it.
fn spells(letters: &[Letter], component: &str, cut: bool) -> bool {
    let mut read = BTreeSet::from([0]);
    for letter in letters {
        if cut && read.contains(&component.len()) {
            return true;
        }
        let places =
            read.iter().flat_map(|place| letter.iter().filter_map(|spelling| after(component, *place, spelling, cut)));
        read = places.collect();
    }
    read.contains(&component.len())
}

/// The position after a spelling; a component that may be cut can end within the spelling.
fn after(component: &str, place: usize, spelling: &str, cut: bool) -> Option<usize> {
    let rest = &component[place..];
    if rest.starts_with(spelling) {
        return Some(place + spelling.len());
    }
    (cut && !rest.is_empty() && spelling.starts_with(rest)).then_some(component.len())
}

/// Hyphens and dashes, which separate components.
fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Apostrophes, full stops and single marks, which a zone does not have.
fn is_ignored(character: char) -> bool {
    matches!(character, '\'' | '`' | '´' | '.' | '\u{2018}' | '\u{2019}' | '\u{02b9}'..='\u{02bf}' | '\u{0300}'..='\u{036f}')
}

/// The spellings of a letter. If table A has several, states use different ones, so each is accepted.
fn spellings(character: char) -> Letter {
    let upper: Vec<char> = character.to_uppercase().collect();
    let several: &[&str] = match upper.as_slice() {
        ['Ä'] => &["AE", "A"],
        ['Å'] => &["AA", "A"],
        ['Æ'] => &["AE"],
        ['Ö'] => &["OE", "O"],
        ['Ø' | 'Œ'] => &["OE"],
        ['Ü'] => &["UE", "UXX", "U"],
        ['Ñ'] => &["N", "NXX"],
        ['ẞ'] | ['S', 'S'] => &["SS"],
        ['Þ'] => &["TH"],
        ['Ĳ'] => &["IJ"],
        ['ĸ'] => &["Q"],
        ['Đ' | 'Ð'] => &["D"],
        ['Ħ'] => &["H"],
        ['Ł'] => &["L"],
        ['Ŋ'] => &["N"],
        ['Ŧ'] => &["T"],
        // Passports of Azerbaijan have either spelling.
        ['Ə'] => &["E", "A"],
        _ => return upper.first().and_then(|letter| without_marks(*letter)).into_iter().collect(),
    };
    several.iter().map(|spelling| (*spelling).to_owned()).collect()
}

/// The letter without its mark, which is what table A says for all other Latin letters.
fn without_marks(letter: char) -> Option<String> {
    let base = letter.nfd().next()?;
    base.is_ascii_uppercase().then(|| base.to_string())
}
