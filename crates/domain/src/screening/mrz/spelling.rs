//! Typed names in the letters of a zone, after ICAO Doc 9303-3, section 6, table A, and Doc 9303-4 on truncation.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// How many characters the name field has.
const NAME_FIELD: usize = 39;

/// Both identifiers as a zone has them: components between fillers.
pub struct Names<'a> {
    family: Vec<&'a str>,
    given: Vec<&'a str>,
    /// Whether the field is full to its last place, which is how a zone says that names may be cut.
    full: bool,
}

/// Which of the names say what was typed.
pub struct Agreement {
    /// The family name.
    pub family: bool,
    /// The given name.
    pub given: bool,
}

/// A typed name: its components, each letter with the spellings that a zone may have for it.
pub struct Typed {
    components: Vec<Vec<Letter>>,
}

/// The spellings of one letter; none if a zone cannot have it.
type Letter = Vec<String>;

impl<'a> Names<'a> {
    /// Takes the name field apart; `None` if it is not one. A name alone has no two fillers after it but those that fill
    /// the field.
    pub fn read(field: &'a str) -> Option<Self> {
        let text = field.trim_end_matches('<');
        let (family, given) = text.split_once("<<").unwrap_or((text, ""));
        let components = |name: &'a str| -> Vec<_> { name.split('<').filter(|_| !name.is_empty()).collect() };
        let (family, given) = (components(family), components(given));
        let letters = text.chars().all(|letter| letter == '<' || letter.is_ascii_uppercase());
        let sound = !family.is_empty() && family.iter().chain(&given).all(|component| !component.is_empty());
        (letters && sound).then_some(Self { family, given, full: !field.ends_with('<') })
    }

    /// Compares both names with what was typed.
    pub fn compare(&self, family: &Typed, given: &Typed) -> Agreement {
        let whole = Agreement { family: family.is(&self.family), given: given.is(&self.given) };
        if !self.full || family.longest() + 2 + given.longest() <= NAME_FIELD {
            return whole;
        }
        Agreement {
            family: whole.family || family.may_be_cut_to(&self.family),
            given: whole.given || given.may_be_cut_to(&self.given),
        }
    }
}

impl Typed {
    /// Takes a typed name apart. Spaces and hyphens part components; apostrophes and full stops are left out.
    pub fn new(name: &str) -> Self {
        let composed: String = name.nfc().collect();
        let parts =
            composed.split(|character: char| character.is_whitespace() || is_hyphen(character) || character == ',');
        let letters = |part: &str| -> Vec<Letter> {
            part.chars().filter(|character| !is_left_out(*character)).map(spellings).collect()
        };
        Self { components: parts.map(letters).filter(|letters| !letters.is_empty()).collect() }
    }

    fn is(&self, zone: &[&str]) -> bool {
        self.components.len() == zone.len()
            && self.pairs(zone).all(|(letters, component)| spells(letters, component, false))
    }

    /// Whether the zone may be this name shortened: components cut, or left out at the end.
    fn may_be_cut_to(&self, zone: &[&str]) -> bool {
        self.components.len() >= zone.len()
            && self.pairs(zone).all(|(letters, component)| spells(letters, component, true))
    }

    fn pairs<'a>(&'a self, zone: &'a [&'a str]) -> impl Iterator<Item = (&'a Vec<Letter>, &'a str)> {
        self.components.iter().zip(zone.iter().copied())
    }

    /// How many characters it has at most, with a filler between components.
    fn longest(&self) -> usize {
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

/// The place after a spelling that stands at a place; a component that may be cut may end within it.
fn after(component: &str, place: usize, spelling: &str, cut: bool) -> Option<usize> {
    let rest = &component[place..];
    if rest.starts_with(spelling) {
        return Some(place + spelling.len());
    }
    (cut && !rest.is_empty() && spelling.starts_with(rest)).then_some(component.len())
}

fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn is_left_out(character: char) -> bool {
    matches!(character, '\'' | '`' | '´' | '.' | '\u{2018}' | '\u{2019}' | '\u{02b9}'..='\u{02bf}' | '\u{0300}'..='\u{036f}')
}

/// The spellings of a letter. Where table A offers several, states differ, and so each one is taken.
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
        // Azerbaijan's passports have either.
        ['Ə'] => &["E", "A"],
        _ => return upper.first().and_then(|letter| without_marks(*letter)).into_iter().collect(),
    };
    several.iter().map(|spelling| (*spelling).to_owned()).collect()
}

/// The letter alone: every other line of table A for Latin letters takes the mark away.
fn without_marks(letter: char) -> Option<String> {
    let base = letter.nfd().next()?;
    base.is_ascii_uppercase().then(|| base.to_string())
}
