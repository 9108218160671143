//! The commission's queue, and what a passed moment has overtaken.

use domain::application::{Application, Place};
use domain::policy::Action;
use domain::screening::Screening;
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;
use jiff::Timestamp;

use crate::QueueFilter;
use crate::contract::actors::{delegation, person};
use crate::contract::commands::Lead;
use crate::contract::harness::{TestStore, stores};
use crate::contract::values::{at, code, lead, now};

command! {
    Next { filter: QueueFilter } -> Option<Application>, |this, tx| {
        tx.next_in_queue(&code(), &person("reviewer").person, &this.filter).await?
    }
}
command! {
    Due { now: Timestamp, limit: u32 } -> Vec<Application>, |this, tx| {
        tx.due_applications(this.now, this.limit).await?
    }
}
command! {
    PresentAt { name: ApplicationName, place: Place } -> (), |this, tx| {
        let by = delegation(this.name.organization.as_str(), Action::GetApplication);
        let before = tx.application(&by, &this.name).await?;
        let stored = before.stored();
        let presented = lead(before, StateKind::Submitted, 1)?.present(this.place)?;
        let screening = Screening { revision: presented.revision, version: 1, ..Screening::default() };
        tx.put_screening(&by, &this.name, 0, &screening).await?;
        tx.update_application(&by, &presented, stored, now()).await?
    }
}
command! {
    Find { name: ApplicationName, before: i64, findings: Vec<domain::screening::Finding> } -> (), |this, tx| {
        let by = delegation(this.name.organization.as_str(), Action::GetApplication);
        let (findings, version) = (this.findings.clone(), this.before + 1);
        let screening = Screening { revision: 1, version, findings, ..Screening::default() };
        tx.put_screening(&by, &this.name, this.before, &screening).await?
    }
}
command! {
    Withdraw { name: ApplicationName } -> (), |this, tx| {
        let by = delegation(this.name.organization.as_str(), Action::GetApplication);
        let before = tx.application(&by, &this.name).await?;
        let stored = before.stored();
        tx.update_application(&by, &before.withdraw(Personal::default())?, stored, now()).await?
    }
}

async fn next(store: &TestStore) -> Option<ApplicationName> {
    next_of(store, QueueFilter::default()).await
}

async fn next_of(store: &TestStore, filter: QueueFilter) -> Option<ApplicationName> {
    store.done(Next { filter }).await.map(|application| application.name)
}

#[tokio::test]
async fn the_earliest_presentation_comes_first_and_then_the_order_of_its_list() {
    for store in stores().await {
        let store = store.founded().await;
        assert_eq!(next(&store).await, None);
        let mut expected = Vec::new();
        for (number, presentation, position) in [(1, 2, 1), (2, 1, 10), (3, 1, 2), (4, 10, 1), (5, 2, 3)] {
            let name = store.file(number).await.name;
            let place = Place { presentation, position };
            store.done(PresentAt { name: name.clone(), place }).await;
            expected.push((place, name));
        }
        store.file_and_lead(6, StateKind::Submitted).await;
        expected.sort();
        for (place, name) in expected {
            assert_eq!(next(&store).await.as_ref(), Some(&name), "{place:?}");
            store.done(Withdraw { name }).await;
        }
        assert_eq!(next(&store).await, None);
    }
}

