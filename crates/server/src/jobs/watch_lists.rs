//! Removing the entries of watch lists that were replaced or not uploaded to their end: some at a time, so that nobody waits
//! for it.

use domain::policy::{Permit, Scope};
use domain::vocabulary::id::ElectionCode;
use jiff::{SignedDuration, Timestamp};
use store::{Command, CommandError, Tx};
use uuid::Uuid;

use super::INTERVAL;
use crate::engine::Api;

/// How many entries one transaction removes.
pub(super) const ENTRIES: u32 = 500;
/// How long nothing was added to a list that is taken for left over: an upload is over long before.
const LEFT_OVER: SignedDuration = SignedDuration::from_hours(1);

/// Removes what is left of watch lists, whenever there is something.
pub(super) async fn remove(api: Api) {
    loop {
        match remove_next(&api).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "a watch list that was replaced could not be removed; tried again"),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn remove_next(api: &Api) -> Result<bool, CommandError> {
    let silent_since = api.clock.now().saturating_sub(LEFT_OVER).unwrap_or(Timestamp::MIN);
    let Some((election, list)) = api.store.read(ToRemove { silent_since }).await? else { return Ok(false) };
    api.store.run(Remove { election, list }).await?;
    Ok(true)
}

/// A list that is to be removed.
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
