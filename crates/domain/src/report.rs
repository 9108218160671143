//! Reports: the applications of an election as of any moment, added up from what the store has counted.
//!
//! Totals always derive from records. Press totals of earlier elections did not add up, so nobody may enter a number.

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

/// What the rows of a report are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportGroup {
    /// By organization.
    Organization,
    /// By the state that the organization belongs to.
    State,
    /// By category.
    Category,
    /// By the region in which a person is deployed.
    Region,
}

/// The sums over applications of one organization in one category at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The organization.
    pub organization: OrganizationCode,
    /// The kind of the organization.
    pub kind: OrganizationKind,
    /// The state that the organization belongs to, if it has one.
    pub state: Option<String>,
    /// The category.
    pub category: Category,
    /// The sums. An accreditation that had ended at the moment is counted as one less.
    pub figures: Figures,
}

/// The people of all deployment plans. People who are deployed in the same areas share a number, so that the store can
/// count by this number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deployed {
    /// The sets of areas, by their number.
    pub areas: Vec<BTreeSet<Area>>,
    /// The number of each person's set of areas.
    pub people: BTreeMap<ApplicationId, usize>,
}

impl Deployed {
    /// Numbers the sets of areas.
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

/// What a row is about. A field is `None` if the report is not grouped by it; the state also for organizations without
/// one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Group {
    /// The organization.
    pub organization: Option<OrganizationCode>,
    /// The state.
    pub state: Option<String>,
    /// The category.
    pub category: Option<Category>,
    /// The area.
    pub area: Option<Area>,
}

/// The numbers of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// The kind of the organization, if the rows are grouped by organization.
    #[serde(skip)]
    pub kind: Option<OrganizationKind>,
    /// Applications that were submitted at least once.
    pub submitted: i64,
    /// Applications that were presented.
    pub presented: i64,
    /// Applications that were returned at least once.
    pub returned: i64,
    /// Refused applications.
    pub refused: i64,
    /// Withdrawn applications.
    pub withdrawn: i64,
    /// Lapsed applications.
    pub lapsed: i64,
    /// Active accreditations.
    pub accredited: i64,
    /// Accreditations that had ended at the moment.
    pub ended: i64,
    /// The durations from the first submission to the decree.
    #[serde(skip)]
    pub since_submission: Times,
    /// The durations from the presentation to the decree.
    #[serde(skip)]
    pub since_presentation: Times,
}

impl Figures {
    /// Adds other numbers.
    fn add(&mut self, other: &Self) {
        self.sum(other, 1);
        self.since_submission.add(&other.since_submission);
        self.since_presentation.add(&other.since_presentation);
    }

    /// Subtracts numbers that are part of these.
    fn subtract(&mut self, part: &Self) {
        self.sum(part, -1);
        self.since_submission.subtract(&part.since_submission);
        self.since_presentation.subtract(&part.since_presentation);
    }

    /// Adds the counts, or subtracts them if `sign` is -1.
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

    /// Whether every count is zero.
    fn is_zero(&self) -> bool {
        *self == Self { kind: self.kind, ..Self::default() }
    }

    /// Sorts the durations, after several parts were added.
    fn sort(&mut self) {
        self.since_submission.sort();
        self.since_presentation.sort();
    }
}

/// The sums of now, from sums of an earlier moment: what has changed since is subtracted as it was `then`, and added
/// as it is `now`. So a report reads the changes and not every application.
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
    // Subtracted first, because the durations are still sorted then.
    then.into_iter().for_each(|one| sum_of(one, Figures::subtract));
    now.into_iter().for_each(|one| sum_of(one, Figures::add));
    sums.into_values().collect()
}

