//! Decrees: drafts change, adopted decrees never do.

use domain::decree::{Decree, DecreeState};
use domain::policy::{Action, Permit};
use domain::vocabulary::name::{ApplicationName, DecreeName};
use domain::vocabulary::personal::Personal;

use crate::contract::fixtures::{ELECTION, application, code, decree, now};
use crate::contract::harness::{changed_no_row, is_taken, stores};
use crate::contract::permits::{adopter, ministry, person};
use crate::{Page, StoreError};

command! {
    /// Inserts a draft.
    Draft { new: Decree } -> (), |this, tx| tx.insert_decree(&adopter(Action::CreateDecree), &this.new).await?
}
command! {
    /// Writes a draft with another list.
    Relist { changed: Decree, before: i64 } -> (), |this, tx| {
        let by = adopter(Action::AddDecreeItems);
        tx.update_decree(&by, &this.changed, this.before).await?;
        tx.replace_decree_items(&by, &this.changed).await?
    }
}
command! {
    /// Looks up a decree.
    Find { by: Permit, name: DecreeName } -> Option<Decree>, |this, tx| {
        tx.lookup_decree(&this.by, &this.name).await?
    }
}
command! {
    /// Reads a page of decrees.
    List { by: Permit, page: Page<u32> } -> Vec<Decree>, |this, tx| {
        tx.list_decrees(&this.by, &code(), &this.page).await?
    }
}
command! {
    /// Whether an official decree number is taken.
    HasNumber { number: &'static str } -> bool, |this, tx| tx.decree_of_number(&code(), this.number).await?.is_some()
}

/// The commission's permit to read decrees.
fn commission() -> Permit {
    adopter(Action::GetDecree)
}

/// The next version of a draft, with another list.
fn relisted(draft: &Decree, applications: Vec<ApplicationName>) -> Decree {
    Decree { version: draft.version + 1, applications, ..draft.clone() }
}

/// The draft as an adopted decree.
fn adopted(draft: &Decree) -> Decree {
    let (by, time) = (person("adopter").principal, now());
    let state = DecreeState::Adopted { by, time, accredited: 1, refused: 0, revoked: 0, annulled: 0, reinstated: 0 };
    Decree { version: draft.version + 1, state, ..draft.clone() }
}

/// The order of the list is the order of the printed decree.
#[tokio::test]
async fn a_draft_list_is_replaced_in_order() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let mut names = Vec::new();
        for number in 1..=3 {
            names.push(store.file(number).await.name);
        }
        let draft = decree(1, Vec::new());
        store.run_ok(Draft { new: draft.clone() }).await;
        let mut current = draft;
        // Another order, a shorter list, and an empty one.
        for list in [vec![2, 0, 1], vec![1, 2], vec![]] {
            let changed = relisted(&current, list.iter().map(|index| names[*index].clone()).collect());
            store.run_ok(Relist { changed: changed.clone(), before: current.version }).await;
            let found = store.read_ok(Find { by: commission(), name: changed.name.clone() }).await;
            assert_eq!(found.as_ref(), Some(&changed));
            current = changed;
        }
    }
}

/// A draft shows how the commission is going to decide. Others see a decree
/// once it is adopted.
#[tokio::test]
async fn only_the_commission_sees_drafts() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let draft = decree(1, Vec::new());
        let name = draft.name.clone();
        store.run_ok(Draft { new: draft.clone() }).await;
        // Lookup and list must agree.
        let check = async |by: Permit, expected: Option<&Decree>| {
            assert_eq!(store.read_ok(Find { by: by.clone(), name: name.clone() }).await.as_ref(), expected);
            let listed = store.read_ok(List { by, page: Page { after: None, size: 9 } }).await;
            assert_eq!(listed.first(), expected);
        };
        check(commission(), Some(&draft)).await;
        check(ministry(Action::GetDecree), None).await;
        let adopted = adopted(&draft);
        store.run_ok(Relist { changed: adopted.clone(), before: 1 }).await;
        check(commission(), Some(&adopted)).await;
        check(ministry(Action::GetDecree), Some(&adopted)).await;
    }
}

