//! What a world stands on: which database, and how many servers.

use std::path::{Path, PathBuf};

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
        Options {
            database: url(APPLICATION),
            owner_url: url(OWNER),
            servers,
            ends_verified: true,
            ..Options::default()
        }
    }

    /// Keeps a copy of what a world that has been stopped has in its database.
    ///
    /// # Errors
    ///
    /// If it cannot be copied.
    pub fn keep(&self, dir: &Path) -> Result<()> {
        match &self.database {
            // What the last start wrote may still be in the log beside the file; after an orderly end there is none.
            None => files(dir, "accreditd").into_iter().zip(files(dir, "kept")).try_for_each(|(place, kept)| {
                if place.exists() { std::fs::copy(place, kept).map(drop).context("cannot copy") } else { Ok(()) }
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
                files(dir, "kept").into_iter().zip(files(dir, "accreditd")).try_for_each(|(kept, place)| {
                    if kept.exists() {
                        return std::fs::rename(kept, place).context("cannot put it back");
                    }
                    // A log of later than the copy must not be read into it.
                    let _ = std::fs::remove_file(place);
                    Ok(())
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

/// A database's file and the log beside it.
fn files(dir: &Path, name: &str) -> [PathBuf; 2] {
    ["db", "db-wal"].map(|suffix| dir.join(format!("{name}.{suffix}")))
}
