//! The filters of applications and of accreditations, as in `ListApplications` and `ListAccreditations`.

use std::str::FromStr;

use domain::vocabulary::category::Category;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::PrincipalName;
use domain::vocabulary::state::StateKind;
use jiff::Timestamp;

use crate::convert::enums::Enumerated as _;
use crate::v1;

/// A filter of applications. An application must match every part that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplicationFilter {
    /// In one of these states; RETURNED stands for two.
    pub states: Option<&'static [StateKind]>,
    /// In this category.
    pub category: Option<Category>,
    /// Listed in the presentation of this number.
    pub presentation: Option<u32>,
    /// Decided by the decree of this number.
    pub decree: Option<u32>,
    /// Whether it came on paper.
    pub paper: Option<bool>,
    /// Of this organization.
    pub organization: Option<OrganizationCode>,
    /// Whether it has blocking findings; false for applications that were checked and have none.
    pub findings: Option<bool>,
    /// Claimed by this reviewer.
    pub reviewer: Option<Reviewer>,
    /// Recommended to accredit; false to refuse.
    pub accredit: Option<bool>,
    /// With a deadline before this time.
    pub due_before: Option<Timestamp>,
}

/// The reviewer in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reviewer {
    /// The caller.
    Me,
    /// This principal.
    Principal(PrincipalName),
}

impl FromStr for ApplicationFilter {
    type Err = String;

    /// Reads terms joined by AND. An empty text matches everything.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut filter = Self::default();
        each_term(text, |field, value| filter.add(field, value))?;
        Ok(filter)
    }
}

/// A filter of accreditations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccreditationFilter {
    /// Among the active accreditations of a run-off: whether it is confirmed for the run-off.
    pub confirmed: Option<bool>,
}

impl FromStr for AccreditationFilter {
    type Err = String;

    /// Reads terms joined by AND. An empty text matches everything.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut filter = Self::default();
        each_term(text, |field, value| match field {
            "confirmed" => set(&mut filter.confirmed, field, value.parse().ok(), "true or false"),
            _ => Err("must filter by confirmed".to_owned()),
        })?;
        Ok(filter)
    }
}

/// Reads terms `field = VALUE` joined by AND.
fn each_term(text: &str, mut add: impl FnMut(&str, &str) -> Result<(), String>) -> Result<(), String> {
    let spaced = text.replace('=', " = ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    if words.is_empty() {
        return Ok(());
    }
    for term in words.split(|word| *word == "AND") {
        let [field, "=", value] = term else {
            return Err("must be terms of the form `field = VALUE` joined by AND".to_owned());
        };
        add(field, value)?;
    }
    Ok(())
}

impl ApplicationFilter {
    fn add(&mut self, field: &str, value: &str) -> Result<(), String> {
        match field {
            "state" => set(&mut self.states, field, states(value), "a state such as SUBMITTED"),
            "category" => set(&mut self.category, field, category(value), "a category such as DRIVER"),
            "presentation" => set(&mut self.presentation, field, number(value), "a number from 1"),
            "decree" => set(&mut self.decree, field, number(value), "a number from 1"),
            "paper" => set(&mut self.paper, field, value.parse().ok(), "true or false"),
            "organization" => set(&mut self.organization, field, value.parse().ok(), "an organization's code"),
            "findings" => set(&mut self.findings, field, value.parse().ok(), "true or false"),
            "reviewer" => set(&mut self.reviewer, field, reviewer(value), "me, or a principal's name"),
            "verdict" => set(&mut self.accredit, field, is_to_accredit(value), "ACCREDIT or REFUSE"),
            "due_before" => set(&mut self.due_before, field, value.parse().ok(), "a time such as 2019-06-07T18:00:00Z"),
            _ => Err(format!("must filter by {FILTER_FIELDS}")),
        }
    }

    /// A field of the filter that only the commission may use, if the filter has one.
    pub fn of_commission(&self) -> Option<&'static str> {
        let Self { findings, reviewer, accredit, due_before, .. } = self;
        let findings = findings.map(|_| "findings");
        let reviewer = reviewer.as_ref().map(|_| "reviewer");
        findings.or(reviewer).or(accredit.map(|_| "verdict")).or(due_before.map(|_| "due_before"))
    }

    /// Refuses a filter that selects other applications than recommended ones.
    pub fn check_of_recommended(&self) -> Result<(), String> {
        let Self { category, organization, presentation, paper, findings, accredit, .. } = self.clone();
        let states = self.states.filter(|states| *states == [StateKind::Recommended]);
        let own = Self { states, category, organization, presentation, paper, findings, accredit, ..Self::default() };
        let expected = "must filter the recommended applications by category, organization, presentation, paper, findings \
                        or verdict, or be state = RECOMMENDED";
        if *self == own { Ok(()) } else { Err(expected.to_owned()) }
    }

    /// Refuses a filter with fields that do not apply to the queue.
    pub fn check_of_queue(&self) -> Result<(), String> {
        let Self { category, organization, presentation, findings, .. } = self.clone();
        let of_queue = Self { category, organization, presentation, findings, ..Self::default() };
        let expected = "must filter the queue by category, organization, presentation or findings";
        if *self == of_queue { Ok(()) } else { Err(expected.to_owned()) }
    }
}

