//! Finds lines of a plan that may read rows which are not returned. Such a line
//! is no fault; it needs a reason in the reviewed file.

use std::collections::{BTreeMap, BTreeSet};

/// Tables that do not grow with an election, and functions that look like
/// tables.
const SMALL: [&str; 8] = [
    "election",
    "election_schedule",
    "organization",
    "principal",
    "master_key",
    "counter",
    "_sqlx_migrations",
    "json_each",
];

/// What is known about the tables and indexes of a database.
#[derive(Default)]
pub struct Indexes {
    /// All tables; on PostgreSQL only.
    pub tables: BTreeSet<String>,
    /// The columns of each table's unique indexes; on PostgreSQL only. A
    /// condition on all of them finds one row.
    pub unique: BTreeMap<String, Vec<Vec<String>>>,
    /// The names of partial indexes. Reading all of an election from one of
    /// these reads few rows.
    pub partial: BTreeSet<String>,
}

/// The lines of a SQLite plan that need a reason.
pub fn flags_of_sqlite(sql: &str, plan: &[String], indexes: &Indexes) -> Vec<String> {
    let tables = aliases(sql);
    let grows = |line: &str| {
        let name = line.split_whitespace().nth(1).unwrap_or_default();
        // A name that FROM gives to no table belongs to a subquery.
        tables.get(name).is_some_and(|table| !SMALL.contains(&table.as_str()))
    };
    let has_limit = sql.contains("LIMIT $");
    let is_partial = |line: &str| line.split_whitespace().any(|word| indexes.partial.contains(word));
    let flag = |line: &&String| {
        let line = line.trim_start();
        line.starts_with("USE TEMP B-TREE") && has_limit
            || line.contains("AUTOMATIC")
            || (line.starts_with("SCAN ") || line.ends_with("(election=?)")) && grows(line) && !is_partial(line)
    };
    // Sorting a small table is fine.
    if !plan.iter().any(|line| grows(line.trim_start())) {
        return Vec::new();
    }
    plan.iter().filter(flag).map(|line| line.trim_start().to_owned()).collect()
}

/// The table behind each alias of a statement.
fn aliases(sql: &str) -> BTreeMap<String, String> {
    let words: Vec<_> =
        sql.split(|c: char| c.is_whitespace() || "(),".contains(c)).filter(|word| !word.is_empty()).collect();
    // A table that WITH defines is not one of the database.
    let made: Vec<_> =
        words.windows(3).filter(|words| words[1..] == ["AS", "MATERIALIZED"]).map(|words| words[0]).collect();
    let mut names = BTreeMap::new();
    for (place, word) in words.iter().enumerate() {
        if ["FROM", "JOIN", "UPDATE", "INTO"].contains(word)
            && let Some(table) = words.get(place + 1).filter(|table| !made.contains(table))
        {
            let next = words.get(place + 2).filter(|word| **word != "AS").or(words.get(place + 3));
            for name in [Some(table), next].into_iter().flatten() {
                names.entry((*name).to_owned()).or_insert_with(|| (*table).to_owned());
            }
        }
    }
    names
}

/// The lines of a PostgreSQL plan that need a reason.
pub fn flags_of_postgres(plan: &[String], indexes: &Indexes) -> Vec<String> {
    let nodes = nodes(plan);
    // Only under a LIMIT does a sort read more rows than the statement returns.
    let has_limit = nodes.iter().any(|node| node.title.starts_with("Limit"));
    // Sorting a small table is fine.
    if !nodes.iter().any(|node| node.table(indexes).is_some()) {
        return Vec::new();
    }
    nodes.iter().flat_map(|node| node.flags(indexes, has_limit)).collect()
}

/// A node of a plan with its detail lines.
struct Node<'a> {
    title: &'a str,
    details: Vec<&'a str>,
}

/// Splits a plan into nodes.
fn nodes(plan: &[String]) -> Vec<Node<'_>> {
    let mut nodes: Vec<Node<'_>> = Vec::new();
    for (number, line) in plan.iter().enumerate() {
        let text = line.trim_start();
        match (text.strip_prefix("->"), nodes.last_mut()) {
            (Some(title), _) => nodes.push(Node { title: title.trim_start(), details: Vec::new() }),
            (None, Some(node)) if number > 0 => node.details.push(text),
            (None, _) => nodes.push(Node { title: text, details: Vec::new() }),
        }
    }
    nodes
}

