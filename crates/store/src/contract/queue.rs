//! The review queue, and applications whose deadline has passed.

use domain::application::{Application, Place};
use domain::policy::Action;
use domain::screening::Screening;
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;
use jiff::Timestamp;

use crate::QueueFilter;
use crate::contract::fixtures::{at, code, move_to_state, now};
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::{delegation, person};
use crate::contract::shared_commands::MoveToState;

command! {
    /// The next application in the queue.
    Next { filter: QueueFilter } -> Option<Application>, |this, tx| {
        tx.next_in_queue(&code(), &person("reviewer").person, &this.filter).await?
    }
}
command! {
    /// Applications whose deadline has passed.
    Due { now: Timestamp, limit: u32 } -> Vec<Application>, |this, tx| {
        tx.due_applications(this.now, this.limit).await?
    }
}
command! {
    /// Presents an application at a place.
    PresentAt { name: ApplicationName, place: Place } -> (), |this, tx| {
        let by = delegation(this.name.organization.as_str(), Action::GetApplication);
        let before = tx.application(&by, &this.name).await?;
        let stored = before.stored();
        let presented = move_to_state(before, StateKind::Submitted, 1)?.present(this.place)?;
        let screening = Screening { revision: presented.revision, version: 1, ..Screening::default() };
        tx.put_screening(&by, &this.name, 0, &screening).await?;
        tx.update_application(&by, &presented, stored, now()).await?
    }
}
command! {
    /// Stores findings for an application.
    Find { name: ApplicationName, before: i64, findings: Vec<domain::screening::Finding> } -> (), |this, tx| {
        let by = delegation(this.name.organization.as_str(), Action::GetApplication);
        let (findings, version) = (this.findings.clone(), this.before + 1);
        let screening = Screening { revision: 1, version, findings, ..Screening::default() };
        tx.put_screening(&by, &this.name, this.before, &screening).await?
    }
}
command! {
    /// Withdraws an application.
    Withdraw { name: ApplicationName } -> (), |this, tx| {
        let by = delegation(this.name.organization.as_str(), Action::GetApplication);
        let before = tx.application(&by, &this.name).await?;
        let stored = before.stored();
        tx.update_application(&by, &before.withdraw(Personal::default())?, stored, now()).await?
    }
}

/// The name of the next application.
async fn next(store: &TestStore) -> Option<ApplicationName> {
    next_of(store, QueueFilter::default()).await
}

/// The name of the next application in a part of the queue.
async fn next_of(store: &TestStore, filter: QueueFilter) -> Option<ApplicationName> {
    store.run_ok(Next { filter }).await.map(|application| application.name)
}

/// The commission promises to work in the order of presentation. Withdrawn
/// applications are skipped.
#[tokio::test]
async fn the_earliest_presentation_comes_first_and_then_the_order_of_its_list() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        assert_eq!(next(&store).await, None);
        let mut expected = Vec::new();
        // Presentation 10 comes after 2, and position 10 after 2: the order is
        // by number and not by text.
        for (number, presentation, position) in [(1, 2, 1), (2, 1, 10), (3, 1, 2), (4, 10, 1), (5, 2, 3)] {
            let name = store.file(number).await.name;
            let place = Place { presentation, position };
            store.run_ok(PresentAt { name: name.clone(), place }).await;
            expected.push((place, name));
        }
        // Not presented, so not in the queue.
        store.file_and_move(6, StateKind::Submitted).await;
        expected.sort();
        // Taking the next one out of the queue brings up the one after it.
        for (place, name) in expected {
            assert_eq!(next(&store).await.as_ref(), Some(&name), "{place:?}");
            store.run_ok(Withdraw { name }).await;
        }
        assert_eq!(next(&store).await, None);
    }
}

/// Each filter alone and combined; the order within the result stays that of
/// the queue.
#[tokio::test]
async fn queue_filters_narrow_what_is_taken_next() {
    use domain::screening::Finding;
    use domain::vocabulary::category::Category;
    use domain::vocabulary::finding_code::FindingCode;
    for store in stores().await {
        let store = store.with_sample_data().await;
        let mut names = Vec::new();
        for (number, presentation) in [(1, 1), (2, 1), (3, 2)] {
            let name = store.file(number).await.name;
            let place = Place { presentation, position: number };
            store.run_ok(PresentAt { name: name.clone(), place }).await;
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
        // A finding that blocks moves the application to the other part of the
        // queue.
        store.run_ok(Find { name: names[0].clone(), before: 1, findings: vec![found(None)] }).await;
        check(of(true), Some(0)).await;
        check(of(false), Some(1)).await;
        let by = person("reviewer").principal;
        let clearance = domain::screening::Clearance {
            reason: Personal::new("Seen.".to_owned()),
            by,
            time: at("2019-05-10T00:00:00Z"),
        };
        // A clearance moves it back.
        store.run_ok(Find { name: names[0].clone(), before: 2, findings: vec![found(Some(clearance))] }).await;
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

/// The unique key refuses it. Two at one place would have no defined order.
#[tokio::test]
async fn two_applications_never_share_a_place() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        // Two presentations assign the same place, as a defect would.
        let (first, second) = (store.file(1).await.name, store.file(2).await.name);
        store.run_ok(MoveToState { name: first, to: StateKind::Presented, position: 1 }).await;
        let error = store.run_failed(MoveToState { name: second, to: StateKind::Presented, position: 1 }).await;
        assert!(crate::contract::harness::is_taken(&error, "update application"), "{error}");
    }
}

/// The lease ends at 10:00 UTC on 10 May 2019, the answers are due on 12 May,
/// and the cutoffs are at 12:00 UTC on 3 and 4 June. At the very moment of a
/// deadline an act is still in time.
#[tokio::test]
async fn applications_are_due_after_their_deadline_and_not_at_it() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        for (number, to) in (1..).zip(StateKind::ALL) {
            store.file_and_move(number, to).await;
        }
        // The database has the exact deadline, to the microsecond.
        let lease = store.query_number("SELECT due_time FROM application WHERE state = 'IN_REVIEW'").await;
        let lease = Timestamp::from_microsecond(lease).expect("a timestamp");
        let check = async |now: Timestamp, expected: &[StateKind]| {
            let due = store.read_ok(Due { now, limit: 100 }).await;
            let mut kinds: Vec<_> = due.iter().map(|application| application.state.kind()).collect();
            kinds.sort_unstable();
            assert_eq!(kinds, expected, "{now}");
        };
        use StateKind::{Draft, InReview, ReturnedByCommission, ReturnedByMinistry, Submitted};
        // Each deadline is tested at its moment and one microsecond later.
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
        assert_eq!(store.read_ok(Due { now: Timestamp::MAX, limit: 2 }).await.len(), 2);
    }
}
