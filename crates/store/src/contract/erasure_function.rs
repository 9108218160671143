//! On PostgreSQL a function of the schema's owner erases, and checks by itself
//! that retention is over.

use domain::election::Election;
use jiff::{SignedDuration, Timestamp};
use sqlx::{AssertSqlSafe, Executor as _};
use throwaway::{APPLICATION, SUPERUSER};

use crate::contract::fixtures::{election, rule_pack};
use crate::contract::row_level_security::{as_role, filled_store, query_as_tenant};

/// The function must not trust anything that the service's role can write. So a
/// compromised server cannot destroy evidence early.
#[tokio::test]
async fn the_service_cannot_erase_before_retention_ends() {
    let store = filled_store().await;
    let mut superuser = as_role(&store, SUPERUSER).await;
    let mut service = as_role(&store, APPLICATION).await;
    // The call that the service would make.
    let erase = "SELECT COUNT(erase_application('e1', md5('cis')::uuid))";
    let begun = "UPDATE application SET erase_time = 1";
    let long_ago = "UPDATE election SET results_time = 1560000000000000";
    // The superuser prepares rows that the database would not let the service
    // write.
    superuser.execute("SET session_replication_role = replica").await.expect("without triggers");
    let now = "UPDATE election SET results_time = (extract(epoch FROM now()) * 1000000)::bigint";
    let packs = "INSERT INTO rule_pack SELECT id, sha256(convert_to(content, 'UTF8')), content, 0 FROM (VALUES
        ('long', '{\"retention_days\":{\"value\":100000}}'), ('none', '{}'),
        ('short', '{\"retention_days\":{\"value\":90}}')) AS v (id, content)";
    superuser.execute(packs).await.expect("rule packs");
    for (prepare, refusal) in [
        (begun, "the retention of election e1 is not over"),
        (now, "the retention of election e1 is not over"),
        // The role cannot move voting day to an earlier date, so this does not
        // end retention either.
        ("UPDATE election SET results_time = 0, voting_day = '2999-01-01'", "the retention of election e1 is not over"),
        (
            "UPDATE election SET voting_day = '2019-06-09', rule_pack = sha256('{\"retention_days\":{\"value\":100000}}')",
            "the retention of election e1 is not over",
        ),
        ("UPDATE election SET rule_pack = sha256('{}')", "the retention of election e1 is not over"),
        ("UPDATE election SET rule_pack = sha256('{\"retention_days\":{\"value\":90}}')", "is under a legal hold"),
        ("UPDATE legal_hold SET application = md5('cis')::uuid", "is under a legal hold"),
    ] {
        superuser.execute(prepare).await.expect(prepare);
        let answer = query_as_tenant(&mut service, "*", erase).await;
        assert!(answer.contains(refusal), "{prepare}: {answer}");
    }
    superuser.execute("UPDATE legal_hold SET application = md5('osce-odihr')::uuid").await.expect("another's");
    superuser.execute("UPDATE application SET erase_time = NULL").await.expect("whole");
    let answer = query_as_tenant(&mut service, "*", erase).await;
    assert!(answer.contains("is not being erased"), "{answer}");
    superuser.execute(begun).await.expect("begun");
    superuser.execute(long_ago).await.expect("long ago");
    for tenant in ["", "cis"] {
        let answer = query_as_tenant(&mut service, tenant, erase).await;
        assert!(answer.contains("only the service itself erases"), "{tenant}: {answer}");
    }
    let everyone = "SELECT has_function_privilege('public', 'erase_application(text, uuid)', 'EXECUTE')::int::bigint";
    assert_eq!(query_as_tenant(&mut superuser, "*", everyone).await, "Some(0)");
    for sql in [
        "UPDATE revision SET salt = NULL",
        "DELETE FROM event_note",
        "DELETE FROM legal_hold",
        "UPDATE legal_hold SET application = NULL",
        "UPDATE election SET rule_pack = rule_pack",
        "UPDATE rule_pack SET content = '{}'",
    ] {
        let answer = query_as_tenant(&mut service, "*", sql).await;
        assert!(answer.starts_with("permission denied"), "{sql}: {answer}");
    }
    let answer = query_as_tenant(&mut service, "*", "UPDATE election SET voting_day = '2000-01-01'").await;
    assert!(answer.contains("never moved to an earlier one"), "{answer}");
    // The function computes the end of retention as the rules do, to the hour.
    let clock = query_as_tenant(&mut superuser, "*", "SELECT (extract(epoch FROM now()) * 1000000)::bigint").await;
    let clock = clock.trim_start_matches("Some(").trim_end_matches(')').parse().expect("a number");
    let now = Timestamp::from_microsecond(clock).expect("a time");
    for (pack, appealed, hours) in [("kz-2", false, 1), ("kz-2", false, -1), ("kz-4", true, 1), ("kz-4", true, -1)] {
        let file = rule_pack(pack);
        let last = now - file.rules().retention() + SignedDuration::from_hours(hours);
        let first = last - SignedDuration::from_hours(48);
        let (results, appeal_time) = if appealed { (first, Some(last)) } else { (last, None) };
        let rules = file.rules().clone();
        let kept = Election { results_time: Some(results), appeal_time, rules, ..election("kz-2019") };
        let results = results.as_microsecond();
        let appeal = appeal_time.map_or("NULL".to_owned(), |time| time.as_microsecond().to_string());
        let digest = hex::encode(file.digest());
        let sql =
            format!("UPDATE election SET rule_pack = '\\x{digest}', results_time = {results}, appeal_time = {appeal}");
        superuser.execute(AssertSqlSafe(sql)).await.expect("an election");
        let answer = query_as_tenant(&mut service, "*", erase).await;
        let expected = if kept.retention_is_over(now) { "Some(1)" } else { "the retention of election e1 is not over" };
        assert_eq!(answer, expected, "{pack}, {hours} hours to go");
    }
    superuser.execute(long_ago).await.expect("long ago");
    // The positive control: after the end of retention it erases.
    assert_eq!(query_as_tenant(&mut service, "*", erase).await, "Some(1)");
    assert_eq!(
        query_as_tenant(&mut service, "*", "SELECT COUNT(*) FROM revision WHERE salt IS NULL").await,
        "Some(0)",
        "undone"
    );
}
