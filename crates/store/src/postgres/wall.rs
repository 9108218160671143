//! The wall between the service and the schema: who owns it, who may do what, and what a start refuses.

use sqlx::migrate::{Migrate, Migrator};
use sqlx::postgres::PgConnection;

use crate::StoreError;
use crate::session::{Session, params};

/// The oldest PostgreSQL that the policies and functions of the schema were written for.
const OLDEST: i64 = 150_000;

/// Applies what is missing; gives how many that were.
pub(super) async fn migrate(connection: &mut PgConnection, migrations: &Migrator) -> Result<usize, StoreError> {
    connection.ensure_migrations_table("_sqlx_migrations").await?;
    let before = connection.list_applied_migrations("_sqlx_migrations").await?.len();
    migrations.run(connection).await?;
    Ok(migrations.iter().count().saturating_sub(before))
}

/// Gives the service's role what it needs, and no more.
pub(super) async fn grant(session: &mut Session, role: &str) -> Result<(), StoreError> {
    let sql = "-- grant
        SELECT grant_to_application($1)";
    session.optional(sql, params![role]).await.map(drop)
}

pub(super) async fn check_version(session: &mut Session) -> Result<(), StoreError> {
    let sql = "-- version
        SELECT current_setting('server_version_num')::bigint AS number, current_setting('server_version') AS version";
    let row = session.optional(sql, Vec::new()).await?;
    let row = row.ok_or(StoreError::RowCount { statement: "version", rows: 0, expected: 1 })?;
    if row.int("number")? < OLDEST { Err(StoreError::TooOld { found: row.text("version")? }) } else { Ok(()) }
}

/// A standby would answer with what was, and a suspension would not act.
pub(super) async fn refuse_standby(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let standby: bool = sqlx::query_scalar("-- standby\nSELECT pg_is_in_recovery()").fetch_one(connection).await?;
    if standby { Err(sqlx::Error::Protocol("the server is a standby".to_owned())) } else { Ok(()) }
}

/// The service's role is bound by every policy, and what happened is beyond its reach: no superuser, no BYPASSRLS, no
/// owner of anything around the tables nor a member of one, and no right to change what is only ever added to.
pub(super) async fn check_role(session: &mut Session, role: &str) -> Result<(), StoreError> {
    let sql = "-- role
        SELECT (r.rolsuper OR r.rolbypassrls)::int::bigint AS unbound,
            EXISTS (
                SELECT c.relowner FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                    AND pg_has_role(current_user, c.relowner, 'MEMBER')
                UNION ALL SELECT d.datdba FROM pg_database d WHERE d.datname = current_database()
                    AND pg_has_role(current_user, d.datdba, 'MEMBER')
                UNION ALL SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'public'
                    AND pg_has_role(current_user, n.nspowner, 'MEMBER')
            )::int::bigint AS owns,
            EXISTS (
                SELECT 1 FROM unnest(ARRAY['event', 'event_note', 'log_entry', 'revision', 'request', 'accreditation',
                    'accreditation_change', 'access_attempt', 'document_read']) AS t (name)
                WHERE has_table_privilege(t.name, 'DELETE, TRUNCATE') OR has_any_column_privilege(t.name, 'UPDATE')
            )::int::bigint AS rewrites
        FROM pg_roles r WHERE r.rolname = current_user";
    let row = session.optional(sql, Vec::new()).await?;
    let row = row.ok_or(StoreError::RowCount { statement: "role", rows: 0, expected: 1 })?;
    let problem = if row.flag("unbound")? {
        "is a superuser or has BYPASSRLS"
    } else if row.flag("owns")? {
        "owns tables, their schema or the database, or is a member of the role that does"
    } else if row.flag("rewrites")? {
        "may change or remove what happened"
    } else {
        return Ok(());
    };
    Err(StoreError::Unbound { role: role.to_owned(), problem })
}

/// A server that answers COMMIT before the disk has it makes every acknowledgement a guess. It may be on purpose, in a
/// rehearsal; nobody must be in doubt about it.
pub(super) async fn warn_of_lost_commits(session: &mut Session) -> Result<(), StoreError> {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let sql = "-- setting
            SELECT current_setting($1) AS value";
        let row = session.optional(sql, params![setting]).await?;
        if row.map(|row| row.text("value")).transpose()?.as_deref() == Some("off") {
            tracing::warn!(setting, "PostgreSQL runs with {setting} = off: what is acknowledged can be lost");
        }
    }
    Ok(())
}
