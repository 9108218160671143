//! Sealing: identities are encrypted for their row, and the log has a salted
//! digest of each filing.

use domain::application::Application;
use domain::application::content::{Content, Filing};
use domain::policy::Action;

use crate::contract::fixtures::{code, filing};
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::delegation;
use crate::contract::shared_commands::{CurrentFiling, revise};
use crate::{ApplicationFilter, CommandError, Page, StoreError};

command! {
    /// Gives an application a new revision.
    Revise { before: Application, filing: Filing } -> Application, |this, tx| {
        let by = delegation(this.before.name.organization.as_str(), Action::UpdateApplication);
        revise(tx, &by, this.before.clone(), &this.filing).await?
    }
}
command! {
    /// Reads all applications; gives how many there are.
    List {} -> usize, |_this, tx| {
        let (by, page) = (delegation("cis", Action::ListApplications), Page { after: None, size: 100 });
        tx.list_applications(&by, &code(), &ApplicationFilter::default(), &page).await?.len()
    }
}

/// Whether the filing of an application cannot be unsealed.
async fn does_not_open(store: &TestStore, of: Application) -> bool {
    let error = store.store.read(CurrentFiling { of }).await.expect_err("an identity of somewhere else");
    matches!(error, CommandError::Store(StoreError::CannotUnseal))
}

/// The keys are derived from the master key alone, so a restart changes
/// nothing.
#[tokio::test]
async fn an_identity_unseals_after_reopening_the_store() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let filed = store.file(1).await;
        let store = store.reopened().await;
        assert_eq!(store.read_ok(CurrentFiling { of: filed }).await, filing(1));
    }
}

/// Somebody with write access to the database cannot give one person's passport
/// to another.
#[tokio::test]
async fn an_identity_does_not_unseal_at_another_application() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let (first, second) = (store.file(1).await, store.file(2).await);
        // Exchanges the sealed identities of two applications, as an intruder
        // with database access could.
        let swap =
            "UPDATE revision SET identity = other.identity FROM (SELECT application, identity FROM revision) other
            WHERE other.application <> revision.application";
        assert_eq!(store.execute_directly(swap).await, Ok(2));
        assert!(does_not_open(&store, first.clone()).await);
        assert!(does_not_open(&store, second).await);
        // A list fails as a whole. Skipping the row would hide the
        // manipulation.
        let listed = store.store.read(List {}).await;
        assert!(matches!(listed, Err(CommandError::Store(StoreError::CannotUnseal))), "{listed:?}");
    }
}

/// Nor can they bring an old identity back or change one byte.
#[tokio::test]
async fn an_identity_does_not_unseal_at_another_revision_or_altered() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let first = store.file(1).await;
        let second = store.run_ok(Revise { before: first.clone(), filing: filing(2) }).await;
        // Copies the identity of the first revision to the second.
        let copy = "UPDATE revision SET identity = (SELECT o.identity FROM revision o WHERE o.number = 1)";
        assert_eq!(store.execute_directly(copy).await, Ok(2));
        // The first revision has its own identity still.
        assert_eq!(store.read_ok(CurrentFiling { of: first.clone() }).await, filing(1));
        assert!(does_not_open(&store, second).await);
        store
            .execute_directly(store.select_sql(
                "UPDATE revision SET identity = CAST(identity || X'00' AS BLOB)",
                "UPDATE revision SET identity = identity || '\\x00'::bytea",
            ))
            .await
            .expect("a write");
        assert!(does_not_open(&store, first.clone()).await);
        store
            .execute_directly(
                store.select_sql("UPDATE revision SET identity = X'00'", "UPDATE revision SET identity = '\\x00'"),
            )
            .await
            .expect("a write");
        assert!(does_not_open(&store, first).await);
    }
}

/// An auditor with the master key recomputes the digest from the stored
/// columns.
#[tokio::test]
async fn the_digest_recomputes_from_salt_content_and_identity_as_stored() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let filed = store.file(1).await;
        let stored = store.read_ok(CurrentFiling { of: filed.clone() }).await;
        let row = &store.query_directly("SELECT salt, content FROM revision").await[0];
        let salt: Vec<u8> = row.get("salt");
        let salt: [u8; 32] = salt.try_into().expect("32 bytes");
        // The digest covers the bytes as stored, not a value that is equal to
        // them.
        let (content, identity): (String, _) =
            (row.get("content"), serde_json::to_vec(&stored.identity).expect("JSON"));
        assert_eq!(evidence::content_digest(&salt, content.as_bytes(), &identity), filed.content_digest);
        let other = serde_json::to_vec(&filing(2).identity).expect("JSON");
        assert_ne!(evidence::content_digest(&salt, content.as_bytes(), &other), filed.content_digest);
    }
}

/// The digest is over the stored bytes. If reading and writing changed them, it
/// could not be checked.
#[tokio::test]
async fn stored_content_serializes_to_the_same_bytes() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        store.file(1).await;
        let row = &store.query_directly("SELECT content FROM revision").await[0];
        let stored: String = row.get("content");
        let content: Content = serde_json::from_str(&stored).expect("a content");
        assert_eq!(content, filing(1).content);
        assert_eq!(serde_json::to_string(&content).expect("JSON"), stored);
    }
}

/// Equal passports must be found, and different ones must not match. Passports
/// are compared together with the state that issued them.
#[tokio::test]
async fn blind_indexes_are_equal_for_equal_values_alone() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        store.file(1).await;
        store.file(2).await;
        // The same person in another election: the same passport, so the same
        // index.
        let name = crate::contract::fixtures::application("kz-2021", "osce-odihr", 3);
        store.run_ok(crate::contract::shared_commands::File { name, filing: filing(1) }).await;
        assert_eq!(store.query_number("SELECT COUNT(DISTINCT document_index) FROM revision").await, 2);
        assert_eq!(store.query_number("SELECT COUNT(DISTINCT birth_index) FROM revision").await, 1);
        assert_eq!(store.query_number("SELECT COUNT(DISTINCT salt) FROM revision").await, 3);
        assert_eq!(store.query_number("SELECT COUNT(DISTINCT identity) FROM revision").await, 3);
        assert_eq!(store.query_number("SELECT COUNT(*) FROM revision WHERE length(salt) = 32").await, 3);
    }
}
