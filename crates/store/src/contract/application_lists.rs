//! Lists of applications: filters and pages.

use domain::application::content::StoredFiling;
use domain::policy::{Action, Permit};
use domain::vocabulary::category::Category;
use domain::vocabulary::id::{ApplicationId, ElectionCode};
use domain::vocabulary::state::StateKind;

use crate::contract::fixtures::{ELECTION, application, code, filing};
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::{delegation, ministry};
use crate::contract::shared_commands::{File, MoveToState, SENDERS};
use crate::{ApplicationFilter, ApplicationRecord, Page};

command! {
    List { by: Permit, election: ElectionCode, filter: ApplicationFilter, page: Page<ApplicationId> }
        -> Vec<ApplicationRecord>, |this, tx| {
        tx.list_applications(&this.by, &this.election, &this.filter, &this.page).await?
    }
}

/// The ministry's permit to list applications.
fn ministry_permit() -> Permit {
    ministry(Action::ListApplications)
}

/// The numbers of the applications that a filter finds.
async fn find_numbers(store: &TestStore, by: Permit, filter: ApplicationFilter) -> Vec<u128> {
    let page = Page { after: None, size: 100 };
    let found = store.read_ok(List { by, election: code(), filter, page }).await;
    found.iter().map(|record| record.application.name.id.0.as_u128() & 0xffff).collect()
}

/// Seven applications of three organizations in several states. Number 5 is an
/// interpreter's, number 6 a driver's.
async fn stores_with_applications() -> Vec<TestStore> {
    let mut filed = Vec::new();
    for store in stores().await {
        let store = store.with_sample_data().await;
        let states = [
            StateKind::Submitted,
            StateKind::Presented,
            StateKind::Refused,
            StateKind::Accredited,
            StateKind::Submitted,
            StateKind::Presented,
            StateKind::Draft,
        ];
        for (number, to) in (1..).zip(states) {
            let name = application(ELECTION, SENDERS[number as usize % 3], number);
            let mut filing = filing(number);
            filing.content.category = match number {
                5 => Category::Interpreter,
                6 => Category::Driver,
                _ => Category::ShortTermObserver,
            };
            store.run_ok(File { name: name.clone(), filing }).await;
            store.run_ok(MoveToState { name, to, position: number }).await;
        }
        let elsewhere = application("kz-2021", "cis", 1);
        store.run_ok(File { name: elsewhere.clone(), filing: filing(1) }).await;
        store.run_ok(MoveToState { name: elsewhere, to: StateKind::Presented, position: 1 }).await;
        filed.push(store);
    }
    filed
}

/// Every filter alone and in combination. A filter must never show an
/// application that the viewer could not look up.
#[tokio::test]
async fn filters_find_what_they_name_and_nothing_hidden() {
    let any = ApplicationFilter::default;
    for store in &stores_with_applications().await {
        let check = async |filter: ApplicationFilter, expected: &[u128]| {
            assert_eq!(find_numbers(store, ministry_permit(), filter.clone()).await, expected, "{filter:?}");
        };
        // Number 7 is a draft, which the ministry does not see.
        check(any(), &[1, 2, 3, 4, 5, 6]).await;
        check(ApplicationFilter { states: vec![StateKind::Submitted], ..any() }, &[1, 5]).await;
        check(ApplicationFilter { states: vec![StateKind::Refused, StateKind::Accredited], ..any() }, &[3, 4]).await;
        check(ApplicationFilter { states: vec![StateKind::Draft], ..any() }, &[]).await;
        check(ApplicationFilter { category: Some(Category::Interpreter), ..any() }, &[5]).await;
        check(ApplicationFilter { presentation: Some(1), ..any() }, &[2, 3, 4, 6]).await;
        check(ApplicationFilter { presentation: Some(2), ..any() }, &[]).await;
        check(ApplicationFilter { decree: Some(1), ..any() }, &[3, 4]).await;
        let cis = "cis".parse().ok();
        check(ApplicationFilter { organization: cis.clone(), ..any() }, &[3, 6]).await;
        let presented = vec![StateKind::Presented];
        check(ApplicationFilter { organization: cis, states: presented, presentation: Some(1), ..any() }, &[6]).await;
        check(ApplicationFilter { accredit: Some(true), ..any() }, &[4]).await;
        check(ApplicationFilter { accredit: Some(false), ..any() }, &[3]).await;
        check(ApplicationFilter { findings: Some(true), ..any() }, &[]).await;
    }
}

