//! A database of a cluster, for one test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;

use crate::programs::{find_program, run};
use crate::{OWNER, SUPERUSER};

/// A database in a cluster. Dropping this value drops the database.
#[derive(Debug)]
pub struct Database {
    sockets: PathBuf,
    name: String,
}

impl Database {
    /// Makes a database in the cluster with this socket directory.
    ///
    /// The name has the process id, because test programs that run at the same time share a cluster.
    pub(crate) fn create(sockets: &Path) -> Result<Self> {
        Self::create_from(sockets, "template0")
    }

    /// Makes another database with the content of this one. Nobody may be connected to this one, because PostgreSQL
    /// copies only an unused database.
    pub fn copy(&self) -> Result<Self> {
        Self::create_from(&self.sockets, &self.name)
    }

    /// Makes a database from a template.
    fn create_from(sockets: &Path, template: &str) -> Result<Self> {
        static NUMBERS: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}_{}", std::process::id(), NUMBERS.fetch_add(1, Ordering::Relaxed));
        let sql = format!("CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}");
        Self::psql(sockets, SUPERUSER, "postgres", &sql)?;
        Ok(Self { sockets: sockets.to_owned(), name })
    }

    /// The URL with which a role connects to the database.
    pub fn url(&self, role: &str) -> String {
        format!("postgres://{role}@localhost/{}?host={}", self.name, self.sockets.display())
    }

    /// The name of the database, such as `t4711_0`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs SQL as [`SUPERUSER`], past row-level security.
    ///
    /// Returns the output of `psql`: one line for each row, with columns separated by `|`.
    ///
    /// # Errors
    ///
    /// Fails if a statement fails; the error has PostgreSQL's message.
    pub fn sql(&self, sql: &str) -> Result<String> {
        Self::psql(&self.sockets, SUPERUSER, &self.name, sql)
    }

    /// Copies the database as it is now. Nobody may be connected, because PostgreSQL copies only an unused database.
    pub fn keep(&self) -> Result<()> {
        let Self { sockets, name } = self;
        Self::psql(
            sockets,
            SUPERUSER,
            "postgres",
            &format!("CREATE DATABASE {name}_kept OWNER {OWNER} TEMPLATE {name}"),
        )
        .map(drop)
    }

    /// Replaces the database by the copy, as a restore from a backup does. Open connections are cut.
    pub fn restore(&self) -> Result<()> {
        let Self { sockets, name } = self;
        Self::psql(sockets, SUPERUSER, "postgres", &format!("DROP DATABASE {name} WITH (FORCE)"))?;
        Self::psql(sockets, SUPERUSER, "postgres", &format!("ALTER DATABASE {name}_kept RENAME TO {name}")).map(drop)
    }

    /// The content of the database as SQL, written by `pg_dump`. Tests search it for data that must not be there.
    pub fn dump(&self) -> Result<String> {
        let mut dump = Command::new(find_program("pg_dump"));
        dump.arg("--host").arg(&self.sockets).args(["--username", SUPERUSER, "--dbname", &self.name]);
        Ok(String::from_utf8_lossy(&run(&mut dump)?.stdout).into_owned())
    }

    /// Runs SQL with `psql` and returns its output.
    pub(crate) fn psql(sockets: &Path, role: &str, database: &str, sql: &str) -> Result<String> {
        let mut psql = Command::new(find_program("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
        psql.arg("--host").arg(sockets).args(["--username", role, "--dbname", database, "--command", sql]);
        let output = run(&mut psql)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A failure is ignored: the database is removed with its cluster.
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let _ = Self::psql(&self.sockets, SUPERUSER, "postgres", &sql);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Cluster, Sync};

    /// If each test run left a directory behind, the disk would fill up.
    #[test]
    fn a_cluster_starts_has_databases_and_leaves_nothing() {
        let cluster = Cluster::start(Sync::Off).expect("PostgreSQL is installed");
        let sockets = cluster.sockets().to_owned();
        let database = cluster.database().expect("a database");
        let owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()";
        assert_eq!(database.sql(owner).expect("a query"), crate::OWNER);
        assert!(database.sql("SELECT nonsense").is_err());
        drop(database);
        drop(cluster);
        assert!(!sockets.exists());
    }
}
