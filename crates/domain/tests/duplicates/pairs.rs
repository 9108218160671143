//! The labelled pairs of names, from `data/name_pairs.tsv`.

use domain::screening::names::PersonNames;

const PAIRS: &str = include_str!("../data/name_pairs.tsv");

/// Whether both sides are one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    Same,
    Different,
}

/// The half that a pair belongs to. The rules were made with the development half only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    Development,
    HeldOut,
}

/// One side of a pair. An entry of a watch list has only a native name.
#[derive(Debug)]
pub struct Side {
    family: String,
    given: String,
    native: String,
}

impl Side {
    pub fn names(&self) -> PersonNames {
        PersonNames::of_parts(&self.family, &self.given, [self.native.as_str()])
    }

    /// The text that a program without knowledge of scripts would compare: the Latin name, or the native one.
    pub fn raw(&self) -> String {
        let latin = format!("{} {}", self.family, self.given).trim().to_lowercase();
        if latin.is_empty() { self.native.to_lowercase() } else { latin }
    }
}

/// A pair.
#[derive(Debug)]
pub struct NamePair {
    pub label: Label,
    pub split: Split,
    pub a: Side,
    pub b: Side,
    pub kind: String,
}

/// All pairs of the file. Its first line says which version of ICU made it.
pub fn read() -> Vec<NamePair> {
    let mut lines = PAIRS.lines();
    let header = lines.next().expect("a header");
    assert!(header.starts_with("# Made by make_pairs.py with ICU "), "{header}");
    let columns = lines.next().expect("names of columns");
    assert_eq!(columns, "label\tsplit\ta_family\ta_given\ta_native\tb_family\tb_given\tb_native\tkind");
    let pairs: Vec<_> = lines.map(pair).collect();
    assert!(pairs.len() >= 2_400, "{} pairs", pairs.len());
    pairs
}

fn pair(line: &str) -> NamePair {
    let fields: Vec<&str> = line.split('\t').collect();
    let [label, split, a @ .., kind] = fields.as_slice() else { panic!("columns are missing: {line}") };
    let side = |fields: &[&str]| {
        let [family, given, native] =
            fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>().try_into().expect(line);
        Side { family, given, native }
    };
    NamePair {
        label: if *label == "same" { Label::Same } else { Label::Different },
        split: if *split == "development" { Split::Development } else { Split::HeldOut },
        a: side(&a[..3]),
        b: side(&a[3..]),
        kind: (*kind).to_owned(),
    }
}
