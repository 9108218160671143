//! Requests are remembered with what they left behind.

use domain::policy::Action;
use domain::transparency::event::LogName;
use domain::vocabulary::id::{EventId, RequestId};
use uuid::Uuid;

use crate::contract::harness::{is_taken, stores};
use crate::contract::permits::registrar;
use crate::contract::shared_commands::event;
use crate::{Done, RequestRecord};

command! {
    Do { request: RequestRecord, event: EventId } -> Done, |this, tx| {
        let by = registrar(Action::CreateElection);
        let done = tx.record_event(&by, event(LogName::Registry, this.event), &[]).await?;
        tx.insert_request(&by, &this.request, &done).await?;
        done
    }
}
command! {
    Find { request: RequestRecord } -> Option<([u8; 32], Done)>, |this, tx| tx.lookup_request(&this.request).await?
}

fn request(organization: &str, method: &'static str, id: u128) -> RequestRecord {
    RequestRecord {
        organization: organization.parse().expect("a code"),
        method,
        request_id: RequestId(Uuid::from_u128(id)),
        hash: [u8::try_from(id).expect("a small id"); 32],
        signature: vec![1, 2, 3],
    }
}

const METHOD: &str = "ElectionService/CreateElection";

#[tokio::test]
async fn a_repeated_request_finds_what_it_left_behind_and_the_hash_it_had() {
    for store in stores().await {
        let first = request("cec", METHOD, 1);
        assert_eq!(store.read_ok(Find { request: first.clone() }).await, None);
        let done = store.run_ok(Do { request: first.clone(), event: EventId(Uuid::from_u128(1)) }).await;
        let altered = RequestRecord { hash: [9; 32], ..first.clone() };
        assert_eq!(store.read_ok(Find { request: altered }).await, Some((first.hash, done)));
        for other in [request("mfa", METHOD, 1), request("cec", "X/Y", 1), request("cec", METHOD, 2)] {
            assert_eq!(store.read_ok(Find { request: other }).await, None);
        }
        assert_eq!(
            store
                .query_number(store.select_sql(
                    "SELECT COUNT(*) FROM request WHERE signature = X'010203'",
                    "SELECT COUNT(*) FROM request WHERE signature = '\\x010203'",
                ))
                .await,
            1
        );
    }
}

#[tokio::test]
async fn a_request_id_is_used_once_and_a_second_use_leaves_no_event() {
    for store in stores().await {
        store.run_ok(Do { request: request("cec", METHOD, 1), event: EventId(Uuid::from_u128(1)) }).await;
        let again = Do { request: request("cec", METHOD, 1), event: EventId(Uuid::from_u128(2)) };
        let error = store.run_failed(again).await;
        assert!(is_taken(&error, "insert request"), "{error}");
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event").await, 1);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event_pending").await, 1);
        store.run_ok(Do { request: request("mfa", METHOD, 1), event: EventId(Uuid::from_u128(2)) }).await;
    }
}
