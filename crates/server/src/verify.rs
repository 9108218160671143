//! `accreditd verify`: compares the database with its log.
//!
//! Each event has digests of the rows that it changed. A row that differs from its last event
//! was changed by somebody else than the service.

use std::time::{Duration, Instant};

use domain::policy::Scope;
use store::{Command, CommandError, Compared, Store, Tx};

use crate::Config;
use crate::init::read_key_file;

/// How long it may take. It reads the whole database.
const LIMIT: Duration = Duration::from_secs(3600);

/// Compares every row that acts change with the event that changed it last.
///
/// Servers may run meanwhile: it reads as of one moment. Differences are a result and no error.
pub async fn verify(config: &Config) -> anyhow::Result<Compared> {
    let store = Store::open(&config.database()?, read_key_file(&config.key_file)?, 1).await?;
    Ok(store.read_until(Verify, Instant::now() + LIMIT).await?)
}

/// Compares everything in one read transaction.
struct Verify;

impl Command for Verify {
    const NAME: &'static str = "verify";
    type Output = Compared;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Compared, CommandError> {
        Ok(tx.compare_with_log().await?)
    }
}
