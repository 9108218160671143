//! Row-level security: whatever the service asks for, PostgreSQL shows a
//! transaction the rows of its own organization alone.
//!
//! The tests work around the store, in the service's role. They list what every
//! organization sees and can do. Then each policy is removed, and each is
//! opened to everybody; every time the list must change. A policy that can be
//! removed unnoticed protects nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};
use throwaway::{APPLICATION, HOST, SUPERUSER};

use crate::contract::harness::{DatabaseLocation, TestStore, connect_as};

/// Two organizations with one row in each table. Rows that only the hosts have
/// belong to neither.
const ROWS: &str = include_str!("row_level_security.sql");
/// Who asks: nobody, two organizations, and the hosts.
const TENANTS: [&str; 4] = ["", "cis", "osce-odihr", "*"];
/// The list of migrations is no secret, and the service reads it before it acts
/// for an organization.
const UNPROTECTED_TABLES: [&str; 1] = ["_sqlx_migrations"];

/// A store with [`ROWS`].
pub async fn filled_store() -> TestStore {
    let store = TestStore::on_postgres().await;
    let DatabaseLocation::Server(database) = &store.location else { panic!("it is on a server") };
    connect_as(database, SUPERUSER).await.execute(ROWS).await.expect("rows of the test");
    store
}

/// A connection with a given role.
pub async fn as_role(store: &TestStore, role: &str) -> PgConnection {
    let DatabaseLocation::Server(database) = &store.location else { panic!("it is on a server") };
    connect_as(database, role).await
}

/// All tables and views of the schema that policies must protect.
async fn tables(superuser: &mut PgConnection) -> Vec<String> {
    let sql = "SELECT relname::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') ORDER BY relname";
    let rows = superuser.fetch_all(sql).await.expect("a query");
    let names = rows.iter().map(|row| row.get::<String, _>(0));
    names.filter(|name| !UNPROTECTED_TABLES.contains(&name.as_str())).collect()
}

/// The statements that the store begins a transaction with, for an
/// organization.
fn begin_sql(tenant: &str) -> String {
    let role = if tenant == "*" { format!("SET LOCAL ROLE {HOST}; ") } else { String::new() };
    format!("BEGIN; {role}SET LOCAL accreditation.tenant = '{tenant}'")
}

/// The result of a query for an organization, or the error of the database.
/// Nothing stays changed.
pub async fn query_as_tenant(connection: &mut PgConnection, tenant: &str, sql: &str) -> String {
    connection.execute(AssertSqlSafe(begin_sql(tenant))).await.expect("a transaction");
    let answer = match connection.fetch_all(AssertSqlSafe(sql.to_owned())).await {
        Ok(rows) => rows.iter().map(|row| format!("{:?}", row.get::<Option<i64>, _>(0))).collect::<Vec<_>>().join(","),
        Err(error) => error.as_database_error().map_or(error.to_string(), |error| error.message().to_owned()),
    };
    connection.execute("ROLLBACK").await.expect("the end");
    answer
}

