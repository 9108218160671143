//! Whether the database says what its log says.

use std::time::{Duration, Instant};

use domain::policy::Scope;
use store::{Command, CommandError, Compared, Store, Tx};

use crate::Config;
use crate::init::read_key_file;

/// How long it may take: it reads everything.
const LIMIT: Duration = Duration::from_secs(3600);

/// Compares every row that acts change with the event that changed it last. Servers may run: it reads as of one moment.
pub async fn verify(config: &Config) -> anyhow::Result<Compared> {
    let store = Store::open(&config.database()?, read_key_file(&config.key_file)?, 1).await?;
    Ok(store.read_until(Verify, Instant::now() + LIMIT).await?)
}

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
