//! Callers that go away at any moment, on PostgreSQL: no connection is left in a transaction, and whoever has it next
//! is neither somebody else's tenant nor the one who commits a stranger's half.
//!
//! `CANCELLATIONS` sets how many; the feature `dangerous-run-in-caller` puts the fault in that this has to notice.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::application::StateKind;
use domain::policy::{Action, Scope};
use tokio::time::timeout;
use uuid::Uuid;

use crate::contract::fixtures::{code, now};
use crate::contract::harness::TestStore;
use crate::contract::permits::{person, reviewer};
use crate::{AccessAttempt, ApplicationFilter, Command, CommandError, Page, Store, Tx};

/// How many callers there are at once.
const AT_ONCE: u64 = 32;

/// Writes two rows, which belong together, as one of the hosts.
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

/// Counts what a sender sees with a permit that opens everything: the wall alone confines it.
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

/// A number that looks random and is the same in every run.
fn scatter(number: u64) -> u64 {
    let mut x = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x2545_f491_4f6c_dd1d);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

async fn call(store: Store, number: u64, wrong: &AtomicU64, late: &AtomicU64) {
    let patience = Duration::from_micros(scatter(number) % 30_000);
    let (sender, own) = if number.is_multiple_of(2) { ("cis", 3) } else { ("osce-odihr", 2) };
    let cut = if number.is_multiple_of(3) {
        timeout(patience, store.run(WriteTwo(number.into()))).await.is_err()
    } else {
        match timeout(patience, store.read(CountAs(sender))).await {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_goes_away_leaves_no_transaction_and_no_half() {
    let wanted = std::env::var("CANCELLATIONS").map_or(400, |text| text.parse().expect("CANCELLATIONS is a number"));
    let store = TestStore::on_postgres().await.with_sample_data().await;
    for (number, sender) in (1..).zip(["cis", "cis", "cis", "osce-odihr", "osce-odihr"]) {
        store.file_for_and_lead(sender, number, StateKind::Presented).await;
    }
    let (wrong, late) = (AtomicU64::new(0), AtomicU64::new(0));
    let mut number = 0;
    while late.load(Ordering::Relaxed) < wanted {
        let calls = (0..AT_ONCE).map(|offset| call(store.store.clone(), number + offset, &wrong, &late));
        futures_util::future::join_all(calls).await;
        number += AT_ONCE;
    }
    // Whoever comes next, on every connection there is.
    for offset in 0..64 {
        let (sender, own) = if offset % 2 == 0 { ("cis", 3) } else { ("osce-odihr", 2) };
        let counted = store.store.read(CountAs(sender)).await;
        let written = store.store.run(WriteTwo(u128::from(u64::MAX) + offset)).await;
        let right = counted.is_ok_and(|count| count == own) && written.is_ok();
        wrong.fetch_add((!right).into(), Ordering::Relaxed);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let idle = store
        .query_number(
            "SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .await;
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
