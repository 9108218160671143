//! One spelling of a name: its parts, whose order does not matter.

use unicode_normalization::UnicodeNormalization;

use super::part::Part;

/// The maximum number of letters. Longer names are cut, because a sender could make the comparison slow.
const LETTERS: usize = 200;
/// The maximum number of compared parts.
pub(super) const PARTS: usize = 8;
/// The cost of a part that only one of the two names has. A patronymic costs less: many systems leave it out.
const EXTRA: f64 = 0.03;
const EXTRA_PATRONYMIC: f64 = 0.01;
/// The cost if that part is a first given name: then the other name is probably a relative's.
const EXTRA_FIRST_GIVEN: f64 = 0.15;

/// The skeletons of one spelling.
#[derive(Clone, PartialEq, Eq)]
pub struct Spelling {
    pub(super) parts: Vec<Part>,
    /// The parts with two neighbours merged, for each pair of neighbours: "Jean-Luc" and "Jeanluc".
    pub(super) joined: Vec<Vec<Part>>,
}

impl Spelling {
    /// A family name and given names; `None` if they contain no letters.
    pub fn of_parts(family: &str, given: &str) -> Option<Self> {
        let (family, mut given) = (split(family), split(given));
        if let Some(first) = given.first_mut() {
            first.first_given = true;
        }
        let whole = [&family, &given].map(|parts| joined_all(parts));
        let mut spelling = Self::of(family.into_iter().chain(given).collect())?;
        if let [Some(family), Some(given)] = whole {
            spelling.joined.push(sorted(vec![family, given]));
        }
        Some(spelling)
    }

    /// A full name, without the knowledge which part is the given name; `None` if it contains no letters.
    pub fn of_full_name(name: &str) -> Option<Self> {
        Self::of(split(name))
    }

    /// The parts of a full name, in the order in which they are written.
    pub fn parts_of_full_name(name: &str) -> Vec<Part> {
        prepared(split(name))
    }

    /// The spelling of split parts.
    fn of(parts: Vec<Part>) -> Option<Self> {
        Self::of_parts_in_order(prepared(parts))
    }

    /// The spelling of these parts, in the order in which they were written; `None` if there are none.
    pub fn of_parts_in_order(parts: Vec<Part>) -> Option<Self> {
        let joined = (1..parts.len()).map(|place| joined_at(&parts, place)).collect();
        (!parts.is_empty()).then(|| Self { parts: sorted(parts), joined })
    }

    /// How similar two spellings are, from 0 to 1.
    pub fn similarity(&self, other: &Self) -> f64 {
        let mut best = compare(&self.parts, &other.parts);
        // Only the name with more parts can have two parts that are one in the other.
        let (longer, shorter) = if self.parts.len() > other.parts.len() { (self, other) } else { (other, self) };
        if best < 1.0 && longer.parts.len() > shorter.parts.len() {
            best = longer.joined.iter().map(|joined| compare(joined, &shorter.parts)).fold(best, f64::max);
        }
        best
    }
}

/// At most the compared number of parts, all without vowels if one of them has none.
fn prepared(mut parts: Vec<Part>) -> Vec<Part> {
    if parts.iter().any(|part| part.lacks_vowels) {
        parts = parts.iter().map(Part::without_vowels).collect();
    }
    parts.truncate(PARTS);
    parts
}

/// The parts with one merged into the one before it.
fn joined_at(parts: &[Part], place: usize) -> Vec<Part> {
    let mut joined = parts.to_vec();
    let second = joined.remove(place);
    joined[place - 1] = joined[place - 1].joined(&second);
    sorted(joined)
}

/// All parts merged into one; `None` if there is only one.
fn joined_all(parts: &[Part]) -> Option<Part> {
    let (first, rest) = parts.split_first()?;
    (!rest.is_empty()).then(|| rest.iter().fold(first.clone(), |all, part| all.joined(part)))
}

/// The parts in an order that does not depend on the name, so that a comparison is symmetric.
fn sorted(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by(|one, other| one.sounds.cmp(&other.sounds));
    parts
}

