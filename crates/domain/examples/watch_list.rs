//! Measures a watch list of 100,000 entries: how long it takes to make its index, what that needs of memory, and how long
//! one application takes. `cargo run --release -p domain --example watch_list`

use std::time::{Duration, Instant};

use domain::application::content::{Content, Filing, Identity};
use domain::screening::names::PersonNames;
use domain::vocabulary::category::Category;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::sex::Sex;
use domain::watch_list::{ListedPerson, WatchListIndex, WatchListIndexBuilder};
use jiff::ToSpan as _;
use jiff::civil::Date;
use uuid::Uuid;

const ENTRIES: usize = 100_000;
const APPLICATIONS: usize = 200;
const PAIRS: &str = include_str!("../tests/data/name_pairs.tsv");

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn date(&mut self) -> Personal<Date> {
        let days = i64::try_from(self.below(20_000)).expect("it fits");
        Personal::new(Date::constant(1945, 1, 1).saturating_add(days.days()))
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// Family and given names in Latin letters and full names in others, to be put together anew.
struct Names {
    family: Vec<&'static str>,
    given: Vec<&'static str>,
    native: Vec<&'static str>,
}

fn names() -> Names {
    let rows: Vec<Vec<&str>> = PAIRS.lines().skip(2).map(|line| line.split('\t').collect()).collect();
    let column = |place: usize| rows.iter().map(|row| row[place]).filter(|name| !name.is_empty()).collect();
    let native: Vec<&str> = column(4);
    let native = native.into_iter().flat_map(|name| name.split(' ')).collect();
    Names { family: column(2), given: column(3), native }
}

fn entry(names: &Names, numbers: &mut Numbers, birth_date: Option<Personal<Date>>) -> ListedPerson {
    let latin = format!("{} {}", numbers.one(&names.given), numbers.one(&names.family));
    let native = format!("{} {}", numbers.one(&names.native), numbers.one(&names.native));
    let has_document = numbers.below(2) == 0;
    ListedPerson {
        names: vec![Personal::new(latin), Personal::new(native)],
        birth_date,
        issuing_state: if has_document { "XXA".to_owned() } else { String::new() },
        document_number: Personal::new(if has_document {
            format!("N{}", numbers.below(9_999_999))
        } else {
            String::new()
        }),
    }
}

fn filing(names: &Names, numbers: &mut Numbers) -> Filing {
    let text = |text: &str| Personal::new(text.to_owned());
    let native = format!("{} {}", numbers.one(&names.native), numbers.one(&names.native));
    let content = Content {
        category: Category::ShortTermObserver,
        family_name: text(numbers.one(&names.family)),
        given_name: text(numbers.one(&names.given)),
        native_name: Personal::new(native.clone()),
        name_kk: Personal::new(native),
        name_ru: Personal::default(),
        nationality: "XXA".to_owned(),
        sex: Sex::X,
        issuing_state: "XXA".to_owned(),
        passport_expiry: Date::constant(2030, 1, 1),
        documents: Vec::new(),
    };
    let identity = Identity { passport_number: text("N1"), birth_date: numbers.date(), mrz: Personal::default() };
    Filing { content, identity }
}

/// Resident memory in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn index(names: &Names, undated: usize) -> WatchListIndex {
    let (mut numbers, mut builder) = (Numbers(1), WatchListIndexBuilder::default());
    let mut spent = Duration::ZERO;
    let before = resident();
    for number in 0..ENTRIES {
        let date = numbers.date();
        let person = entry(names, &mut numbers, (number >= undated).then_some(date));
        let start = Instant::now();
        builder.add(Uuid::from_u128(number as u128), &person);
        spent += start.elapsed();
    }
    let start = Instant::now();
    let index = builder.finish();
    spent += start.elapsed();
    println!("{undated} of {ENTRIES} without a birth date");
    println!("  made in {spent:?}; {} KiB, what was needed to make it included", resident().saturating_sub(before));
    index
}

fn ask(names: &Names, index: &WatchListIndex) {
    let (mut numbers, mut times, mut found) = (Numbers(2), Vec::new(), 0);
    for _ in 0..APPLICATIONS {
        let filing = filing(names, &mut numbers);
        let start = Instant::now();
        let own = PersonNames::of(&filing.content);
        found += index.find(&filing, &own, 51).len();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let [median, slow, slowest] = [50, 99, 100].map(|percent| times[(times.len() - 1) * percent / 100]);
    println!("  an application: median {median:?}, p99 {slow:?}, slowest {slowest:?}; {found} found by {APPLICATIONS}");
}

fn main() {
    let names = names();
    for undated in [0, ENTRIES / 10, ENTRIES] {
        let index = index(&names, undated);
        ask(&names, &index);
    }
}
