//! What a PostgreSQL server must be like: its release, its place in a replication, and how it syncs.

use sqlx::postgres::PgConnection;

use crate::StoreError;
use crate::session::{Session, params};

/// The oldest PostgreSQL that the policies and functions of the schema were written for.
const OLDEST: i64 = 150_000;

pub(super) async fn check_version(session: &mut Session) -> Result<(), StoreError> {
    let sql = "-- version
        SELECT current_setting('server_version_num')::bigint AS number, current_setting('server_version') AS version";
    let row = session.fetch_optional(sql, Vec::new()).await?;
    let row = row.ok_or(StoreError::RowCount { statement: "version", rows: 0, expected: 1 })?;
    if row.int("number")? < OLDEST { Err(StoreError::PostgresTooOld { found: row.text("version")? }) } else { Ok(()) }
}

/// A standby would answer with what was, and a suspension would not act.
pub(super) async fn refuse_standby(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let standby: bool = sqlx::query_scalar("-- standby\nSELECT pg_is_in_recovery()").fetch_one(connection).await?;
    if standby { Err(sqlx::Error::Protocol("the server is a standby".to_owned())) } else { Ok(()) }
}

/// A server that answers COMMIT before the disk has it makes every acknowledgement a guess. It may be on purpose, in a
/// rehearsal; nobody must be in doubt about it.
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