/// The lease of the reviewer ends at 10:00 UTC on 10 May 2019; the answers are
/// due on 12 May at 09:00. A deadline that equals the filter's moment has not
/// passed.
#[tokio::test]
async fn filters_find_held_and_due_applications() {
    use crate::contract::fixtures::at;
    for store in stores().await {
        let store = store.with_sample_data().await;
        for (number, to) in (1..).zip([StateKind::InReview, StateKind::ReturnedByCommission, StateKind::Presented]) {
            store.file_and_move(number, to).await;
        }
        let check = async |filter: ApplicationFilter, expected: &[u128]| {
            assert_eq!(find_numbers(&store, ministry_permit(), filter.clone()).await, expected, "{filter:?}");
        };
        let due = |time: &str| ApplicationFilter { due_before: Some(at(time)), ..ApplicationFilter::default() };
        check(due("2019-05-10T00:00:00Z"), &[]).await;
        // The answers are due at this very moment, which is still in time.
        check(due("2019-05-12T09:00:00Z"), &[1]).await;
        check(due("2019-06-01T00:00:00Z"), &[1, 2]).await;
        let held = |by: &str| {
            let reviewer = Some(crate::contract::permits::person(by).principal);
            ApplicationFilter { reviewer, ..ApplicationFilter::default() }
        };
        check(held("reviewer"), &[1]).await;
        check(held("reviewer-2"), &[]).await;
    }
}

/// A delegation that filters for another organization gets an empty list and no
/// error: an error would tell that the organization has a mission.
#[tokio::test]
async fn a_filter_does_not_reach_beyond_the_permit() {
    for store in &stores_with_applications().await {
        let own = || delegation("osce-odihr", Action::ListApplications);
        assert_eq!(find_numbers(store, own(), ApplicationFilter::default()).await, [1, 4, 7]);
        let theirs = ApplicationFilter { organization: "cis".parse().ok(), ..ApplicationFilter::default() };
        assert_eq!(find_numbers(store, own(), theirs).await, [] as [u128; 0]);
    }
}

/// List and lookup are different statements. They must agree on every column.
#[tokio::test]
async fn a_listed_application_equals_the_one_looked_up() {
    for store in &stores_with_applications().await {
        let page = Page { after: None, size: 100 };
        let list = List { by: ministry_permit(), election: code(), filter: ApplicationFilter::default(), page };
        for record in store.read_ok(list).await {
            let expected =
                store.read_ok(crate::contract::shared_commands::CurrentFiling { of: record.application }).await;
            assert_eq!(record.kept, StoredFiling::Whole(expected));
        }
    }
}

/// The order of filing and the order of the queue use different keys for pages.
/// Neither may repeat or skip an application at a page boundary.
#[tokio::test]
async fn pages_show_each_application_once_in_both_orders() {
    for store in &stores_with_applications().await {
        // Page sizes around the number of applications, where an off-by-one
        // error would show.
        for (size, in_queue) in [1, 2, 5, 6, 7].into_iter().flat_map(|size| [(size, false), (size, true)]) {
            let (mut after, mut numbers) = (None, Vec::new());
            loop {
                let filter = ApplicationFilter { in_queue, ..ApplicationFilter::default() };
                let page = Page { after, size };
                let mut found = store.read_ok(List { by: ministry_permit(), election: code(), filter, page }).await;
                // The store reads one more row than asked for.
                let more = found.len() > size as usize;
                found.truncate(size as usize);
                numbers.extend(found.iter().map(|record| record.application.name.id.0.as_u128() & 0xffff));
                after = found.last().map(|record| record.application.name.id);
                if !more {
                    break;
                }
            }
            let expected: &[u128] = if in_queue { &[2, 3, 4, 6] } else { &[1, 2, 3, 4, 5, 6] };
            assert_eq!(numbers, expected, "pages of {size}");
        }
    }
}
