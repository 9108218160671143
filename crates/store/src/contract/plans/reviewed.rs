//! The reviewed file: each statement with its plan, and why it may read what it does not return.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::statement::{Statement, trimmed};

/// A statement with its plans as somebody has reviewed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    pub statement: Statement,
    /// The lines of each plan by what it is a plan for.
    pub plans: BTreeMap<String, Vec<String>>,
    /// Why the plan is good, where it has to be said.
    pub why: Option<String>,
}

/// The line of a statement that also runs in transactions that write.
const WRITES: &str = "writes: yes";
/// What stands before each line of a section.
const INDENT: &str = "    ";

impl Reviewed {
    /// All blocks of a file.
    pub fn parse_all(file: &str) -> Vec<Self> {
        let blocks = file.split("\n## ").skip(1);
        blocks.map(Self::parse).collect()
    }

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
            } else if let Some(said) = line.strip_prefix("why: ") {
                why = Some(said.to_owned());
            } else {
                section = line.trim_end_matches(':').to_owned();
            }
        }
        let sql = plans.remove("sql").unwrap_or_default();
        statement.sql = trimmed(sql.iter().map(String::as_str));
        Self { statement, plans, why }
    }

    /// The block as it stands in the file.
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

/// The plan for the values at hand.
pub const PLAN: &str = "plan";
/// What PostgreSQL does from the sixth run on in a transaction that writes, if that is something else.
pub const AFTER_FIVE_RUNS: &str = "plan after five runs";
