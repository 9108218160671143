//! Reports: an election's applications as they stood at a moment, counted from what each went through and when.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::application::StateKind;
use crate::content::Category;
use crate::deployment::Area;
use crate::id::{ApplicationId, OrganizationCode};
use crate::organization::OrganizationKind;
use crate::refusal::Refusal;

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

/// What an application went through, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The application.
    pub id: ApplicationId,
    /// Whose it is.
    pub organization: OrganizationCode,
    /// What that organization is.
    pub kind: OrganizationKind,
    /// The organization's state, if it has one.
    pub state: Option<String>,
    /// The category that it has now.
    pub category: Category,
    /// When it was first submitted.
    pub submit_time: Option<Timestamp>,
    /// When the ministry presented it.
    pub present_time: Option<Timestamp>,
    /// When it was first returned.
    pub return_time: Option<Timestamp>,
    /// When it was decided or given up, and when a refusal was overturned or what had lapsed came back, in their order: each says where it stood from
    /// then on.
    pub ends: Vec<(StateKind, Timestamp)>,
    /// When its accreditation ended, if it had one that did, and when it was reinstated, in their order: each says whether
    /// it was in force from then on.
    pub changes: Vec<(bool, Timestamp)>,
}

impl Course {
    /// The last of these that had happened at a moment.
    fn last<T: Copy>(happened: &[(T, Timestamp)], at: Timestamp) -> Option<(T, Timestamp)> {
        happened.iter().take_while(|(_, time)| *time <= at).last().copied()
    }

    fn ended(&self, state: StateKind, at: Timestamp) -> bool {
        Self::last(&self.ends, at).is_some_and(|(end, _)| end == state)
    }

    /// Whether its person is accredited at a moment: a decree had said so, and nothing had ended it, or it was reinstated.
    fn is_accredited(&self, at: Timestamp) -> bool {
        let in_force = Self::last(&self.changes, at).is_none_or(|(in_force, _)| in_force);
        self.ended(StateKind::Accredited, at) && in_force
    }

    /// When a decree made the decision that stands at a moment, if one does.
    fn decision(&self, at: Timestamp) -> Option<Timestamp> {
        let decided = |state: StateKind| matches!(state, StateKind::Accredited | StateKind::Refused);
        Self::last(&self.ends, at).filter(|(state, _)| decided(*state)).map(|(_, time)| time)
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// The kind of the organization, if the rows are by organization.
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
    /// From the first submission to the decree.
    pub since_submission: Times,
    /// From the presentation to the decree.
    pub since_presentation: Times,
}

impl Figures {
    fn add(&mut self, course: &Course, at: Timestamp) {
        let by_then = |time: Option<Timestamp>| i64::from(time.is_some_and(|time| time <= at));
        self.submitted += by_then(course.submit_time);
        self.presented += by_then(course.present_time);
        self.returned += by_then(course.return_time);
        self.refused += i64::from(course.ended(StateKind::Refused, at));
        self.withdrawn += i64::from(course.ended(StateKind::Withdrawn, at));
        self.lapsed += i64::from(course.ended(StateKind::Lapsed, at));
        self.accredited += i64::from(course.is_accredited(at));
        if let Some(decision) = course.decision(at) {
            self.since_submission.add(course.submit_time, decision);
            self.since_presentation.add(course.present_time, decision);
        }
    }
}

/// How long decisions took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times {
    /// The shortest first, once everything is added.
    seconds: Vec<i64>,
}

impl Times {
    fn add(&mut self, since: Option<Timestamp>, decision: Timestamp) {
        if let Some(since) = since {
            self.seconds.push(decision.duration_since(since).as_secs());
        }
    }

    /// Over how many decisions.
    pub fn decisions(&self) -> i64 {
        i64::try_from(self.seconds.len()).unwrap_or(i64::MAX)
    }

