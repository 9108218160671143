//! `ReportService`.

use domain::policy::Action;
use domain::report::ReportGroup;
use domain::report::register::Filter;
use domain::vocabulary::name::{ElectionName, OrganizationName};
use jiff::Timestamp;

use super::{Page, read_name, read_page, read_page_of_all};
use crate::convert::{enums, time};
use crate::violations::Violations;
use crate::{rules, v1};

/// Asks for a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetReport {
    /// The election.
    pub election: ElectionName,
    /// The time that the report shows; none for now.
    pub as_of: Option<Timestamp>,
    /// The groups that the report has a row for.
    pub group_by: Vec<ReportGroup>,
}

/// Reads the request of `ReportService/GetReport`.
pub fn get_report(request: v1::GetReportRequest) -> Result<GetReport, Violations> {
    let mut violations = rules::check(&request);
    let v1::GetReportRequest { election, as_of, group_by } = &request;
    let election = violations.parse(election, "election");
    let as_of = match as_of {
        Some(as_of) => time::moment(*as_of, "as_of", &mut violations).map(Some),
        None => Some(None),
    };
    let group = |(index, number): (usize, &i32)| enums::read(*number, &format!("group_by[{index}]"), &mut violations);
    let group_by: Option<Vec<ReportGroup>> = group_by.iter().enumerate().map(group).collect();
    violations.finish(|| Some(GetReport { election: election?, as_of: as_of?, group_by: group_by? }))
}

/// Asks for a page of the public register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRegister {
    /// The election.
    pub election: ElectionName,
    /// Which entries are listed.
    pub filter: Filter,
    /// The page that the caller asks for.
    pub page: Page,
}

/// Reads the request of `ReportService/ListRegister`.
pub fn list_register(request: v1::ListRegisterRequest) -> Result<ListRegister, Violations> {
    let mut violations = rules::check(&request);
    let v1::ListRegisterRequest { parent, page_size, page_token, organization, category, in_force, number } = &request;
    let of = format!("{parent} {organization} {category} {in_force:?} {number}");
    let page = read_page(Action::ListRegister, &of, (*page_size, page_token));
    let election = violations.parse(parent, "parent");
    let organization = match organization.is_empty() {
        true => Some(None),
        false => violations.parse(organization, "organization").map(|name: OrganizationName| Some(name.organization)),
    };
    let category = match category {
        0 => Some(None),
        number => enums::read(*number, "category", &mut violations).map(Some),
    };
    // 0 stands for every number. A negative number breaks a rule of the proto.
    let number = u32::try_from(*number).ok().filter(|number| *number > 0);
    violations.finish(|| {
        let filter = Filter { organization: organization?, category: category?, in_force: *in_force, number };
        Some(ListRegister { election: election?, filter, page })
    })
}

/// Reads the request of `ReportService/GetTotals`.
pub fn get_totals(request: v1::GetTotalsRequest) -> Result<ElectionName, Violations> {
    let v1::GetTotalsRequest { election } = &request;
    read_name(&request, election, "election")
}

/// Reads the request of `ReportService/ListAccessAttempts`.
pub fn list_access_attempts(request: v1::ListAccessAttemptsRequest) -> Result<Page, Violations> {
    let v1::ListAccessAttemptsRequest { page_size, page_token } = &request;
    read_page_of_all(Action::ListAccessAttempts, &request, (*page_size, page_token))
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::category::Category;

    use super::*;

    #[test]
    fn what_the_register_is_asked_for_is_read_and_belongs_to_the_page_token() {
        let asked = |organization: &str, category: i32, in_force, number| {
            let (parent, organization) = ("elections/kz-2019".to_owned(), organization.to_owned());
            let request =
                v1::ListRegisterRequest { parent, organization, category, in_force, number, ..Default::default() };
            list_register(request)
        };
        let all = asked("", 0, None, 0).expect("good");
        assert_eq!(all.filter, Filter::default());
        let some = asked("organizations/cis", v1::Category::Driver.into(), Some(false), 7).expect("good");
        let expected = Filter {
            organization: Some("cis".parse().expect("a code")),
            category: Some(Category::Driver),
            in_force: Some(false),
            number: Some(7),
        };
        assert_eq!(some.filter, expected);
        let lists = [all.page.list, some.page.list, asked("", 0, Some(true), 0).expect("good").page.list];
        assert!(lists[0] != lists[1] && lists[0] != lists[2] && lists[1] != lists[2], "{lists:?}");
        for bad in [asked("cis", 0, None, 0), asked("", 99, None, 0), asked("", 0, None, -1)] {
            assert!(bad.is_err(), "{bad:?}");
        }
    }
}
