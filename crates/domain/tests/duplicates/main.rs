//! Measures how well names are compared, on labelled pairs that ICU romanized.
//!
//! `make_pairs.py` says how to make the pairs again. One half of the pairs is for development, the other is held out:
//! a person who changes the comparison looks at the first half only, and the test measures both.

mod pairs;

use std::collections::BTreeMap;
use std::fmt::Write;

use domain::screening::names::{PersonNames, SAME_NAME, same_person_name, similarity};
use pairs::{Label, NamePair, Split};

const RECALL: f64 = 0.95;
const PRECISION: f64 = 0.90;

/// How many pairs were judged correctly and wrongly.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    right: u32,
    missed: u32,
    wrong: u32,
}

impl Counts {
    fn of(pairs: &[&NamePair], same: impl Fn(&NamePair) -> bool) -> Self {
        let mut counts = Self::default();
        for pair in pairs {
            match (pair.label, same(pair)) {
                (Label::Same, true) => counts.right += 1,
                (Label::Same, false) => counts.missed += 1,
                (Label::Different, true) => counts.wrong += 1,
                (Label::Different, false) => {}
            }
        }
        counts
    }

    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from(self.right + self.missed)
    }

    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }

    fn suffice(self) -> bool {
        self.recall() >= RECALL && self.precision() >= PRECISION
    }
}

