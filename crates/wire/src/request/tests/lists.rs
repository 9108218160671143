//! Lists, their pages, and what they take.

use super::*;

#[test]
fn a_page_has_a_size_and_knows_its_list() {
    let check = |page_size: i32, size: u32| {
        let request = v1::ListMissionsRequest {
            parent: "elections/kz-2019".to_owned(),
            page_size,
            page_token: "token".to_owned(),
        };
        let List { parent, page } = list_missions(request).expect("good");
        assert_eq!(parent.to_string(), "elections/kz-2019");
        assert_eq!((page.size, page.token.as_str()), (size, "token"));
        assert_eq!(page.list, "/accreditation.v1.MissionService/ListMissions elections/kz-2019");
    };
    check(0, 100);
    check(1, 1);
    check(1000, 1000);
    for page_size in [-1, 1001, i32::MIN] {
        let request = v1::ListElectionsRequest { page_size, page_token: String::new() };
        assert_eq!(fields(list_elections(request)), ["page_size"]);
    }
    let everyone = list_people(Default::default());
    for read in [list_elections(Default::default()), list_organizations(Default::default()), everyone] {
        assert_eq!(read.map(|page| page.size), Ok(100));
    }
    let attempts = list_access_attempts(Default::default()).expect("good");
    assert_eq!(attempts.list, "/accreditation.v1.ReportService/ListAccessAttempts ");
}

#[test]
fn applications_are_listed_by_mission_or_by_election() {
    let read = |parent: &str, filter: &str| {
        let (parent, filter) = (parent.to_owned(), filter.to_owned());
        list_applications(v1::ListApplicationsRequest { parent, filter, ..Default::default() })
    };
    let one = read("elections/kz-2019/missions/cis", "decree = 4").expect("good");
    assert_eq!(one.election.to_string(), "elections/kz-2019");
    assert_eq!(one.organization.map(String::from).as_deref(), Some("cis"));
    assert_eq!(one.filter.decree, Some(4));
    let all = read("elections/kz-2019/missions/-", "").expect("good");
    assert_eq!((all.election.to_string().as_str(), all.organization), ("elections/kz-2019", None));
    assert_ne!(one.page.list, all.page.list);
    assert_eq!(fields(read("elections/kz-2019/missions/", "")), ["parent"]);
    assert_eq!(fields(read("elections/kz-2019/missions/-/missions/-", "who = X")), ["parent", "filter"]);
    assert_eq!(fields(read("elections/kz-2019/missions/-", &" ".repeat(501))), ["filter"]);
}

#[test]
fn a_page_of_accreditations_belongs_to_its_filter() {
    let read = |filter: &str| {
        let (parent, filter) = ("elections/kz-2019".to_owned(), filter.to_owned());
        list_accreditations(v1::ListAccreditationsRequest { parent, filter, page_size: 7, ..Default::default() })
    };
    let all = read("").expect("good");
    assert_eq!(
        (all.election.to_string().as_str(), all.filter.confirmed, all.page.size),
        ("elections/kz-2019", None, 7)
    );
    assert_eq!(all.page.list, "/accreditation.v1.AccreditationService/ListAccreditations elections/kz-2019");
    let unconfirmed = read("confirmed = false").expect("good");
    assert_eq!(unconfirmed.filter.confirmed, Some(false));
    assert_eq!(unconfirmed.page.list, format!("{} confirmed = false", all.page.list));
    assert_eq!(fields(read("confirmed = no")), ["filter"]);
    assert_eq!(fields(read(&" ".repeat(501))), ["filter"]);
}

#[test]
fn no_list_takes_people_of_another_election() {
    let other = application().replace("kz-2019", "kz-2026");
    let applications = || vec![application(), other.clone()];
    let name = || "elections/kz-2019/decrees/4".to_owned();
    let proposals = || vec!["elections/kz-2019/proposals/1".to_owned(), "elections/kz-2026/proposals/1".to_owned()];
    let add = |applications: Vec<String>, proposals: Vec<String>| {
        let filter = String::new();
        add_decree_items(v1::AddDecreeItemsRequest { request_id: id(), name: name(), applications, proposals, filter })
    };
    assert_eq!(fields(add(applications(), proposals())), ["proposals[1]", "applications[1]"]);
    assert_eq!(fields(add(Vec::new(), Vec::new())), ["applications"]);
    let AddDecreeItems::Named(read) = add(Vec::new(), vec![proposals().remove(0)]).expect("good") else { panic!() };
    assert_eq!(read.proposals.len(), 1);
    let (applications_out, proposals_out) = (applications(), proposals());
    let remove = v1::RemoveDecreeItemsRequest {
        request_id: id(),
        name: name(),
        applications: applications_out,
        proposals: proposals_out,
    };
    assert_eq!(fields(remove_decree_items(remove)), ["proposals[1]", "applications[1]"]);
    let present = |applications: Vec<String>, expected_count: i32| {
        let presentation = Some(v1::Presentation { note_number: "1".to_owned(), applications, ..Default::default() });
        let parent = "elections/kz-2019".to_owned();
        create_presentation(v1::CreatePresentationRequest { request_id: id(), parent, presentation, expected_count })
    };
    assert_eq!(fields(present(applications(), 2)), ["presentation.applications[1]"]);
    let read = present(vec![application()], 0).expect("good");
    assert_eq!((read.expected_count, read.presentation.applications.len()), (None, 1));
    assert_eq!(present(vec![application()], 7).map(|read| read.expected_count), Ok(Some(7)));
}
