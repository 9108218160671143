//! Measures what reports and totals cost.
//!
//! Fills each database with applications, by default 100,000, and prints the
//! CPU time of each call: that of this process and of PostgreSQL together.
//! Elapsed time alone would hide what a report costs others.
//!
//! ```sh
//! cargo run --release -p store --example figures -- 100000
//! ```
//!
//! It prints one line for each call, with CPU time and elapsed time in
//! milliseconds. Compare the lines before and after a change of a counting
//! statement.

#![expect(clippy::print_stdout, reason = "what it measures is for the person who runs it")]

use std::collections::BTreeMap;
use std::fs::read_to_string;
use std::path::Path;
use std::time::Instant;

use domain::deployment::{self, Place, Team, Visit};
use domain::policy::{Permit, Scope};
use domain::report::{self, Deployed, ReportGroup};
use domain::vocabulary::id::{ApplicationId, ElectionCode};
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;
use jiff::Timestamp;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use store::{Command, CommandError, Database, Keys, Store, Tx};
use throwaway::{APPLICATION, Cluster, OWNER, SUPERUSER};
use uuid::Uuid;

/// How often each call is measured. The mean is printed.
const ROUNDS: u32 = 5;
/// The second of the first submission. Each later one comes three seconds after
/// the one before.
const START: i64 = 1_557_000_000;

/// The election of the measurement.
fn election() -> ElectionCode {
    "e1".parse().expect("a code")
}

/// What `GetReport` reads and lets the domain add up.
#[derive(Clone)]
struct Report {
    /// The moment of the report.
    at: Timestamp,
    /// The groups of the report. A group by region needs the deployment plans
    /// as well.
    by: Vec<ReportGroup>,
}

impl Command for Report {
    const NAME: &'static str = "report";
    type Output = usize;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, CommandError> {
        let (permit, election) = (Permit::for_the_service(), election());
        let whole = tx.count_applications(&permit, &election, self.at).await?;
        if !self.by.contains(&ReportGroup::Region) {
            return Ok(report::rows(&whole, &self.by).len());
        }
        let teams = tx.teams_at(&permit, &election, self.at).await?;
        let Deployed { areas, people } = Deployed::new(deployment::areas(&teams));
        let deployed = tx.count_applications_of(&permit, &election, self.at, &people).await?;
        Ok(report::rows_by_area(&whole, &deployed, &areas, &self.by).len())
    }
}

/// What `GetTotals` reads.
#[derive(Clone)]
struct Totals;

impl Command for Totals {
    const NAME: &'static str = "totals";
    type Output = usize;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, CommandError> {
        Ok(tx.totals(&Permit::for_the_service(), &election(), Timestamp::MAX).await?.organizations.len())
    }
}

/// SQL that inserts applications of sixty organizations, with outcomes and past
/// outcomes. `numbers` gives the column `i`, `uuid` turns it into an id,
/// `concat_set` runs before.
fn rows(numbers: &str, uuid: &str, concat_set: &str) -> String {
    format!(
        "{concat_set}
        INSERT INTO organization SELECT 'state-' || i, 'STATE', '[]', 'S' || i, 's' || i || '.example', '[]', 0, 0
            FROM ({numbers}) n WHERE i < 60;
        INSERT INTO rule_pack VALUES ('kz-1', pack_digest, '{{}}', 0);
        INSERT INTO election (election_columns) VALUES (election_values);
        INSERT INTO invitation SELECT 'e1', 'state-' || i, 'state-0', 'ACCEPTED', '[]', 0, 0, 1 FROM ({numbers}) n WHERE i < 60;
        INSERT INTO mission (election, organization, format, head, headquarters, start_date, end_date, version, create_time)
            SELECT 'e1', 'state-' || i, '', '', '', '', '', 1, 0 FROM ({numbers}) n WHERE i < 60;
        INSERT INTO application (election, id, reference, organization, category, state, facts, version, revision, content_digest,
            create_time, first_submit_time, submit_time, return_count, presentation, position, decree, present_time,
            return_time, outcome_time, accreditation_end_time, documents)
        SELECT 'e1', {uuid}, 'A-' || i, 'state-' || (i % 60),
            CASE i % 3 WHEN 0 THEN 'SHORT_TERM_OBSERVER' WHEN 1 THEN 'LONG_TERM_OBSERVER' ELSE 'INTERPRETER' END,
            CASE WHEN i % 100 < 85 THEN 'ACCREDITED' WHEN i % 100 < 92 THEN 'REFUSED' WHEN i % 100 < 96 THEN 'WITHDRAWN'
                ELSE 'LAPSED' END,
            '{facts}', 7, 1, CAST('' AS bytes), 0, t, t, CASE WHEN i % 7 = 0 THEN 1 ELSE 0 END, i / 800, i % 800, i / 800,
            t + 86400000000, CASE WHEN i % 7 = 0 THEN t + 90000000000 END, t + 500000000000 + i % 9973 * 1000000,
            CASE WHEN i % 100 < 85 THEN t + 2000000000000 END, 3
        FROM (SELECT i, ({START} + 3 * i) * 1000000 AS t FROM ({numbers}) m) n;
        INSERT INTO past_state (election, application, state, since, until, organization)
            SELECT 'e1', {uuid}, 'LAPSED', ({START} + 3 * i) * 1000000 + 100000000000,
                ({START} + 3 * i) * 1000000 + 300000000000, 'state-' || (i % 60)
            FROM ({numbers}) n WHERE i % 5 = 0;",
        facts = format_args!("{{\"Accredited\":\"{}\"}}", "x".repeat(500)),
    )
    .replace("election_columns", "code, names, kind, voting_day, time_zone, rule_pack, region_set, state, \
        submission_cutoff, presentation_cutoff, create_time")
    .replace("election_values", "'e1', '[]', '', '2019-06-09', '', pack_digest, '', 'OPEN', 0, 0, 0")
}