/// The statement names version and state, so neither an old version nor an
/// adopted decree is updated.
#[tokio::test]
async fn an_adopted_decree_and_an_outdated_draft_do_not_change() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let item = store.file(1).await.name;
        let draft = decree(1, Vec::new());
        store.run_ok(Draft { new: draft.clone() }).await;
        // Somebody else has saved another version meanwhile.
        let outdated = Relist { changed: relisted(&draft, vec![item.clone()]), before: 0 };
        let error = store.run_failed(outdated).await;
        assert!(changed_no_row(&error, "update decree"), "{error}");
        let adopted = adopted(&draft);
        store.run_ok(Relist { changed: adopted.clone(), before: 1 }).await;
        let error = store.run_failed(Relist { changed: relisted(&adopted, vec![item]), before: 2 }).await;
        assert!(changed_no_row(&error, "update decree"), "{error}");
        assert_eq!(store.read_ok(Find { by: commission(), name: draft.name }).await, Some(adopted));
    }
}

/// An official number is changed before adoption, but never to one that another
/// decree has.
#[tokio::test]
async fn a_draft_can_take_a_free_decree_number() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let draft = decree(1, Vec::new());
        store.run_ok(Draft { new: draft.clone() }).await;
        store.run_ok(Draft { new: decree(2, Vec::new()) }).await;
        let corrected = Decree {
            decree_number: "12/3".to_owned(),
            session_date: "2019-05-14".parse().expect("a date"),
            chair: Personal::new("Another chair".to_owned()),
            secretary: Personal::new("Another secretary".to_owned()),
            ..relisted(&draft, Vec::new())
        };
        store.run_ok(Relist { changed: corrected.clone(), before: 1 }).await;
        let find = || Find { by: commission(), name: draft.name.clone() };
        assert_eq!(store.read_ok(find()).await.as_ref(), Some(&corrected));
        assert!(!store.read_ok(HasNumber { number: "12/1" }).await, "it is free again");
        // The number of the other decree is taken, and the draft stays as it
        // was.
        let taken = Decree { decree_number: "12/2".to_owned(), ..relisted(&corrected, Vec::new()) };
        let error = store.run_failed(Relist { changed: taken, before: 2 }).await;
        assert!(is_taken(&error, "update decree"), "{error}");
        assert_eq!(store.read_ok(find()).await, Some(corrected));
    }
}

/// The database itself refuses a second decree of the same number, an
/// application that is listed twice, and one that does not exist.
#[tokio::test]
async fn decree_numbers_and_items_are_unique_and_exist() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let draft = decree(1, Vec::new());
        store.run_ok(Draft { new: draft.clone() }).await;
        assert!(store.read_ok(HasNumber { number: "12/1" }).await);
        assert!(!store.read_ok(HasNumber { number: "12/2" }).await);
        // Two officials use the same number on the same day.
        let same_number = Decree { decree_number: "12/1".to_owned(), ..decree(2, Vec::new()) };
        let error = store.run_failed(Draft { new: same_number }).await;
        assert!(is_taken(&error, "insert decree"), "{error}");
        let item = store.file(1).await.name;
        let twice = relisted(&draft, vec![item.clone(), item]);
        let error = store.run_failed(Relist { changed: twice, before: 1 }).await;
        assert!(is_taken(&error, "insert decree_item"), "{error}");
        // A foreign key refuses an application that does not exist.
        let absent = relisted(&draft, vec![application(ELECTION, "cis", 9)]);
        let error = store.run_failed(Relist { changed: absent, before: 1 }).await;
        assert!(matches!(error, StoreError::Database { statement: "insert decree_item", .. }), "{error}");
        assert_eq!(store.read_ok(Find { by: commission(), name: draft.name.clone() }).await, Some(draft));
    }
}

/// Pages follow the numbers and repeat none.
#[tokio::test]
async fn decrees_are_listed_by_number_page_by_page() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let item = store.file(1).await.name;
        let mut expected = Vec::new();
        for number in 1..=11 {
            let draft = decree(number, Vec::new());
            store.run_ok(Draft { new: draft.clone() }).await;
            let listed = relisted(&draft, vec![item.clone()]);
            store.run_ok(Relist { changed: listed.clone(), before: 1 }).await;
            expected.push(listed);
        }
        let page = |after, size| List { by: commission(), page: Page { after, size } };
        assert_eq!(store.read_ok(page(None, 1)).await, expected[..2]);
        assert_eq!(store.read_ok(page(Some(2), 100)).await, expected[2..]);
        assert_eq!(store.read_ok(page(Some(11), 100)).await, []);
    }
}