/// Finds for each part of the shorter name its partner in the longer one, the most similar first. The worst pair
/// counts more than the others, because the names of brothers have all other parts in common.
fn compare(one: &[Part], other: &[Part]) -> f64 {
    let order = one
        .len()
        .cmp(&other.len())
        .then_with(|| one.iter().map(|part| &part.sounds).cmp(other.iter().map(|part| &part.sounds)));
    let (short, long) = if order.is_le() { (one, other) } else { (other, one) };
    let mut pairs = Vec::with_capacity(short.len() * long.len());
    for (index, part) in short.iter().enumerate() {
        let start = pairs.len();
        pairs.extend(long.iter().enumerate().map(|(place, partner)| (part.similarity(partner), index, place)));
        if pairs[start..].iter().all(|(similarity, ..)| *similarity < 0.5) {
            return 0.0;
        }
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut taken_short, mut taken_long) = ([false; PARTS], [false; PARTS]);
    let (mut sum, mut worst) = (0.0, 1.0_f64);
    for (similarity, index, place) in pairs {
        if !taken_short[index] && !taken_long[place] {
            (taken_short[index], taken_long[place]) = (true, true);
            sum += similarity;
            worst = worst.min(similarity);
        }
    }
    let extra =
        long.iter().zip(taken_long).filter(|(_, taken)| !taken).map(|(part, _)| unmatched_cost(part)).sum::<f64>();
    // One part in common with a full name says little.
    let common = if short.len() == 1 && long.len() > 1 { 0.6 } else { 1.0 };
    ((0.6 * worst + 0.4 * sum / short.len() as f64) * common - extra).max(0.0)
}

/// The cost of a part without a partner.
fn unmatched_cost(extra: &Part) -> f64 {
    match extra {
        part if part.first_given => EXTRA_FIRST_GIVEN,
        part if part.patronymic => EXTRA_PATRONYMIC,
        _ => EXTRA,
    }
}

/// Splits a name at everything that is not a letter. Articles and words for "son of" are no parts.
fn split(name: &str) -> Vec<Part> {
    // Compatibility forms first. Then letters keep their marks, because š is another sound than s.
    let small: Vec<char> = name.chars().take(LETTERS).nfkc().flat_map(char::to_lowercase).take(LETTERS).collect();
    let kept: Vec<char> = small.into_iter().filter(|letter| !is_ignored(*letter)).collect();
    let words: Vec<&[char]> = kept.split(|letter| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut parts: Vec<Part> = Vec::new();
    let (mut article, mut servant) = (false, false);
    let significant = words.iter().filter(|word| !is_particle(word)).count();
    for word in words {
        if is_article(word) && significant > 0 {
            article = true;
        } else if !(is_particle(word) && significant > 1) {
            let (begins, part) = part(word);
            let part = Part { article: article || part.article, ..part };
            match parts.last_mut() {
                Some(last) if servant => *last = last.joined(&part),
                _ => parts.push(part),
            }
            (article, servant) = (false, begins);
        }
    }
    parts.retain(|part| !part.sounds.is_empty());
    parts
}

/// The skeleton of a word, and whether the word means "servant of", which forms one name with the next word.
fn part(word: &[char]) -> (bool, Part) {
    const SERVANT: [&str; 7] = ["abd", "abdul", "abdel", "abdal", "abdol", "abdoul", "عبد"];
    let text: String = word.iter().collect();
    if SERVANT.contains(&text.as_str()) {
        let first: Vec<char> = if text.is_ascii() { vec!['a', 'b', 'd'] } else { word.to_vec() };
        return (true, Part::new(&first));
    }
    let rest = SERVANT[1..6].iter().find_map(|begin| text.strip_prefix(begin)).filter(|rest| rest.chars().count() > 2);
    let whole = rest.map(|rest| format!("abd{rest}").chars().collect::<Vec<_>>());
    (false, Part::new(whole.as_deref().unwrap_or(word)))
}

/// Words for "son of" or "daughter of", and articles.
fn is_particle(word: &[char]) -> bool {
    const PARTICLES: [&str; 14] =
        ["bin", "ibn", "ben", "bint", "بن", "ابن", "بنت", "uly", "kyzy", "ogly", "oglu", "бин", "ибн", "улы"];
    is_article(word) || PARTICLES.iter().any(|particle| particle.chars().eq(word.iter().copied()))
}

/// Articles of Arabic names, in three scripts.
fn is_article(word: &[char]) -> bool {
    const ARTICLES: [&str; 8] = ["al", "el", "ul", "ash", "аль", "эль", "ال", "ad"];
    ARTICLES.iter().any(|article| article.chars().eq(word.iter().copied()))
}

/// Apostrophes of every form, modifier letters, and marks that did not compose with their letter.
fn is_ignored(letter: char) -> bool {
    matches!(letter, '\'' | '`' | '´' | '\u{2018}'..='\u{201f}' | '\u{02b0}'..='\u{036f}' | '\u{064b}'..='\u{065f}' | '\u{0640}' | '\u{0670}' | '"' | '\u{200c}' | '\u{200d}')
}