/// The fields that applications can be filtered by, for error texts.
const FILTER_FIELDS: &str =
    "state, category, presentation, decree, paper, organization, findings, reviewer, verdict or due_before";

fn reviewer(value: &str) -> Option<Reviewer> {
    if value == "me" { Some(Reviewer::Me) } else { value.parse().ok().map(Reviewer::Principal) }
}

fn is_to_accredit(value: &str) -> Option<bool> {
    match value {
        "ACCREDIT" => Some(true),
        "REFUSE" => Some(false),
        _ => None,
    }
}

fn set<T>(part: &mut Option<T>, field: &str, value: Option<T>, expected: &str) -> Result<(), String> {
    if part.is_some() {
        return Err(format!("must have one term at most for {field}"));
    }
    *part = Some(value.ok_or_else(|| format!("must have, for {field}, {expected}"))?);
    Ok(())
}

fn states(value: &str) -> Option<&'static [StateKind]> {
    let states: &[StateKind] = match v1::ApplicationState::from_str_name(&format!("APPLICATION_STATE_{value}"))? {
        v1::ApplicationState::Unspecified => return None,
        v1::ApplicationState::Draft => &[StateKind::Draft],
        v1::ApplicationState::Submitted => &[StateKind::Submitted],
        v1::ApplicationState::Returned => &[StateKind::ReturnedByMinistry, StateKind::ReturnedByCommission],
        v1::ApplicationState::Presented => &[StateKind::Presented],
        v1::ApplicationState::InReview => &[StateKind::InReview],
        v1::ApplicationState::Recommended => &[StateKind::Recommended],
        v1::ApplicationState::Accredited => &[StateKind::Accredited],
        v1::ApplicationState::Refused => &[StateKind::Refused],
        v1::ApplicationState::Withdrawn => &[StateKind::Withdrawn],
        v1::ApplicationState::Lapsed => &[StateKind::Lapsed],
    };
    Some(states)
}

fn category(value: &str) -> Option<Category> {
    Category::from_wire(v1::Category::from_str_name(&format!("CATEGORY_{value}"))?)
}