/// Writes to attempt. The updates have no WHERE: with one, the policy for
/// reading would already hide the rows, and the policy for writing would not be
/// tested.
const ATTEMPTS: [&str; 27] = [
    "UPDATE invitation SET response_time = 1",
    "INSERT INTO event_pending (event) SELECT '00000000-0000-0000-0000-0000000000f1'::uuid",
    "INSERT INTO application SELECT election, gen_random_uuid(), 'new', 'cis', category, state, facts, version, revision,
        content_digest, NULL, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL FROM application LIMIT 1",
    "INSERT INTO event VALUES (gen_random_uuid(), 'elections/e1', 'cis', 0, '{}', '')",
    "INSERT INTO rule_pack VALUES ('new', sha256('{}'), '{}', 0)",
    "INSERT INTO person VALUES ('new', '', 0)",
    "INSERT INTO organization VALUES ('new', 'STATE', '[]', NULL, 'new.example', '[]', 0, 0)",
    "INSERT INTO counter VALUES ('e1', 'decree', 7)",
    "INSERT INTO log_entry VALUES ('elections/e1', 99, 'cis', '00000000-0000-0000-0000-0000000000f1', '')",
    "DELETE FROM event_pending",
    "INSERT INTO screening_pending (election, application) VALUES ('e1', md5('cis')::uuid)",
    "INSERT INTO screening_sweep (election, organization) VALUES ('e1', 'cis')",
    "UPDATE deployment_plan SET update_time = 1",
    "UPDATE election SET state = 'OPEN'",
    "UPDATE document SET erase_time = 1",
    "INSERT INTO document_read SELECT '00000000-0000-0000-0000-0000000000f1', 'cis', election, document, '', '', 0
        FROM document_read LIMIT 1",
    "UPDATE badge SET void_reason = 'x', void_time = 1",
    "INSERT INTO accreditation_change SELECT election, accreditation, 2, 'cis', state, '', '', '', 0
        FROM accreditation_change WHERE organization = 'cis'",
    "INSERT INTO accreditation_confirmation SELECT election, accreditation, 1, 'cis', '', 0
        FROM accreditation_confirmation WHERE organization = 'cis'",
    "INSERT INTO appeal VALUES ('e1', gen_random_uuid(), 'cis', md5('cis')::uuid, NULL, 99, '', '', 0, 'OPEN')",
    "UPDATE appeal SET decide_time = 1",
    "INSERT INTO election_schedule SELECT election, 2, kind, voting_day, 0, 0, '', '', 0 FROM election_schedule",
    "INSERT INTO amendment VALUES ('e1', md5('cis')::uuid, 2, 'cis', 1, 'CORRECTION', '', 1, 1, '', '', 0, 'OPEN')",
    "UPDATE amendment SET state = 'WITHDRAWN', close_time = 1",
    "UPDATE amendment SET state = 'ACCEPTED', close_time = 1",
    "DELETE FROM tally",
    "INSERT INTO past_state VALUES ('e1', md5('cis')::uuid, 'LAPSED', 2, 3, 'cis')",
];

/// Everything that every organization sees and can do, as text.
async fn visible_to_tenants(store: &TestStore) -> String {
    let mut superuser = as_role(store, SUPERUSER).await;
    let tables = tables(&mut superuser).await;
    let mut service = as_role(store, APPLICATION).await;
    let mut snapshot = String::new();
    for tenant in TENANTS {
        for table in &tables {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            writeln!(snapshot, "{tenant:10} {table:18} {}", query_as_tenant(&mut service, tenant, &sql).await)
                .expect("a string");
        }
        for sql in ATTEMPTS {
            writeln!(snapshot, "{tenant:10} {sql} {}", execute_as_tenant(&mut service, tenant, sql).await)
                .expect("a string");
        }
    }
    snapshot
}

/// How many rows a statement changes for an organization, or the error of the
/// database.
async fn execute_as_tenant(connection: &mut PgConnection, tenant: &str, sql: &'static str) -> String {
    connection.execute(AssertSqlSafe(begin_sql(tenant))).await.expect("a transaction");
    let changed = connection.execute(sql).await.map(|done| done.rows_affected().to_string());
    connection.execute("ROLLBACK").await.expect("the end");
    changed.unwrap_or_else(|error| error.to_string())
}

/// The count that the last of several statements gives. Nothing stays changed.
async fn count_of_last(connection: &mut PgConnection, sql: String) -> i64 {
    let rows = connection.fetch_all(AssertSqlSafe(sql)).await.expect("statements");
    connection.execute("ROLLBACK").await.expect("the end");
    rows.last().expect("a count").get(0)
}

