//! The schema: made, brought up to date, and compared at every start.

use sqlx::migrate::{MigrateError, Migrator};

use crate::session::{Session, params};
use crate::{Keys, StoreError};

/// Startup refuses an older schema, a newer one, and one whose migrations were edited.
pub(crate) async fn check(session: &mut Session, migrations: &Migrator) -> Result<(), StoreError> {
    let sql = "-- applied migrations
        SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
    let rows = session.all(sql, Vec::new()).await.map_err(|_| MigrateError::VersionMissing(1))?;
    let mut applied = rows.iter().map(|row| Ok::<_, StoreError>((row.int("version")?, row.bytes("checksum")?)));
    let mut newest = 0;
    for migration in migrations.iter() {
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

/// Keeps the id of the master key that seals what this database holds.
pub(crate) async fn insert_key(session: &mut Session, keys: &Keys, now: jiff::Timestamp) -> Result<(), StoreError> {
    let sql = "-- insert master_key
        INSERT INTO master_key (key_id, create_time) VALUES ($1, $2)";
    session.execute_one(sql, params![keys.id(), now]).await
}

/// Startup refuses another master key: what it seals could be opened by nobody else.
pub(crate) async fn check_key(session: &mut Session, keys: &Keys) -> Result<(), StoreError> {
    let sql = "-- lookup master_key
        SELECT key_id FROM master_key ORDER BY create_time DESC LIMIT 1";
    let row = session.optional(sql, Vec::new()).await?;
    let expected = row.map(|row| row.text("key_id")).transpose()?.unwrap_or_default();
    if expected == keys.id() {
        return Ok(());
    }
    Err(StoreError::WrongMasterKey { expected, found: keys.id().to_owned() })
}
