//! Callers that go away and commands that panic: nothing is half done, and the
//! store goes on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::contract::fixtures::now;
use crate::contract::harness::{TestStore, stores};
use crate::contract::permits::person;
use crate::{AccessAttempt, CommandError, StoreError};

/// How many callers go away in a test. More than any store has connections, so
/// a leaked one would show.
const MANY: u32 = 12;

command! {
    /// Writes one row, reports that, waits for permission to go on, and writes
    /// another.
    WriteInTwoSteps { number: u32, begun: Arc<Semaphore>, go_on: Arc<Semaphore> } -> (), |this, tx| {
        tx.insert_access_attempt(&attempt(2 * this.number)).await?;
        this.begun.add_permits(1);
        this.go_on.acquire().await.expect("never closed").forget();
        tx.insert_access_attempt(&attempt(2 * this.number + 1)).await?
    }
}
command! {
    /// Reads, reports that, waits for permission to go on, and reads again.
    ReadInTwoSteps { begun: Arc<Semaphore>, go_on: Arc<Semaphore> } -> (), |this, tx| {
        tx.log_size("registry").await?;
        this.begun.add_permits(1);
        this.go_on.acquire().await.expect("never closed").forget();
        tx.log_size("registry").await?;
    }
}
command! {
    /// Reads the length of a log.
    Size {} -> i64, |_this, tx| tx.log_size("registry").await?
}

/// A row with a given number.
fn attempt(number: u32) -> AccessAttempt {
    AccessAttempt {
        id: Uuid::from_u128(number.into()),
        time: now(),
        principal: person("reviewer").principal,
        method: "ReviewService/ClaimApplication".to_owned(),
        resource: "elections/kz-2019".to_owned(),
    }
}

/// Panics. Its type says that it returns, so the code after it compiles without
/// warnings.
fn panic() {
    panic!("on purpose")
}

/// How many rows were written.
async fn count(store: &TestStore) -> i64 {
    store.query_number("SELECT COUNT(*) FROM access_attempt").await
}

/// The transaction goes on to its end without the caller: both rows are there,
/// never one of them.
#[tokio::test]
async fn a_caller_that_goes_away_in_the_middle_of_a_write_changes_nothing() {
    for store in stores().await {
        let (begun, go_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        for number in 0..MANY {
            let command = WriteInTwoSteps { number, begun: begun.clone(), go_on: go_on.clone() };
            let caller = tokio::spawn({
                let store = store.store.clone();
                async move { store.run(command).await }
            });
            begun.acquire().await.expect("never closed").forget();
            caller.abort();
            assert!(caller.await.expect_err("it was aborted").is_cancelled());
            go_on.add_permits(1);
        }
        go_on.add_permits(1);
        store.run_ok(WriteInTwoSteps { number: MANY, begun, go_on }).await;
        assert_eq!(count(&store).await, 2 * i64::from(MANY + 1), "both rows of every command");
    }
}

/// The caller gives up before the command has begun. It may run or not, but
/// never in part.
#[tokio::test]
async fn a_caller_that_leaves_the_queue_leaves_all_or_nothing() {
    for store in stores().await {
        let (begun, go_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(MANY as usize)));
        for number in 0..MANY {
            let command = WriteInTwoSteps { number, begun: begun.clone(), go_on: go_on.clone() };
            // Gives up at once: the command is queued or has just begun.
            let waited = tokio::time::timeout(Duration::ZERO, store.store.run(command)).await;
            drop(waited);
        }
        let go_on = Arc::new(Semaphore::new(1));
        store.run_ok(WriteInTwoSteps { number: MANY, begun, go_on }).await;
        let halves = store.select_sql(
            "SELECT COUNT(*) FROM (SELECT 1 FROM access_attempt GROUP BY substr(hex(id), 1, 31) HAVING COUNT(*) % 2 = 1)",
            "SELECT COUNT(*) FROM (SELECT 1 FROM access_attempt GROUP BY substr(id::text, 1, 35)
                HAVING COUNT(*) % 2 = 1) AS halves",
        );
        assert_eq!(store.query_number(halves).await, 0);
    }
}

/// If abandoned reads kept their connections, a few disconnecting clients would
/// block all reads.
#[tokio::test]
async fn readers_that_go_away_free_their_connections() {
    for store in stores().await {
        let (begun, go_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        for _ in 0..MANY {
            let command = ReadInTwoSteps { begun: begun.clone(), go_on: go_on.clone() };
            let caller = tokio::spawn({
                let store = store.store.clone();
                async move { store.read(command).await }
            });
            begun.acquire().await.expect("never closed").forget();
            caller.abort();
            go_on.add_permits(1);
        }
        for _ in 0..MANY {
            assert_eq!(store.read_ok(Size {}).await, 0);
        }
    }
}

command! {
    /// Writes one row and panics.
    WriteAndPanic {} -> (), |_this, tx| {
        tx.insert_access_attempt(&attempt(999)).await?;
        panic()
    }
}
command! {
    /// Reads and panics.
    ReadAndPanic {} -> (), |_this, tx| {
        tx.log_size("registry").await?;
        panic()
    }
}

/// On SQLite a panic in the writer's thread would otherwise end all writing
/// until a restart.
#[tokio::test]
async fn a_panic_changes_nothing_and_the_store_goes_on() {
    for store in stores().await {
        let (go_on, begun) = (Arc::new(Semaphore::new(100)), Arc::new(Semaphore::new(0)));
        let write = |number| WriteInTwoSteps { number, begun: begun.clone(), go_on: go_on.clone() };
        for number in (0..MANY).step_by(2) {
            // Commands beside the panicking one must succeed, also if they
            // share its commit.
            let together = tokio::join!(
                store.store.run(write(number)),
                store.store.run(WriteAndPanic {}),
                store.store.run(write(number + 1)),
                store.store.read(ReadAndPanic {}),
            );
            let (before, panicked, after, read) = together;
            assert!(before.is_ok() && after.is_ok(), "{before:?} {after:?}");
            for outcome in [panicked, read] {
                assert!(matches!(outcome, Err(CommandError::Store(StoreError::Panicked { .. }))), "{outcome:?}");
            }
        }
        assert_eq!(count(&store).await, 2 * i64::from(MANY));
        assert_eq!(store.read_ok(Size {}).await, 0);
    }
}
