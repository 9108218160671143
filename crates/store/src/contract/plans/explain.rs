//! Databases with many rows that explain how they would run a statement.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection};
use sqlx::{Arguments as _, AssertSqlSafe, ConnectOptions as _, Executor as _, Row as _};
use throwaway::{HOST, SUPERUSER};

use super::flags::{self, Indexes};
use super::parameter_values::{Value, parameter_values};
use super::reviewed::{AFTER_FIVE_RUNS, PLAN};
use super::statement::Statement;
use crate::contract::harness::{DatabaseLocation, TestStore, connect_as};

/// The rows of two elections with 10,000 applications each.
const ROWS: &str = include_str!("fill.sql");
/// The lists of waiting work are empty whenever SQLite makes its statistics, and it takes a table without statistics for
/// a large one.
const EMPTY_WORK_LISTS: &str = "DELETE FROM event_pending; DELETE FROM screening_pending";
/// Makes PostgreSQL plan as for large tables. It rightly scans a table of a few
/// pages; with sequential scans off, a plan that still scans has no index to
/// use.
const AS_IF_LARGE: &str = "SET jit = off; SET enable_seqscan = off";
/// The statements before which the service switches sorting off.
const UNSORTED: [&str; 3] = ["count applications", "count applications of people", "totals"];
/// How many executions are needed until PostgreSQL compares its plan with a
/// generic one.
const EXECUTIONS: usize = 6;

/// The plans of a statement, by the name of each.
pub type Plans = BTreeMap<String, Vec<String>>;

/// A database that was filled with rows.
pub enum Filled {
    /// A SQLite file and its indexes.
    Sqlite(SqliteConnection, Indexes),
    /// A PostgreSQL database and its indexes.
    Postgres(PgConnection, Indexes),
}

impl Filled {
    /// Fills a new database and updates its statistics.
    pub async fn new(store: &TestStore) -> Self {
        match &store.location {
            DatabaseLocation::File(_) => Self::sqlite(store).await,
            DatabaseLocation::Server(database) => Self::postgres(database).await,
        }
    }

    /// Fills a SQLite file.
    async fn sqlite(store: &TestStore) -> Self {
        let options = SqliteConnectOptions::new().filename(store.path()).foreign_keys(false);
        let mut connection = options.connect().await.expect("the database's file");
        for sql in [
            "PRAGMA synchronous = OFF; BEGIN",
            include_str!("fill.sqlite.sql"),
            ROWS,
            EMPTY_WORK_LISTS,
            "COMMIT",
            "ANALYZE",
        ] {
            connection.execute(sql).await.expect("rows of the test");
        }
        let indexes = indexes_of_sqlite(&mut connection).await;
        Self::Sqlite(connection, indexes)
    }

    /// Fills a PostgreSQL database and takes the host role.
    async fn postgres(database: &throwaway::Database) -> Self {
        let mut connection = connect_as(database, SUPERUSER).await;
        // All rows go into the statistics. A sample would differ from run to
        // run, and so would the plans.
        let all_rows = "ALTER TABLE event SET (autovacuum_enabled = off); SET default_statistics_target = 1000";
        for sql in [include_str!("fill.postgres.sql"), ROWS, all_rows, "VACUUM ANALYZE"] {
            connection.execute(sql).await.expect("rows of the test");
        }
        let indexes = indexes_of_postgres(&mut connection).await;
        let role = format!("SET ROLE {HOST}; SET accreditation.tenant = '*'; {AS_IF_LARGE}");
        connection.execute(AssertSqlSafe(role)).await.expect("the role of host work");
        Self::Postgres(connection, indexes)
    }

    /// The plans of a statement.
    pub async fn plans(&mut self, statement: &Statement) -> Plans {
        match self {
            Self::Sqlite(connection, _) => {
                let plan = explain_on_sqlite(connection, statement).await;
                Plans::from([(PLAN.to_owned(), plan)])
            }
            Self::Postgres(connection, _) => explain_on_postgres(connection, statement).await,
        }
    }

    /// The lines of a plan that need a reason.
    pub fn flags(&self, sql: &str, plan: &[String]) -> Vec<String> {
        match self {
            Self::Sqlite(_, indexes) => flags::flags_of_sqlite(sql, plan, indexes),
            Self::Postgres(_, indexes) => flags::flags_of_postgres(plan, indexes),
        }
    }

