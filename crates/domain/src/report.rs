//! Reports: an election's applications as they stood at a moment, added up from what the store has counted.

pub mod register;
mod times;
pub mod totals;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::deployment::Area;
use crate::refusal::Refusal;
use crate::vocabulary::category::Category;
use crate::vocabulary::id::{ApplicationId, OrganizationCode};
use crate::vocabulary::role::OrganizationKind;

pub use times::Times;

/// By what a report has its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportGroup {
    /// By organization.
    Organization,
    /// By the state that organizations are of.
    State,
    /// By category.
    Category,
    /// By the region where a person is deployed.
    Region,
}

/// What the applications of one organization in one category add up to at a moment, or some of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Whose they are.
    pub organization: OrganizationCode,
    /// What that organization is.
    pub kind: OrganizationKind,
    /// The organization's state, if it has one.
    pub state: Option<String>,
    /// The category that they have now.
    pub category: Category,
    /// How many they are. An accreditation that was not in force then is one less.
    pub figures: Figures,
}

/// The people of deployment plans: whoever is in the same areas has the same number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deployed {
    /// The areas, by their number.
    pub areas: Vec<BTreeSet<Area>>,
    /// The number of each person's areas.
    pub people: BTreeMap<ApplicationId, usize>,
}

impl Deployed {
    /// Numbers where everyone is.
    pub fn new(everyone: BTreeMap<ApplicationId, BTreeSet<Area>>) -> Self {
        let mut numbers: BTreeMap<BTreeSet<Area>, usize> = BTreeMap::new();
        let mut people = BTreeMap::new();
        for (id, areas) in everyone {
            let next = numbers.len();
            people.insert(id, *numbers.entry(areas).or_insert(next));
        }
        let mut areas = vec![BTreeSet::new(); numbers.len()];
        numbers.into_iter().for_each(|(set, number)| areas[number] = set);
        Self { areas, people }
    }
}

/// What a row is about; `None` where the rows are not by that, and for an organization without a state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Group {
    /// The organization.
    pub organization: Option<OrganizationCode>,
    /// The state.
    pub state: Option<String>,
    /// The category.
    pub category: Option<Category>,
    /// The region, or what stands for it.
    pub area: Option<Area>,
}

/// One row's figures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// The kind of the organization, if the rows are by organization.
    #[serde(skip)]
    pub kind: Option<OrganizationKind>,
    /// Submitted at least once.
    pub submitted: i64,
    /// Presented.
    pub presented: i64,
    /// Returned at least once.
    pub returned: i64,
    /// Refused.
    pub refused: i64,
    /// Withdrawn.
    pub withdrawn: i64,
    /// Lapsed.
    pub lapsed: i64,
    /// Accredited.
    pub accredited: i64,
    /// Accredited once, and not in force then.
    pub ended: i64,
    /// From the first submission to the decree.
    #[serde(skip)]
    pub since_submission: Times,
    /// From the presentation to the decree.
    #[serde(skip)]
    pub since_presentation: Times,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.sum(other, 1);
        self.since_submission.add(&other.since_submission);
        self.since_presentation.add(&other.since_presentation);
    }

    /// Takes away what is part of them.
    fn take_away(&mut self, part: &Self) {
        self.sum(part, -1);
        self.since_submission.take_away(&part.since_submission);
        self.since_presentation.take_away(&part.since_presentation);
    }

    fn sum(&mut self, other: &Self, sign: i64) {
        self.submitted += sign * other.submitted;
        self.presented += sign * other.presented;
        self.returned += sign * other.returned;
        self.refused += sign * other.refused;
        self.withdrawn += sign * other.withdrawn;
        self.lapsed += sign * other.lapsed;
        self.accredited += sign * other.accredited;
        self.ended += sign * other.ended;
    }

    /// Whether nothing is counted, of whatever kind the organization is.
    fn is_zero(&self) -> bool {
        *self == Self { kind: self.kind, ..Self::default() }
    }

    fn sort(&mut self) {
        self.since_submission.sort();
        self.since_presentation.sort();
    }
}

/// What applications add up to, from what all of them added up to at an earlier moment: whoever has changed since is counted
/// as they stood `then`, and as they stand `now`.
pub fn bring_forward<'a>(
    earlier: impl IntoIterator<Item = Counted>,
    then: impl IntoIterator<Item = &'a Counted>,
    now: impl IntoIterator<Item = &'a Counted>,
) -> Vec<Counted> {
    let key = |one: &Counted| (one.organization.clone(), one.category);
    let mut sums: BTreeMap<_, Counted> = earlier.into_iter().map(|one| (key(&one), one)).collect();
    let mut sum_of = |one: &Counted, change: fn(&mut Figures, &Figures)| {
        let nothing = || Counted { figures: Figures::default(), ..one.clone() };
        change(&mut sums.entry(key(one)).or_insert_with(nothing).figures, &one.figures);
    };
    // Taken away first: it is found in what is sorted.
    then.into_iter().for_each(|one| sum_of(one, Figures::take_away));
    now.into_iter().for_each(|one| sum_of(one, Figures::add));
    sums.into_values().collect()
}

