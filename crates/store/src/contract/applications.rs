//! Applications: changed by transitions, and visible as far as a permit
//! reaches.

use domain::application::content::Filing;
use domain::application::{Application, StoredVersion};
use domain::policy::{Action, Permit};
use domain::refusal::Refusal;
use domain::vocabulary::category::Category;
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;

use crate::contract::fixtures::{ELECTION, application, code, filing, now};
use crate::contract::harness::{changed_no_row, is_taken, stores};
use crate::contract::permits::{delegation, ministry, reviewer};
use crate::contract::shared_commands::{CurrentFiling, MoveToState, revise};
use crate::{ApplicationFilter, Page};

command! {
    /// Looks up an application.
    Find { by: Permit, name: ApplicationName } -> Option<Application>, |this, tx| {
        tx.lookup_application(&this.by, &this.name).await?
    }
}
command! {
    /// Looks up several applications in one statement.
    FindEach { by: Permit, names: Vec<ApplicationName> } -> Vec<Result<Application, ApplicationName>>, |this, tx| {
        tx.applications(&this.by, &code(), &this.names).await?
    }
}
command! {
    /// Reads an application, or is refused.
    Demand { by: Permit, name: ApplicationName } -> Application, |this, tx| tx.application(&this.by, &this.name).await?
}
command! {
    /// Reads all applications of the election.
    ListAll { by: Permit } -> Vec<Application>, |this, tx| {
        let page = Page { after: None, size: 100 };
        let found = tx.list_applications(&this.by, &code(), &ApplicationFilter::default(), &page).await?;
        found.into_iter().map(|record| record.application).collect()
    }
}
command! {
    /// Gives an application a new revision.
    Revise { before: Application, filing: Filing } -> Application, |this, tx| {
        let by = delegation(this.before.name.organization.as_str(), Action::UpdateApplication);
        revise(tx, &by, this.before.clone(), &this.filing).await?
    }
}
command! {
    /// Writes an application that was read at a version.
    Update { changed: Application, before: StoredVersion } -> (), |this, tx| {
        tx.update_application(&reviewer(Action::ClaimApplication), &this.changed, this.before, now()).await?
    }
}

/// A delegation's permit to read its applications.
fn own_permit(organization: &str) -> Permit {
    delegation(organization, Action::GetApplication)
}

/// Every column of a new application and its filing survive the database
/// unchanged.
#[tokio::test]
async fn a_filed_application_reads_back_with_what_it_says() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let filed = store.file(1).await;
        assert_eq!((filed.state.kind(), filed.version, filed.revision), (StateKind::Draft, 1, 1));
        let found = store.read_ok(Find { by: own_permit("cis"), name: filed.name.clone() }).await;
        assert_eq!(found.as_ref(), Some(&filed));
        assert_eq!(store.read_ok(CurrentFiling { of: filed.clone() }).await, filing(1));
        let again = crate::contract::shared_commands::File { name: filed.name, filing: filing(1) };
        let error = store.run_failed(again).await;
        assert!(is_taken(&error, "insert application"), "{error}");
    }
}

/// The facts of a state are JSON. A state that the database does not return
/// exactly would change the ETag and break every later update.
#[tokio::test]
async fn an_application_reads_back_in_every_state_with_its_facts() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        for (number, to) in (1..).zip(StateKind::ALL) {
            let led = store.file_and_move(number, to).await;
            assert_eq!(led.state.kind(), to);
            assert_eq!(store.read_ok(Find { by: own_permit("cis"), name: led.name.clone() }).await, Some(led));
        }
    }
}

/// A reviewer compares the answer with what was said before, so old revisions
/// stay.
#[tokio::test]
async fn a_new_revision_keeps_the_old_one() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let first = store.file(1).await;
        let mut mended = filing(2);
        mended.content.category = Category::Interpreter;
        let second = store.run_ok(Revise { before: first.clone(), filing: mended.clone() }).await;
        assert_eq!((second.version, second.revision, second.category), (2, 2, Category::Interpreter));
        assert_ne!(second.content_digest, first.content_digest);
        assert_eq!(
            store.read_ok(Find { by: own_permit("cis"), name: first.name.clone() }).await.as_ref(),
            Some(&second)
        );
        assert_eq!(store.read_ok(CurrentFiling { of: second }).await, mended);
        assert_eq!(store.read_ok(CurrentFiling { of: first }).await, filing(1));
    }
}

/// The salt hides from readers of the log that two applications say the same.
#[tokio::test]
async fn equal_filings_have_different_digests() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let first = store.file(1).await;
        let second = store.run_ok(Revise { before: first.clone(), filing: filing(1) }).await;
        assert_ne!(first.content_digest, second.content_digest);
    }
}

