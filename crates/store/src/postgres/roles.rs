//! The PostgreSQL roles: what each may do, and what startup refuses.
//!
//! Three roles share the work. The owner has the schema and runs migrations.
//! The service logs in as a role that owns nothing, so row-level security
//! applies to it. For work across organizations it takes [`HOST_ROLE`] within a
//! transaction.

use sqlx::postgres::PgConnection;

use crate::StoreError;
use crate::session::{Session, params};

/// The role of transactions that work for the commission, the ministry or the
/// service itself.
///
/// It owns nothing and nobody logs in as it. The database's administrator makes
/// it (`deploy/postgresql/roles.sql`), because a role belongs to the whole
/// cluster and not to a database.
pub(super) const HOST_ROLE: &str = "accreditation_host";

/// Fails unless the host role exists and the schema's owner is a member of it.
/// The policies name this role, and the owner's functions are bound by them.
pub(super) async fn check_host_role(connection: &mut PgConnection) -> Result<(), StoreError> {
    let sql = "-- host role
        SELECT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = 'accreditation_host' AND pg_has_role(current_user, r.oid, 'USAGE'))";
    let ready: bool = sqlx::query_scalar(sql)
        .fetch_one(connection)
        .await
        .map_err(|source| StoreError::Database { statement: "host role", source })?;
    if ready { Ok(()) } else { Err(StoreError::HostRoleMissing) }
}

/// Grants the service's role what it needs, and no more.
pub(super) async fn grant(session: &mut Session, role: &str) -> Result<(), StoreError> {
    let sql = "-- grant
        SELECT grant_to_application($1)";
    session.fetch_optional(sql, params![role]).await.map(drop)
}

/// Fails if the service could bypass a policy or rewrite history.
///
/// Its role must be no superuser and have no BYPASSRLS. It must own no table,
/// schema or database, nor be a member of a role that does, and it must not
/// update or delete rows of append-only tables. It must take the host role
/// explicitly (NOINHERIT); otherwise every transaction would see all
/// organizations. The host role is checked in the same way.
pub(super) async fn check_role(session: &mut Session, role: &str) -> Result<(), StoreError> {
    let sql = "-- role
        SELECT r.rolname::text AS role, (r.rolsuper OR r.rolbypassrls)::int::bigint AS unbound,
            EXISTS (
                SELECT c.relowner FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                    AND pg_has_role(r.oid, c.relowner, 'MEMBER')
                UNION ALL SELECT d.datdba FROM pg_database d WHERE d.datname = current_database()
                    AND pg_has_role(r.oid, d.datdba, 'MEMBER')
                UNION ALL SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'public'
                    AND pg_has_role(r.oid, n.nspowner, 'MEMBER')
            )::int::bigint AS owns,
            EXISTS (
                SELECT 1 FROM unnest(ARRAY['event', 'event_note', 'log_entry', 'revision', 'request', 'accreditation',
                    'accreditation_change', 'access_attempt', 'document_read']) AS t (name)
                WHERE has_table_privilege(r.oid, t.name, 'DELETE, TRUNCATE') OR has_any_column_privilege(r.oid, t.name, 'UPDATE')
            )::int::bigint AS rewrites,
            (r.rolname = session_user AND pg_has_role(r.oid, $1, 'USAGE'))::int::bigint AS inherits
        FROM pg_roles r WHERE r.rolname IN (session_user, $1)";
    for row in session.fetch_all(sql, params![HOST_ROLE]).await? {
        let problem = if row.flag("unbound")? {
            "is a superuser or has BYPASSRLS"
        } else if row.flag("owns")? {
            "owns tables, their schema or the database, or is a member of the role that does"
        } else if row.flag("rewrites")? {
            "may change or remove rows of append-only tables"
        } else if row.flag("inherits")? {
            "inherits the privileges of accreditation_host; it must be NOINHERIT"
        } else {
            continue;
        };
        let found = row.text("role")?;
        let role = if found == HOST_ROLE { found } else { role.to_owned() };
        return Err(StoreError::UnsafeRole { role, problem });
    }
    Ok(())
}
