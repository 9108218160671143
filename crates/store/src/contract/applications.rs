//! Applications: written by transitions, read as far as a permit reaches.

use domain::application::content::Filing;
use domain::application::{Application, Stored};
use domain::policy::{Action, Permit};
use domain::refusal::Refusal;
use domain::vocabulary::category::Category;
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::state::StateKind;

use crate::contract::actors::{delegation, ministry, reviewer};
use crate::contract::commands::{Lead, Says, revise};
use crate::contract::harness::{is_taken, met_no_row, stores};
use crate::contract::values::{ELECTION, application, code, filing, now};
use crate::{ApplicationFilter, Page};

command! {
    Find { by: Permit, name: ApplicationName } -> Option<Application>, |this, tx| {
        tx.lookup_application(&this.by, &this.name).await?
    }
}
command! {
    FindEach { by: Permit, names: Vec<ApplicationName> } -> Vec<Result<Application, ApplicationName>>, |this, tx| {
        tx.applications(&this.by, &code(), &this.names).await?
    }
}
command! {
    Demand { by: Permit, name: ApplicationName } -> Application, |this, tx| tx.application(&this.by, &this.name).await?
}
command! {
    ListAll { by: Permit } -> Vec<Application>, |this, tx| {
        let page = Page { after: None, size: 100 };
        let found = tx.list_applications(&this.by, &code(), &ApplicationFilter::default(), &page).await?;
        found.into_iter().map(|record| record.application).collect()
    }
}
command! {
    Revise { before: Application, filing: Filing } -> Application, |this, tx| {
        let by = delegation(this.before.name.organization.as_str(), Action::UpdateApplication);
        revise(tx, &by, this.before.clone(), &this.filing).await?
    }
}
command! {
    Update { changed: Application, before: Stored } -> (), |this, tx| {
        tx.update_application(&reviewer(Action::ClaimApplication), &this.changed, this.before, now()).await?
    }
}

fn own(organization: &str) -> Permit {
    delegation(organization, Action::GetApplication)
}

#[tokio::test]
async fn a_filed_application_reads_back_with_what_it_says() {
    for store in stores().await {
        let store = store.founded().await;
        let filed = store.file(1).await;
        assert_eq!((filed.state.kind(), filed.version, filed.revision), (StateKind::Draft, 1, 1));
        let found = store.seen(Find { by: own("cis"), name: filed.name.clone() }).await;
        assert_eq!(found.as_ref(), Some(&filed));
        assert_eq!(store.seen(Says { of: filed.clone() }).await, filing(1));
        let again = crate::contract::commands::File { name: filed.name, filing: filing(1) };
        let error = store.failed(again).await;
        assert!(is_taken(&error, "insert application"), "{error}");
    }
}

#[tokio::test]
async fn an_application_reads_back_in_every_state_with_its_facts() {
    for store in stores().await {
        let store = store.founded().await;
        for (number, to) in (1..).zip(StateKind::ALL) {
            let led = store.file_and_lead(number, to).await;
            assert_eq!(led.state.kind(), to);
            assert_eq!(store.seen(Find { by: own("cis"), name: led.name.clone() }).await, Some(led));
        }
    }
}

#[tokio::test]
async fn a_revision_replaces_what_an_application_says_and_the_old_one_stays() {
    for store in stores().await {
        let store = store.founded().await;
        let first = store.file(1).await;
        let mut mended = filing(2);
        mended.content.category = Category::Interpreter;
        let second = store.done(Revise { before: first.clone(), filing: mended.clone() }).await;
        assert_eq!((second.version, second.revision, second.category), (2, 2, Category::Interpreter));
        assert_ne!(second.content_digest, first.content_digest);
        assert_eq!(store.seen(Find { by: own("cis"), name: first.name.clone() }).await.as_ref(), Some(&second));
        assert_eq!(store.seen(Says { of: second }).await, mended);
        assert_eq!(store.seen(Says { of: first }).await, filing(1));
    }
}

#[tokio::test]
async fn the_same_words_twice_have_different_digests() {
    for store in stores().await {
        let store = store.founded().await;
        let first = store.file(1).await;
        let second = store.done(Revise { before: first.clone(), filing: filing(1) }).await;
        assert_ne!(first.content_digest, second.content_digest);
    }
}