/// The deployment plans of the first `people` applications, in teams of two, by
/// organization.
fn plans(people: u128) -> Vec<(String, String)> {
    let mut teams: BTreeMap<u128, Vec<Team>> = BTreeMap::new();
    for number in 0..people {
        let organization = number % 60;
        let name = ApplicationName {
            election: election(),
            organization: format!("state-{organization}").parse().expect("a code"),
            id: ApplicationId(Uuid::from_u128(number)),
        };
        let own = teams.entry(organization).or_default();
        if own.last().is_none_or(|team| team.observers.len() == 2) {
            let date = "2019-06-09".parse().expect("a date");
            let place = Place::Region(format!("KZ-{}", number / 60 % 17));
            let visits = vec![Visit { place, start_date: date, end_date: date }];
            let number = i32::try_from(own.len()).expect("few teams") + 1;
            own.push(Team { number, observers: Vec::new(), reason: Personal::default(), support: Vec::new(), visits });
        }
        own.last_mut().expect("just pushed").observers.push(name);
    }
    let text = |teams: &Vec<Team>| serde_json::to_string(teams).expect("teams serialize");
    teams.iter().map(|(number, teams)| (format!("state-{number}"), text(teams))).collect()
}

/// A connection to a database that bypasses the store.
enum Around {
    File(SqliteConnection),
    Server(PgConnection),
}

impl Around {
    /// Runs SQL that must succeed.
    async fn execute(&mut self, sql: String) {
        let done = match self {
            Self::File(connection) => connection.execute(AssertSqlSafe(sql)).await.map(drop),
            Self::Server(connection) => connection.execute(AssertSqlSafe(sql)).await.map(drop),
        };
        done.expect("the rows of this measurement");
    }

    /// Stores deployment plans for the first `people` applications.
    async fn deploy(&mut self, version: u32, people: u128) {
        for (organization, teams) in plans(people) {
            let sql = format!(
                "INSERT INTO deployment_plan VALUES ('e1', '{organization}', {version}, '{teams}', 0)
                ON CONFLICT (election, organization) DO UPDATE SET version = excluded.version, teams = excluded.teams"
            );
            self.execute(sql).await;
        }
    }

    /// The CPU time that this process and PostgreSQL have used so far, in
    /// milliseconds.
    async fn cpu(&mut self) -> u64 {
        let own = times("self").map_or(0, |[user, system, ..]| user + system);
        let Self::Server(connection) = self else { return own * 10 };
        let pids = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'";
        let pids: Vec<i32> = sqlx::query_scalar(pids).fetch_all(&mut *connection).await.expect("its backends");
        let backends = pids.iter().filter_map(|pid| times(&pid.to_string()));
        let backends: u64 = backends.map(|[user, system, ..]| user + system).sum();
        // Parallel workers have ended by now. Their times count as those of the
        // children of their parent.
        let ended = pids.first().and_then(|pid| times(&parent(*pid))).map_or(0, |[_, _, user, system]| user + system);
        (own + backends + ended) * 10
    }
}