/// For each table: the hosts see all rows, an organization its own, and a
/// transaction without an organization none. A table without rows to hide would
/// prove nothing, so each must have one.
#[tokio::test]
async fn every_organization_sees_its_own_rows_alone() {
    let store = filled_store().await;
    let mut superuser = as_role(&store, SUPERUSER).await;
    let mut service = as_role(&store, APPLICATION).await;
    for table in tables(&mut superuser).await {
        let count = format!("SELECT COUNT(*) FROM {table}");
        // The superuser sees all rows and says how many there are to hide.
        let all = superuser.fetch_one(AssertSqlSafe(count.clone())).await.expect("a query").get::<i64, _>(0);
        assert!(all > 0, "{table} has a row to hide");
        assert_eq!(query_as_tenant(&mut service, "*", &count).await, format!("Some({all})"), "{table}");
        assert_eq!(query_as_tenant(&mut service, "", &count).await, "Some(0)", "{table}");
        // Claiming to be the hosts without taking their role shows nothing.
        let says_so = format!("BEGIN; SET LOCAL accreditation.tenant = '*'; {count}");
        let to_everyone = ["rule_pack", "election", "election_schedule"].contains(&table.as_str());
        assert_eq!(count_of_last(&mut service, says_so).await, if to_everyone { all } else { 0 }, "{table}");
        // The organization ends with the transaction, also on a connection that
        // has had one.
        let outside = service.fetch_one(AssertSqlSafe(count.clone())).await.expect("a query").get::<i64, _>(0);
        assert_eq!(outside, 0, "{table}");
    }
    let column = "SELECT table_name::text FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'organization'";
    // Tables whose rows name an organization, but which only the hosts may
    // read.
    let hosts_alone = ["presentation_item", "decree_item", "screening", "screening_sweep", "amendment_screening"];
    for row in superuser.fetch_all(column).await.expect("a query") {
        let table: String = row.get(0);
        let count = format!("SELECT COUNT(*) FROM {table}");
        let own = format!("{count} WHERE organization = 'cis'");
        let own = superuser.fetch_one(AssertSqlSafe(own)).await.expect("a query").get::<i64, _>(0);
        let expected = if hosts_alone.contains(&table.as_str()) { 0 } else { own };
        assert!(own > 0, "{table} has a row of cis");
        assert_eq!(query_as_tenant(&mut service, "cis", &count).await, format!("Some({expected})"), "{table}");
        let others = format!("{count} WHERE organization <> 'cis'");
        assert_eq!(query_as_tenant(&mut service, "cis", &others).await, "Some(0)", "{table}");
    }
}

/// Without FORCE the owner bypasses policies, and with it every function that
/// the owner defined. A view runs as its owner, so there must be none.
#[tokio::test]
async fn row_level_security_is_forced_on_every_table() {
    let store = TestStore::on_postgres().await;
    let mut superuser = as_role(&store, SUPERUSER).await;
    let sql = "SELECT c.relname::text, c.relkind::text, c.relrowsecurity AND c.relforcerowsecurity,
            (SELECT COUNT(*) FROM pg_policy p WHERE p.polrelid = c.oid),
            has_table_privilege('accreditd', c.oid, 'TRUNCATE') OR has_table_privilege('accreditation_host', c.oid, 'TRUNCATE')
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";
    let mut seen = 0;
    for row in superuser.fetch_all(sql).await.expect("a query") {
        let (table, kind): (String, String) = (row.get(0), row.get(1));
        if UNPROTECTED_TABLES.contains(&table.as_str()) {
            continue;
        }
        seen += 1;
        assert_eq!(kind, "r", "{table}: a view runs as its owner, and bypasses the policies of the caller");
        assert!(row.get::<bool, _>(2), "{table} has no forced row-level security");
        assert!(row.get::<i64, _>(3) > 0, "{table} has no policy");
        assert!(!row.get::<bool, _>(4), "{table} can be emptied by the service");
    }
    assert_eq!(seen, 44, "a new table: state the number of tables here, and add its rows to row_level_security.sql");
}