/// The name of a measure, and the measure.
type Measure = (&'static str, fn(&str, &str) -> f64);

fn of_split(pairs: &[NamePair], split: Option<Split>) -> Vec<&NamePair> {
    pairs.iter().filter(|pair| split.is_none_or(|split| pair.split == split)).collect()
}

fn ours(pair: &NamePair) -> bool {
    same_person_name(&pair.a.names(), &pair.b.names())
}

/// Prints recall and precision of each half, and the errors of each kind. `MISJUDGED=development cargo test -p domain --test duplicates --
/// --nocapture` shows the wrongly judged pairs. Show only that half, because the rules may learn from no other.
#[test]
fn the_same_people_are_found_and_different_ones_are_not() {
    let pairs = pairs::read();
    for (what, split) in [("development", Some(Split::Development)), ("held-out", Some(Split::HeldOut)), ("all", None)]
    {
        let chosen = of_split(&pairs, split);
        let counts = Counts::of(&chosen, ours);
        println!("{what}: recall {:.4}, precision {:.4}, {counts:?}", counts.recall(), counts.precision());
        println!("{}", by_kind(&chosen));
        if std::env::var("MISJUDGED").is_ok_and(|wanted| wanted == what) {
            show_misjudged(&chosen);
        }
        assert!(split == Some(Split::Development) || counts.suffice(), "{what}: {counts:?}");
    }
}

/// The number of wrongly judged pairs of each kind.
fn by_kind(pairs: &[&NamePair]) -> String {
    let mut kinds: BTreeMap<(Label, &str), (u32, u32)> = BTreeMap::new();
    for pair in pairs {
        let (errors, all) = kinds.entry((pair.label, &pair.kind)).or_default();
        *all += 1;
        *errors += u32::from(ours(pair) != (pair.label == Label::Same));
    }
    kinds.iter().fold(String::new(), |mut text, ((label, kind), (errors, all))| {
        writeln!(text, "  {label:?} {kind}: {errors} of {all} wrong").expect("a string takes every line");
        text
    })
}

fn show_misjudged(pairs: &[&NamePair]) {
    for pair in pairs.iter().filter(|pair| ours(pair) != (pair.label == Label::Same)) {
        let similarity = similarity(&pair.a.names(), &pair.b.names());
        println!("{:?} {} {similarity:.3}: {:?} {:?}", pair.label, pair.kind, pair.a, pair.b);
    }
}

/// If the pairs were easy, comparing letters would be enough. It is not, with any threshold and any measure.
#[test]
fn comparing_letters_alone_is_not_enough() {
    let pairs = pairs::read();
    let measures: [Measure; 5] = [
        ("Levenshtein", strsim::normalized_levenshtein),
        ("Levenshtein, parts in order", |a, b| strsim::normalized_levenshtein(&in_order(a), &in_order(b))),
        ("Damerau", strsim::normalized_damerau_levenshtein),
        ("Jaro-Winkler", strsim::jaro_winkler),
        ("Dice", strsim::sorensen_dice),
    ];
    for split in [Some(Split::HeldOut), None] {
        let chosen = of_split(&pairs, split);
        for (name, measure) in measures {
            let scores: Vec<_> =
                chosen.iter().map(|pair| (pair.label, measure(&pair.a.raw(), &pair.b.raw()))).collect();
            let best = (0..=1000).map(|step| f64::from(step) / 1000.0).map(|threshold| at(&scores, threshold));
            let best = best.filter(|counts| counts.precision() >= PRECISION).map(Counts::recall).fold(0.0, f64::max);
            println!("{name}: at precision {PRECISION} recall {best:.4} at best");
            assert!(best < RECALL, "{name} is enough, so the pairs show nothing");
        }
    }
}

/// The parts of a name in alphabetical order, so that their order in the name does not matter.
fn in_order(name: &str) -> String {
    let mut parts: Vec<&str> = name.split([' ', '-']).collect();
    parts.sort_unstable();
    parts.join(" ")
}

fn at(scores: &[(Label, f64)], threshold: f64) -> Counts {
    let of =
        |label, same: bool| scores.iter().filter(|score| score.0 == label && (score.1 >= threshold) == same).count();
    let count = |label, same| u32::try_from(of(label, same)).expect("a few thousand pairs");
    Counts { right: count(Label::Same, true), missed: count(Label::Same, false), wrong: count(Label::Different, true) }
}

#[test]
fn similarity_is_the_same_both_ways_and_one_to_itself() {
    for pair in pairs::read() {
        let (a, b) = (pair.a.names(), pair.b.names());
        let (there, back) = (similarity(&a, &b), similarity(&b, &a));
        assert!((there - back).abs() < 1e-9 && (0.0..=1.0).contains(&there), "{} {there} {back}", pair.kind);
        assert!((similarity(&a, &a) - 1.0).abs() < 1e-9, "{}", pair.kind);
    }
}

/// The threshold was fixed before the measurement. A change of it needs a new measurement.
#[test]
fn the_threshold_is_the_one_that_was_fixed() {
    assert!((SAME_NAME - 0.88).abs() < f64::EPSILON);
}

/// The worst that a sender can do: the longest spellings, with parts that are similar to each other.
#[test]
fn the_longest_names_take_bounded_time() {
    let names = |letter: char| {
        let part: String = "aeuiobdra".chars().chain([letter]).cycle().take(24).collect();
        let spellings: Vec<_> =
            (0..16).map(|index| format!("{part} ").repeat(8).replace('u', &"lnmr"[index % 4..][..1])).collect();
        PersonNames::of_spellings(spellings.iter().map(String::as_str))
    };
    let (a, b) = (names('s'), names('t'));
    let start = std::time::Instant::now();
    let similarity = similarity(&a, &b);
    println!("the longest names in {:?} ({similarity:.3})", start.elapsed());
    assert!(start.elapsed().as_secs() < 5);
}

/// No election has more than sixty people with one date of birth. The time is printed. The limit is wide, so that a busy
/// machine passes without optimization.
#[test]
fn sixty_candidates_take_little_time() {
    let names: Vec<PersonNames> = pairs::read().iter().step_by(59).take(60).map(|pair| pair.b.names()).collect();
    let person = pairs::read()[0].a.names();
    let start = std::time::Instant::now();
    let sum: f64 = (0..10).flat_map(|_| &names).map(|other| similarity(&person, other)).sum();
    let each = start.elapsed() / 10;
    println!("{} candidates in {each:?} ({sum:.1})", names.len());
    assert!(each.as_millis() < 500, "{each:?}");
}