/// The moment that a report is on: the one asked for, or now.
///
/// # Errors
///
/// If it lies in the future.
pub fn moment(as_of: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Refusal> {
    match as_of {
        Some(time) if time > now => {
            let problem = format!("must not be in the future; it is {now} now");
            Err(Refusal::InvalidField { field: "as_of", problem })
        }
        asked => Ok(asked.unwrap_or(now)),
    }
}

/// What rows are about, without the area.
fn group(of: &Counted, by: &[ReportGroup]) -> Group {
    let by_organization = by.contains(&ReportGroup::Organization);
    let by_state = by_organization || by.contains(&ReportGroup::State);
    Group {
        organization: by_organization.then(|| of.organization.clone()),
        state: of.state.clone().filter(|_| by_state),
        category: by.contains(&ReportGroup::Category).then_some(of.category),
        area: None,
    }
}

/// Adds up what was counted, by whatever the rows are about.
fn sums<'a, K: Ord>(
    counted: impl IntoIterator<Item = (K, &'a Counted)>,
    by: &[ReportGroup],
) -> BTreeMap<(Group, K), Figures> {
    let mut sums: BTreeMap<(Group, K), Figures> = BTreeMap::new();
    for (key, one) in counted {
        let sum = sums.entry((group(one, by), key)).or_default();
        sum.kind = by.contains(&ReportGroup::Organization).then_some(one.kind);
        sum.add(&one.figures);
    }
    sums.values_mut().for_each(Figures::sort);
    sums
}

/// The rows of a report, in their order; rows of nothing but zeros are left out, unless there is one only.
pub fn rows(whole: &[Counted], by: &[ReportGroup]) -> BTreeMap<Group, Figures> {
    let sums = sums(whole.iter().map(|one| ((), one)), by);
    let mut rows: BTreeMap<Group, Figures> = sums.into_iter().map(|((group, ()), sum)| (group, sum)).collect();
    if by.is_empty() {
        rows.entry(Group::default()).or_default();
    }
    rows.retain(|_, row| by.is_empty() || !row.is_zero());
    rows
}

/// The same by area as well. `deployed` is the part of the whole that is deployed, by the number of its areas: it counts in
/// each of them, and whatever is left of the whole counts as nowhere.
pub fn rows_by_area(
    whole: &[Counted],
    deployed: &[(usize, Counted)],
    areas: &[BTreeSet<Area>],
    by: &[ReportGroup],
) -> BTreeMap<Group, Figures> {
    let mut nowhere = sums(whole.iter().map(|one| ((), one)), by);
    for ((group, ()), part) in sums(deployed.iter().map(|(_, one)| ((), one)), by) {
        nowhere.entry((group, ())).or_default().take_away(&part);
    }
    let each =
        deployed.iter().flat_map(|(number, one)| areas.get(*number).into_iter().flatten().zip(std::iter::repeat(one)));
    let somewhere =
        sums(each, by).into_iter().map(|((group, area), sum)| (Group { area: Some(area.clone()), ..group }, sum));
    let nowhere = nowhere.into_iter().map(|((group, ()), sum)| (Group { area: Some(Area::Nowhere), ..group }, sum));
    let mut rows: BTreeMap<Group, Figures> = somewhere.chain(nowhere).collect();
    rows.retain(|_, row| !row.is_zero());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    fn id(number: u128) -> ApplicationId {
        ApplicationId(uuid::Uuid::from_u128(number))
    }

    /// One that was accredited, so many seconds after it was submitted, or one that was withdrawn.
    fn counted(organization: &str, state: Option<&str>, category: Category, took: Option<i64>) -> Counted {
        Counted {
            organization: organization.parse().expect("a code"),
            kind: OrganizationKind::State,
            state: state.map(str::to_owned),
            category,
            figures: Figures {
                submitted: 1,
                accredited: took.iter().len() as i64,
                withdrawn: 1 - took.iter().len() as i64,
                since_submission: Times::new(took.into_iter().collect()),
                ..Figures::default()
            },
        }
    }

    fn world() -> Vec<Counted> {
        let nothing = Counted { figures: Figures::default(), ..counted("osce", None, Category::Driver, None) };
        vec![
            counted("state-deu", Some("DEU"), Category::Diplomat, Some(300)),
            counted("cec-deu", Some("DEU"), Category::Diplomat, None),
            counted("cis", None, Category::Driver, None),
            counted("cis", None, Category::Diplomat, Some(600)),
            counted("cis", None, Category::Diplomat, Some(200)),
            nothing,
        ]
    }

    fn label(group: &Group) -> String {
        let organization = group.organization.as_ref().map(ToString::to_string).unwrap_or_default();
        let category = group.category.map(|category| format!("{category:?}")).unwrap_or_default();
        format!("{organization} {} {category}", group.state.clone().unwrap_or_default())
    }

    fn accredited(by: &[ReportGroup]) -> Vec<(String, i64)> {
        rows(&world(), by).iter().map(|(group, row)| (label(group), row.accredited)).collect()
    }

    #[test]
    fn rows_are_by_what_is_asked_for_and_their_sum_is_the_whole() {
        use ReportGroup::{Category, Organization, State};
        let row = |label: &str, count| (label.to_owned(), count);
        assert_eq!(accredited(&[]), [row("  ", 3)]);
        assert_eq!(accredited(&[State]), [row("  ", 2), row(" DEU ", 1)]);
        assert_eq!(accredited(&[Category, Category]), [row("  Diplomat", 3), row("  Driver", 0)]);
        let by_organization = [row("cec-deu DEU ", 0), row("cis  ", 2), row("state-deu DEU ", 1)];
        assert_eq!(accredited(&[Organization, State]), by_organization, "nothing but zeros is no row");
        assert_eq!(accredited(&[Organization, State, Category]).len(), 4);
        assert_eq!(
            rows(&[], &[]),
            BTreeMap::from([(Group::default(), Figures::default())]),
            "one row, if it is the only one"
        );
        assert_eq!(rows(&[], &[State]), BTreeMap::new());
    }

    #[test]
    fn what_was_not_in_force_then_is_one_less() {
        let less = Counted {
            figures: Figures { accredited: -1, ..Figures::default() },
            ..counted("cis", None, Category::Diplomat, None)
        };
        let all: Vec<_> = world().into_iter().chain([less]).collect();
        assert_eq!(rows(&all, &[])[&Group::default()].accredited, 2);
    }

    #[test]
    fn by_region_whoever_is_in_several_counts_in_each_and_whoever_is_in_none_in_a_row_of_its_own() {
        let region = |code: &str| Area::Region(code.to_owned());
        let deployed = Deployed::new(BTreeMap::from([
            (id(1), BTreeSet::from([region("KZ-75"), region("KZ-71"), Area::Abroad])),
            (id(3), BTreeSet::from([region("KZ-75")])),
            (id(4), BTreeSet::from([region("KZ-75")])),
        ]));
        assert_eq!((deployed.areas.len(), deployed.people[&id(3)]), (2, deployed.people[&id(4)]));
        let parts = [(deployed.people[&id(1)], &world()[0]), (deployed.people[&id(3)], &world()[3])];
        let parts = parts.map(|(number, one)| (number, one.clone()));
        let rows = |by: &[ReportGroup]| rows_by_area(&world(), &parts, &deployed.areas, by);
        let found = |row: &Figures| (row.accredited, row.since_submission.clone());
        let expected = [
            (region("KZ-71"), (1, Times::new(vec![300]))),
            (region("KZ-75"), (2, Times::new(vec![300, 600]))),
            (Area::Abroad, (1, Times::new(vec![300]))),
            (Area::Nowhere, (1, Times::new(vec![200]))),
        ];
        let by_region = rows(&[ReportGroup::Region]);
        let by_region: Vec<_> = by_region.iter().map(|(group, row)| (group.area.clone(), found(row))).collect();
        assert_eq!(by_region, expected.map(|(area, row)| (Some(area), row)));
        let both = rows(&[ReportGroup::Region, ReportGroup::Organization]);
        let kept = |organization: &str| both.keys().filter(|group| label(group).starts_with(organization)).count();
        assert_eq!([kept("cis"), kept("cec-deu"), kept("state-deu"), both.len()], [2, 1, 3, 6], "{both:?}");
    }

    #[test]
    fn percentiles_are_times_that_were_taken() {
        let row = rows(&world(), &[]).remove(&Group::default()).expect("one row");
        let submission = &row.since_submission;
        assert_eq!([1, 34, 50, 90, 100].map(|percent| submission.percentile(percent)), [200, 300, 300, 600, 600]);
        assert_eq!((submission.decisions(), row.since_presentation.percentile(50)), (3, 0));
    }

    #[test]
    fn nothing_is_reported_of_the_future() {
        assert_eq!(moment(None, at(5)), Ok(at(5)));
        assert_eq!(moment(Some(at(5)), at(5)), Ok(at(5)));
        let refused = moment(Some(at(6)), at(5));
        assert!(matches!(refused, Err(Refusal::InvalidField { field: "as_of", .. })), "{refused:?}");
    }
}