/// The service's role has no privilege to do so, even with every policy open.
#[tokio::test]
async fn the_service_cannot_change_or_remove_history() {
    let store = filled_store().await;
    let mut service = as_role(&store, APPLICATION).await;
    for table in [
        "event",
        "log_entry",
        "revision",
        "request",
        "access_attempt",
        "accreditation",
        "accreditation_change",
        "accreditation_confirmation",
        "event_note",
        "document_read",
        "deployment_plan_revision",
        "rule_pack",
        "election_schedule",
        "decree_scan",
        "amendment",
        "person",
    ] {
        for sql in [
            format!("DELETE FROM {table}"),
            format!("UPDATE {table} SET {} = NULL", column_of(table)),
            format!("TRUNCATE {table}"),
            format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
            format!("DROP TABLE {table} CASCADE"),
        ] {
            let answer = query_as_tenant(&mut service, "*", &sql).await;
            let refused = answer.starts_with("permission denied") || answer.starts_with("must be owner");
            assert!(refused, "{sql}: {answer}");
        }
    }
    // Drafts may change. The decree of these rows is adopted.
    for column in ["decree_number", "session_date", "chair", "secretary", "facts", "version"] {
        let answer = query_as_tenant(&mut service, "*", &format!("UPDATE decree SET {column} = {column}")).await;
        assert_eq!(answer, "adopted decrees are never changed", "{column}");
    }
    // The service can neither become the owner nor grant itself more.
    let answer = query_as_tenant(&mut service, "*", "SET SESSION AUTHORIZATION accreditation").await;
    assert!(answer.starts_with("permission denied"), "{answer}");
    let answer = query_as_tenant(&mut service, "*", "SELECT grant_to_application('accreditd') IS NULL").await;
    assert!(answer.starts_with("permission denied"), "{answer}");
}

/// A column that the table has.
fn column_of(table: &str) -> &'static str {
    match table {
        "access_attempt" => "method",
        "rule_pack" => "content",
        "election_schedule" => "reason",
        "decree_scan" => "attached_by",
        "person" => "full_name",
        _ => "organization",
    }
}

/// Two functions of the owner see all rows: one erases, one makes the public
/// register. The register must return public columns only.
#[tokio::test]
async fn the_register_function_alone_shows_rows_of_others() {
    let store = filled_store().await;
    let mut superuser = as_role(&store, SUPERUSER).await;
    let mut service = as_role(&store, APPLICATION).await;
    let functions = "SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prosecdef AND has_function_privilege('accreditd', oid, 'EXECUTE')";
    let found: String = superuser.fetch_one(functions).await.expect("a query").get(0);
    assert_eq!(found, "erase_application public_register");
    // PostgreSQL lets everybody call a new function until that is revoked.
    let everyone = "SELECT COUNT(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND has_function_privilege('public', oid, 'EXECUTE')";
    assert_eq!(query_as_tenant(&mut superuser, "*", everyone).await, "Some(0)");
    let columns = "SELECT array_to_string(proargnames[8:], ' ') FROM pg_proc WHERE proname = 'public_register'";
    let found: String = superuser.fetch_one(columns).await.expect("a query").get(0);
    let shown = "number family_name given_name name_kk name_ru nationality organization names category \
                 decree_number session_date in_force since";
    assert_eq!(found, shown);

    let register = "public_register('e1', 0, NULL, NULL, NULL, NULL, 100)";
    for (tenant, lines, own) in [("", 0, 0), ("cis", 2, 1), ("osce-odihr", 2, 1), ("*", 2, 2)] {
        let count = format!("SELECT COUNT(*) FROM {register}");
        assert_eq!(query_as_tenant(&mut service, tenant, &count).await, format!("Some({lines})"), "{tenant}");
        // Policies apply again after the function, in the same transaction and
        // even in the same statement.
        let begun = format!("{}; SELECT COUNT(*) FROM {register}", begin_sql(tenant));
        service.execute(AssertSqlSafe(begun)).await.expect("a transaction");
        let after = "SELECT COUNT(*) FROM application".to_owned();
        let together = format!("SELECT COUNT(*) FROM {register}, application");
        for (sql, expected) in [(after, own), (together, lines * own)] {
            let row = service.fetch_one(AssertSqlSafe(sql.clone())).await.expect("a query");
            assert_eq!(row.get::<i64, _>(0), expected, "{tenant}: {sql}");
        }
        service.execute("ROLLBACK").await.expect("the end");
    }
}

