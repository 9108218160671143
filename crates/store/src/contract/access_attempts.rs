//! Access attempts: who asked for resources that they could not see.

use uuid::Uuid;

use crate::contract::fixtures::now;
use crate::contract::harness::stores;
use crate::contract::permits::person;
use crate::{AccessAttempt, Page};

command! {
    /// Records an attempt.
    Keep { attempt: AccessAttempt } -> (), |this, tx| tx.insert_access_attempt(&this.attempt).await?
}
command! {
    /// Reads a page of attempts.
    List { page: Page<Uuid> } -> Vec<AccessAttempt>, |this, tx| tx.list_access_attempts(&this.page).await?
}
command! {
    /// Makes an id at a given time.
    NewId { second: i64 } -> Uuid, |this, tx| tx.new_uuid(jiff::Timestamp::from_second(this.second).expect("a time"))
}

/// An attempt to read a resource.
fn attempt(id: Uuid, resource: &str) -> AccessAttempt {
    let (principal, method) = (person("reviewer").principal, "ApplicationService/GetApplication".to_owned());
    AccessAttempt { id, time: now(), principal, method, resource: resource.to_owned() }
}

/// A page begins after an id, so attempts that arrive between two pages neither
/// repeat nor hide one.
#[tokio::test]
async fn attempts_are_listed_newest_first_page_by_page_while_more_arrive() {
    for store in stores().await {
        let mut kept = Vec::new();
        for second in 0..5 {
            let attempt = attempt(store.read_ok(NewId { second }).await, &format!("resource {second}"));
            store.run_ok(Keep { attempt: attempt.clone() }).await;
            kept.insert(0, attempt);
        }
        let check = async |after: Option<Uuid>, expected: &[AccessAttempt]| {
            let found = store.read_ok(List { page: Page { after, size: 2 } }).await;
            assert_eq!(format!("{found:?}"), format!("{expected:?}"));
        };
        check(None, &kept[..3]).await;
        let newer = attempt(store.read_ok(NewId { second: 9 }).await, "resource 9");
        store.run_ok(Keep { attempt: newer }).await;
        check(Some(kept[1].id), &kept[2..5]).await;
        check(Some(kept[3].id), &kept[4..]).await;
        check(Some(kept[4].id), &[]).await;
    }
}

/// Lists are ordered by id. If ids did not follow time, a page would skip rows
/// that came in meanwhile.
#[tokio::test]
async fn new_ids_stand_in_the_order_of_their_times_and_never_repeat() {
    for store in stores().await {
        let mut ids = Vec::new();
        for second in [1, 1, 2, 1_557_478_800, 1_557_478_801] {
            ids.push(store.read_ok(NewId { second }).await);
        }
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert_ne!(ids[0], ids[1]);
        assert!(ids[0].max(ids[1]) < ids[2] && ids[2..].is_sorted());
    }
}
