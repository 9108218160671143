//! One database of a cluster.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;

use crate::programs::{find, run};
use crate::{OWNER, SUPERUSER};

/// A database of its own; it is dropped with this value.
#[derive(Debug)]
pub struct Database {
    sockets: PathBuf,
    name: String,
}

impl Database {
    /// Makes one in the cluster with these sockets.
    pub(crate) fn create(sockets: &Path) -> Result<Self> {
        static NUMBERS: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}_{}", std::process::id(), NUMBERS.fetch_add(1, Ordering::Relaxed));
        let sql = format!("CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0");
        Self::psql(sockets, SUPERUSER, "postgres", &sql)?;
        Ok(Self { sockets: sockets.to_owned(), name })
    }

    /// Its URL for a role.
    pub fn url(&self, role: &str) -> String {
        format!("postgres://{role}@localhost/{}?host={}", self.name, self.sockets.display())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs SQL around all walls and gives what it printed: a line for each row, columns separated by `|`.
    pub fn sql(&self, sql: &str) -> Result<String> {
        Self::psql(&self.sockets, SUPERUSER, &self.name, sql)
    }

    /// Keeps a copy of what is in it now; nobody may be connected.
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

    /// Puts back what was kept, as a restore from a backup does.
    pub fn restore(&self) -> Result<()> {
        let Self { sockets, name } = self;
        Self::psql(sockets, SUPERUSER, "postgres", &format!("DROP DATABASE {name} WITH (FORCE)"))?;
        Self::psql(sockets, SUPERUSER, "postgres", &format!("ALTER DATABASE {name}_kept RENAME TO {name}")).map(drop)
    }

    /// Everything in it, as `pg_dump` writes it.
    pub fn dump(&self) -> Result<String> {
        let mut dump = Command::new(find("pg_dump"));
        dump.arg("--host").arg(&self.sockets).args(["--username", SUPERUSER, "--dbname", &self.name]);
        Ok(String::from_utf8_lossy(&run(&mut dump)?.stdout).into_owned())
    }

    pub(crate) fn psql(sockets: &Path, role: &str, database: &str, sql: &str) -> Result<String> {
        let mut psql = Command::new(find("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
        psql.arg("--host").arg(sockets).args(["--username", role, "--dbname", database, "--command", sql]);
        let output = run(&mut psql)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The cluster is thrown away in the end; a database that cannot be dropped goes with it.
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let _ = Self::psql(&self.sockets, SUPERUSER, "postgres", &sql);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Cluster, Sync};

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