    /// The least time, in seconds, that so many of a hundred did not exceed; 0 if there were none.
    pub fn percentile(&self, percent: usize) -> i64 {
        let rank = (self.seconds.len() * percent).div_ceil(100);
        rank.checked_sub(1).and_then(|index| self.seconds.get(index)).copied().unwrap_or_default()
    }
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

/// The rows of a report at a moment, in their order; rows of nothing but zeros are left out, unless there is one only.
/// Whoever is in several of the areas, which only rows by region ask for, counts in each.
pub fn rows(
    courses: &[Course],
    areas: &BTreeMap<ApplicationId, BTreeSet<Area>>,
    by: &[ReportGroup],
    at: Timestamp,
) -> BTreeMap<Group, Figures> {
    let (by_organization, by_state) = (by.contains(&ReportGroup::Organization), by.contains(&ReportGroup::State));
    let by_category = by.contains(&ReportGroup::Category);
    let by_region = by.contains(&ReportGroup::Region);
    let nowhere = BTreeSet::from([Area::Nowhere]);
    let mut rows: BTreeMap<Group, Figures> = BTreeMap::new();
    if by.is_empty() {
        rows.insert(Group::default(), Figures::default());
    }
    for course in courses {
        let group = Group {
            organization: by_organization.then(|| course.organization.clone()),
            state: course.state.clone().filter(|_| by_organization || by_state),
            category: by_category.then_some(course.category),
            area: None,
        };
        let deployed = areas.get(&course.id).unwrap_or(&nowhere).iter().cloned().map(Some);
        let areas: Vec<_> = if by_region { deployed.collect() } else { vec![None] };
        for area in areas {
            let row = rows.entry(Group { area, ..group.clone() }).or_default();
            row.kind = by_organization.then_some(course.kind);
            row.add(course, at);
        }
    }
    for row in rows.values_mut() {
        row.since_submission.seconds.sort_unstable();
        row.since_presentation.seconds.sort_unstable();
    }
    rows.retain(|_, row| by.is_empty() || *row != Figures { kind: row.kind, ..Figures::default() });
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

    fn course(organization: &str, state: Option<&str>, category: Category, end: Option<(StateKind, i64)>) -> Course {
        Course {
            id: id(0),
            organization: organization.parse().expect("a code"),
            kind: OrganizationKind::State,
            state: state.map(str::to_owned),
            category,
            submit_time: Some(at(100)),
            present_time: Some(at(200)),
            return_time: None,
            ends: end.into_iter().map(|(state, time)| (state, at(time))).collect(),
            changes: Vec::new(),
        }
    }

    fn world() -> Vec<Course> {
        let ended = |state, time| Some((state, time));
        let mut world = vec![
            course("state-deu", Some("DEU"), Category::Diplomat, ended(StateKind::Accredited, 300)),
            course("cec-deu", Some("DEU"), Category::Diplomat, ended(StateKind::Refused, 400)),
            course("cis", None, Category::Driver, ended(StateKind::Withdrawn, 250)),
            course("cis", None, Category::Diplomat, ended(StateKind::Accredited, 700)),
            course("cis", None, Category::Diplomat, None),
        ];
        (1..).zip(&mut world).for_each(|(number, course)| course.id = id(number));
        world
    }

    fn accredited(by: &[ReportGroup], moment: i64) -> Vec<(String, i64)> {
        let label = |group: &Group| {
            let organization = group.organization.as_ref().map(ToString::to_string).unwrap_or_default();
            let category = group.category.map(|category| format!("{category:?}")).unwrap_or_default();
            format!("{organization} {} {category}", group.state.clone().unwrap_or_default())
        };
        rows(&world(), &BTreeMap::new(), by, at(moment))
            .iter()
            .map(|(group, row)| (label(group), row.accredited))
            .collect()
    }

    #[test]
    fn what_happened_at_the_very_moment_counts_and_nothing_later() {
        for (moment, expected) in [(99, 0), (299, 0), (300, 1), (699, 1), (700, 2), (9999, 2)] {
            assert_eq!(accredited(&[], moment), [("  ".to_owned(), expected)], "{moment}");
        }
        let row =
            |moment| rows(&world(), &BTreeMap::new(), &[], at(moment)).remove(&Group::default()).expect("one row");
        let figures = |row: Figures| [row.submitted, row.presented, row.refused, row.withdrawn, row.lapsed];
        assert_eq!(figures(row(99)), [0; 5]);
        assert_eq!(figures(row(199)), [5, 0, 0, 0, 0]);
        assert_eq!(figures(row(250)), [5, 5, 0, 1, 0]);
        assert_eq!(figures(row(400)), [5, 5, 1, 1, 0]);
    }

    #[test]
    fn a_refusal_can_be_overturned_and_an_accreditation_come_back() {
        let ends = [(StateKind::Refused, 300), (StateKind::InReview, 400), (StateKind::Accredited, 500)];
        let course = Course {
            ends: ends.map(|(state, time)| (state, at(time))).to_vec(),
            changes: vec![(false, at(600)), (true, at(700))],
            ..course("cis", None, Category::Driver, None)
        };
        for (moment, refused, accredited, decisions) in
            [(299, 0, 0, 0), (300, 1, 0, 1), (400, 0, 0, 0), (500, 0, 1, 1), (600, 0, 0, 1), (700, 0, 1, 1)]
        {
            let row = rows(std::slice::from_ref(&course), &BTreeMap::new(), &[], at(moment))
                .remove(&Group::default())
                .expect("one row");
            let found = (row.refused, row.accredited, row.since_submission.decisions());
            assert_eq!(found, (refused, accredited, decisions), "{moment}");
        }
    }

    #[test]
    fn rows_are_by_what_is_asked_for_and_their_sum_is_the_whole() {
        use ReportGroup::{Category, Organization, State};
        let row = |label: &str, count| (label.to_owned(), count);
        assert_eq!(accredited(&[State], 700), [row("  ", 1), row(" DEU ", 1)]);
        assert_eq!(accredited(&[Category, Category], 700), [row("  Diplomat", 2), row("  Driver", 0)]);
        let by_organization = [row("cec-deu DEU ", 0), row("cis  ", 1), row("state-deu DEU ", 1)];
        assert_eq!(accredited(&[Organization, State], 700), by_organization);
        assert_eq!(accredited(&[Organization, State, Category], 700).len(), 4);
        assert_eq!(accredited(&[Organization, State, Category], 99), [], "nothing but zeros");
    }

    #[test]
    fn by_region_whoever_is_in_several_counts_in_each_and_whoever_is_in_none_in_a_row_of_its_own() {
        let region = |code: &str| Area::Region(code.to_owned());
        let areas = BTreeMap::from([
            (id(1), BTreeSet::from([region("KZ-75"), region("KZ-71"), Area::Abroad])),
            (id(3), BTreeSet::from([region("KZ-75")])),
        ]);
        let accredited = |by: &[ReportGroup]| {
            let rows = rows(&world(), &areas, by, at(700));
            rows.into_iter().map(|(group, row)| (group.area, row.accredited)).collect::<Vec<_>>()
        };
        let expected = [(region("KZ-71"), 1), (region("KZ-75"), 1), (Area::Abroad, 1), (Area::Nowhere, 1)];
        assert_eq!(accredited(&[ReportGroup::Region]), expected.map(|(area, count)| (Some(area), count)));
        assert_eq!(accredited(&[]), [(None, 2)], "not by region, everyone counts once");
        assert_eq!(accredited(&[ReportGroup::Region, ReportGroup::Organization]).len(), 6);
    }

    #[test]
    fn percentiles_are_times_that_were_taken() {
        let row = rows(&world(), &BTreeMap::new(), &[], at(9999)).remove(&Group::default()).expect("one row");
        let (submission, presentation) = (&row.since_submission, &row.since_presentation);
        assert_eq!([50, 90, 100].map(|percent| submission.percentile(percent)), [300, 600, 600]);
        assert_eq!([1, 50, 100].map(|percent| presentation.percentile(percent)), [100, 200, 500]);
        assert_eq!((submission.decisions(), Times::default().percentile(50)), (3, 0));
    }

    #[test]
    fn nothing_is_reported_of_the_future() {
        assert_eq!(moment(None, at(5)), Ok(at(5)));
        assert_eq!(moment(Some(at(5)), at(5)), Ok(at(5)));
        let refused = moment(Some(at(6)), at(5));
        assert!(matches!(refused, Err(Refusal::InvalidField { field: "as_of", .. })), "{refused:?}");
    }
}