#[tokio::test]
async fn a_revision_that_the_rules_refuse_is_not_written() {
    for store in stores().await {
        let store = store.founded().await;
        let submitted = store.file_and_lead(1, StateKind::Submitted).await;
        let refusal = store.refused(Revise { before: submitted.clone(), filing: filing(2) }).await;
        assert!(matches!(refusal, Refusal::IllegalTransition { .. }), "{refusal}");
        assert_eq!(store.seen(Find { by: own("cis"), name: submitted.name.clone() }).await, Some(submitted));
        assert_eq!(store.number("SELECT COUNT(*) FROM revision").await, 1);
    }
}

#[tokio::test]
async fn a_change_that_started_from_another_version_changes_nothing() {
    for store in stores().await {
        let store = store.founded().await;
        let draft = store.file(1).await;
        let submitted = store.done(Lead { name: draft.name.clone(), to: StateKind::Submitted, position: 1 }).await;
        let stale = draft
            .clone()
            .withdraw(Personal::new("Too late to know better.".to_owned()))
            .expect("a draft can be withdrawn");
        for version in [0, 1, 3] {
            let before = Stored { version, ..draft.stored() };
            let error = store.failed(Update { changed: stale.clone(), before }).await;
            assert!(met_no_row(&error, "update application"), "{error}");
        }
        let error = store.failed(Revise { before: draft, filing: filing(2) }).await;
        assert!(met_no_row(&error, "update application"), "{error}");
        assert_eq!(store.number("SELECT COUNT(*) FROM revision").await, 1);
        assert_eq!(store.seen(Find { by: own("cis"), name: submitted.name.clone() }).await, Some(submitted));
    }
}

#[tokio::test]
async fn another_organizations_application_is_a_missing_one() {
    for store in stores().await {
        let store = store.founded().await;
        let theirs = store.file_for("osce-odihr", 1).await.name;
        let as_own = application(ELECTION, "cis", 1);
        let absent = application(ELECTION, "cis", 99);
        let elsewhere = application("kz-2021", "osce-odihr", 1);
        for name in [&theirs, &as_own, &absent, &elsewhere] {
            assert_eq!(store.seen(Find { by: own("cis"), name: name.clone() }).await, None, "{name}");
            let refusal = store.refused(Demand { by: own("cis"), name: name.clone() }).await;
            assert_eq!(refusal, Refusal::not_found(name));
        }
        assert!(store.seen(Find { by: own("osce-odihr"), name: theirs }).await.is_some());
        assert_eq!(store.seen(ListAll { by: own("cis") }).await, []);
        assert_eq!(store.seen(ListAll { by: own("osce-odihr") }).await.len(), 1);
    }
}

#[tokio::test]
async fn a_list_of_names_is_answered_in_its_order_with_the_missing_given_back() {
    for store in stores().await {
        let store = store.founded().await;
        let presented = store.file_and_lead(1, StateKind::Presented).await;
        let draft = store.file(2).await.name;
        let (absent, elsewhere) = (application(ELECTION, "cis", 9), application("kz-2021", "cis", 1));
        let names = vec![elsewhere.clone(), presented.name.clone(), absent.clone(), draft.clone()];
        let found = store.seen(FindEach { by: reviewer(Action::GetApplication), names }).await;
        assert_eq!(found, [Err(elsewhere), Ok(presented), Err(absent), Err(draft)]);
    }
}

/// Who sees an application in a state, by name and in a list: D its delegation, M the ministry, C the commission.
#[tokio::test]
async fn each_viewer_sees_what_has_come_as_far_as_it() {
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
        let store = store.founded().await;
        let mut led = Vec::new();
        for (number, (state, seen_by)) in (1..).zip(SEEN_BY) {
            led.push((store.file_and_lead(number, state).await, seen_by));
        }
        let action = Action::GetApplication;
        for (viewer, by) in [('D', own("cis")), ('M', ministry(action)), ('C', reviewer(action))] {
            let listed = store.seen(ListAll { by: by.clone() }).await;
            for (application, seen_by) in &led {
                let state = application.state.kind();
                let found = store.seen(Find { by: by.clone(), name: application.name.clone() }).await;
                assert_eq!(found.as_ref(), seen_by.contains(viewer).then_some(application), "{viewer} {state}");
                assert_eq!(listed.contains(application), seen_by.contains(viewer), "{viewer} {state}");
            }
        }
    }
}