/// The moment of a report: the requested one, or now.
///
/// # Errors
///
/// [`Refusal::InvalidField`] if it is in the future.
pub fn moment(as_of: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Refusal> {
    match as_of {
        Some(time) if time > now => {
            let problem = format!("must not be in the future; it is {now} now");
            Err(Refusal::InvalidField { field: "as_of", problem })
        }
        asked => Ok(asked.unwrap_or(now)),
    }
}

/// The group of a row, without the area.
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

/// Adds the counts up by group.
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

/// The rows of a report, in their order. Rows of zeros are left out, except if the report has a single row.
pub fn rows(whole: &[Counted], by: &[ReportGroup]) -> BTreeMap<Group, Figures> {
    let sums = sums(whole.iter().map(|one| ((), one)), by);
    let mut rows: BTreeMap<Group, Figures> = sums.into_iter().map(|((group, ()), sum)| (group, sum)).collect();
    if by.is_empty() {
        rows.entry(Group::default()).or_default();
    }
    rows.retain(|_, row| by.is_empty() || !row.is_zero());
    rows
}

/// The rows of a report that is grouped by area as well.
///
/// `deployed` is the deployed part of `whole`, by the number of the set of areas. It counts in each of its areas, and
/// the rest of `whole` counts as deployed nowhere.
pub fn rows_by_area(
    whole: &[Counted],
    deployed: &[(usize, Counted)],
    areas: &[BTreeSet<Area>],
    by: &[ReportGroup],
) -> BTreeMap<Group, Figures> {
    let mut nowhere = sums(whole.iter().map(|one| ((), one)), by);
    for ((group, ()), part) in sums(deployed.iter().map(|(_, one)| ((), one)), by) {
        nowhere.entry((group, ())).or_default().subtract(&part);
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

    /// One application: accredited `took` seconds after its submission, or withdrawn.
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

    /// Six counts of four organizations.
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

    /// A group as text.
    fn label(group: &Group) -> String {
        let organization = group.organization.as_ref().map(ToString::to_string).unwrap_or_default();
        let category = group.category.map(|category| format!("{category:?}")).unwrap_or_default();
        format!("{organization} {} {category}", group.state.clone().unwrap_or_default())
    }

    /// The accredited people of each row.
    fn accredited(by: &[ReportGroup]) -> Vec<(String, i64)> {
        rows(&world(), by).iter().map(|(group, row)| (label(group), row.accredited)).collect()
    }

    /// Whatever the rows are grouped by, they add up to the same whole.
    #[test]
    fn rows_are_grouped_as_requested_and_add_up() {
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

    /// A report of the past must not count an accreditation that had ended then.
    #[test]
    fn an_ended_accreditation_is_not_counted_as_active() {
        let less = Counted {
            figures: Figures { accredited: -1, ..Figures::default() },
            ..counted("cis", None, Category::Diplomat, None)
        };
        let all: Vec<_> = world().into_iter().chain([less]).collect();
        assert_eq!(rows(&all, &[])[&Group::default()].accredited, 2);
    }

    /// A person in several regions counts in each; a person without a team gets a row of their own.
    #[test]
    fn people_count_in_each_of_their_regions_or_as_not_deployed() {
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

    /// A percentile is a duration that occurred, not an average.
    #[test]
    fn percentiles_are_durations_that_occurred() {
        let row = rows(&world(), &[]).remove(&Group::default()).expect("one row");
        let submission = &row.since_submission;
        assert_eq!([1, 34, 50, 90, 100].map(|percent| submission.percentile(percent)), [200, 300, 300, 600, 600]);
        assert_eq!((submission.decisions(), row.since_presentation.percentile(50)), (3, 0));
    }

    /// A report of the future would change afterwards.
    #[test]
    fn a_report_cannot_be_of_the_future() {
        assert_eq!(moment(None, at(5)), Ok(at(5)));
        assert_eq!(moment(Some(at(5)), at(5)), Ok(at(5)));
        let refused = moment(Some(at(6)), at(5));
        assert!(matches!(refused, Err(Refusal::InvalidField { field: "as_of", .. })), "{refused:?}");
    }
}