/// A policy, as the view `pg_policies` shows it.
struct Policy {
    table: String,
    name: String,
    /// The role that it applies to.
    role: String,
    /// The command that it applies to, or ALL.
    command: String,
    /// Which rows may be read or changed.
    using: Option<String>,
    /// Which rows may be written.
    check: Option<String>,
}

impl Policy {
    /// All policies.
    async fn all(superuser: &mut PgConnection) -> Vec<Self> {
        let sql = "SELECT tablename::text, policyname::text, roles[1]::text, cmd, qual, with_check FROM pg_policies
            WHERE schemaname = 'public' ORDER BY 1, 2";
        let policy = |row: &sqlx::postgres::PgRow| Self {
            table: row.get(0),
            name: row.get(1),
            role: row.get(2),
            command: row.get(3),
            using: row.get(4),
            check: row.get(5),
        };
        superuser.fetch_all(sql).await.expect("a query").iter().map(policy).collect()
    }

    /// The statement that removes the policy.
    fn drop(&self) -> String {
        format!("DROP POLICY {} ON {}", self.name, self.table)
    }

    /// The statement that creates the policy, as it was or open to everybody.
    fn create(&self, open: bool) -> String {
        let clause = |word: &str, condition: &Option<String>| match condition {
            Some(condition) => format!(" {word} ({})", if open { "true" } else { condition }),
            None => String::new(),
        };
        let (using, check) = (clause("USING", &self.using), clause("WITH CHECK", &self.check));
        let role = if open { "public" } else { &self.role };
        format!("CREATE POLICY {} ON {} FOR {} TO {role}{using}{check}", self.name, self.table, self.command)
    }
}

/// Removes and opens each policy in turn, and switches row-level security off
/// for each table. Each time somebody must see or do something else.
#[tokio::test]
async fn each_policy_is_needed_and_restrictive() {
    let store = filled_store().await;
    let mut superuser = as_role(&store, SUPERUSER).await;
    let intact = visible_to_tenants(&store).await;
    let mut unnoticed = BTreeMap::new();
    let policies = Policy::all(&mut superuser).await;
    for policy in &policies {
        superuser.execute(AssertSqlSafe(policy.drop())).await.expect("dropped");
        if visible_to_tenants(&store).await == intact {
            unnoticed.insert(policy.drop(), "nothing changed without it");
        }
        // Then the policy is opened to everybody.
        superuser.execute(AssertSqlSafe(policy.create(true))).await.expect("made");
        if visible_to_tenants(&store).await == intact {
            unnoticed.insert(policy.create(true), "nothing changed when it was open to everyone");
        }
        superuser.execute(AssertSqlSafe(policy.drop())).await.expect("dropped");
        superuser.execute(AssertSqlSafe(policy.create(false))).await.expect("made again");
    }
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
    // Every policy was created again exactly as it was.
    assert_eq!(visible_to_tenants(&store).await, intact, "every policy is as it was");
    println!("walls {{\"policies\":{},\"removed\":{0},\"opened\":{0},\"unnoticed\":0}}", policies.len());
    for table in tables(&mut superuser).await {
        // Without row-level security at all, policies have no effect.
        let alter = |word: &str| AssertSqlSafe(format!("ALTER TABLE {table} {word} ROW LEVEL SECURITY"));
        superuser.execute(alter("DISABLE")).await.expect("off");
        assert_ne!(visible_to_tenants(&store).await, intact, "{table}: nothing changed without row-level security");
        superuser.execute(alter("ENABLE")).await.expect("on");
    }
}