#[tokio::test]
async fn the_queue_is_taken_by_delegation_presentation_category_and_findings() {
    use domain::screening::Finding;
    use domain::vocabulary::category::Category;
    use domain::vocabulary::finding_code::FindingCode;
    for store in stores().await {
        let store = store.founded().await;
        let mut names = Vec::new();
        for (number, presentation) in [(1, 1), (2, 1), (3, 2)] {
            let name = store.file(number).await.name;
            let place = Place { presentation, position: number };
            store.done(PresentAt { name: name.clone(), place }).await;
            names.push(name);
        }
        let found = |clearance| Finding {
            code: FindingCode::HostCitizen,
            blocking: true,
            fields: Vec::new(),
            related: String::new(),
            clearance,
        };
        let none = QueueFilter::default;
        let check = async |filter: QueueFilter, expected: Option<usize>| {
            let next = next_of(&store, filter.clone()).await;
            assert_eq!(next.as_ref(), expected.map(|index| &names[index]), "{filter:?}");
        };
        let of = |findings| QueueFilter { findings: Some(findings), ..none() };
        check(of(false), Some(0)).await;
        check(of(true), None).await;
        store.done(Find { name: names[0].clone(), before: 1, findings: vec![found(None)] }).await;
        check(of(true), Some(0)).await;
        check(of(false), Some(1)).await;
        let by = person("reviewer").principal;
        let clearance = domain::screening::Clearance {
            reason: Personal::new("Seen.".to_owned()),
            by,
            time: at("2019-05-10T00:00:00Z"),
        };
        store.done(Find { name: names[0].clone(), before: 2, findings: vec![found(Some(clearance))] }).await;
        check(of(true), None).await;
        check(of(false), Some(0)).await;
        check(QueueFilter { presentation: Some(2), ..none() }, Some(2)).await;
        check(QueueFilter { presentation: Some(3), ..none() }, None).await;
        check(QueueFilter { category: Some(Category::ShortTermObserver), ..none() }, Some(0)).await;
        check(QueueFilter { category: Some(Category::Driver), ..none() }, None).await;
        let organization = Some(names[1].organization.clone());
        let first = names.iter().position(|name| name.organization == names[1].organization);
        check(QueueFilter { organization, ..none() }, first).await;
        check(QueueFilter { organization: "no-such".parse().ok(), ..none() }, None).await;
    }
}

#[tokio::test]
async fn two_applications_never_share_a_place() {
    for store in stores().await {
        let store = store.founded().await;
        let (first, second) = (store.file(1).await.name, store.file(2).await.name);
        store.done(Lead { name: first, to: StateKind::Presented, position: 1 }).await;
        let error = store.failed(Lead { name: second, to: StateKind::Presented, position: 1 }).await;
        assert!(crate::contract::harness::is_taken(&error, "update application"), "{error}");
    }
}

/// The lease ends at 2019-05-10T10:00Z, the questions are due on the 12th, the cutoffs are on 3 and 4 June at 12:00Z.
#[tokio::test]
async fn what_a_moment_has_overtaken_is_due_and_the_moment_itself_is_still_in_time() {
    for store in stores().await {
        let store = store.founded().await;
        for (number, to) in (1..).zip(StateKind::ALL) {
            store.file_and_lead(number, to).await;
        }
        let lease = store.number("SELECT due_time FROM application WHERE state = 'IN_REVIEW'").await;
        let lease = Timestamp::from_microsecond(lease).expect("a timestamp");
        let check = async |now: Timestamp, expected: &[StateKind]| {
            let due = store.seen(Due { now, limit: 100 }).await;
            let mut kinds: Vec<_> = due.iter().map(|application| application.state.kind()).collect();
            kinds.sort_unstable();
            assert_eq!(kinds, expected, "{now}");
        };
        use StateKind::{Draft, InReview, ReturnedByCommission, ReturnedByMinistry, Submitted};
        check(lease, &[]).await;
        check(lease + jiff::Span::new().microseconds(1), &[InReview]).await;
        check(at("2019-05-12T09:00:00Z"), &[InReview]).await;
        check(at("2019-05-12T09:00:00.000001Z"), &[InReview, ReturnedByCommission]).await;
        check(at("2019-06-03T12:00:00Z"), &[InReview, ReturnedByCommission]).await;
        let after_submission = at("2019-06-03T12:00:00.000001Z");
        check(after_submission, &[Draft, ReturnedByMinistry, InReview, ReturnedByCommission]).await;
        check(at("2019-06-04T12:00:00Z"), &[Draft, ReturnedByMinistry, InReview, ReturnedByCommission]).await;
        let all = [Draft, Submitted, ReturnedByMinistry, InReview, ReturnedByCommission];
        check(at("2019-06-04T12:00:00.000001Z"), &all).await;
        assert_eq!(store.seen(Due { now: Timestamp::MAX, limit: 2 }).await.len(), 2);
    }
}