/// The fields of `/proc/PID/stat` after the process name, which may contain
/// spaces.
fn stat(pid: &str) -> Option<Vec<String>> {
    let stat = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

/// The fields utime, stime, cutime and cstime of a process, in hundredths of a
/// second.
fn times(pid: &str) -> Option<[u64; 4]> {
    let fields = stat(pid)?;
    let times: Vec<u64> = fields.get(11..15)?.iter().filter_map(|field| field.parse().ok()).collect();
    times.try_into().ok()
}

/// The id of the parent process.
fn parent(pid: i32) -> String {
    stat(&pid.to_string()).map(|fields| fields[1].clone()).unwrap_or_default()
}

/// Runs a command several times and prints the mean. The first run only warms
/// the caches.
async fn measure<C: Command + Clone>(store: &Store, around: &mut Around, label: &str, command: C) {
    store.read(command.clone()).await.expect("it answers");
    let (cpu, start) = (around.cpu().await, Instant::now());
    for _ in 0..ROUNDS {
        store.read(command.clone()).await.expect("it answers");
    }
    let (elapsed, cpu) = (start.elapsed() / ROUNDS, (around.cpu().await - cpu) / u64::from(ROUNDS));
    println!("{label:46} {cpu:6} ms CPU {:6} ms", elapsed.as_millis());
}

/// Measures totals and reports, now and at a moment in the past, with few and
/// with all people deployed.
async fn measure_all(name: &str, store: &Store, around: &mut Around, count: u64) {
    use ReportGroup::{Category, Organization, Region, State};
    measure(store, around, &format!("{name} GetTotals"), Totals).await;
    let mut version = 0;
    let middle = START + 3 * i64::try_from(count).expect("not that many") / 2 + 200_000;
    for (moment, second) in [("now", 4_000_000_000), ("past", middle)] {
        let at = Timestamp::from_second(second).expect("a moment");
        for by in [vec![], vec![Organization], vec![State], vec![Category], vec![Organization, Category]] {
            let label = format!("{name} GetReport {moment} by {by:?}");
            measure(store, around, &label, Report { at, by }).await;
        }
        for people in [2000, u128::from(count)] {
            version += 1;
            around.deploy(version, people).await;
            let label = format!("{name} GetReport {moment}, {people} deployed");
            measure(store, around, &label, Report { at, by: vec![Region] }).await;
        }
    }
}

#[tokio::main]
async fn main() {
    let count: u64 = std::env::args().nth(1).map_or(100_000, |count| count.parse().expect("a number of applications"));
    let keys = || Keys::parse(&Keys::generate()).expect("a key");
    let numbers = format!(
        "WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n",
        count - 1
    );

    let directory = tempfile::tempdir().expect("a directory");
    let database = Database::parse("sqlite:store.db", directory.path()).expect("a database");
    let key = keys();
    Store::create(&database, None, &key, Timestamp::UNIX_EPOCH).await.expect("a store");
    let connection = SqliteConnectOptions::new().filename(directory.path().join("store.db")).connect().await;
    let mut around = Around::File(connection.expect("its file"));
    let sql = rows(&numbers, "unhex(printf('%032x', i))", "")
        .replace("CAST('' AS bytes)", "X''")
        .replace("pack_digest", "X''");
    around.execute(sql).await;
    let store = Store::open(&database, key, 4).await.expect("its store");
    measure_all("SQLite", &store, &mut around, count).await;

    let made = Cluster::shared().database().expect("a database");
    let at = |role: &str| Database::parse(&made.url(role), Path::new("")).expect("a database");
    let key = keys();
    Store::create(&at(APPLICATION), Some(&at(OWNER)), &key, Timestamp::UNIX_EPOCH).await.expect("a store");
    let mut around = Around::Server(PgConnection::connect(&made.url(SUPERUSER)).await.expect("its database"));
    let tenant = "SELECT set_config('accreditation.tenant', '*', false);";
    let sql = rows(&numbers, "lpad(to_hex(i), 32, '0')::uuid", tenant);
    around.execute(sql.replace("CAST('' AS bytes)", "''::bytea").replace("pack_digest", "sha256('{}')")).await;
    around.execute("VACUUM ANALYZE".to_owned()).await;
    let store = Store::open(&at(APPLICATION), key, 4).await.expect("its store");
    measure_all("PostgreSQL", &store, &mut around, count).await;
}
