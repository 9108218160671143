//! What a world stands on: which database, and how many servers.

use std::path::Path;

use anyhow::{Context, Result};
use rehearsal::Options;
use throwaway::{APPLICATION, Cluster, OWNER};

/// The databases that every story is told on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A PostgreSQL of the test's own.
    Postgres,
}

/// A database for one world; it is gone with this value.
#[derive(Debug)]
pub struct Ground {
    database: Option<throwaway::Database>,
}

impl Ground {
    /// A new database.
    ///
    /// # Errors
    ///
    /// If PostgreSQL makes none.
    pub async fn new(database: Database) -> Result<Self> {
        let database = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(tokio::task::spawn_blocking(|| Cluster::shared().database()).await??),
        };
        Ok(Self { database })
    }

    /// A world on it, with so many servers.
    pub fn options(&self, servers: usize) -> Options {
        let url = |role| self.database.as_ref().map(|database| database.url(role));
        Options { database: url(APPLICATION), owner_url: url(OWNER), servers, ..Options::default() }
    }

    /// Keeps a copy of what a world that has been stopped has in its database.
    ///
    /// # Errors
    ///
    /// If it cannot be copied.
    pub fn keep(&self, dir: &Path) -> Result<()> {
        match &self.database {
            // What the last start wrote may still be in the log beside the file.
            None => ["db", "db-wal"].into_iter().try_for_each(|suffix| {
                let copied = std::fs::copy(dir.join(format!("accreditd.{suffix}")), dir.join(format!("kept.{suffix}")));
                copied.map(drop).context("cannot copy")
            }),
            Some(database) => database.keep(),
        }
    }

    /// Puts the copy back, as a restore from a backup does.
    ///
    /// # Errors
    ///
    /// If it cannot be put back.
    pub fn restore(&self, dir: &Path) -> Result<()> {
        match &self.database {
            None => {
                // The index of the log is made anew; there is none if nobody has read.
                let _ = std::fs::remove_file(dir.join("accreditd.db-shm"));
                ["db", "db-wal"].into_iter().try_for_each(|suffix| {
                    let (kept, place) = (dir.join(format!("kept.{suffix}")), dir.join(format!("accreditd.{suffix}")));
                    std::fs::rename(kept, place).context("cannot put it back")
                })
            }
            Some(database) => database.restore(),
        }
    }

    /// The PostgreSQL database, for a test that looks around the service.
    pub fn postgres(&self) -> Option<&throwaway::Database> {
        self.database.as_ref()
    }
}
