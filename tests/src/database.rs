//! The database of a test, and the options of a world that uses it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rehearsal::Options;
use throwaway::{APPLICATION, Cluster, OWNER};

/// The kinds of database that every story runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// SQLite, a file in the directory of the world.
    Sqlite,
    /// PostgreSQL, a database of the test's own in a temporary cluster.
    Postgres,
}

/// The database of one world. It is deleted when this value is dropped.
#[derive(Debug)]
pub struct Ground {
    database: Option<throwaway::Database>,
}

impl Ground {
    /// Creates an empty database.
    ///
    /// # Errors
    ///
    /// If PostgreSQL does not start, or does not create the database.
    pub async fn new(database: Database) -> Result<Self> {
        let database = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(tokio::task::spawn_blocking(|| Cluster::shared().database()).await??),
        };
        Ok(Self { database })
    }

    /// Creates a database with the content of this one, to which nobody may be connected. An SQLite database is copied
    /// with the directory of its world.
    ///
    /// # Errors
    ///
    /// If PostgreSQL does not copy the database.
    pub fn copy(&self) -> Result<Self> {
        Ok(Self { database: self.database.as_ref().map(throwaway::Database::copy).transpose()? })
    }

    /// The options of a world that uses this database, with this number of servers.
    ///
    /// Dropping the world verifies the database against its log. A story that leaves them different fails.
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

    /// Copies the database of a stopped world, for [`Ground::restore_copy`].
    ///
    /// # Errors
    ///
    /// If the database cannot be copied.
    pub fn save_copy(&self, dir: &Path) -> Result<()> {
        match &self.database {
            // The write-ahead log may hold the last transactions. After an orderly shutdown it does not exist.
            None => files(dir, "accreditd").into_iter().zip(files(dir, "kept")).try_for_each(|(path, copy)| {
                if path.exists() { std::fs::copy(path, copy).map(drop).context("cannot copy") } else { Ok(()) }
            }),
            Some(database) => database.keep(),
        }
    }

    /// Replaces the database by its copy, as a restore from a backup does.
    ///
    /// # Errors
    ///
    /// If there is no copy, or the database cannot be replaced.
    pub fn restore_copy(&self, dir: &Path) -> Result<()> {
        match &self.database {
            None => {
                // SQLite creates the index of the write-ahead log again. It does not exist if nobody has read.
                let _ = std::fs::remove_file(dir.join("accreditd.db-shm"));
                files(dir, "kept").into_iter().zip(files(dir, "accreditd")).try_for_each(|(copy, path)| {
                    if copy.exists() {
                        return std::fs::rename(copy, path).context("cannot restore the copy");
                    }
                    // SQLite would apply a write-ahead log that is newer than the copy.
                    let _ = std::fs::remove_file(path);
                    Ok(())
                })
            }
            Some(database) => database.restore(),
        }
    }

    /// The PostgreSQL database, for a test that reads it without the service. `None` on SQLite.
    pub fn postgres(&self) -> Option<&throwaway::Database> {
        self.database.as_ref()
    }
}

/// The paths of an SQLite database and of its write-ahead log.
fn files(dir: &Path, name: &str) -> [PathBuf; 2] {
    ["db", "db-wal"].map(|suffix| dir.join(format!("{name}.{suffix}")))
}
