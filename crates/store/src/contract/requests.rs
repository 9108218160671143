//! Remembered requests: a repeated call has one effect.

use domain::policy::Action;
use domain::vocabulary::id::{EventId, RequestId};
use domain::vocabulary::log::LogName;
use uuid::Uuid;

use crate::contract::harness::{is_taken, stores};
use crate::contract::permits::registrar;
use crate::contract::shared_commands::event;
use crate::{RecordedEvent, RequestRecord};

command! {
    /// Records an event and remembers the request.
    RunRequest { request: RequestRecord, event: EventId } -> RecordedEvent, |this, tx| {
        let by = registrar(Action::CreateElection);
        let done = tx.record_event(&by, event(LogName::Registry, this.event), &[]).await?;
        tx.insert_request(&by, &this.request, &done).await?;
        done
    }
}
command! {
    /// Looks up a remembered request.
    Find { request: RequestRecord } -> Option<([u8; 32], RecordedEvent)>, |this, tx| tx.lookup_request(&this.request).await?
}

/// A request with this id.
fn request(organization: &str, method: &'static str, id: u128) -> RequestRecord {
    RequestRecord {
        organization: organization.parse().expect("a code"),
        method,
        request_id: RequestId(Uuid::from_u128(id)),
        hash: [u8::try_from(id).expect("a small id"); 32],
        signature: vec![1, 2, 3],
    }
}

/// The RPC method of the requests.
const METHOD: &str = "ElectionService/CreateElection";

/// The hash shows whether the repeated request is the same one. The answer is
/// made from the first event.
#[tokio::test]
async fn a_repeated_request_finds_its_effect_and_hash() {
    for store in stores().await {
        let first = request("cec", METHOD, 1);
        assert_eq!(store.read_ok(Find { request: first.clone() }).await, None);
        let done = store.run_ok(RunRequest { request: first.clone(), event: EventId(Uuid::from_u128(1)) }).await;
        // Another request under the same id. The lookup gives the first hash,
        // so the caller can tell.
        let altered = RequestRecord { hash: [9; 32], ..first.clone() };
        assert_eq!(store.read_ok(Find { request: altered }).await, Some((first.hash, done)));
        // Organization, method and id are all part of the key.
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

/// If the same request commits twice in parallel, the second transaction rolls
/// back as a whole.
#[tokio::test]
async fn a_request_id_is_used_once_and_a_second_use_leaves_no_event() {
    for store in stores().await {
        store.run_ok(RunRequest { request: request("cec", METHOD, 1), event: EventId(Uuid::from_u128(1)) }).await;
        let again = RunRequest { request: request("cec", METHOD, 1), event: EventId(Uuid::from_u128(2)) };
        let error = store.run_failed(again).await;
        assert!(is_taken(&error, "insert request"), "{error}");
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event").await, 1);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM event_pending").await, 1);
        // Another organization may use the same id.
        store.run_ok(RunRequest { request: request("mfa", METHOD, 1), event: EventId(Uuid::from_u128(2)) }).await;
    }
}
