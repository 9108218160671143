//! Presentations: the ministry's lists.

use domain::policy::Action;
use domain::presentation::Presentation;
use domain::vocabulary::name::{ApplicationName, PresentationName};

use crate::contract::fixtures::{ELECTION, application, code, now};
use crate::contract::harness::{is_taken, stores};
use crate::contract::permits::{ministry, person};
use crate::{Page, StoreError};

command! {
    /// Inserts a presentation.
    Present { new: Presentation } -> (), |this, tx| {
        tx.insert_presentation(&ministry(Action::CreatePresentation), &this.new).await?
    }
}
command! {
    /// Looks up a presentation.
    Find { name: PresentationName } -> Option<Presentation>, |this, tx| tx.lookup_presentation(&this.name).await?
}
command! {
    /// Whether a note number is taken.
    HasNote { number: &'static str } -> bool, |this, tx| tx.has_note(&code(), this.number).await?
}
command! {
    /// Reads a page of presentations.
    List { page: Page<u32> } -> Vec<Presentation>, |this, tx| tx.list_presentations(&code(), &this.page).await?
}

/// A presentation with a list.
fn presentation(election: &str, number: u32, applications: Vec<ApplicationName>) -> Presentation {
    Presentation {
        name: format!("elections/{election}/presentations/{number}").parse().expect("a name"),
        note_number: format!("12-{number}/2019"),
        applications,
        presented_by: person("officer").principal,
        create_time: now(),
    }
}

/// The order of the list is the order of the review queue.
#[tokio::test]
async fn a_presentation_reads_back_with_its_list_in_order() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let mut names = Vec::new();
        // The list is in another order than the applications were filed.
        for number in [3, 1, 2] {
            names.push(store.file(number).await.name);
        }
        names.push(store.file_for("osce-odihr", 4).await.name);
        let new = presentation(ELECTION, 1, names);
        assert_eq!(store.read_ok(Find { name: new.name.clone() }).await, None);
        store.run_ok(Present { new: new.clone() }).await;
        assert_eq!(store.read_ok(Find { name: new.name.clone() }).await, Some(new));
        assert!(store.read_ok(HasNote { number: "12-1/2019" }).await);
        assert!(!store.read_ok(HasNote { number: "12-2/2019" }).await);
    }
}

/// The same note presented twice would put applications into the queue twice.
#[tokio::test]
async fn note_numbers_are_unique_and_listed_applications_exist() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        store.run_ok(Present { new: presentation(ELECTION, 1, Vec::new()) }).await;
        // Another election has notes of its own.
        store.run_ok(Present { new: presentation("kz-2021", 1, Vec::new()) }).await;
        let same_note = Presentation { note_number: "12-1/2019".to_owned(), ..presentation(ELECTION, 2, Vec::new()) };
        let error = store.run_failed(Present { new: same_note }).await;
        assert!(is_taken(&error, "insert presentation"), "{error}");
        // A list with an unknown application rolls the whole presentation back.
        let strangers = presentation(ELECTION, 2, vec![application(ELECTION, "cis", 9)]);
        let error = store.run_failed(Present { new: strangers.clone() }).await;
        assert!(matches!(error, StoreError::Database { statement: "insert presentation_item", .. }), "{error}");
        assert_eq!(store.read_ok(Find { name: strangers.name }).await, None);
    }
}

/// Pages follow the numbers and repeat none.
#[tokio::test]
async fn presentations_are_listed_by_number_page_by_page() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let mut expected = Vec::new();
        for number in 1..=11 {
            let new = presentation(ELECTION, number, vec![store.file(number).await.name]);
            store.run_ok(Present { new: new.clone() }).await;
            expected.push(new);
        }
        assert_eq!(store.read_ok(List { page: Page { after: None, size: 1 } }).await, expected[..2]);
        assert_eq!(store.read_ok(List { page: Page { after: Some(2), size: 100 } }).await, expected[2..]);
        assert_eq!(store.read_ok(List { page: Page { after: Some(11), size: 100 } }).await, []);
    }
}