impl Node<'_> {
    /// The table that the node reads, if it grows with an election.
    fn table(&self, indexes: &Indexes) -> Option<&str> {
        let (_, rest) = self.title.split_once(" on ")?;
        let table = rest.split_whitespace().next()?;
        (indexes.tables.contains(table) && !SMALL.contains(&table)).then_some(table)
    }

    /// The rest of the detail line that begins with `name`.
    fn detail(&self, name: &str) -> Option<&str> {
        self.details.iter().find_map(|line| line.strip_prefix(name))
    }

    /// The reasons that this node needs.
    fn flags(&self, indexes: &Indexes, has_limit: bool) -> Vec<String> {
        let is_scan = self.title.contains("Scan");
        let mut flags = Vec::new();
        if has_limit && (self.title.starts_with("Sort") || self.title.starts_with("Incremental Sort")) {
            flags.push(self.title.to_owned());
        }
        if let Some(table) = self.table(indexes).filter(|_| is_scan) {
            let condition = self.detail("Index Cond: ").or(self.detail("Recheck Cond: ")).unwrap_or_default();
            let reads_all = condition.is_empty();
            let is_partial = self.title.split_whitespace().any(|word| indexes.partial.contains(word));
            if (reads_all || only_election(condition)) && !is_partial {
                flags.push(self.title.to_owned());
            }
            if let Some(filter) = self.detail("Filter: ").filter(|_| !is_one_row(table, condition, indexes)) {
                flags.push(format!("{}, filter {filter}", self.title));
            }
        }
        if let Some(filter) = self.detail("Join Filter: ") {
            flags.push(format!("{}, filter {filter}", self.title));
        }
        flags
    }
}

/// Whether a condition selects all rows of an election.
fn only_election(condition: &str) -> bool {
    condition.starts_with("(election = ") && !condition.contains(" AND ")
}

/// Whether a condition fixes all columns of a unique index.
fn is_one_row(table: &str, condition: &str, indexes: &Indexes) -> bool {
    let fixes = |column: &String| condition.contains(&format!("({column} = "));
    indexes.unique.get(table).is_some_and(|keys| keys.iter().any(|key| key.iter().all(fixes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a text.
    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    /// SQLite: a SCAN, a search by the election alone, and a sort below LIMIT.
    #[test]
    fn scans_of_growing_tables_are_flagged_and_searches_are_not() {
        let partial = BTreeSet::from(["application_not_erased".to_owned()]);
        let indexes = Indexes { partial, ..Indexes::default() };
        let sql = "SELECT a.* FROM election e CROSS JOIN application a WHERE a.election = e.code LIMIT $1";
        for (plan, flagged) in [
            ("SCAN a", 1),
            ("SCAN e", 0),
            ("SCAN line", 0),
            ("SEARCH a USING INDEX application_by_state (election=?)", 1),
            ("SEARCH a USING INDEX application_by_state (election=? AND state=?)", 0),
            ("SEARCH a USING INDEX application_not_erased (election=?)", 0),
            ("SEARCH a USING INDEX i (election=? AND state=?)\nUSE TEMP B-TREE FOR ORDER BY", 1),
            ("SCAN e\nUSE TEMP B-TREE FOR ORDER BY", 0),
        ] {
            assert_eq!(flags_of_sqlite(sql, &lines(plan), &indexes).len(), flagged, "{plan}");
        }
    }

    /// PostgreSQL: rows that an index finds and a filter drops.
    #[test]
    fn a_filter_is_flagged_unless_the_index_finds_one_row() {
        let unique = [("application".to_owned(), vec![vec!["election".to_owned(), "id".to_owned()]])];
        let tables = ["application", "badge", "election"].map(str::to_owned).into();
        let indexes = Indexes { unique: unique.into(), tables, ..Indexes::default() };
        let one = "Index Scan using application_pkey on application a";
        let index = |title: &str, condition: &str| format!("{title}\n  Index Cond: {condition}\n  Filter: (x IS NULL)");
        let one_row = index(one, "((election = 'e1'::text) AND (id = $1))");
        let many_rows = index(one, "((election = 'e1'::text) AND (id > $1))");
        for (plan, flagged) in [
            (one_row.as_str(), 0),
            (many_rows.as_str(), 1),
            ("Limit\n  ->  Seq Scan on application a", 1),
            ("Seq Scan on election", 0),
            ("Sort\n  ->  Index Scan using i on badge\n        Index Cond: (election = 'e1'::text)", 1),
            (
                "Limit\n  ->  Sort\n        ->  Index Scan using i on badge\n              Index Cond: (election = 'e1'::text)",
                2,
            ),
            (
                "Nested Loop\n  Join Filter: (a.id = b.id)\n  ->  Index Scan using i on badge\n        Index Cond: (serial = 1)",
                1,
            ),
            ("Sort\n  ->  Function Scan on json_each_text d", 0),
        ] {
            assert_eq!(flags_of_postgres(&lines(plan), &indexes).len(), flagged, "{plan}");
        }
    }
}
