//! Callers that stop waiting at any moment, on PostgreSQL.
//!
//! No connection may stay in a transaction. Its next user would see the rows of
//! another organization, or commit half of a stranger's work.
//!
//! The environment variable `CANCELLATIONS` sets how many calls are cancelled.
//! The feature `dangerous-run-in-caller` adds the fault that this test has to
//! detect.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::policy::{Action, Scope};
use domain::vocabulary::state::StateKind;
use tokio::time::timeout;
use uuid::Uuid;

use crate::contract::fixtures::{code, now};
use crate::contract::harness::TestStore;
use crate::contract::permits::{person, reviewer};
use crate::{AccessAttempt, ApplicationFilter, Command, CommandError, Page, Store, Tx};

/// How many callers run in parallel.
const AT_ONCE: u64 = 32;

/// Writes two rows that belong together, in the scope of the hosts.
struct WriteTwo(u128);

impl Command for WriteTwo {
    const NAME: &'static str = "WriteTwo";
    type Output = ();

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        for half in [2 * self.0, 2 * self.0 + 1] {
            let attempt = AccessAttempt {
                id: Uuid::from_u128(half),
                time: now(),
                principal: person("reviewer").principal,
                method: "ReviewService/ClaimApplication".to_owned(),
                resource: "elections/kz-2019".to_owned(),
            };
            tx.insert_access_attempt(&attempt).await?;
        }
        Ok(())
    }
}

/// Counts what an organization sees with a permit that allows everything. Only
/// row-level security limits it, so a transaction of the wrong organization
/// shows at once.
struct CountAs(&'static str);

impl Command for CountAs {
    const NAME: &'static str = "CountAs";
    type Output = usize;

    fn scope(&self) -> Scope {
        Scope::Organization(self.0.parse().expect("a code"))
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, CommandError> {
        let everything = reviewer(Action::ListApplications);
        let page = Page { after: None, size: 100 };
        Ok(tx.list_applications(&everything, &code(), &ApplicationFilter::default(), &page).await?.len())
    }
}

/// A number that looks random and is the same in every run, so that a failure
/// can be repeated.
fn scatter(number: u64) -> u64 {
    let mut x = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x2545_f491_4f6c_dd1d);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

/// Runs one command and cancels it after a random time.
async fn call(store: Store, number: u64, wrong: &AtomicU64, late: &AtomicU64) {
    // Up to 30 milliseconds: before the transaction, in the middle of it, or
    // after it.
    let cancel_after = Duration::from_micros(scatter(number) % 30_000);
    let (sender, own) = if number.is_multiple_of(2) { ("cis", 3) } else { ("osce-odihr", 2) };
    let cut = if number.is_multiple_of(3) {
        timeout(cancel_after, store.run(WriteTwo(number.into()))).await.is_err()
    } else {
        match timeout(cancel_after, store.read(CountAs(sender))).await {
            // In time, with the rows of the right organization.
            Ok(counted) if counted.as_ref().is_ok_and(|count| *count == own) => false,
            Ok(_) => {
                wrong.fetch_add(1, Ordering::Relaxed);
                false
            }
            Err(_) => true,
        }
    };
    late.fetch_add(cut.into(), Ordering::Relaxed);
}

/// Cancels calls until enough were cut off in the middle. Then every connection
/// must serve the next caller correctly, no transaction may be open, and each
/// pair of rows must be whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_callers_leave_no_open_transaction_and_no_half_write() {
    let wanted = std::env::var("CANCELLATIONS").map_or(400, |text| text.parse().expect("CANCELLATIONS is a number"));
    let store = TestStore::on_postgres().await.with_sample_data().await;
    for (number, sender) in (1..).zip(["cis", "cis", "cis", "osce-odihr", "osce-odihr"]) {
        store.file_for_and_move(sender, number, StateKind::Presented).await;
    }
    let (wrong, late) = (AtomicU64::new(0), AtomicU64::new(0));
    let mut number = 0;
    // Calls that end before they are cancelled show nothing, so only cancelled
    // ones count.
    while late.load(Ordering::Relaxed) < wanted {
        let calls = (0..AT_ONCE).map(|offset| call(store.store.clone(), number + offset, &wrong, &late));
        futures_util::future::join_all(calls).await;
        number += AT_ONCE;
    }
    // The next callers use every connection of the pool.
    for offset in 0..64 {
        let (sender, own) = if offset % 2 == 0 { ("cis", 3) } else { ("osce-odihr", 2) };
        let counted = store.store.read(CountAs(sender)).await;
        let written = store.store.run(WriteTwo(u128::from(u64::MAX) + offset)).await;
        let right = counted.is_ok_and(|count| count == own) && written.is_ok();
        wrong.fetch_add((!right).into(), Ordering::Relaxed);
    }
    // Gives PostgreSQL time to notice closed connections.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let idle = store
        .query_number(
            "SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .await;
    // Pairs of ids differ in the last bit. A group that has not two rows is
    // half a write.
    let halves = store
        .query_number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM access_attempt GROUP BY substr(id::text, 1, 35) ,
                (('x' || right(id::text, 1))::bit(4)::int / 2) HAVING COUNT(*) <> 2) AS halves",
        )
        .await;
    let (wrong, late) = (wrong.into_inner(), late.into_inner());
    println!(
        "cancellations {{\"calls\":{number},\"cancelled\":{late},\"idle_in_transaction\":{idle},\"halves\":{halves},\
         \"wrong_tenant\":{wrong}}}"
    );
    assert_eq!((idle, halves, wrong), (0, 0, 0));
}