    /// The release of the database, as far as it can change plans.
    pub async fn version(&mut self) -> String {
        match self {
            Self::Sqlite(connection, _) => {
                let row = connection.fetch_one("SELECT sqlite_version()").await.expect("a version");
                format!("SQLite {}", row.get::<String, _>(0))
            }
            Self::Postgres(connection, _) => {
                let sql = "SELECT current_setting('server_version_num')::int / 10000";
                let row = connection.fetch_one(sql).await.expect("a version");
                format!("PostgreSQL {}", row.get::<i32, _>(0))
            }
        }
    }
}

/// The plan of a statement on SQLite, indented by depth.
async fn explain_on_sqlite(connection: &mut SqliteConnection, statement: &Statement) -> Vec<String> {
    let mut arguments = SqliteArguments::default();
    for value in parameter_values(statement) {
        let added = match value {
            Value::Null => arguments.add(None::<i64>),
            Value::Text(text) => arguments.add(text),
            Value::Int(number) => arguments.add(number),
            Value::Id(number) => arguments.add(Value::bytes(number, 16)),
            Value::Hash(number) => arguments.add(Value::bytes(number, 32)),
        };
        added.expect("a value of the test");
    }
    let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let rows = sqlx::query_with(AssertSqlSafe(sql), arguments).fetch_all(connection).await;
    let rows = rows.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    // SQLite gives each line an id and the id of its parent.
    let mut depths = BTreeMap::from([(0, 0)]);
    let line = |row: &sqlx::sqlite::SqliteRow| {
        let (id, parent, text): (i64, i64, String) = (row.get(0), row.get(1), row.get(3));
        let depth = depths.get(&parent).copied().unwrap_or(0);
        depths.insert(id, depth + 1);
        format!("{}{text}", "  ".repeat(depth))
    };
    rows.iter().map(line).collect()
}

/// The plans of a statement on PostgreSQL. In a transaction that writes, it may
/// switch to a generic plan after five executions; that one is listed as well.
async fn explain_on_postgres(connection: &mut PgConnection, statement: &Statement) -> Plans {
    let Statement { name, types, writes, sql } = statement;
    let sort = if UNSORTED.contains(&name.as_str()) { "off" } else { "on" };
    let types = if types.is_empty() { String::new() } else { format!("({})", types.join(", ")) };
    let literals = parameter_values(statement).into_iter().map(Value::literal).collect::<Vec<_>>().join(", ");
    let execute = if literals.is_empty() { "EXECUTE p".to_owned() } else { format!("EXECUTE p({literals})") };
    let begin = format!("BEGIN; SET LOCAL enable_sort = {sort}; PREPARE p{types} AS {sql}");
    let run = async |connection: &mut PgConnection, sql: String| {
        let rows = connection.fetch_all(AssertSqlSafe(sql)).await;
        let rows = rows.unwrap_or_else(|error| panic!("{name}: {error}"));
        rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>()
    };
    // Costs depend on statistics that differ a little from run to run.
    let explain = format!("EXPLAIN (COSTS OFF) {execute}");
    run(connection, begin).await;
    let mut plans = Vec::new();
    // A read is planned for its values each time, so one execution is enough.
    for _ in 0..if *writes { EXECUTIONS } else { 1 } {
        plans.push(run(connection, explain.clone()).await);
    }
    run(connection, "DEALLOCATE p; ROLLBACK".to_owned()).await;
    let last = plans.pop().unwrap_or_default();
    let first = plans.into_iter().next().unwrap_or_else(|| last.clone());
    let mut found = Plans::new();
    if first != last {
        found.insert(AFTER_FIVE_RUNS.to_owned(), last);
    }
    found.insert(PLAN.to_owned(), first);
    found
}

/// The partial indexes of SQLite.
async fn indexes_of_sqlite(connection: &mut SqliteConnection) -> Indexes {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'";
    let rows = connection.fetch_all(sql).await.expect("the partial indexes");
    Indexes { partial: rows.iter().map(|row| row.get(0)).collect(), ..Indexes::default() }
}

/// The tables and indexes of PostgreSQL.
async fn indexes_of_postgres(connection: &mut PgConnection) -> Indexes {
    let sql = "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, i.indpred IS NOT NULL, i.indisunique,
            array_agg(a.attname::text)
        FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
        GROUP BY i.indexrelid, i.indrelid, 3, i.indisunique";
    let mut indexes = Indexes::default();
    let tables = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    indexes.tables = connection.fetch_all(tables).await.expect("the tables").iter().map(|row| row.get(0)).collect();
    for row in connection.fetch_all(sql).await.expect("the indexes") {
        let (is_partial, is_unique): (bool, bool) = (row.get(2), row.get(3));
        if is_partial {
            indexes.partial.insert(row.get(1));
        } else if is_unique {
            indexes.unique.entry(row.get(0)).or_default().push(row.get(4));
        }
    }
    indexes
}
