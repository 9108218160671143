//! Decrees: drafts change, adopted ones never.

use domain::decree::{Decree, DecreeState};
use domain::policy::{Action, Permit};
use domain::vocabulary::name::{ApplicationName, DecreeName};
use domain::vocabulary::personal::Personal;

use crate::contract::actors::{adopter, ministry, person};
use crate::contract::harness::{is_taken, met_no_row, stores};
use crate::contract::values::{ELECTION, application, code, decree, now};
use crate::{Page, StoreError};

command! {
    Draft { new: Decree } -> (), |this, tx| tx.insert_decree(&adopter(Action::CreateDecree), &this.new).await?
}
command! {
    Relist { changed: Decree, before: i64 } -> (), |this, tx| {
        let by = adopter(Action::AddDecreeItems);
        tx.update_decree(&by, &this.changed, this.before).await?;
        tx.replace_decree_items(&by, &this.changed).await?
    }
}
command! {
    Find { by: Permit, name: DecreeName } -> Option<Decree>, |this, tx| {
        tx.lookup_decree(&this.by, &this.name).await?
    }
}
command! {
    List { by: Permit, page: Page<u32> } -> Vec<Decree>, |this, tx| {
        tx.list_decrees(&this.by, &code(), &this.page).await?
    }
}
command! {
    HasNumber { number: &'static str } -> bool, |this, tx| tx.decree_of_number(&code(), this.number).await?.is_some()
}

fn commission() -> Permit {
    adopter(Action::GetDecree)
}

/// A draft's next version, with another list.
fn relisted(draft: &Decree, applications: Vec<ApplicationName>) -> Decree {
    Decree { version: draft.version + 1, applications, ..draft.clone() }
}

fn adopted(draft: &Decree) -> Decree {
    let (by, time) = (person("adopter").principal, now());
    let state = DecreeState::Adopted { by, time, accredited: 1, refused: 0, revoked: 0, annulled: 0, reinstated: 0 };
    Decree { version: draft.version + 1, state, ..draft.clone() }
}

#[tokio::test]
async fn a_drafts_list_is_written_anew_in_its_order() {
    for store in stores().await {
        let store = store.founded().await;
        let mut names = Vec::new();
        for number in 1..=3 {
            names.push(store.file(number).await.name);
        }
        let draft = decree(1, Vec::new());
        store.done(Draft { new: draft.clone() }).await;
        let mut current = draft;
        for list in [vec![2, 0, 1], vec![1, 2], vec![]] {
            let changed = relisted(&current, list.iter().map(|index| names[*index].clone()).collect());
            store.done(Relist { changed: changed.clone(), before: current.version }).await;
            let found = store.seen(Find { by: commission(), name: changed.name.clone() }).await;
            assert_eq!(found.as_ref(), Some(&changed));
            current = changed;
        }
    }
}

#[tokio::test]
async fn a_draft_is_the_commissions_own_until_it_is_adopted() {
    for store in stores().await {
        let store = store.founded().await;
        let draft = decree(1, Vec::new());
        let name = draft.name.clone();
        store.done(Draft { new: draft.clone() }).await;
        let check = async |by: Permit, expected: Option<&Decree>| {
            assert_eq!(store.seen(Find { by: by.clone(), name: name.clone() }).await.as_ref(), expected);
            let listed = store.seen(List { by, page: Page { after: None, size: 9 } }).await;
            assert_eq!(listed.first(), expected);
        };
        check(commission(), Some(&draft)).await;
        check(ministry(Action::GetDecree), None).await;
        let adopted = adopted(&draft);
        store.done(Relist { changed: adopted.clone(), before: 1 }).await;
        check(commission(), Some(&adopted)).await;
        check(ministry(Action::GetDecree), Some(&adopted)).await;
    }
}

#[tokio::test]
async fn an_adopted_decree_and_an_outdated_draft_do_not_change() {
    for store in stores().await {
        let store = store.founded().await;
        let item = store.file(1).await.name;
        let draft = decree(1, Vec::new());
        store.done(Draft { new: draft.clone() }).await;
        let outdated = Relist { changed: relisted(&draft, vec![item.clone()]), before: 0 };
        let error = store.failed(outdated).await;
        assert!(met_no_row(&error, "update decree"), "{error}");
        let adopted = adopted(&draft);
        store.done(Relist { changed: adopted.clone(), before: 1 }).await;
        let error = store.failed(Relist { changed: relisted(&adopted, vec![item]), before: 2 }).await;
        assert!(met_no_row(&error, "update decree"), "{error}");
        assert_eq!(store.seen(Find { by: commission(), name: draft.name }).await, Some(adopted));
    }
}

#[tokio::test]
async fn a_draft_says_something_else_of_itself_under_a_number_that_is_free() {
    for store in stores().await {
        let store = store.founded().await;
        let draft = decree(1, Vec::new());
        store.done(Draft { new: draft.clone() }).await;
        store.done(Draft { new: decree(2, Vec::new()) }).await;
        let corrected = Decree {
            decree_number: "12/3".to_owned(),
            session_date: "2019-05-14".parse().expect("a date"),
            chair: Personal::new("Another chair".to_owned()),
            secretary: Personal::new("Another secretary".to_owned()),
            ..relisted(&draft, Vec::new())
        };
        store.done(Relist { changed: corrected.clone(), before: 1 }).await;
        let find = || Find { by: commission(), name: draft.name.clone() };
        assert_eq!(store.seen(find()).await.as_ref(), Some(&corrected));
        assert!(!store.seen(HasNumber { number: "12/1" }).await, "it is free again");
        let taken = Decree { decree_number: "12/2".to_owned(), ..relisted(&corrected, Vec::new()) };
        let error = store.failed(Relist { changed: taken, before: 2 }).await;
        assert!(is_taken(&error, "update decree"), "{error}");
        assert_eq!(store.seen(find()).await, Some(corrected));
    }
}

#[tokio::test]
async fn a_decree_has_a_number_of_its_own_and_lists_each_existing_application_once() {
    for store in stores().await {
        let store = store.founded().await;
        let draft = decree(1, Vec::new());
        store.done(Draft { new: draft.clone() }).await;
        assert!(store.seen(HasNumber { number: "12/1" }).await);
        assert!(!store.seen(HasNumber { number: "12/2" }).await);
        let same_number = Decree { decree_number: "12/1".to_owned(), ..decree(2, Vec::new()) };
        let error = store.failed(Draft { new: same_number }).await;
        assert!(is_taken(&error, "insert decree"), "{error}");
        let item = store.file(1).await.name;
        let twice = relisted(&draft, vec![item.clone(), item]);
        let error = store.failed(Relist { changed: twice, before: 1 }).await;
        assert!(is_taken(&error, "insert decree_item"), "{error}");
        let absent = relisted(&draft, vec![application(ELECTION, "cis", 9)]);
        let error = store.failed(Relist { changed: absent, before: 1 }).await;
        assert!(matches!(error, StoreError::Database { statement: "insert decree_item", .. }), "{error}");
        assert_eq!(store.seen(Find { by: commission(), name: draft.name.clone() }).await, Some(draft));
    }
}

#[tokio::test]
async fn decrees_are_listed_by_number_page_by_page() {
    for store in stores().await {
        let store = store.founded().await;
        let item = store.file(1).await.name;
        let mut expected = Vec::new();
        for number in 1..=11 {
            let draft = decree(number, Vec::new());
            store.done(Draft { new: draft.clone() }).await;
            let listed = relisted(&draft, vec![item.clone()]);
            store.done(Relist { changed: listed.clone(), before: 1 }).await;
            expected.push(listed);
        }
        let page = |after, size| List { by: commission(), page: Page { after, size } };
        assert_eq!(store.seen(page(None, 1)).await, expected[..2]);
        assert_eq!(store.seen(page(Some(2), 100)).await, expected[2..]);
        assert_eq!(store.seen(page(Some(11), 100)).await, []);
    }
}