/// A refusal rolls back rows that were written before it.
#[tokio::test]
async fn a_revision_that_the_rules_refuse_is_not_written() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let submitted = store.file_and_move(1, StateKind::Submitted).await;
        let refusal = store.run_refused(Revise { before: submitted.clone(), filing: filing(2) }).await;
        assert!(matches!(refusal, Refusal::IllegalTransition { .. }), "{refusal}");
        assert_eq!(store.read_ok(Find { by: own_permit("cis"), name: submitted.name.clone() }).await, Some(submitted));
        assert_eq!(store.query_number("SELECT COUNT(*) FROM revision").await, 1);
    }
}

/// Two people edit the same version: the second must fail instead of
/// overwriting the first.
#[tokio::test]
async fn a_change_from_an_outdated_version_changes_nothing() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let draft = store.file(1).await;
        let submitted =
            store.run_ok(MoveToState { name: draft.name.clone(), to: StateKind::Submitted, position: 1 }).await;
        let stale = draft
            .clone()
            .withdraw(Personal::new("Too late to know better.".to_owned()))
            .expect("a draft can be withdrawn");
        for version in [0, 1, 3] {
            let before = StoredVersion { version, ..draft.stored() };
            let error = store.run_failed(Update { changed: stale.clone(), before }).await;
            assert!(changed_no_row(&error, "update application"), "{error}");
        }
        let error = store.run_failed(Revise { before: draft, filing: filing(2) }).await;
        assert!(changed_no_row(&error, "update application"), "{error}");
        assert_eq!(store.query_number("SELECT COUNT(*) FROM revision").await, 1);
        assert_eq!(store.read_ok(Find { by: own_permit("cis"), name: submitted.name.clone() }).await, Some(submitted));
    }
}

/// A wrong organization in the name finds nothing, even with the right id. A
/// different answer would tell which ids exist.
#[tokio::test]
async fn an_application_of_another_organization_looks_missing() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let theirs = store.file_for("osce-odihr", 1).await.name;
        let as_own = application(ELECTION, "cis", 1);
        let absent = application(ELECTION, "cis", 99);
        let elsewhere = application("kz-2021", "osce-odihr", 1);
        for name in [&theirs, &as_own, &absent, &elsewhere] {
            assert_eq!(store.read_ok(Find { by: own_permit("cis"), name: name.clone() }).await, None, "{name}");
            let refusal = store.run_refused(Demand { by: own_permit("cis"), name: name.clone() }).await;
            assert_eq!(refusal, Refusal::not_found(name));
        }
        assert!(store.read_ok(Find { by: own_permit("osce-odihr"), name: theirs }).await.is_some());
        assert_eq!(store.read_ok(ListAll { by: own_permit("cis") }).await, []);
        assert_eq!(store.read_ok(ListAll { by: own_permit("osce-odihr") }).await.len(), 1);
    }
}

/// One statement reads all names. The caller relies on the order of the
/// answers.
#[tokio::test]
async fn names_are_answered_in_order_and_missing_ones_given_back() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let presented = store.file_and_move(1, StateKind::Presented).await;
        let draft = store.file(2).await.name;
        let (absent, elsewhere) = (application(ELECTION, "cis", 9), application("kz-2021", "cis", 1));
        let names = vec![elsewhere.clone(), presented.name.clone(), absent.clone(), draft.clone()];
        let found = store.read_ok(FindEach { by: reviewer(Action::GetApplication), names }).await;
        assert_eq!(found, [Err(elsewhere), Ok(presented), Err(absent), Err(draft)]);
    }
}

/// For each state who may see the application: D its delegation, M the
/// ministry, C the commission. A submitted application is not yet before the
/// commission, and a draft is the delegation's own.
#[tokio::test]
async fn each_viewer_sees_applications_from_a_certain_state_on() {
    // One line for each state; a state that is missing here fails the test.
    const SEEN_BY: [(StateKind, &str); 11] = [
        (StateKind::Draft, "D"),
        (StateKind::Submitted, "DM"),
        (StateKind::ReturnedByMinistry, "DM"),
        (StateKind::Presented, "DMC"),
        (StateKind::InReview, "DMC"),
        (StateKind::ReturnedByCommission, "DMC"),
        (StateKind::Recommended, "DMC"),
        (StateKind::Accredited, "DMC"),
        (StateKind::Refused, "DMC"),
        (StateKind::Withdrawn, "DMC"),
        (StateKind::Lapsed, "D"),
    ];
    for store in stores().await {
        let store = store.with_sample_data().await;
        let mut led = Vec::new();
        for (number, (state, seen_by)) in (1..).zip(SEEN_BY) {
            led.push((store.file_and_move(number, state).await, seen_by));
        }
        let action = Action::GetApplication;
        for (viewer, by) in [('D', own_permit("cis")), ('M', ministry(action)), ('C', reviewer(action))] {
            let listed = store.read_ok(ListAll { by: by.clone() }).await;
            for (application, seen_by) in &led {
                let state = application.state.kind();
                let found = store.read_ok(Find { by: by.clone(), name: application.name.clone() }).await;
                assert_eq!(found.as_ref(), seen_by.contains(viewer).then_some(application), "{viewer} {state}");
                assert_eq!(listed.contains(application), seen_by.contains(viewer), "{viewer} {state}");
            }
        }
    }
}
