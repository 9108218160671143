//! The migrations, and the checks of the schema and of the master key at every
//! start.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use crate::session::{Session, params};
use crate::{Keys, StoreError};

/// The migrations with these names and texts. A name begins with the version,
/// as in `0001_baseline`.
///
/// sqlx has a macro that reads a folder. It brings a second copy of sqlx, TLS
/// and SQLite into the build, for the compiler's own machine.
pub(crate) fn migrator(files: &[(&'static str, &'static str)]) -> Migrator {
    let migrations = files.iter().map(|(name, text)| {
        let (version, description) = name.split_once('_').expect("a version and a description");
        let version = version.parse().expect("a number");
        let description = Cow::Owned(description.replace('_', " "));
        Migration::new(version, description, MigrationType::Simple, text.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Fails unless the database has exactly the migrations that this version was
/// built with.
///
/// An older schema lacks columns, a newer one may have changed their meaning,
/// and an edited migration means that nobody knows what the schema is. The
/// checksum of each migration shows the last case.
pub(crate) async fn check_migrations(session: &mut Session, migrations: &Migrator) -> Result<(), StoreError> {
    let sql = "-- applied migrations
        SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
    let rows = session.fetch_all(sql, Vec::new()).await.map_err(|_| MigrateError::VersionMissing(1))?;
    let mut applied = rows.iter().map(|row| Ok::<_, StoreError>((row.int("version")?, row.bytes("checksum")?)));
    let mut newest = 0;
    for migration in migrations.iter() {
        // The database's migrations must be the same ones, in the same order,
        // with the same checksums.
        newest = migration.version;
        match applied.next().transpose()? {
            None => return Err(MigrateError::VersionMissing(migration.version).into()),
            Some((version, checksum)) if version == migration.version && checksum == *migration.checksum => {}
            Some((version, _)) => return Err(MigrateError::VersionMismatch(version).into()),
        }
    }
    match applied.next().transpose()? {
        None => Ok(()),
        Some((version, _)) => Err(MigrateError::VersionTooNew(version, newest).into()),
    }
}

/// Stores the id of the master key that seals the values of this database.
pub(crate) async fn insert_master_key_id(
    session: &mut Session,
    keys: &Keys,
    now: jiff::Timestamp,
) -> Result<(), StoreError> {
    let sql = "-- insert master_key
        INSERT INTO master_key (key_id, create_time) VALUES ($1, $2)";
    session.execute_one(sql, params![keys.id(), now]).await
}

/// Fails if the configured master key is not the one that the database was
/// initialized with.
///
/// Without this check a server with a wrong key would start, and seal new rows
/// under a key that no other server has.
pub(crate) async fn check_master_key(session: &mut Session, keys: &Keys) -> Result<(), StoreError> {
    let sql = "-- lookup master_key
        SELECT key_id FROM master_key ORDER BY create_time DESC LIMIT 1";
    let row = session.fetch_optional(sql, Vec::new()).await?;
    let expected = row.map(|row| row.text("key_id")).transpose()?.unwrap_or_default();
    if expected == keys.id() {
        return Ok(());
    }
    Err(StoreError::WrongMasterKey { expected, found: keys.id().to_owned() })
}