fn number(value: &str) -> Option<u32> {
    let plain = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|number| plain && *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ApplicationFilter, String> {
        text.parse()
    }

    #[test]
    fn terms_apply_together_in_any_order() {
        assert_eq!(read(""), Ok(ApplicationFilter::default()));
        assert_eq!(read("  "), Ok(ApplicationFilter::default()));
        let submitted = ApplicationFilter { states: Some(&[StateKind::Submitted]), ..Default::default() };
        assert_eq!(read("state = SUBMITTED"), Ok(submitted.clone()));
        assert_eq!(read(" state=SUBMITTED "), Ok(submitted));
        let all = ApplicationFilter {
            states: Some(&[StateKind::ReturnedByMinistry, StateKind::ReturnedByCommission]),
            category: Some(Category::Driver),
            presentation: Some(3),
            decree: Some(120),
            paper: Some(true),
            ..Default::default()
        };
        let text = "decree = 120 AND category=DRIVER AND paper = true AND presentation= 3 AND state =RETURNED";
        assert_eq!(read(text), Ok(all));
        assert_eq!(read("paper=false").map(|filter| filter.paper), Ok(Some(false)));
    }

    #[test]
    fn a_reviewer_s_terms_are_read_and_known_as_the_commission_s() {
        let text =
            "organization = cis AND findings = false AND verdict = REFUSE AND due_before = 2019-06-07T18:00:00+06:00";
        let filter = read(text).expect("good");
        assert_eq!((filter.findings, filter.accredit), (Some(false), Some(false)));
        assert_eq!(filter.due_before, "2019-06-07T12:00:00Z".parse().ok());
        assert_eq!(filter.organization, "cis".parse().ok());
        assert_eq!(read("reviewer = me").map(|filter| filter.reviewer), Ok(Some(Reviewer::Me)));
        let name = "organizations/cec/principals/reviewer-1";
        let principal = name.parse().expect("a name");
        let reviewer = read(&format!("reviewer = {name}")).map(|filter| filter.reviewer);
        assert_eq!(reviewer, Ok(Some(Reviewer::Principal(principal))));
        for (term, field) in [
            ("findings = true", Some("findings")),
            ("reviewer = me", Some("reviewer")),
            ("verdict = ACCREDIT", Some("verdict")),
            ("due_before = 2019-06-07T18:00:00Z", Some("due_before")),
            ("organization = cis AND state = DRAFT", None),
        ] {
            assert_eq!(read(term).map(|filter| filter.of_commission()), Ok(field), "{term}");
        }
    }

    #[test]
    fn the_queue_is_filtered_by_what_is_in_it() {
        let check = |text: &str| read(text).and_then(|filter| filter.check_of_queue()).is_ok();
        assert!(
            check("") && check("category = DRIVER AND organization = cis AND presentation = 1 AND findings = false")
        );
        for text in ["state = PRESENTED", "reviewer = me", "decree = 1", "paper = true", "verdict = REFUSE"] {
            assert!(!check(text), "{text}");
        }
    }

    #[test]
    fn recommended_applications_are_filtered_by_what_tells_them_apart() {
        let check = |text: &str| read(text).and_then(|filter| filter.check_of_recommended()).is_ok();
        assert!(check("state = RECOMMENDED") && check("organization = cis AND verdict = REFUSE AND paper = false"));
        assert!(check("category = DRIVER AND presentation = 1 AND findings = false AND state = RECOMMENDED"));
        for text in ["state = PRESENTED", "reviewer = me", "decree = 1", "due_before = 2019-06-07T18:00:00Z"] {
            assert!(!check(text), "{text}");
        }
    }

    #[test]
    fn every_state_is_found_by_one_word_alone() {
        let mut found: Vec<StateKind> = Vec::new();
        for state in 1..=10 {
            let name = v1::ApplicationState::try_from(state).expect("a state").as_str_name();
            let word = name.strip_prefix("APPLICATION_STATE_").expect("the prefix of all");
            found.extend(read(&format!("state = {word}")).expect(word).states.expect(word));
        }
        let mut all = StateKind::ALL;
        all.sort();
        found.sort();
        assert_eq!(found, all);
    }

    #[test]
    fn every_category_is_found_by_its_word() {
        for category in Category::ALL {
            let word = category.to_wire().as_str_name().strip_prefix("CATEGORY_").expect("the prefix of all");
            assert_eq!(read(&format!("category = {word}")).map(|filter| filter.category), Ok(Some(category)));
        }
    }

    #[test]
    fn accreditations_are_filtered_by_whether_they_are_confirmed() {
        let read = |text: &str| text.parse().map(|AccreditationFilter { confirmed }| confirmed);
        assert_eq!(read(" "), Ok(None));
        assert_eq!(read("confirmed = true"), Ok(Some(true)));
        assert_eq!(read("confirmed=false"), Ok(Some(false)));
        for (text, expected) in [
            ("confirmed", "must be terms of the form `field = VALUE` joined by AND"),
            ("confirmed = no", "must have, for confirmed, true or false"),
            ("confirmed = true AND confirmed = false", "must have one term at most for confirmed"),
            ("state = ACTIVE", "must filter by confirmed"),
        ] {
            assert_eq!(read(text), Err(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_what_can() {
        let terms = "must be terms of the form `field = VALUE` joined by AND";
        let state = "must have, for state, a state such as SUBMITTED";
        let number = "must have, for decree, a number from 1";
        let check = |text: &str, expected: &str| assert_eq!(read(text), Err(expected.to_owned()), "{text}");
        check("SUBMITTED", terms);
        check("state = DRAFT category = DRIVER", terms);
        check("state = DRAFT AND", terms);
        check("AND", terms);
        check("state = DRAFT OR state = LAPSED", terms);
        check("state == DRAFT", terms);
        check("state = draft", state);
        check("state = UNSPECIFIED", state);
        check("state = \"DRAFT\"", state);
        check("category = X", "must have, for category, a category such as DRIVER");
        check("paper = TRUE", "must have, for paper, true or false");
        check("decree = 0", number);
        check("decree = +1", number);
        check("decree = 99999999999", number);
        check("person = X", &format!("must filter by {FILTER_FIELDS}"));
        check("reviewer = somebody", "must have, for reviewer, me, or a principal's name");
        check("verdict = MAYBE", "must have, for verdict, ACCREDIT or REFUSE");
        check("due_before = today", "must have, for due_before, a time such as 2019-06-07T18:00:00Z");
        check("state = DRAFT AND state = DRAFT", "must have one term at most for state");
    }
}
