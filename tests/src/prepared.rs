//! A small world that stories copy, as long as one of them uses it.

use std::sync::{Arc, Weak};

use rehearsal::{Options, Stage, World};
use tokio::sync::Mutex;

use crate::{Database, Ground};

/// A stopped small world, of which the stories of a test program start copies.
pub(crate) struct PreparedWorld {
    pub(crate) world: World,
    /// The database of the world. Copying it is not asynchronous, so it is shared with another thread.
    pub(crate) ground: Arc<Ground>,
}

impl PreparedWorld {
    /// The prepared world for a kind of database.
    ///
    /// It is made again if no story uses it any more. A static that held it would never remove its files.
    pub(crate) async fn of(database: Database) -> anyhow::Result<Arc<Self>> {
        static PREPARED: [Mutex<Weak<PreparedWorld>>; 2] = [const { Mutex::const_new(Weak::new()) }; 2];
        let mut known = PREPARED[database as usize].lock().await;
        if let Some(prepared) = known.upgrade() {
            return Ok(prepared);
        }
        let ground = Ground::new(database).await?;
        // Each copy is verified.
        let options = Options { ends_verified: false, ..ground.options(1) };
        let world = World::small_in(options, Stage::Announced).await?;
        world.stop().await?;
        let prepared = Arc::new(Self { world, ground: Arc::new(ground) });
        *known = Arc::downgrade(&prepared);
        Ok(prepared)
    }
}
