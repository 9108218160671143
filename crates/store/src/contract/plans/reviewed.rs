//! The reviewed file: each statement with its plans and, where needed, the
//! reason for them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::statement::{Statement, trimmed};

/// A block of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// The statement.
    pub statement: Statement,
    /// The lines of each plan, by its name.
    pub plans: BTreeMap<String, Vec<String>>,
    /// Why the plan is acceptable, if it needs a reason.
    pub why: Option<String>,
}

/// The line of a statement that also runs in transactions that write.
const WRITES: &str = "writes: yes";
/// The indentation of the lines of a section.
const INDENT: &str = "    ";

impl Reviewed {
    /// Parses all blocks of a file.
    pub fn parse_all(file: &str) -> Vec<Self> {
        let blocks = file.split("\n## ").skip(1);
        blocks.map(Self::parse).collect()
    }

    /// Parses one block, without its `## `.
    fn parse(block: &str) -> Self {
        let (name, rest) = block.split_once('\n').expect("a block has more than its name");
        let mut statement = Statement { name: name.to_owned(), types: Vec::new(), writes: false, sql: String::new() };
        let mut why = None;
        let mut plans: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut section = String::new();
        for line in rest.lines().filter(|line| !line.is_empty()) {
            if let Some(line) = line.strip_prefix(INDENT) {
                plans.entry(section.clone()).or_default().push(line.to_owned());
            } else if let Some(types) = line.strip_prefix("types:") {
                statement.types = types.split_whitespace().map(str::to_owned).collect();
            } else if line == WRITES {
                statement.writes = true;
            } else if let Some(reason) = line.strip_prefix("why: ") {
                why = Some(reason.to_owned());
            } else {
                section = line.trim_end_matches(':').to_owned();
            }
        }
        let sql = plans.remove("sql").unwrap_or_default();
        statement.sql = trimmed(sql.iter().map(String::as_str));
        Self { statement, plans, why }
    }

    /// The block as text of the file.
    pub fn show(&self) -> String {
        let Self { statement: Statement { name, types, writes, sql }, plans, why } = self;
        let mut block = format!("\n## {name}\n");
        writeln!(block, "{}", format!("types: {}", types.join(" ")).trim_end()).expect("a string");
        if *writes {
            writeln!(block, "{WRITES}").expect("a string");
        }
        let mut section = |name: &str, lines: &mut dyn Iterator<Item = &str>| {
            writeln!(block, "{name}:").expect("a string");
            lines.for_each(|line| writeln!(block, "{INDENT}{line}").expect("a string"));
        };
        section("sql", &mut sql.lines());
        for (name, plan) in plans {
            section(name, &mut plan.iter().map(String::as_str));
        }
        if let Some(why) = why {
            writeln!(block, "why: {why}").expect("a string");
        }
        block
    }
}

/// The name of the plan for the given values.
pub const PLAN: &str = "plan";
/// The name of the generic plan that PostgreSQL may use from the sixth
/// execution on, if it differs.
pub const AFTER_FIVE_RUNS: &str = "plan after five runs";
