//! Query plans: a reviewed file for each database lists how it runs each
//! statement.
//!
//! While all tests run (`cargo xtask test`), debug builds write down every
//! statement. A changed plan is a difference in review. If a plan may read rows
//! that it does not return, the file has a sentence that says why.

mod explain;
mod flags;
mod parameter_values;
mod reviewed;
mod statement;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use explain::Filled;
use reviewed::Reviewed;
use statement::Statement;

use crate::contract::harness::TestStore;

/// The environment variable with a directory of recorded statements from which
/// both files are rewritten.
const UPDATE: &str = "UPDATE_PLANS";
/// The environment variable with a directory of recorded statements that must
/// all be in the file.
const RECORDED: &str = "RECORDED_STATEMENTS";
/// What to do when a file is out of date.
const REMEDY: &str = "Run `cargo xtask plans`, and read what it changes in crates/store/src/contract/plans.";

/// The path of a reviewed file.
fn file(database: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/contract/plans").join(format!("{database}.txt"))
}

/// The directory that an environment variable names.
fn directory(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

/// Checks `plans/sqlite.txt`.
#[tokio::test]
async fn every_statement_on_sqlite_has_its_reviewed_plan() {
    check("sqlite", TestStore::on_sqlite().await).await;
}

/// Checks `plans/postgres.txt`.
#[tokio::test]
async fn every_statement_on_postgres_has_its_reviewed_plan() {
    check("postgres", TestStore::on_postgres().await).await;
}

/// Compares a file with the plans that the database makes now, or writes the
/// file again.
async fn check(database: &str, store: TestStore) {
    let path = file(database);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let known = Reviewed::parse_all(&text);
    if let Some(directory) = directory(RECORDED) {
        check_recorded(&known, &Statement::recorded(&directory, database));
    }
    let mut filled = Filled::new(&store).await;
    let head = head(&filled.version().await);
    if let Some(directory) = directory(UPDATE) {
        let statements = Statement::recorded(&directory, database);
        assert!(!statements.is_empty(), "{}: nothing was recorded on {database}", directory.display());
        let blocks = rewrite_blocks(&mut filled, &known, statements).await;
        std::fs::write(&path, head + &blocks).expect("the reviewed file can be written");
        return;
    }
    // Another release of the database may choose other plans that are as good.
    // Reasons are required all the same.
    let is_same_release = text.starts_with(&head);
    let mut faults = String::new();
    for block in &known {
        let plans = filled.plans(&block.statement).await;
        faults += &faults_of(&filled, block, &plans, is_same_release);
    }
    assert!(!known.is_empty() && faults.is_empty(), "{}:\n{faults}{REMEDY}", path.display());
}

/// The first lines of a file.
fn head(version: &str) -> String {
    format!(
        "# {version}: the plan of every statement, in a database of two elections of 10,000 applications each.\n\
         # `cargo xtask plans` writes this file. What people add to it is `why:`, one line that says why a plan may read rows\n\
         # that it does not return; the test asks for it where it finds such a plan.\n\
         # PostgreSQL plans as for larger tables: it reads all of one only where no index serves.\n"
    )
}

/// Fails if a recorded statement is not in the file.
fn check_recorded(known: &[Reviewed], recorded: &[Statement]) {
    let missing = recorded.iter().filter(|statement| !known.iter().any(|block| block.statement.covers(statement)));
    let missing: Vec<_> = missing.map(|statement| format!("{}\n{}", statement.name, statement.sql)).collect();
    assert!(missing.is_empty(), "Statements without a reviewed plan:\n{}\n{REMEDY}", missing.join("\n\n"));
}

/// Writes a block for each statement. A reviewer's `why:` stays as long as the
/// text of the statement stays and the plan still needs a reason.
async fn rewrite_blocks(filled: &mut Filled, known: &[Reviewed], statements: Vec<Statement>) -> String {
    let whys: BTreeMap<_, _> = known.iter().map(|block| (&block.statement.sql, &block.why)).collect();
    let mut blocks = String::new();
    for statement in statements {
        let plans = filled.plans(&statement).await;
        // A reason that explains nothing any more is dropped.
        let is_flagged = plans.values().any(|plan| !filled.flags(&statement.sql, plan).is_empty());
        let why = whys.get(&statement.sql).copied().cloned().flatten().filter(|_| is_flagged);
        blocks += &Reviewed { statement, plans, why }.show();
    }
    blocks
}

/// What is wrong with a block, given the plans that the database makes now.
fn faults_of(filled: &Filled, block: &Reviewed, plans: &explain::Plans, is_same_release: bool) -> String {
    let name = &block.statement.name;
    let mut faults = String::new();
    if is_same_release && *plans != block.plans {
        writeln!(faults, "`{name}` has another plan: {plans:#?}\ninstead of {:#?}", block.plans).expect("a string");
    }
    // The generic plan needs a reason as well.
    let flags = plans.values().flat_map(|plan| filled.flags(&block.statement.sql, plan));
    let flags: Vec<_> = flags.collect();
    if !flags.is_empty() && block.why.is_none() {
        let flags = flags.join("\n    ");
        writeln!(faults, "`{name}` may read rows that it does not return, and no `why:` says why:\n    {flags}")
            .expect("a string");
    }
    if flags.is_empty() && block.why.is_some() {
        writeln!(faults, "`{name}` has a `why:` that explains nothing: remove it").expect("a string");
    }
    faults
}
