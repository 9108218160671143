//! Deletes the entries of watch lists that were replaced, or whose upload did not come to its
//! end.
//!
//! A list has up to 100,000 entries. Deleting them in one transaction would hold up every other
//! write, so it is done some at a time.
//!
//! - **Woken by:** nothing; the job looks every second. Nobody waits for these rows.
//! - **Many servers:** two may delete entries of one list. Each deletes what the other has left.
//! - **Dies halfway:** the list is deleted with its last entries. Until then it is found again.

use domain::policy::{Permit, Scope};
use domain::vocabulary::id::ElectionCode;
use jiff::{SignedDuration, Timestamp};
use store::{Command, CommandError, Tx};
use uuid::Uuid;

use super::INTERVAL;
use crate::engine::Api;

/// How many entries one transaction deletes.
pub(super) const ENTRIES: u32 = 500;
/// A list to which nothing was added for so long is abandoned. An upload ends long before, by its
/// deadline.
const ABANDONED_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Deletes what is left of watch lists, then waits for the interval.
pub(super) async fn remove(api: Api) {
    loop {
        match remove_next(&api).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "a replaced watch list could not be deleted; trying again"),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Deletes some entries of one list. `false` if no list is left.
async fn remove_next(api: &Api) -> Result<bool, CommandError> {
    let silent_since = api.clock.now().saturating_sub(ABANDONED_AFTER).unwrap_or(Timestamp::MIN);
    let Some((election, list)) = api.store.read(ToRemove { silent_since }).await? else { return Ok(false) };
    api.store.run(Remove { election, list }).await?;
    Ok(true)
}

/// Reads one list that was replaced or abandoned.
struct ToRemove {
    silent_since: Timestamp,
}

impl Command for ToRemove {
    const NAME: &'static str = "look for watch lists to remove";
    type Output = Option<(ElectionCode, Uuid)>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.watch_list_to_remove(self.silent_since).await?)
    }
}

/// Deletes some entries of one list, and with the last ones the list.
struct Remove {
    election: ElectionCode,
    list: Uuid,
}

impl Command for Remove {
    const NAME: &'static str = "remove a watch list";
    type Output = u64;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, CommandError> {
        Ok(tx.remove_from_watch_list(&Permit::for_the_service(), &self.election, self.list, ENTRIES).await?)
    }
}
