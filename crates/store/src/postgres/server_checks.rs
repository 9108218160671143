//! What a PostgreSQL server must be like: its release, its place in a
//! replication, and how it syncs.

use sqlx::postgres::PgConnection;

use crate::StoreError;
use crate::session::{Session, params};

/// The oldest release that the policies and functions of the schema were
/// written for, as `server_version_num`.
const OLDEST: i64 = 150_000;

/// Fails on a release that is too old.
pub(super) async fn check_version(session: &mut Session) -> Result<(), StoreError> {
    let sql = "-- version
        SELECT current_setting('server_version_num')::bigint AS number, current_setting('server_version') AS version";
    let row = session.fetch_optional(sql, Vec::new()).await?;
    let row = row.ok_or(StoreError::RowCount { statement: "version", rows: 0, expected: 1 })?;
    if row.int("number")? < OLDEST { Err(StoreError::PostgresTooOld { found: row.text("version")? }) } else { Ok(()) }
}

/// Fails on a standby. It lags behind the primary, so a principal that was just
/// disabled would still be let in.
pub(super) async fn refuse_standby(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let standby: bool = sqlx::query_scalar("-- standby\nSELECT pg_is_in_recovery()").fetch_one(connection).await?;
    if standby { Err(sqlx::Error::Protocol("the server is a standby".to_owned())) } else { Ok(()) }
}

/// Warns if the server acknowledges COMMIT before the disk has it. This may be
/// intended in a rehearsal; in production an operator must know that a crash
/// loses acknowledged applications.
pub(super) async fn warn_of_lost_commits(session: &mut Session) -> Result<(), StoreError> {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let sql = "-- setting
            SELECT current_setting($1) AS value";
        let row = session.fetch_optional(sql, params![setting]).await?;
        if row.map(|row| row.text("value")).transpose()?.as_deref() == Some("off") {
            tracing::warn!(setting, "PostgreSQL runs with {setting} = off: a crash can lose acknowledged transactions");
        }
    }
    Ok(())
}
